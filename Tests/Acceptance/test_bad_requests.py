"""HTTP: what is no request, or too much of one, is refused and its connection closes."""

import random

import pytest

HELLO = b"GET /static/hello.txt HTTP/1.1\r\nHost: sotto\r\n\r\n"


def send_and_read(server, request):
    """The response to these bytes."""
    connection = server.raw()
    connection.send(request)
    return connection.read_response()


def assert_refused(server, request, *statuses):
    """The request is answered with one of these statuses, and then the connection closes."""
    connection = server.raw()
    connection.send(request)
    response = connection.read_response()
    assert response.status in statuses
    assert response.headers["x-content-type-options"] == "nosniff"
    connection.expect_end()
    assert server.get("/healthz").status == 200


# What is no request

HOST = b"Host: sotto\r\n"
MALFORMED = {
    "no version": b"GET /\r\n" + HOST + b"\r\n",
    "two spaces before the target": b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n",
    "two spaces before the version": b"GET /  HTTP/1.1\r\n" + HOST + b"\r\n",
    "nothing but a word": b"hello\r\n\r\n",
    "a TLS handshake": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a target that is no path": b"GET healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method that is no token": b"G@T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a control byte in the target": b"GET /\x01 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\n" + HOST + b"X-A : b\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": b\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\r\n  c\r\n\r\n",
    "white space before the first header": b"GET / HTTP/1.1\r\n X-A: b\r\n" + HOST + b"\r\n",
    "a zero byte in a value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\0c\r\n\r\n",
    "a bare LF after the request line": b"GET / HTTP/1.1\n" + HOST + b"\r\n",
    "a bare LF after a header": b"GET / HTTP/1.1\r\nHost: sotto\n\r\n",
    "a bare LF at the end": b"GET / HTTP/1.1\r\nHost: sotto\r\n\n",
    "bare LFs only": b"GET / HTTP/1.1\nHost: sotto\n\n",
    "a bare CR in a value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\rc\r\n\r\n",
    "a bare CR in the request line": b"GET /\r HTTP/1.1\r\n" + HOST + b"\r\n",
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "two Hosts": b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "a length that is no number": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: abc\r\n\r\n",
    "a negative length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a length with a plus": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\n",
    "an empty length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: \r\n\r\n",
    "two different lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a list of different lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1, 2\r\n\r\n",
    "encoding and length": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "length and encoding": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_400_and_closes(server, request_bytes):
    assert_refused(server, request_bytes, 400)


def test_a_length_beyond_all_numbers_is_refused(server):
    assert_refused(server, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999999\r\n\r\n", 400, 413)


@pytest.mark.parametrize(
    "head, status", [(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 20971520\r\n\r\n", 413), (b"nonsense\r\n", 400)]
)
def test_a_refusal_reaches_a_client_that_goes_on_sending(server, head, status):
    # Closed at once, the connection would be reset, and the answer lost with it (RFC 9112 §9.6).
    connection = server.raw()
    connection.send_in_background(head + bytes(20 << 20))
    assert connection.read_response().status == status
    connection.expect_end()


def test_a_refusal_follows_the_answers_to_the_requests_before_it(server):
    connection = server.raw()
    connection.send(HELLO + HELLO + b"nonsense\r\n\r\n" + HELLO)
    assert connection.read_response().text() == "Hello, world"
    assert connection.read_response().text() == "Hello, world"
    assert connection.read_response().status == 400
    connection.expect_end()


@pytest.mark.parametrize("encoding", ["gzip", "gzip, chunked", "identity", "xchunked", "chunked-ish"])
def test_an_unknown_transfer_encoding_is_501_and_closes(server, encoding):
    assert_refused(server, f"POST / HTTP/1.1\r\nHost: sotto\r\nTransfer-Encoding: {encoding}\r\n\r\n".encode(), 501)


@pytest.mark.parametrize("version", ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0"])
def test_another_version_is_505_and_closes(server, version):
    assert_refused(server, f"GET / {version}\r\nHost: sotto\r\n\r\n".encode(), 505)


@pytest.mark.parametrize("request_bytes", [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / http/1.1\r\n" + HOST + b"\r\n"])
def test_what_is_malformed_in_its_version_is_400_or_505_and_closes(server, request_bytes):
    assert_refused(server, request_bytes, 400, 505)


# Limits


def test_a_header_block_of_16_kib_with_its_request_line_passes(server):
    start = b"GET /static/hello.txt HTTP/1.1\r\nHost: sotto\r\nX-Long: "
    request = start + b"x" * (16384 - len(start) - 4) + b"\r\n\r\n"
    assert len(request) == 16384
    assert send_and_read(server, request).text() == "Hello, world"


def test_a_header_block_over_16_kib_is_431_and_closes(server):
    fields = b"Host: sotto\r\nX-Long: "
    fields += b"x" * (16385 - len(fields))
    assert_refused(server, b"GET /static/hello.txt HTTP/1.1\r\n" + fields + b"\r\n\r\n", 431)


def test_many_small_headers_over_16_kib_are_431_and_close(server):
    fields = b"".join(b"X-%d: y\r\n" % n for n in range(2000))
    assert_refused(server, b"GET / HTTP/1.1\r\nHost: sotto\r\n" + fields + b"\r\n", 431)


def test_a_uri_of_8_kib_passes(server):
    path = "/static/hello.txt?" + "x" * (8192 - len("/static/hello.txt?"))
    assert server.get(path).text() == "Hello, world"


def test_a_uri_over_8_kib_is_414_and_closes(server):
    assert_refused(server, b"GET /" + b"x" * 8192 + b" HTTP/1.1\r\nHost: sotto\r\n\r\n", 414)


@pytest.mark.parametrize(
    "beginning", [b"GET /", b"GET / HTTP/1.1\r\nHost: sotto\r\nX-Endless: ", b"X"], ids=["uri", "header", "method"]
)
def test_a_head_without_end_is_refused_and_takes_no_memory(server, beginning):
    before = server.resident_bytes()
    connection = server.raw()
    try:
        connection.send(beginning)
        for _ in range(256):  # 16 MiB, if it is let
            connection.send(b"x" * 65536)
    except ConnectionError:
        pass  # sent away already
    assert server.resident_bytes() - before < 8 << 20
    connection.read_to_end()
    assert server.get("/healthz").status == 200


def test_random_bytes_end_nothing_but_their_connection(server):
    source = random.Random(6455)
    for _ in range(200):
        connection = server.raw()
        try:
            connection.send(HELLO[: source.randrange(len(HELLO))] + source.randbytes(source.randrange(1, 400)))
        except ConnectionError:
            pass
        connection.close()
    assert server.get("/static/hello.txt").text() == "Hello, world"
