"""RFC 6455 §5.6 and §8.1 with RFC 3629 §4: text is UTF-8, and is failed at the first byte that it cannot hold."""

from conversation import KEY, closed_after, each, failed, open_after, run

BAD = failed(1007, "invalid UTF-8")

# The first and the last of every row of RFC 3629's table, and the odd ones.
VALID = {
    "U+0000": b"\x00",
    "U+007F": b"\x7f",
    "U+0080": b"\xc2\x80",
    "U+07FF": b"\xdf\xbf",
    "U+0800": b"\xe0\xa0\x80",
    "U+0FFF": b"\xe0\xbf\xbf",
    "U+1000": b"\xe1\x80\x80",
    "U+CFFF": b"\xec\xbf\xbf",
    "U+D000": b"\xed\x80\x80",
    "U+D7FF, before the surrogates": b"\xed\x9f\xbf",
    "U+E000, after them": b"\xee\x80\x80",
    "U+FEFF, the byte order mark": b"\xef\xbb\xbf",
    "U+FFFD": b"\xef\xbf\xbd",
    "U+FFFE, no character": b"\xef\xbf\xbe",
    "U+FFFF, no character": b"\xef\xbf\xbf",
    "U+10000": b"\xf0\x90\x80\x80",
    "U+1F600": b"\xf0\x9f\x98\x80",
    "U+3FFFF": b"\xf0\xbf\xbf\xbf",
    "U+40000": b"\xf1\x80\x80\x80",
    "U+FFFFF": b"\xf3\xbf\xbf\xbf",
    "U+100000": b"\xf4\x80\x80\x80",
    "U+10FFFF, the last": b"\xf4\x8f\xbf\xbf",
}

# Each ends with the first byte after which no text can follow.
INVALID = {
    "a continuation alone, 80": b"\x80",
    "a continuation alone, BF": b"\xbf",
    "one continuation too many": b"\xc2\x80\x80",
    "C0": b"\xc0",
    "C1": b"\xc1",
    "F5": b"\xf5",
    "F8, of five bytes": b"\xf8",
    "FC, of six bytes": b"\xfc",
    "FE": b"\xfe",
    "FF": b"\xff",
    "two bytes, the second ASCII": b"\xc2\x41",
    "two bytes, the second a first one": b"\xc2\xc2",
    "U+0000 in three bytes": b"\xe0\x80",
    "U+07FF in three bytes": b"\xe0\x9f",
    "three bytes, the third ASCII": b"\xe1\x80\x41",
    "U+D800, the first surrogate": b"\xed\xa0",
    "U+DFFF, the last surrogate": b"\xed\xbf",
    "U+0000 in four bytes": b"\xf0\x80",
    "U+FFFF in four bytes": b"\xf0\x8f",
    "four bytes, the fourth ASCII": b"\xf1\x80\x80\x41",
    "U+110000": b"\xf4\x90",
    "U+13FFFF": b"\xf4\xbf",
}

UNFINISHED = {
    "1 of 2": b"\xc3",
    "1 of 3": b"\xe2",
    "2 of 3": b"\xe2\x82",
    "1 of 4": b"\xf0",
    "2 of 4": b"\xf0\x9f",
    "3 of 4": b"\xf0\x9f\x98",
}


def length(text):
    return bytes([0x80 | len(text)])


ACCEPTED = [
    case
    for name, text in VALID.items()
    for case in (
        open_after(f"8.1 {name}", b"\x81" + length(text) + KEY + text, bytes([0x81, len(text)]) + text),
        open_after(
            f"8.1 {name}, a fragment for each byte",
            b"\x01\x80" + KEY + b"".join(b"\x00\x81" + KEY + bytes([byte]) for byte in text) + b"\x80\x80" + KEY,
            bytes([0x81, len(text)]) + text,
        ),
        open_after(
            f"8.1 {name}, far into a long text",
            b"\x81\xfe\x04\x00" + KEY + b"a" * (1024 - len(text)) + text,
            b"\x81\x7e\x04\x00" + b"a" * (1024 - len(text)) + text,
        ),
    )
]

REFUSED = [
    case
    for name, text in INVALID.items()
    for case in (
        closed_after(f"8.1 {name}", b"\x81" + length(text) + KEY + text, BAD),
        closed_after(f"8.1 {name}, the frame not whole", b"\x81\xfe\x04\x00" + KEY + b"ok " + text, BAD),
        closed_after(f"8.1 {name}, the message not whole", b"\x01" + length(text) + KEY + text, BAD),
        closed_after(
            f"8.1 {name}, a fragment for each byte",
            b"\x01\x80" + KEY + b"".join(b"\x00\x81" + KEY + bytes([byte]) for byte in text),
            BAD,
        ),
        closed_after(
            f"8.1 {name}, behind a message",
            b"\x81\x82" + KEY + b"ok\x81" + length(text) + KEY + text,
            b"\x81\x02ok" + BAD,
        ),
    )
]

CUT = [
    case
    for name, text in UNFINISHED.items()
    for case in (
        closed_after(f"8.1 {name} bytes at the end", b"\x81" + length(text) + KEY + text, BAD),
        closed_after(
            f"8.1 {name} bytes at the end of the last fragment",
            b"\x01\x81" + KEY + b"a\x80" + length(text) + KEY + text,
            BAD,
        ),
        closed_after(
            f"8.1 {name} bytes before an empty last fragment",
            b"\x01" + length(text) + KEY + text + b"\x80\x80" + KEY,
            BAD,
        ),
    )
]

BINARY = [
    open_after(f"5.6 {name} in binary", b"\x82" + length(data) + KEY + data, bytes([0x82, len(data)]) + data)
    for name, data in (INVALID | UNFINISHED).items()
]


@each(ACCEPTED, REFUSED, CUT, BINARY)
def test_text(echo, case, pieces):
    run(echo, case, pieces)
