"""sotto.v1: what was not `received` comes again; `since`; and what is fed while the client reads."""

import json

import pytest

from raw_websocket import PING, PONG

V1 = [("Sec-WebSocket-Protocol", "sotto.v1")]


def say(client, to, count, start=0):
    for n in range(start, start + count):
        client.do("send", to=to, id=f"m{n}", text=str(n))
    return [client.expect("accepted", id=f"m{n}") for n in range(start, start + count)]


def numbered(*args):
    return [str(n) for n in range(*args)]


@pytest.fixture
def alice(storing_server):
    return storing_server.v1("alice")


def reconnect(server, client, **how):
    """The next connection of the same client; the other one is gone without a word."""
    client.abort()
    return server.v1(client.client_id, **how)


# What comes again


def test_what_was_not_received_comes_again_and_says_so(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 5)
    first = [bob.expect("message", again=None) for _ in range(5)]
    second = reconnect(storing_server, bob)
    assert second.welcome["pending"] == 5
    for message in first:
        again = second.expect("message", id=message["id"], text=message["text"])
        assert again["again"] is True
        assert (again["seq"], again["at"]) == (message["seq"], message["at"])
    second.expect_nothing()


def test_what_was_received_does_not_come_again(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 5)
    bob.texts(5)
    bob.received(bob.last_seq)
    bob.expect_nothing()
    second = reconnect(storing_server, bob)
    assert second.welcome["pending"] == 0
    second.expect_nothing()


def test_received_covers_all_before_it_and_nothing_behind(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 10)
    messages = [bob.expect("message") for _ in range(10)]
    bob.received(messages[6]["seq"])
    bob.received(messages[2]["seq"])  # an older one takes nothing back
    bob.expect_nothing()
    second = reconnect(storing_server, bob)
    assert second.welcome["pending"] == 3
    assert second.texts(3) == ["7", "8", "9"]


def test_received_between_two_numbers_covers_the_lower(storing_server, alice):
    """The numbers of a log need not be without gaps, and one's own messages have some of them."""
    bob = storing_server.v1("bob")
    say(alice, "bob", 1)
    bob.expect("message")
    own = bob.say("carol", "own", "x")["seq"]
    say(alice, "bob", 1, start=1)
    bob.expect("message", id="m1")
    bob.received(own)
    bob.expect_nothing()
    second = reconnect(storing_server, bob)
    assert second.texts(1) == ["1"]
    second.expect_nothing()


def test_received_for_another_log_is_ignored(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 3)
    bob.texts(3)
    for log in ("another", bob.log + "x", bob.log.upper() + "-", "0"):
        bob.received(bob.last_seq, log=log)
    bob.expect_nothing()
    alice.expect_nothing()
    assert reconnect(storing_server, bob).texts(3) == numbered(3)


def test_received_beyond_what_was_sent_covers_nothing_that_is_sent_later(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 1)
    seq = bob.expect("message")["seq"]
    for beyond in (seq + 1, seq + 1000, (1 << 53) - 1):
        bob.received(beyond)
    assert all(m["type"] == "error" and m["code"] == "bad_request" for m in bob.messages_so_far())
    say(alice, "bob", 3, start=1)
    assert bob.texts(3) == numbered(1, 4)
    later = [m for m in alice.messages_so_far() if m["type"] == "delivered"]
    assert all(m["id"] == "m0" for m in later), later
    assert reconnect(storing_server, bob).texts(4)[-3:] == numbered(1, 4)


def test_messages_for_somebody_absent_come_once_they_are_there_oldest_first(storing_server, alice):
    carol = storing_server.v1("carol")
    for n in range(20):
        (alice if n % 2 else carol).say("bob", f"m{n}", str(n))
    bob = storing_server.v1("bob")
    messages = [bob.expect("message", again=None) for _ in range(20)]
    assert [m["text"] for m in messages] == numbered(20)
    bob.expect_nothing()


def test_what_was_never_handed_over_is_not_again(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 2)
    bob.texts(2)
    bob.close()
    alice.expect("left")
    say(alice, "bob", 2, start=2)
    second = storing_server.v1("bob")
    assert second.welcome["pending"] == 4
    assert [second.expect("message").get("again", False) for _ in range(4)] == [True, True, False, False]


def test_it_comes_again_until_it_is_received(storing_server, alice):
    say(alice, "bob", 3)
    for left in (3, 3, 2, 1):
        bob = storing_server.v1("bob")
        messages = [bob.expect("message") for _ in range(left)]
        if left != 3 or "again" in messages[0]:
            bob.received(messages[0]["seq"])
            bob.expect_nothing()
        bob.abort()
    assert storing_server.v1("bob").welcome["pending"] == 0


def test_ones_own_messages_are_not_replayed(storing_server, alice):
    say(alice, "bob", 3)
    second = reconnect(storing_server, alice)
    assert second.welcome["pending"] == 0
    second.expect_nothing()


def test_a_message_survives_a_connection_that_breaks_before_it_is_read(storing_server, alice):
    bob = storing_server.raw_websocket("bob", headers=V1)
    bob.read_message()
    alice.do("send", to="bob", id="m0", data="x")
    bob.read_message()
    for n in range(1, 200):
        alice.do("send", to="bob", id=f"m{n}", data="x" * 1000)
    bob.reset()  # with most of it unread
    answers = [alice.receive() for _ in range(201)]
    assert [m["id"] for m in answers if m["type"] == "accepted"] == [f"m{n}" for n in range(200)]
    second = storing_server.v1("bob")
    assert [second.expect("message")["id"] for _ in range(200)] == [f"m{n}" for n in range(200)]


# since


def test_since_starts_after_that_number_and_brings_ones_own_as_copies(storing_server, alice):
    bob = storing_server.v1("bob")
    log = []
    for n in range(6):
        say(alice, "bob", 1, start=n)
        log.append(bob.expect("message"))
        log.append(bob.say("alice", f"own{n}", str(n)))
        alice.expect("message")
    bob.received(bob.last_seq)
    alice.expect("delivered")
    for since in (0, log[0]["seq"], log[5]["seq"], log[10]["seq"]):
        device = storing_server.v1("bob", since=since)
        expected = [entry for entry in log if entry["seq"] > since]
        assert device.welcome["pending"] == len(expected)
        for entry in expected:
            kind = "copy" if entry["type"] == "accepted" else "message"
            came = device.expect(kind, id=entry["id"], seq=entry["seq"], at=entry["at"])
            assert came.get("to" if kind == "copy" else "from") == "alice"
        device.expect_nothing()


def test_since_the_last_number_and_beyond_brings_only_what_is_new(storing_server, alice):
    bob = storing_server.v1("bob")
    say(alice, "bob", 3)
    bob.texts(3)
    for since in (bob.last_seq, bob.last_seq + 1000, (1 << 53) - 1):
        device = storing_server.v1("bob", since=since)
        assert device.welcome["pending"] == 0
        device.expect_nothing()
    say(alice, "bob", 1, start=3)
    device.expect("message", text="3")


def test_since_brings_binary_messages_whole(storing_server, alice):
    bob = storing_server.v1("bob")
    bob.send_bytes("alice", "b", b"payload", name="n")
    bob.expect("accepted")
    alice.expect("message")
    device = storing_server.v1("bob", since=0)
    device.expect("copy", to="alice", id="b", payload=b"payload", name="n")


# Fed as the client reads


def read_all(raw, count):
    """The next messages of a raw connection, pings answered."""
    messages = []
    while len(messages) < count:
        frame = raw.read_frame()
        if frame.opcode == PING:
            raw.send_frame(PONG, frame.payload)
        else:
            messages.append(json.loads(frame.payload))
    return messages


def test_a_slow_reader_of_kept_messages_is_never_closed_for_it(start_storing):
    server = start_storing("--max-queue", "64KiB", "--heartbeat-interval", "0.3", "--heartbeat-timeout", "5")
    alice = server.v1("alice")
    for n in range(300):  # 30 MB, 460 times the queue
        alice.do("send", to="bob", id=f"m{n}", text=f"{n} " + "x" * 100_000)
        alice.expect("accepted", state="kept")
    bob = server.raw_websocket("bob", headers=V1, receive_buffer=1 << 16)
    for _ in range(50):  # rounds of the loop in which bob reads nothing
        alice.expect_nothing()
    welcome, *messages = read_all(bob, 301)
    assert welcome["pending"] == 300
    assert [int(m["text"].split()[0]) for m in messages] == list(range(300))
    alice.expect_nothing()


def test_what_is_sent_while_the_recipient_catches_up_comes_behind(start_storing):
    server = start_storing("--max-queue", "64KiB")
    alice, carol = server.v1("alice"), server.v1("carol")
    for n in range(100):
        alice.do("send", to="bob", id=f"m{n}", text=f"{n} " + "x" * 50_000)
        alice.expect("accepted", state="kept")
    bob = server.raw_websocket("bob", headers=V1, receive_buffer=1 << 16)
    read_all(bob, 10)
    for n in range(100, 150):
        alice.do("send", to="bob", id=f"m{n}", text=f"{n} " + "x" * 50_000)
        alice.expect("accepted")
        carol.say("bob", f"c{n}", "live")
    messages = read_all(bob, 191)  # the welcome was one of the ten
    assert [m["id"] for m in messages if m["from"] == "alice"] == [f"m{n}" for n in range(9, 150)]
    assert [m["id"] for m in messages if m["from"] == "carol"] == [f"c{n}" for n in range(100, 150)]
    numbers = [m["seq"] for m in messages]
    assert numbers == sorted(set(numbers))


def test_signals_do_not_wait_for_kept_messages_forever(start_storing):
    server = start_storing()
    alice = server.v1("alice")
    for n in range(50):
        alice.do("send", to="bob", id=f"m{n}", text="x" * 50_000)
        alice.expect("accepted")
    bob = server.v1("bob")
    alice.do("signal", to="bob", data="typing")
    kinds = [bob.receive()["type"] for _ in range(51)]
    assert sorted(kinds) == ["message"] * 50 + ["signal"]


# What was kept for too long


def test_what_was_kept_for_too_long_is_a_gap(start_storing):
    server = start_storing("--retain", "1s")
    alice, carol = server.v1("alice"), server.v1("carol")
    say(alice, "bob", 3)
    carol.say("bob", "c", "x")
    # The announced time has passed when an id that was used before may be used again.
    answer = "error"
    while answer == "error":
        carol.do("send", to="dave", id="c", text="another")
        answer = carol.receive()["type"]
    alice.say("bob", "fresh", "fresh")
    bob = server.v1("bob")
    assert bob.welcome["pending"] == 1
    gaps = {(gap["from"], gap["count"]) for gap in (bob.expect("gap"), bob.expect("gap"))}
    assert gaps == {("alice", 3), ("carol", 1)}
    bob.expect("message", id="fresh")
    bob.expect_nothing()
