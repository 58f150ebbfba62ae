"""HTTP/1.1: what is served, and connections that stay."""

import pytest

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: sotto\r\n\r\n"
HELLO = b"GET /static/hello.txt HTTP/1.1\r\nHost: sotto\r\n\r\n"


def answer(server, request):
    """The response to these bytes."""
    connection = server.raw()
    connection.send(request)
    return connection.read_response()


# What is served


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_healthz_answers_200(server, method):
    assert server.get("/healthz", method=method).status == 200


@pytest.mark.parametrize(
    "path", ["/nowhere", "/index.html", "/hello.txt", "/healthz/x", "/Static/hello.txt", "//", "/static"]
)
def test_other_paths_are_404(server, path):
    assert server.get(path).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["/", "/static/hello.txt", "/healthz"])
def test_other_methods_are_405_and_the_allowed_ones_are_named(server, path, method):
    response = server.get(path, method=method)
    assert response.status == 405
    allowed = [word.strip() for word in response.headers["allow"].split(",")]
    assert "GET" in allowed and "HEAD" in allowed and method not in allowed


def test_a_query_is_not_part_of_the_path(server):
    assert server.get("/static/hello.txt?version=2&x=/../").text() == "Hello, world"
    assert server.get("/?id=1001").text() == "<!DOCTYPE html><title>Welcome</title>"


def test_the_absolute_form_of_a_target_is_understood(server):
    # RFC 9112 §3.2.2: "a server MUST accept the absolute-form in requests".
    response = answer(server, b"GET http://sotto/static/hello.txt HTTP/1.1\r\nHost: sotto\r\n\r\n")
    assert response.text() == "Hello, world"


@pytest.mark.parametrize(
    "path, headers, status",
    [
        ("/", (), 200),
        ("/healthz", (), 200),
        ("/static/hello.txt", (), 200),
        ("/nowhere", (), 404),
        ("/static/nowhere", (), 404),
        ("/static/hello.txt", (("Range", "bytes=0-1"),), 206),
        ("/static/hello.txt", (("Range", "bytes=99-"),), 416),
        ("/static/hello.txt", (("If-None-Match", "*"),), 304),
        ("/ws/alice", (), 426),
        ("/ws/", (), None),
    ],
)
def test_every_response_says_nosniff(server, path, headers, status):
    response = server.get(path, headers)
    assert status in (None, response.status)
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/", "/?x=1", "/static/hello.txt", "/static/nowhere", "/static/", "/nowhere", "/healthz"]
)
@pytest.mark.parametrize("headers", [(), (("If-None-Match", "*"),), (("Connection", "close"),)], ids=str)
def test_head_is_answered_as_get_but_without_a_body(server, path, headers):
    connection = server.raw()
    answers = []
    for method in ["GET", "HEAD"]:
        answer = server.get(path, headers, method)
        del answer.headers["date"]
        answers.append(answer)
    get, head = answers
    assert (head.status, head.headers) == (get.status, get.headers)
    assert head.body == b""
    # Nothing is left behind that could be taken for the next answer.
    connection.request(path, headers, "HEAD")
    connection.read_response("HEAD")
    if headers == (("Connection", "close"),):
        connection.expect_end()
    else:
        assert connection.get("/static/hello.txt").text() == "Hello, world"


# Connections that stay


def test_a_connection_is_kept_for_the_next_request(server):
    connection = server.raw()
    for _ in range(10):
        assert connection.get("/static/hello.txt").text() == "Hello, world"
        assert connection.get("/nowhere").status == 404
        connection.request("/static/hello.txt", method="HEAD")
        assert connection.read_response("HEAD").headers["content-length"] == "12"


def test_a_hundred_requests_in_one_write_are_answered_in_their_order(server, site):
    for n in range(100):
        (site / f"{n}.txt").write_text(f"file {n}")
    connection = server.raw()
    requests = [connection.request_bytes(f"/static/{n}.txt") for n in range(100)]
    connection.send(b"".join(requests))
    for n in range(100):
        assert connection.read_response().text() == f"file {n}"


def test_thousands_of_requests_in_one_write_are_answered_in_their_order(server):
    count = 5000
    connection = server.raw()
    connection.send_in_background((HELLO + HEALTH) * (count // 2))
    for _ in range(count // 2):
        assert connection.read_response().text() == "Hello, world"
        assert connection.read_response().status == 200
    assert connection.get("/static/hello.txt").text() == "Hello, world"


def test_a_pipelined_head_request_has_no_body_to_confuse_the_next(server):
    connection = server.raw()
    connection.send(HELLO.replace(b"GET", b"HEAD") + HEALTH + HELLO)
    assert connection.read_response("HEAD").headers["content-length"] == "12"
    assert connection.read_response().status == 200
    assert connection.read_response().text() == "Hello, world"


def test_a_request_may_arrive_byte_by_byte(server):
    connection = server.raw()
    connection.send_byte_by_byte(HELLO)
    assert connection.read_response().text() == "Hello, world"


def test_a_request_may_be_cut_in_two_anywhere(server):
    connection = server.raw()
    for cut in range(1, len(HELLO)):
        connection.send(HELLO[:cut])
        connection.send(HELLO[cut:])
        assert connection.read_response().text() == "Hello, world"


def test_connection_close_ends_the_connection_after_the_response(server):
    connection = server.raw()
    assert connection.get("/static/hello.txt", [("Connection", "close")]).text() == "Hello, world"
    connection.expect_end()


def test_http_1_0_ends_the_connection_after_the_response_and_needs_no_host(server):
    connection = server.raw()
    connection.send(b"GET /static/hello.txt HTTP/1.0\r\n\r\n")
    assert connection.read_response().text() == "Hello, world"
    connection.expect_end()


def test_a_client_that_has_finished_sending_still_gets_its_answers(server):
    connection = server.raw()
    connection.send(HELLO + HELLO)
    connection.finish_sending()
    assert connection.read_response().text() == "Hello, world"
    assert connection.read_response().text() == "Hello, world"
    connection.expect_end()


BODIES = [
    b"Content-Length: %d\r\n\r\n%s" % (len(HEALTH), HEALTH),
    b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(HEALTH), HEALTH),
]


@pytest.mark.parametrize("body", BODIES, ids=["content-length", "chunked"])
@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_a_body_is_never_taken_for_the_next_request(server, method, body):
    connection = server.raw()
    connection.send(method + b" /static/nowhere HTTP/1.1\r\nHost: sotto\r\n" + body + HELLO)
    assert connection.read_response().status >= 400
    try:
        following = connection.read_response()
    except (EOFError, ConnectionResetError):
        return  # closing is a way not to be confused
    assert following.text() == "Hello, world"
