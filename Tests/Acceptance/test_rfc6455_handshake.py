"""RFC 6455 §1.3, §4.2 and §4.4, clause by clause: the opening handshake, as its bytes."""

import re

import pytest

from raw_http import RawConnection

START = b"GET /chat HTTP/1.1\r\n"
HOST = b"Host: server.example.com\r\n"
UPGRADE = b"Upgrade: websocket\r\n"
CONNECTION = b"Connection: Upgrade\r\n"
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
VERSION = b"Sec-WebSocket-Version: 13\r\n"
FIELDS = HOST + UPGRADE + CONNECTION + KEY + VERSION


def accepted(accept=b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="):
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\nX-Content-Type-Options: nosniff\r\nDate: *\r\n\r\n"
    )


def with_key(key):
    return START + HOST + UPGRADE + CONNECTION + b"Sec-WebSocket-Key: " + key + b"\r\n" + VERSION + b"\r\n"


ACCEPTED = {
    "1.3 the example": (START + FIELDS + b"\r\n", accepted()),
    "1.3 with all that browsers send": (
        START
        + FIELDS
        + b"Origin: http://server.example.com\r\nPragma: no-cache\r\nCache-Control: no-cache\r\nUser-Agent: x\r\n"
        + b"Accept-Encoding: gzip, deflate\r\nCookie: a=b; c=d\r\n\r\n",
        accepted(),
    ),
    "4.2.1 the fields in another order": (
        START + VERSION + KEY + CONNECTION + UPGRADE + HOST + b"\r\n",
        accepted(),
    ),
    "4.2.1 names in capitals": (START + HOST + (UPGRADE + CONNECTION).upper() + KEY + VERSION + b"\r\n", accepted()),
    "4.2.1 names in small letters": (
        START
        + HOST.lower()
        + UPGRADE.lower()
        + CONNECTION.lower()
        + b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n",
        accepted(),
    ),
    "4.2.1 no space behind colons": ((START + FIELDS + b"\r\n").replace(b": ", b":"), accepted()),
    "4.2.1 spaces and tabs around values": (
        START
        + HOST
        + b"Upgrade: \t websocket \t\r\nConnection:\tUpgrade\t\r\n"
        + b"Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ==  \r\nSec-WebSocket-Version:  13  \r\n\r\n",
        accepted(),
    ),
    "4.2.1 websocket among other protocols": (
        START + HOST + b"Upgrade: h2c, , WebSocket\r\n" + CONNECTION + KEY + VERSION + b"\r\n",
        accepted(),
    ),
    "4.2.1 two Upgrade fields": (
        START + HOST + b"Upgrade: h2c\r\n" + UPGRADE + CONNECTION + KEY + VERSION + b"\r\n",
        accepted(),
    ),
    "4.2.1 upgrade among other options": (
        START + HOST + UPGRADE + b"Connection: keep-alive, upgrade\r\n" + KEY + VERSION + b"\r\n",
        accepted(),
    ),
    "4.2.1 two Connection fields": (
        START + HOST + UPGRADE + b"Connection: keep-alive\r\n" + CONNECTION + KEY + VERSION + b"\r\n",
        accepted(),
    ),
    "4.2.1 a length of zero": (START + FIELDS + b"Content-Length: 0\r\n\r\n", accepted()),
    "4.2.1 the absolute form": (
        b"GET http://server.example.com/chat HTTP/1.1\r\n" + FIELDS + b"\r\n",
        accepted(),
    ),
    "4.2.1 an empty line before it": (b"\r\n" + START + FIELDS + b"\r\n", accepted()),
    "4.2.2 the accept of another key": (
        with_key(b"x3JJHMbDL1EzLkh9GBhXDw=="),
        accepted(b"HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
    ),
    "4.2.2 the accept of a key of zeros": (
        with_key(b"AAAAAAAAAAAAAAAAAAAAAA=="),
        accepted(b"ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
    ),
    "4.2.2 the accept of a key with + and /": (
        with_key(b"++++////++++////++++/w=="),
        accepted(b"Abb5WqAfN8inVRqTqqqlPRlFfYg="),
    ),
    "4.2.2 no extension and no subprotocol is named that nobody knows": (
        START + FIELDS + b"Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: x-unknown; y=1\r\n\r\n",
        accepted(),
    ),
    "4.2.2 frames behind the request": (
        START + FIELDS + b"\r\n\x81\x82\0\0\0\0hi\x89\x80\0\0\0\0",
        accepted() + b"\x81\x02hi\x8a\x00",
    ),
    "5.2 a request behind the request is a frame, and a wrong one": (
        START + FIELDS + b"\r\n" + START + FIELDS + b"\r\n",
        accepted() + b"\x88\x13\x03\xeareserved bits set",
    ),
}

# What is wrong, the status, and the fields that this status asks for.
WRONG_UPGRADE = (426, {"upgrade": "websocket", "connection": "Upgrade, close"})
WRONG_VERSION = (426, {"upgrade": "websocket", "sec-websocket-version": "13"})
BAD = (400, {})

REFUSED = {
    "4.2.1 POST": (b"POST /chat HTTP/1.1\r\n" + FIELDS + b"\r\n", (405, {"allow": "GET"})),
    "4.2.1 HEAD": (b"HEAD /chat HTTP/1.1\r\n" + FIELDS + b"\r\n", (405, {"allow": "GET"})),
    "4.2.1 get": (b"get /chat HTTP/1.1\r\n" + FIELDS + b"\r\n", (405, {"allow": "GET"})),
    "4.2.1 OPTIONS": (b"OPTIONS /chat HTTP/1.1\r\n" + FIELDS + b"\r\n", (405, {"allow": "GET"})),
    "4.2.1 HTTP/1.0": (b"GET /chat HTTP/1.0\r\n" + FIELDS + b"\r\n", WRONG_UPGRADE),
    "4.2.1 HTTP/1.2": (b"GET /chat HTTP/1.2\r\n" + FIELDS + b"\r\n", (505, {})),
    "4.2.1 HTTP/2.0": (b"GET /chat HTTP/2.0\r\n" + FIELDS + b"\r\n", (505, {})),
    "4.2.1 no Host": (START + UPGRADE + CONNECTION + KEY + VERSION + b"\r\n", BAD),
    "4.2.1 two Hosts": (START + HOST + FIELDS + b"\r\n", BAD),
    "4.2.1 no Upgrade": (START + HOST + CONNECTION + KEY + VERSION + b"\r\n", WRONG_UPGRADE),
    "4.2.1 Upgrade to h2c": (START + HOST + b"Upgrade: h2c\r\n" + CONNECTION + KEY + VERSION + b"\r\n", WRONG_UPGRADE),
    "4.2.1 Upgrade to websockets": (
        START + HOST + b"Upgrade: websockets\r\n" + CONNECTION + KEY + VERSION + b"\r\n",
        WRONG_UPGRADE,
    ),
    "4.2.1 an empty Upgrade": (START + HOST + b"Upgrade:\r\n" + CONNECTION + KEY + VERSION + b"\r\n", WRONG_UPGRADE),
    "4.2.1 no Connection": (START + HOST + UPGRADE + KEY + VERSION + b"\r\n", WRONG_UPGRADE),
    "4.2.1 Connection: keep-alive": (
        START + HOST + UPGRADE + b"Connection: keep-alive\r\n" + KEY + VERSION + b"\r\n",
        WRONG_UPGRADE,
    ),
    "4.2.1 Connection: upgraded": (
        START + HOST + UPGRADE + b"Connection: upgraded\r\n" + KEY + VERSION + b"\r\n",
        WRONG_UPGRADE,
    ),
    "4.2.1 no key": (START + HOST + UPGRADE + CONNECTION + VERSION + b"\r\n", BAD),
    "4.2.1 two keys": (START + FIELDS + KEY + b"\r\n", BAD),
    "4.2.1 an empty key": (with_key(b""), BAD),
    "4.2.1 a key of 15 bytes": (with_key(b"AAAAAAAAAAAAAAAAAAAA"), BAD),
    "4.2.1 a key of 17 bytes": (with_key(b"AAAAAAAAAAAAAAAAAAAAAAA="), BAD),
    "4.2.1 a key without padding": (with_key(b"dGhlIHNhbXBsZSBub25jZQ"), BAD),
    "4.2.1 a key of the other alphabet": (with_key(b"----____----____----_w=="), BAD),
    "4.2.1 a key with a space in it": (with_key(b"dGhlIHNhbXBs ZSBub25jZQ=="), BAD),
    "4.2.1 a key that is no Base64": (with_key(b"\xff" * 24), BAD),
    "4.4 no version": (START + HOST + UPGRADE + CONNECTION + KEY + b"\r\n", WRONG_VERSION),
    **{
        f"4.4 version {version or 'empty'}": (
            START + HOST + UPGRADE + CONNECTION + KEY + f"Sec-WebSocket-Version: {version}\r\n\r\n".encode(),
            WRONG_VERSION,
        )
        for version in ("", "0", "7", "8", "12", "14", "013", "13.0", "255", "256", "8, 13", "13, 13", "-13", "x")
    },
    "4.4 two versions": (START + FIELDS + VERSION + b"\r\n", WRONG_VERSION),
    "4.1 an empty list of subprotocols": (START + FIELDS + b"Sec-WebSocket-Protocol:\r\n\r\n", BAD),
    "4.1 a list of nothing": (START + FIELDS + b"Sec-WebSocket-Protocol: , ,\r\n\r\n", BAD),
    "4.1 a subprotocol that is no token": (START + FIELDS + b"Sec-WebSocket-Protocol: a/b\r\n\r\n", BAD),
    "4.1 a subprotocol with a space in it": (START + FIELDS + b"Sec-WebSocket-Protocol: a b\r\n\r\n", BAD),
    "4.1 a subprotocol twice": (START + FIELDS + b"Sec-WebSocket-Protocol: a, b, a\r\n\r\n", BAD),
    "4.1 a subprotocol twice, in two fields": (
        START + FIELDS + b"Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n\r\n",
        BAD,
    ),
    "9112 6 a body": (START + FIELDS + b"Content-Length: 2\r\n\r\nhi", BAD),
    "9112 6 a body in chunks": (START + FIELDS + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BAD),
    "5.1 a frame instead of a request": (b"\x81\x82\0\0\0\0hi", BAD),
    "10.2 a page from elsewhere": (START + FIELDS + b"Origin: http://evil.example\r\n\r\n", (403, {})),
    "10.2 a page from nowhere": (START + FIELDS + b"Origin: null\r\n\r\n", (403, {})),
    "10.2 a page of another port": (START + FIELDS + b"Origin: http://server.example.com:81\r\n\r\n", (403, {})),
}


def connect(echo, request, in_crumbs):
    connection = RawConnection(echo.host, echo.port)
    try:
        if in_crumbs:
            connection.send_byte_by_byte(request)
        else:
            connection.send(request)
    except ConnectionError:
        pass  # refused before the end: the answer says why
    return connection


@pytest.mark.parametrize("in_crumbs", [False, True], ids=["whole", "crumbs"])
@pytest.mark.parametrize("request_bytes, answer", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(echo, request_bytes, answer, in_crumbs):
    connection = connect(echo, request_bytes, in_crumbs)
    head = connection.read_until(b"\r\n\r\n")
    head = re.sub(rb"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", b"Date: *", head)
    assert head + connection.read_exactly(len(answer) - len(head)) == answer
    connection.close()


@pytest.mark.parametrize("in_crumbs", [False, True], ids=["whole", "crumbs"])
@pytest.mark.parametrize("request_bytes, refusal", REFUSED.values(), ids=REFUSED.keys())
def test_refused(echo, request_bytes, refusal, in_crumbs):
    connection = connect(echo, request_bytes, in_crumbs)
    response = connection.read_response(request_bytes.split(b" ")[0].decode("latin-1"))
    status, fields = refusal
    assert response.status == status
    assert {name: response.headers.get(name) for name in fields} == fields
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sec-websocket-accept" not in response.headers
    connection.expect_end()
    connection.close()
