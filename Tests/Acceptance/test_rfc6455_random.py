"""RFC 6455 against a second reader: random frames, right and wrong, and the answer that a plain reading of it gives."""

import codecs
import random
from contextlib import suppress

import pytest

from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawWebSocket, frame, length_bytes, xor

CONVERSATIONS = 300
TEXTS = ["", "a", "grüße 😀", "\u0800\uffff\U0010ffff", "x" * 125, "y" * 126, "ß" * 300, "z" * 70_000]


class Failed(Exception):
    """The connection is failed with this code (§7.1.7)."""

    def __init__(self, code):
        self.code = code


class Reader:
    """An echo server's answer to a stretch of bytes, read slowly and with no thought of speed."""

    def __init__(self, data):
        self.data, self.place, self.answer = data, 0, b""
        self.kind, self.message, self.decoder = None, b"", None

    def respond(self):
        with suppress(EOFError):
            try:
                while self.read_frame():
                    pass
            except Failed as failure:
                self.reply(CLOSE, failure.code.to_bytes(2, "big"))
        return self.answer

    def reply(self, opcode, payload):
        self.answer += bytes([0x80 | opcode]) + length_bytes(len(payload), mask_bit=0) + payload

    def take(self, count):
        if len(self.data) - self.place < count:
            raise EOFError
        self.place += count
        return self.data[self.place - count : self.place]

    def read_frame(self):
        """False behind a close frame."""
        first = self.take(1)[0]
        final, opcode = first & 0x80, first & 0x0F
        self.require(not first & 0x70 and opcode in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))
        self.require(final or opcode < CLOSE)
        second = self.take(1)[0]
        self.require(second & 0x80)
        length = second & 0x7F
        self.require(length < 126 or opcode < CLOSE)
        if length >= 126:
            size, least = (2, 126) if length == 126 else (8, 65536)
            length = int.from_bytes(self.take(size), "big")
            self.require(least <= length < 1 << 63)
            self.require(length + len(self.message) <= 64 << 20, 1009)
        key = self.take(4)
        if opcode >= CLOSE:
            return self.control(opcode, xor(self.take(length), key))
        self.require((opcode == CONTINUATION) == (self.kind is not None))
        if opcode != CONTINUATION:
            self.kind, self.message, self.decoder = opcode, b"", codecs.getincrementaldecoder("utf-8")()
        # What there is of a payload is judged, whether or not the rest comes.
        part = xor(self.data[self.place : self.place + length], key)
        if self.kind == TEXT:
            try:
                self.decoder.decode(part)
                self.take(length)
                self.decoder.decode(b"", final=bool(final))
            except UnicodeDecodeError:
                raise Failed(1007) from None
        else:
            self.take(length)
        self.message += part
        if final:
            self.reply(self.kind, self.message)
            self.kind, self.message = None, b""
        return True

    def control(self, opcode, payload):
        if opcode == PING:
            self.reply(PONG, payload)
        if opcode != CLOSE:
            return True
        if payload:
            code = int.from_bytes(payload[:2], "big")
            named = code in (1000, 1001, 1002, 1003, *range(1007, 1015))
            self.require(len(payload) > 1 and (named or 3000 <= code < 5000))
            try:
                payload[2:].decode()
            except UnicodeDecodeError:
                raise Failed(1007) from None
        self.reply(CLOSE, payload[:2])
        return False

    def require(self, condition, code=1002):
        if not condition:
            raise Failed(code)


def message(source):
    """The frames of one message, with control frames between them."""
    opcode = source.choice([TEXT, BINARY])
    text = source.choice(TEXTS).encode()
    cuts = sorted(source.randrange(len(text) + 1) for _ in range(source.choice([0, 0, 0, 1, 3])))
    parts = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)])]
    for number, part in enumerate(parts):
        key = source.randbytes(4)
        yield frame(CONTINUATION if number else opcode, part, fin=number == len(parts) - 1, key=key)
        if source.random() < 0.2:
            yield frame(source.choice([PING, PONG]), source.randbytes(source.choice([0, 1, 125])), key=key)


def close(source):
    code = source.choice([1000, 1000, 1000, 1001, 1011, 3000, 3000, 4999, 999, 1004, 1005, 1015, 5000])
    return frame(CLOSE, source.choice([b"", b"\3", code.to_bytes(2, "big"), code.to_bytes(2, "big") + b"\xc3\xa9 bye"]))


def damage(source, data):
    """Changes a bit, drops a byte or doubles it, mostly near the start of a frame."""
    data = bytearray(data)
    place = source.choice([0, 0, 1, 1, 2, 3, source.randrange(len(data))])
    match source.randrange(3):
        case 0:
            data[place] ^= 1 << source.randrange(8)
        case 1:
            del data[place]
        case 2:
            data.insert(place, data[place])
    return bytes(data)


def conversation(number):
    source = random.Random(number)
    frames = [piece for _ in range(source.randrange(1, 6)) for piece in message(source)]
    if source.random() < 0.3:
        frames.append(close(source))
    if source.random() < 0.6:
        place = source.randrange(len(frames))
        frames[place] = damage(source, frames[place])
    data = b"".join(frames)
    pieces = [data]
    if number % 2:
        cuts = sorted(source.randrange(len(data)) for _ in range(20))
        pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)])]
    return data, pieces


def without_reasons(data):
    """The answer, but of a close frame only the code."""
    place = 0
    while place < len(data):
        opcode, length = data[place] & 0x0F, data[place + 1]
        if opcode == CLOSE:
            return data[:place] + bytes([data[place], min(length, 2)]) + data[place + 2 : place + 4]
        size = {126: 2, 127: 8}.get(length, 0)
        place += 2 + size + (int.from_bytes(data[place + 2 : place + 2 + size], "big") if size else length)
    return data


@pytest.mark.parametrize("number", range(CONVERSATIONS))
def test_random_frames_are_answered_as_by_a_second_reader(echo, number):
    data, pieces = conversation(number)
    client = RawWebSocket(echo.host, echo.port, "random")
    with suppress(ConnectionError):  # refused before the end: the answer says why
        for piece in pieces:
            client.send(piece)
        client.finish_sending()
    assert without_reasons(client.read_to_end()) == Reader(data).respond()
    client.close()


def test_the_conversations_are_of_every_kind():
    answers = [without_reasons(Reader(conversation(number)[0]).respond())[-4:] for number in range(CONVERSATIONS)]
    for code in (1000, 1002, 1007, 3000):
        assert any(answer == b"\x88\x02" + code.to_bytes(2, "big") for answer in answers), code
    assert sum(not answer.startswith(b"\x88\x02") for answer in answers) > CONVERSATIONS // 4
