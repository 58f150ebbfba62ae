"""Peers that have finished sending (FIN) and go on reading."""

import time

import pytest

from daemon import eventually
from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, TEXT, UPGRADE, close_payload, frame, header

SIZE = 8 << 20
LEFT = "Client #alice left the chat"


@pytest.fixture
def big(site):
    with open(site / "big.bin", "wb") as file:
        file.truncate(SIZE)
    return "/static/big.bin"


# HTTP


def test_the_answer_to_a_request_still_arrives_whole(server, big):
    client = server.raw(receive_buffer=1 << 16)
    client.request(big)
    client.finish_sending()
    response = client.read_response()
    assert (response.status, len(response.body)) == (200, SIZE)
    client.expect_end()


def test_the_answers_to_pipelined_requests_still_arrive(server):
    client = server.raw()
    client.send(client.request_bytes("/static/hello.txt") * 20)
    client.finish_sending()
    for _ in range(20):
        assert client.read_response().text() == "Hello, world"
    client.expect_end()


@pytest.mark.parametrize("part", ["GET", "GET / HTTP/1.1\r\nHost: localhost", "POST / HTTP/1.1\r\nContent-Length: 9"])
def test_half_a_request_is_the_end(server, part):
    client = server.raw()
    client.send(part.encode())
    client.finish_sending()
    began = time.monotonic()
    client.read_to_end()
    assert time.monotonic() - began < 2, "at once, not by a deadline"


# WebSocket


def test_a_handshake_before_the_end_is_answered_and_ends(server):
    for n in range(10):
        client = server.raw()
        client.request(f"/ws/guest{n}", UPGRADE)
        client.finish_sending()
        assert client.read_response().status == 101
        client.read_to_end()


def answer_to_a_message(alice):
    alice.send_text("alice:to myself")
    return lambda: alice.expect_message("Client #alice says: to myself")


def answer_to_a_ping(alice):
    alice.send_frame(PING, b"still there?")
    return lambda: alice.expect_frame(10, b"still there?")


def answer_to_a_close(alice):
    alice.send_close(1000)
    return lambda: alice.expect_frame(CLOSE, close_payload(1000))


@pytest.mark.parametrize("phase", [answer_to_a_message, answer_to_a_ping, answer_to_a_close])
def test_what_was_owed_is_sent_before_the_end(server, phase):
    bob = server.client("bob")
    for _ in range(10):
        alice = server.raw_websocket("alice")
        alice.send_text("bob:hello")
        bob.expect("Client #alice says: hello")
        check = phase(alice)
        alice.finish_sending()
        check()
        alice.read_to_end()
        bob.expect(LEFT)


@pytest.mark.parametrize(
    "part",
    [
        b"",
        header(TEXT, 60_000)[:3],
        frame(TEXT, b"bob:never")[:-2],
        header(BINARY, SIZE) + b"x" * 1000,
        frame(TEXT, b"bob:nev", fin=False) + frame(CONTINUATION, b"er", fin=False),
        frame(CLOSE, close_payload(1000))[:-1],
    ],
    ids=["nothing", "half a header", "half a frame", "part of a large frame", "fragments", "half a close frame"],
)
def test_a_websocket_that_ends_in_the_middle_is_told_once_and_nothing_half_arrives(server, part):
    bob = server.client("bob")
    before = server.descriptor_count()
    for _ in range(10):
        alice = server.raw_websocket("alice")
        alice.send_text("bob:hello")
        bob.expect("Client #alice says: hello")
        alice.send(part)
        alice.finish_sending()
        left = time.monotonic()
        bob.expect(LEFT)
        assert time.monotonic() - left < 2, "at once, not by heartbeat"
        alice.read_to_end()
        alice.close()
    bob.expect_nothing()
    eventually(lambda: server.descriptor_count() <= before, "all descriptors are closed")


def test_one_who_does_not_read_either_is_let_go_at_once(server):
    bob = server.client("bob")
    before = server.descriptor_count()
    alice = server.raw_websocket("alice", receive_buffer=1 << 14)
    bob.send(b"alice:" + bytes(SIZE))
    alice.read_more(4096)
    alice.finish_sending()  # with a large message on its way, which nobody reads
    left = time.monotonic()
    bob.expect(LEFT)
    assert time.monotonic() - left < 2, "not by heartbeat"
    eventually(lambda: server.descriptor_count() <= before, "its descriptor is closed")
    alice.close()
    server.client("alice").expect(b"bob:" + bytes(SIZE))
