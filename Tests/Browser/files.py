"""Small files of many kinds, made here so that none has to be kept."""

import struct
import zlib

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "taken over"</script></svg>'
HTML = b"<!doctype html><script>document.title = 'taken over'</script>"


def png(width=48, height=32):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"".join(bytes((x * 5 % 256, y * 7 % 256, 160)) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def wav(seconds=1, rate=8000):
    data = bytes(128 + (i // 10 % 2) * 20 for i in range(seconds * rate))
    form = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8)
    body = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


# name → first bytes, and what they are
RECOGNISED = {
    "png": (png(), "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    "gif87": (b"GIF87a\1\0\1\0", "image/gif"),
    "gif89": (b"GIF89a\1\0\1\0", "image/gif"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "bmp": (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "image/bmp"),
    "avif": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "image/avif"),
    "avif as compatible brand": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif"),
    "mp3 with tag": (b"ID3\4\0\0\0\0\0\0", "audio/mpeg"),
    "mp3 bare": (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
    "aac": (b"\xff\xf1\x50\x80\0\0", "audio/aac"),
    "ogg": (b"OggS\0\2" + bytes(22) + b"\1\x1eOpusHead", "audio/ogg"),
    "ogg video": (b"OggS\0\2" + bytes(22) + b"\1\x2a\x80theora", "video/ogg"),
    "wav": (wav(), "audio/wav"),
    "flac": (b"fLaC\0\0\0\x22", "audio/flac"),
    "m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "audio/mp4"),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isommp41", "video/mp4"),
    "webm": (b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm" + bytes(20) + b"V_VP8 A_OPUS", "video/webm"),
    "webm sound": (b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm" + bytes(20) + b"A_OPUS", "audio/webm"),
}

DOWNLOADS = {
    "empty": b"",
    "one byte": b"\xff",
    "svg": SVG,
    "svg after a declaration": b'<?xml version="1.0"?>' + SVG,
    "html": HTML,
    "html behind the start of a bitmap": b"BM" + HTML,
    "pdf": b"%PDF-1.7",
    "zip": b"PK\3\4",
    "text": b"BMW and GIF8 and RIFF",
    "utf-16 text": b"\xff\xfeH\0i\0",
    "riff of another form": b"RIFF\x10\0\0\0AVI LIST",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "matroska": b"\x1aE\xdf\xa3\x9f\x42\x82\x88matroska",
    "png cut short": b"\x89PNG\r\n",
}
