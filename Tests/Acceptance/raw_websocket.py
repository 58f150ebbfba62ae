"""RFC 6455 on a bare TCP connection: each frame as the test wants it, each byte that comes back checked."""

import struct
from dataclasses import dataclass

from raw_http import RawConnection

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

# The key and the answer of RFC 6455 §1.3.
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

UPGRADE = (
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", KEY),
    ("Sec-WebSocket-Version", "13"),
)


@dataclass
class Frame:
    opcode: int
    payload: bytes
    fin: bool = True
    rsv: int = 0

    def close_code(self):
        assert self.opcode == CLOSE, f"not a close frame: {self}"
        return struct.unpack("!H", self.payload[:2])[0] if self.payload else None


def xor(payload, key):
    repeated = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


def length_bytes(length, mask_bit=0x80):
    """The shortest form of a length, which is the only one allowed (§5.2)."""
    if length < 126:
        return bytes([mask_bit | length])
    if length < 1 << 16:
        return bytes([mask_bit | 126]) + struct.pack("!H", length)
    return bytes([mask_bit | 127]) + struct.pack("!Q", length)


def frame(opcode, payload=b"", *, fin=True, rsv=0, key=b"\x37\xfa\x21\x3d"):
    """A masked frame as a client sends it; `rsv` is the three reserved bits, 4 being RSV1."""
    return header(opcode, len(payload), fin=fin, rsv=rsv, key=key) + xor(payload, key)


def header(opcode, length, *, fin=True, rsv=0, key=b"\x37\xfa\x21\x3d"):
    """A frame's header alone, for a payload that comes later or never."""
    return bytes([fin << 7 | rsv << 4 | opcode]) + length_bytes(length) + key


def close_payload(code, reason=b""):
    return struct.pack("!H", code) + reason


class RawWebSocket(RawConnection):
    def __init__(self, host, port, client_id, headers=(), **how):
        super().__init__(host, port, **how)
        self.client_id = client_id
        self.request(f"/ws/{client_id}", [*UPGRADE, *headers])
        self.handshake = self.read_response()
        assert self.handshake.status == 101, f"refused: {self.handshake}"

    # Sending

    def send_frame(self, opcode, payload=b"", **how):
        self.send(frame(opcode, payload, **how))

    def send_text(self, text):
        self.send_frame(TEXT, text.encode())

    def send_binary(self, data):
        self.send_frame(BINARY, data)

    def send_close(self, code=None, reason=b""):
        self.send_frame(CLOSE, b"" if code is None else close_payload(code, reason))

    # Receiving

    def read_frame(self):
        """The next frame, in the only form a server may send: not masked, the length in its shortest form."""
        first, second = self.read_exactly(2)
        assert second & 0x80 == 0, "the server masked a frame"
        length = second & 0x7F
        if length == 126:
            length = struct.unpack("!H", self.read_exactly(2))[0]
            assert length > 125, "not the shortest form of a length"
        elif length == 127:
            length = struct.unpack("!Q", self.read_exactly(8))[0]
            assert length > 0xFFFF, "not the shortest form of a length"
        received = Frame(first & 0x0F, self.read_exactly(length), bool(first & 0x80), first >> 4 & 7)
        assert received.rsv == 0, f"reserved bits in {received}"
        return received

    def read_message(self):
        """The next text (str) or binary (bytes) message; pings on the way are answered."""
        received = self.read_frame()
        while received.opcode == PING:
            self.send_frame(PONG, received.payload)
            received = self.read_frame()
        assert received.opcode in (TEXT, BINARY) and received.fin, f"not a whole message: {received}"
        return received.payload.decode() if received.opcode == TEXT else received.payload

    def read_until_close(self):
        """The code of the close frame, and the frames before it."""
        before = []
        while True:
            received = self.read_frame()
            if received.opcode == CLOSE:
                return received.close_code(), before
            before.append(received)

    # Checks

    def expect_frame(self, opcode, payload=b""):
        received = self.read_frame()
        assert received == Frame(opcode, payload), f"received {received}"

    def expect_message(self, message):
        received = self.read_message()
        assert received == message, f"received {received[:200]!r}, not {message[:200]!r}"

    def expect_close(self, code):
        """A close frame with that code; answered, and then the server ends the TCP connection."""
        received = self.read_frame()
        assert received.close_code() == code, f"{received}"
        assert len(received.payload) - 2 <= 32 and received.payload[2:].isascii(), "a reason is at most 32 ASCII bytes"
        try:
            self.send_frame(CLOSE, received.payload)
        except OSError:
            pass  # the server has let go already
        self.expect_end()

    def expect_echo(self):
        """The connection is alive: a message to oneself comes back as the very next one."""
        self.send_text(f"{self.client_id}:still here")
        self.expect_message(f"Client #{self.client_id} says: still here")
