"""RFC 9112 against a second reader: requests with a byte too many, too few or changed, and how many answers they get."""

import random
import re
from contextlib import suppress

import pytest

CONVERSATIONS = 300
LAST = b"GET /static/hello.txt HTTP/1.1\r\nHost: sotto\r\nConnection: close\r\n\r\n"

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
START = re.compile(rb"(%s{1,32}) ([!-\"$-~]+) HTTP/1\.([01])\r\n" % TOKEN)
FIELD = re.compile(rb"(%s+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*\r\n" % TOKEN)
HOST = re.compile(rb"(\[[\w.~!$&'()*+,;=:-]+\]|([\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(:[0-9]*)?", re.ASCII)
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})([ \t]*;[\t -~\x80-\xff]*)?\r\n")


class Refused(Exception):
    """What follows is no request."""


class Reader:
    """How many answers a stretch of bytes gets, found line by line. The bytes end with an empty line."""

    def __init__(self, data):
        self.data, self.place, self.methods = data, 0, []

    def read(self):
        """The methods of the requests that are answered, and whether something else follows them."""
        try:
            while self.read_request():
                pass
        except EOFError:
            return self.methods, False
        except Refused:
            return self.methods, True
        return self.methods, False

    def match(self, pattern):
        found = pattern.match(self.data, self.place)
        if found is None:
            raise Refused
        self.place = found.end()
        return found

    def skip(self, text):
        """Whether `text` follows; the end of the data may cut it."""
        if self.data.startswith(text, self.place):
            self.place += len(text)
            return True
        if text.startswith(self.data[self.place :]):
            raise EOFError
        return False

    def require(self, condition):
        if not condition:
            raise Refused

    def read_fields(self):
        fields = []
        while not self.skip(b"\r\n"):
            name, value = self.match(FIELD).groups()
            fields.append((name.lower(), value))
        return fields

    def read_request(self):
        """False when the connection is to end behind this one."""
        empty = 0
        while self.skip(b"\r\n"):
            empty += 1
            self.require(empty <= 4)
        method, target, minor = self.match(START).groups()
        self.require(target.startswith(b"/") and not re.search(rb"%(?![0-9A-Fa-f]{2})", target))
        fields = self.read_fields()

        def values(name):
            return [value for key, value in fields if key == name]

        def members(name):
            return [member.strip(b" \t") for value in values(name) for member in value.split(b",")]

        hosts = values(b"host")
        self.require(len(hosts) == 1 or (not hosts and minor == b"0"))
        self.require(all(HOST.fullmatch(host) for host in hosts))
        if values(b"transfer-encoding"):
            self.require(minor == b"1" and not values(b"content-length"))
            self.require([coding.lower() for coding in members(b"transfer-encoding")] == [b"chunked"])
            self.read_chunks()
        elif values(b"content-length"):
            lengths = members(b"content-length")
            self.require(all(re.fullmatch(rb"[0-9]+", length) for length in lengths))
            self.require(len({int(length) for length in lengths}) == 1 and int(lengths[0]) <= 1 << 20)
            self.read_data(int(lengths[0]))
        self.methods.append(method.decode())
        options = {option.lower() for option in members(b"connection")}
        return b"close" not in options and (minor == b"1" or b"keep-alive" in options)

    def read_data(self, size):
        self.place += size
        if self.place > len(self.data):
            raise EOFError

    def read_chunks(self):
        total, size = 0, None
        while size != 0:
            size = int(self.match(CHUNK)[1], 16)
            total += size
            self.require(total <= 1 << 20)
            if size:
                self.read_data(size)
                self.require(self.skip(b"\r\n"))
        self.read_fields()


FIELDS = [
    b"X-A: b",
    b"X-A:",
    b"Accept: text/html, */*;q=0.8",
    b"Connection: keep-alive",
    b"Transfer-Encoding: chunked",
    b"Content-Length: 5",
    b"Content-Length: 5, 5",
    b"Host: sotto",
]


def request(source):
    """A request that is right, or nearly so."""
    method = source.choice([b"GET", b"HEAD", b"POST", b"M-SEARCH"])
    target = source.choice([b"/static/hello.txt", b"/nowhere?a=%20b", b"/healthz"])
    lines = [method + b" " + target + b" HTTP/1." + source.choice([b"1", b"1", b"1", b"0"]), b"Host: sotto:80"]
    lines += source.sample(FIELDS[:4], source.randrange(3))
    body = b""
    match source.randrange(8):
        case 0 | 1:
            body = source.choice([b"hello", LAST, b"0\r\n\r\n"])
            lines.append(b"Content-Length: %d" % len(body))
        case 2 | 3:
            chunks = [source.choice([b"x", LAST, b"\r\n"]) for _ in range(source.randrange(3))]
            ends = [source.choice([b"", b"", b";a=b", b" ;a"]) for _ in chunks]
            body = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), end, chunk) for chunk, end in zip(chunks, ends))
            body += source.choice([b"0\r\n\r\n", b"00\r\nX-A: b\r\n\r\n"])
            lines.append(b"Transfer-Encoding: chunked")
        case 4:
            lines.append(source.choice(FIELDS))
    if source.random() < 0.3:
        lines[1:] = source.sample(lines[1:], len(lines) - 1)
    return b"\r\n".join([*lines, b"", b""]) + body


def damage(source, data):
    """Changes a bit, drops a byte, doubles it, or puts an odd one in its place or before it."""
    place = source.randrange(len(data))
    before, byte, after = data[:place], data[place : place + 1], data[place + 1 :]
    odd = source.choice([b"\r", b"\n", b"\0", b" ", b"\t", b":", b",", b"\x0b", b"\xff", b"\r\n", b"0", b"-"])
    flipped = bytes([byte[0] ^ 1 << source.randrange(8)])
    return before + source.choice([flipped, b"", byte + byte, odd, odd + byte]) + after


def conversation(number):
    source = random.Random(number)
    requests = [request(source) for _ in range(source.randrange(1, 4))]
    for _ in range(source.choice([0, 1, 1, 1, 2])):
        place = source.randrange(len(requests))
        requests[place] = damage(source, requests[place])
    return b"".join(requests) + LAST, number % 3 == 0


def answers(connection, methods):
    """The statuses of these answers, and of one more if there is one."""
    statuses = [connection.read_response(method).status for method in methods]
    with suppress(EOFError, ConnectionError):
        # What is refused is answered as GET is, whatever it may have been.
        statuses.append(connection.read_response().status)
    return statuses


@pytest.mark.parametrize("number", range(CONVERSATIONS))
def test_random_requests_are_counted_as_by_a_second_reader(lasting_server, number):
    data, by_byte = conversation(number)
    connection = lasting_server.raw()
    with suppress(ConnectionError):  # refused before the end: the answer says why
        (connection.send_byte_by_byte if by_byte else connection.send)(data)
        connection.finish_sending()
    methods, is_refused = Reader(data).read()
    statuses = answers(connection, methods)
    assert len(statuses) == len(methods) + is_refused
    assert all(status in (200, 404, 405) for status in statuses[: len(methods)])
    assert all(status in (400, 413, 501, 505) for status in statuses[len(methods) :])
    connection.expect_end()


def test_the_conversations_are_of_every_kind():
    read = [Reader(conversation(number)[0]).read() for number in range(CONVERSATIONS)]
    assert sum(is_refused for _, is_refused in read) > CONVERSATIONS // 5
    assert sum(not is_refused for _, is_refused in read) > CONVERSATIONS // 5
    assert {len(methods) for methods, _ in read} >= {0, 1, 2, 3, 4}
