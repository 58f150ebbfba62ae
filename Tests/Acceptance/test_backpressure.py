"""Clients that do not read: let go, at nobody else's cost, and nothing of theirs is lost."""

import time

import pytest

from raw_websocket import CLOSE, PING, TEXT, frame

KIBIBYTE, MEBIBYTE = 1 << 10, 1 << 20
SIZE = 64 * KIBIBYTE
LEFT = "Client #bob left the chat"


@pytest.fixture
def server(start):
    return start("--max-queue", "1MiB")


@pytest.fixture
def alice(server):
    return server.raw_websocket("alice")


def send_until_let_go(alice, target="bob"):
    """Numbered messages to somebody who does not read, until he is let go; the number of them."""
    for n in range(0, 1000, 10):  # 62 MiB at most: the kernel takes a few
        for m in range(n, n + 10):
            alice.send_binary(f"{target}:{m:04d}".encode() + bytes(SIZE))
        alice.send_text("alice:so far")
        while (message := alice.read_message()) != "Client #alice says: so far":
            if message == f"Client #{target} left the chat":
                alice.send_text("alice:end")
                while alice.read_message() != "Client #alice says: end":
                    pass
                return n + 10
    raise AssertionError("62 MiB were not enough to be let go")


def numbers(frames):
    for received in frames:
        assert len(received.payload) == len("alice:0000") + SIZE
    return [int(received.payload[6:10]) for received in frames]


def read_what_is_left(client):
    """The frames until the connection ends, and the close code if one came."""
    frames, code = [], None
    try:
        while True:
            received = client.read_frame()
            if received.opcode == CLOSE:
                code = received.close_code()
            elif received.opcode != PING:
                frames.append(received)
    except (EOFError, ConnectionResetError):
        return frames, code


def test_who_never_reads_is_let_go_and_gets_what_was_missed_on_the_next_connection(server, alice):
    bob = server.raw_websocket("bob", receive_buffer=1 << 16)
    sent = send_until_let_go(alice)
    frames, code = read_what_is_left(bob)
    assert code in (4202, None)  # None: it could not be sent
    seen = numbers(frames)
    assert seen == list(range(len(seen)))
    again = server.raw_websocket("bob")
    again.send_text("bob:marker")
    missed = []
    while (received := again.read_frame()).opcode != TEXT:
        missed.append(received)
    kept = numbers(missed)
    assert kept == list(range(kept[0], sent)), "without a gap, to the very last"
    assert kept[0] >= len(seen), "nothing is delivered twice"
    assert code is None or kept[0] == len(seen), "nothing is lost before a close frame"
    assert (sent - kept[0]) * SIZE >= MEBIBYTE - SIZE, "all that was queued when the reader was let go"


def test_a_message_of_which_only_a_part_went_out_is_delivered_again_whole(server, alice):
    bob = server.raw_websocket("bob", receive_buffer=1 << 16)
    alice.send_binary(b"bob:" + bytes(15 * MEBIBYTE))  # fits: the queue was empty
    alice.send_text("bob:one too many")
    alice.expect_message(LEFT)
    bob.read_to_end()
    again = server.raw_websocket("bob")
    again.expect_message(b"alice:" + bytes(15 * MEBIBYTE))
    again.expect_message("Client #alice says: one too many")
    again.expect_echo()


def test_what_is_lost_on_the_way_is_no_more_than_the_kernel_had_taken(server, alice):
    bob = server.raw_websocket("bob", receive_buffer=1 << 16)
    sent = send_until_let_go(alice)
    again = server.raw_websocket("bob")
    again.send_text("bob:marker")
    first = again.read_message()
    in_kernel = int(first[6:10])
    # tcp_wmem allows 4 MiB by default, and 64 KiB are the window that bob opened.
    assert in_kernel * SIZE < 8 * MEBIBYTE and in_kernel < sent
    bob.close()


def test_a_stuck_reader_does_not_slow_its_sender_or_anybody_else(start):
    server = start("--max-queue", "64MiB")
    alice, carol = server.client("alice"), server.client("carol")
    server.raw_websocket("bob", receive_buffer=1 << 16)
    for n in range(500):  # 31 MiB pile up for bob
        alice.send(b"bob:" + bytes(SIZE))
        alice.send(f"carol:{n}")
        carol.expect(f"Client #alice says: {n}")
        carol.send(f"alice:{n}")
        alice.expect(f"Client #carol says: {n}")


def test_a_message_within_the_limit_always_fits_an_empty_queue(start):
    server = start("--max-queue", "1KiB")
    alice, bob = server.client("alice"), server.raw_websocket("bob")
    for _ in range(5):
        alice.send(b"bob:" + bytes(8 * MEBIBYTE))
        bob.expect_message(b"alice:" + bytes(8 * MEBIBYTE))
    alice.expect_nothing()


def test_memory_is_bounded_by_the_queue(start):
    server = start("--max-queue", "4MiB", "--max-mailbox", "1")
    alice = server.raw_websocket("alice")
    alice.expect_echo()
    before = server.resident_bytes()
    for n in range(20):
        server.raw_websocket(f"stuck{n}", receive_buffer=1 << 16)
        send_until_let_go(alice, f"stuck{n}")
    assert server.resident_bytes() - before < 48 * MEBIBYTE  # 80 MiB, if each queue were kept


@pytest.mark.parametrize(
    "payload",
    [frame(PING, bytes(125)), frame(TEXT, b"no colon"), frame(TEXT, b"alice:" + b"x" * 1000)],
    ids=["pings", "mistakes", "messages to oneself"],
)
def test_answers_that_nobody_reads_take_bounded_memory(server, payload):
    server.get("/healthz")
    before = server.resident_bytes()
    flooder = server.raw_websocket("alice", receive_buffer=1 << 16)
    chunk = payload * (SIZE // len(payload))
    flooder.socket.settimeout(1)
    began = time.monotonic()
    try:
        while time.monotonic() - began < 2:
            flooder.send(chunk)
    except (TimeoutError, ConnectionError):
        pass  # it is made to wait, or is let go
    assert server.resident_bytes() - before < 24 * MEBIBYTE
    other = server.client("other")
    other.send("other:hello")
    other.expect("Client #other says: hello")


def test_a_flood_of_pings_does_not_starve_the_others(server):
    flooder, other = server.raw_websocket("flooder", receive_buffer=1 << 16), server.client("other")
    flood, sent = memoryview(frame(PING, bytes(125)) * 200_000), 0  # 26 MB
    flooder.socket.setblocking(False)
    for n in range(200):
        try:
            sent += flooder.socket.send(flood[sent : sent + SIZE])
        except (BlockingIOError, ConnectionError):
            pass  # it is made to wait, or is let go
        asked = time.monotonic()
        other.send(f"other:{n}")
        other.expect(f"Client #other says: {n}")
        assert time.monotonic() - asked < 1
