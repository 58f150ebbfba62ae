"""The opening handshake of /ws/{client_id}: RFC 6455 §4.2, and what is refused."""

import pytest

from raw_websocket import ACCEPT, KEY, TEXT, UPGRADE, frame


def upgrade(server, path="/ws/alice", headers=UPGRADE):
    """The response to an upgrade request with just these headers, on a connection that stays open for the test."""
    connection = server.raw()
    connection.request(path, headers)
    response = connection.read_response()
    response.connection = connection
    return response


def without(name):
    return [(header, value) for header, value in UPGRADE if header.lower() != name.lower()]


def changed(name, value):
    return [*without(name), (name, value)]


# Accepted


def test_the_handshake_of_the_rfc_is_answered_as_in_the_rfc(server):
    response = upgrade(server)
    assert response.status == 101
    assert response.headers["sec-websocket-accept"] == ACCEPT
    assert response.headers["upgrade"].lower() == "websocket"
    assert response.headers["connection"].lower() == "upgrade"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sec-websocket-protocol" not in response.headers
    assert "sec-websocket-extensions" not in response.headers
    assert "content-length" not in response.headers


@pytest.mark.parametrize(
    "name, value",
    [
        ("Upgrade", "WebSocket"),
        ("Upgrade", "h2c, websocket"),
        ("Connection", "keep-alive, Upgrade"),
        ("Connection", "upgrade"),
        ("Connection", "UPGRADE , x"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ],
)
def test_every_form_of_the_upgrade_headers_is_understood(server, name, value):
    assert upgrade(server, headers=changed(name, value)).status == 101


def test_header_names_may_be_in_any_case(server):
    assert upgrade(server, headers=[(name.lower(), value) for name, value in UPGRADE]).status == 101
    assert upgrade(server, headers=[(name.upper(), value) for name, value in UPGRADE]).status == 101


def test_the_handshake_may_arrive_byte_by_byte(server):
    connection = server.raw()
    connection.send_byte_by_byte(connection.request_bytes("/ws/alice", UPGRADE))
    assert connection.read_response().status == 101


def test_a_frame_may_come_in_the_same_packet_as_the_handshake(server):
    connection = server.raw()
    connection.send(connection.request_bytes("/ws/alice", UPGRADE) + frame(TEXT, b"alice:early"))
    assert connection.read_response().status == 101
    assert connection.read_exactly(27) == b"\x81\x19Client #alice says: early"


def test_the_handshake_may_follow_other_requests_on_the_same_connection(server):
    connection = server.raw()
    assert connection.get("/static/hello.txt").text() == "Hello, world"
    connection.send(connection.request_bytes("/healthz") + connection.request_bytes("/ws/alice", UPGRADE))
    assert connection.read_response().status == 200
    assert connection.read_response().status == 101


@pytest.mark.parametrize("offer", ["permessage-deflate", "permessage-deflate; client_max_window_bits, x-unknown"])
def test_extensions_that_are_not_switched_on_are_declined(server, offer):
    response = upgrade(server, headers=[*UPGRADE, ("Sec-WebSocket-Extensions", offer)])
    assert response.status == 101
    assert "sec-websocket-extensions" not in response.headers


def test_a_query_does_not_belong_to_the_id(server):
    alice = server.raw_websocket("alice?x=1")
    alice.send_text("alice:to myself")
    alice.expect_message("Client #alice says: to myself")


# Refused


@pytest.mark.parametrize("missing", ["Upgrade", "Connection"])
def test_without_the_upgrade_headers_it_is_426(server, missing):
    response = upgrade(server, headers=without(missing))
    assert response.status == 426
    assert response.headers["upgrade"].lower() == "websocket"


def test_a_plain_get_is_426(server):
    response = server.get("/ws/alice")
    assert response.status == 426
    assert response.headers["upgrade"].lower() == "websocket"


@pytest.mark.parametrize("version", ["0", "8", "12", "14", "113", "x"])
def test_another_version_is_426_with_the_one_that_is_spoken(server, version):
    response = upgrade(server, headers=changed("Sec-WebSocket-Version", version))
    assert response.status == 426
    assert response.headers["sec-websocket-version"] == "13"


def test_without_a_version_it_is_refused(server):
    assert upgrade(server, headers=without("Sec-WebSocket-Version")).status in (400, 426)


@pytest.mark.parametrize(
    "key", ["", "short", KEY[:-2], KEY + "AA", "dGhlIHNhbXBsZSBub25jZSE=", "!!!!!!!!!!!!!!!!!!!!!!=="]
)
def test_a_key_that_is_not_16_bytes_in_base64_is_400(server, key):
    assert upgrade(server, headers=changed("Sec-WebSocket-Key", key)).status == 400


def test_without_a_key_it_is_400(server):
    assert upgrade(server, headers=without("Sec-WebSocket-Key")).status == 400


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT"])
def test_a_method_other_than_get_does_not_upgrade(server, method):
    connection = server.raw()
    connection.request("/ws/alice", UPGRADE, method)
    assert connection.read_response(method).status in (400, 405, 426)


def test_http_1_0_does_not_upgrade(server):
    connection = server.raw()
    connection.send(connection.request_bytes("/ws/alice", UPGRADE).replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert connection.read_response().status in (400, 426, 505)


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/hello.txt", "/nowhere", "/ws"])
def test_other_paths_do_not_upgrade(server, path):
    assert upgrade(server, path).status != 101


@pytest.mark.parametrize(
    "headers", [without("Upgrade"), changed("Sec-WebSocket-Version", "8"), without("Sec-WebSocket-Key")]
)
def test_a_refusal_says_nosniff(server, headers):
    assert upgrade(server, headers=headers).headers["x-content-type-options"] == "nosniff"


# Subprotocols


@pytest.mark.parametrize("offer", ["sotto.plain", "chat, sotto.plain", "sotto.plain,chat", "a,b , sotto.plain ,c"])
def test_sotto_plain_is_chosen_and_echoed(server, offer):
    response = upgrade(server, headers=[*UPGRADE, ("Sec-WebSocket-Protocol", offer)])
    assert response.status == 101
    assert response.headers["sec-websocket-protocol"] == "sotto.plain"


def test_an_offer_may_be_spread_over_several_headers(server):
    offers = [("Sec-WebSocket-Protocol", "chat"), ("Sec-WebSocket-Protocol", "sotto.plain")]
    response = upgrade(server, headers=[*UPGRADE, *offers])
    assert response.headers["sec-websocket-protocol"] == "sotto.plain"


@pytest.mark.parametrize("offer", ["chat", "mqtt, wamp.2.json", "Sotto.Plain", "sotto", "sotto.plain2", "bearer.abc"])
def test_an_offer_without_a_known_name_is_400_with_the_known_ones(server, offer):
    response = upgrade(server, headers=[*UPGRADE, ("Sec-WebSocket-Protocol", offer)])
    assert response.status == 400
    assert "sotto.plain" in response.text()


# Client ids

ACCEPTED = {
    "1": "1",
    "1001": "1001",
    "%31001": "1001",
    "a" * 64: "a" * 64,
    "%61" * 64: "a" * 64,
    "%C3%A9" * 32: "é" * 32,
    "caf%c3%a9": "café",
    "%F0%9F%98%80": "😀",
    "a+b": "a+b",
    "a%2Bb": "a+b",
    "a.b-c_d~e": "a.b-c_d~e",
    "%23": "#",
    "%3F": "?",
    "%25": "%",
    "%2541": "%41",
    "a%5Cb": "a\\b",
    "*": "*",
    "a@b": "a@b",
    "%22": '"',
    "%3Cb%3E": "<b>",
    "%E2%80%8B": "\u200b",
    "%EF%BB%BF": "\ufeff",  # zero width space and BOM are neither Cc nor White_Space
}

REFUSED = {
    "empty": "",
    "65 bytes": "a" * 65,
    "65 bytes of two each": "%C3%A9" * 32 + "a",
    "65 encoded bytes": "%61" * 65,
    "colon": "a:b",
    "encoded colon": "a%3Ab",
    "slash": "a/b",
    "encoded slash": "a%2Fb",
    "slash at the end": "a/",
    "zero": "a%00",
    "control": "%1Fa",
    "tab": "a%09b",
    "line feed": "a%0A",
    "carriage return": "%0Da",
    "delete": "a%7F",
    "C1 control": "a%C2%80",
    "last C1 control": "a%C2%9F",
    "next line": "a%C2%85",
    "space": "a%20b",
    "no-break space": "a%C2%A0b",
    "ogham space": "%E1%9A%80",
    "en quad": "a%E2%80%80",
    "hair space": "a%E2%80%8A",
    "line separator": "a%E2%80%A8",
    "paragraph separator": "%E2%80%A9a",
    "narrow no-break space": "a%E2%80%AFb",
    "mathematical space": "a%E2%81%9Fb",
    "ideographic space": "%E3%80%80",
    "not UTF-8": "%FF",
    "half a character": "a%C3",
    "overlong": "%C0%80",
    "surrogate": "%ED%A0%80",
    "beyond Unicode": "%F4%90%80%80",
}


@pytest.mark.parametrize("path, client_id", ACCEPTED.items(), ids=range(len(ACCEPTED)))
def test_an_id_is_1_to_64_bytes_of_decoded_utf_8(server, path, client_id):
    client = server.raw_websocket(path)
    client.send_text(f"{client_id}:hi")
    client.expect_message(f"Client #{client_id} says: hi")


@pytest.mark.parametrize("path", REFUSED.values(), ids=REFUSED.keys())
def test_any_other_id_is_400_with_a_sentence_that_says_so(server, path):
    response = upgrade(server, f"/ws/{path}")
    assert response.status == 400
    assert "id" in response.text() and len(response.text().split()) >= 4
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["a%", "a%4", "a%zz", "%4G"])
def test_an_id_in_a_broken_encoding_is_400(server, path):
    assert upgrade(server, f"/ws/{path}").status == 400
