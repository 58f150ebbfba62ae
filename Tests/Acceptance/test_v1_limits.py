"""sotto.v1: what is refused because there is too much of it, and that the sender is told."""

import json
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from raw_websocket import TEXT, frame

V1 = [("Sec-WebSocket-Protocol", "sotto.v1")]
MEBIBYTE = 1 << 20


def send(client, id, to="bob", **body):
    client.do("send", to=to, id=id, **(body or {"text": "x"}))


# --max-mailbox


def test_a_full_mailbox_of_somebody_absent_refuses_and_says_so(start_storing):
    server = start_storing("--max-mailbox", "3")
    alice = server.v1("alice")
    for n in range(3):
        alice.say("bob", f"m{n}", str(n))
    for n in range(3, 6):
        send(alice, f"m{n}")
        alice.expect_error("mailbox_full", id=f"m{n}")
    alice.send_bytes("bob", "bytes", b"x")
    alice.expect_error("mailbox_full", id="bytes")
    alice.say("carol", "other", "x")
    bob = server.v1("bob")
    assert bob.texts(3) == ["0", "1", "2"], "nothing is evicted"
    bob.expect_nothing()
    assert len(alice.history("bob")["messages"]) == 3


def test_a_full_mailbox_of_somebody_online_refuses_until_they_acknowledge(start_storing):
    server = start_storing("--max-mailbox", "3")
    alice, bob = server.v1("alice"), server.v1("bob")
    for n in range(3):
        alice.say("bob", f"m{n}", str(n))
    seqs = [bob.expect("message")["seq"] for _ in range(3)]
    send(alice, "m3")
    alice.expect_error("mailbox_full", id="m3")
    bob.expect_nothing()
    bob.received(seqs[1])
    alice.expect("delivered", id="m1")
    for n in (4, 5):
        alice.say("bob", f"m{n}", str(n))
    send(alice, "m6")
    alice.expect_error("mailbox_full", id="m6")
    assert bob.texts(2) == ["4", "5"]


def test_all_senders_share_a_mailbox_and_plain_ones_are_told_too(start_storing):
    server = start_storing("--max-mailbox", "2")
    alice, plain = server.v1("alice"), server.client("plain")
    alice.say("bob", "m", "x")
    plain.send("bob:kept")
    assert "is offline" in plain.receive()
    plain.send("bob:too much")
    plain.expect_error()
    send(alice, "m2")
    alice.expect_error("mailbox_full", id="m2")
    bob = server.v1("bob")
    assert bob.texts(2) == ["x", "kept"]


def test_a_mailbox_holds_64_mib(start_storing):
    server = start_storing()
    alice = server.v1("alice")
    for n in range(4):
        alice.send_bytes("bob", f"m{n}", bytes(15 * MEBIBYTE))
        alice.expect("accepted", id=f"m{n}")
    alice.send_bytes("bob", "m4", bytes(15 * MEBIBYTE))
    alice.expect_error("mailbox_full", id="m4")
    bob = server.v1("bob")
    for n in range(4):
        assert len(bob.expect("message", id=f"m{n}")["payload"]) == 15 * MEBIBYTE
    bob.expect_nothing()


def test_the_default_is_10_000_messages(start_storing):
    server = start_storing()
    alice = server.raw_websocket("alice", headers=V1)
    alice.read_message()
    written = (b'{"type":"send","to":"bob","id":"m%d","text":"%d"}' % (n, n) for n in range(10_001))
    alice.send_in_background(b"".join(frame(TEXT, each, key=bytes(4)) for each in written))
    answers = [json.loads(alice.read_message()) for _ in range(10_001)]
    refused = [a["id"] for a in answers if a["type"] == "error"]
    assert refused == ["m10000"]
    bob = server.v1("bob")
    assert bob.welcome["pending"] == 10_000
    assert bob.texts(10_000) == [str(n) for n in range(10_000)]


# --max-data


def test_when_all_space_is_used_senders_are_told_and_the_rest_goes_on(start_storing):
    server = start_storing("--max-data", "2MiB")
    alice = server.v1("alice")
    accepted = 0
    while accepted < 100:
        send(alice, f"m{accepted}", to=f"peer{accepted % 7}", text=f"{accepted}:" + "x" * 100_000)
        if (answer := alice.receive())["type"] == "error":
            break
        accepted += 1
    assert answer["code"] == "mailbox_full" and answer["id"] == f"m{accepted}"
    assert 10 <= accepted <= 21, f"{accepted} messages of 100 kB in 2 MiB"
    for peer in range(7):
        reader = server.v1(f"peer{peer}")
        expected = list(range(peer, accepted, 7))
        assert [int(text.split(":")[0]) for text in reader.texts(len(expected))] == expected
        reader.received(reader.last_seq)
        reader.expect_nothing()
        reader.close()
    alice.messages_so_far()
    for n in range(5):  # the oldest acknowledged history makes room
        alice.say("bob", f"later{n}", "x" * 100_000)


# --rate-limit


def test_above_the_rate_messages_are_refused_and_later_the_connection_is_closed(start):
    server = start("--rate-limit", "10")
    alice, bob = server.v1("alice"), server.v1("bob")
    assert alice.welcome["limits"]["rate"] == 10
    for n in range(30):
        send(alice, f"m{n}")
    answers = [alice.receive() for _ in range(30)]
    accepted = [a["id"] for a in answers if a["type"] == "accepted"]
    refused = [a["id"] for a in answers if a["type"] == "error" and a["code"] == "rate_limited"]
    assert accepted[:10] == [f"m{n}" for n in range(10)] and len(accepted) <= 13
    assert sorted(accepted + refused) == sorted(f"m{n}" for n in range(30))
    for id in accepted:
        bob.expect("message", id=id)
    bob.expect_nothing()
    began, bye = time.monotonic(), None
    while bye is None:
        assert time.monotonic() - began < 9, "nobody was closed"
        with suppress(ConnectionClosed):  # the bye is there to be read all the same
            for n in range(5):
                send(alice, f"n{n}")
        bye = next((m for m in (alice.receive() for _ in range(5)) if m["type"] == "bye"), None)
    assert 4 < time.monotonic() - began
    assert bye["code"] == 4102 and bye["retry"] > 0
    assert alice.close_code() == 4102


# --max-message-size


def test_a_message_that_is_too_large_ends_the_connection_with_1009(start):
    server = start("--max-message-size", "64KiB")
    alice = server.v1("alice")
    send(alice, "m1", text="x" * 65_000)
    alice.expect("accepted", id="m1")
    send(alice, "m2", text="x" * 65_536)
    assert alice.close_code() == 1009


def test_a_small_message_that_its_recipient_would_get_as_a_larger_one_passes(start):
    """The frame of the recipient has more fields than that of the sender; the limit is for what comes in."""
    server = start("--max-message-size", "64KiB")
    alice, bob = server.v1("a" * 64), server.v1("b" * 64)
    empty = len('{"type":"send","to":"","id":"m","text":""}') + 64
    send(alice, "m", to="b" * 64, text="x" * (65_536 - empty))
    alice.expect("accepted", id="m")
    assert len(bob.expect("message")["text"]) == 65_536 - empty


@pytest.mark.parametrize("compression", ["deflate", None])
def test_compression_changes_nothing(start, compression):
    server = start("--compression")
    alice, bob = server.v1("alice", compression=compression), server.v1("bob", compression="deflate")
    for n in range(20):
        alice.say("bob", f"m{n}", f"hello {n} " * 100)
        bob.expect("message", text=f"hello {n} " * 100)
    alice.send_bytes("bob", "b", bytes(50_000))
    alice.expect("accepted")
    bob.expect("message", payload=bytes(50_000))
