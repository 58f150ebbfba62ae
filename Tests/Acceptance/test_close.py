"""The closing handshake (RFC 6455 §7) and the end of the TCP connection; all codes are in test_rfc6455_closing.py."""

import pytest

from raw_websocket import CLOSE, PING, TEXT, close_payload, frame


@pytest.fixture
def alice(server):
    return server.raw_websocket("alice")


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_valid_close_code_is_echoed_and_the_connection_ends(alice, code):
    alice.send_close(code)
    assert alice.read_frame().close_code() == code
    alice.expect_end()


def test_a_close_without_a_code_is_answered_and_the_connection_ends(alice):
    alice.send_close()
    assert alice.read_frame().close_code() in (None, 1000)
    alice.expect_end()


@pytest.mark.parametrize("reason", [b"bye", "grüße 😀".encode(), b"x" * 123])
def test_a_close_with_a_reason_is_answered_with_its_code(alice, reason):
    alice.send_close(1000, reason)
    assert alice.read_frame().close_code() == 1000
    alice.expect_end()


def test_nothing_after_the_close_frame_counts(server, alice):
    bob = server.client("bob")
    alice.send(frame(TEXT, b"bob:before") + frame(CLOSE, close_payload(1000)) + frame(TEXT, b"bob:after") + frame(PING))
    alice.expect_frame(CLOSE, close_payload(1000))
    assert alice.read_to_end() == b""
    bob.expect("Client #alice says: before", "Client #alice left the chat")
    bob.expect_nothing()


def test_what_was_sent_before_the_close_frame_is_answered_before_it(alice):
    alice.send(
        frame(TEXT, b"alice:one")
        + frame(TEXT, b"alice:two")
        + frame(PING, b"three")
        + frame(CLOSE, close_payload(1000))
    )
    code, frames = alice.read_until_close()
    assert code == 1000
    payloads = [received.payload for received in frames]
    assert [p for p in payloads if p != b"three"] == [b"Client #alice says: one", b"Client #alice says: two"]
    alice.expect_end()


def test_a_client_that_ends_without_a_close_frame_leaves_nothing_behind(server):
    server.raw_websocket("warm").expect_echo()
    before = server.descriptor_count()
    for n in range(20):
        client = server.raw_websocket(f"client{n}")
        client.finish_sending()
        client.read_to_end()  # the server ends its side as well
        client.close()
    server.get("/healthz")
    assert server.descriptor_count() <= before + 1


def test_a_client_that_never_ends_its_side_of_a_closed_connection_is_let_go(start):
    daemon = start("--heartbeat-interval", "0.3", "--heartbeat-timeout", "0.2")
    client = daemon.raw_websocket("alice")
    client.send_frame(3)  # a violation
    assert client.read_frame().close_code() == 1002
    client.expect_end()  # though the close frame was never answered


def test_a_close_frame_reaches_a_client_that_goes_on_sending(server, alice):
    alice.send_in_background(b"\x83" + bytes(20 << 20))
    assert alice.read_frame().close_code() == 1002
    alice.expect_end()
