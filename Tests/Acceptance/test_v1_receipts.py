"""sotto.v1: `delivered` and `read`, live and kept for a sender that is away."""

import pytest


@pytest.fixture
def alice(storing_server):
    return storing_server.v1("alice")


@pytest.fixture
def bob(storing_server):
    return storing_server.v1("bob")


def say(alice, bob, count, start=0):
    for n in range(start, start + count):
        alice.say(bob.client_id, f"m{n}", str(n))
        bob.expect("message", id=f"m{n}")


def last(messages, type):
    """The newest receipt; each covers those before it, so only the last counts."""
    return [m["id"] for m in messages if m["type"] == type][-1]


def test_delivered_comes_when_the_recipient_has_processed_it(alice, bob):
    alice.say("bob", "m0", "x")
    message = bob.expect("message")
    alice.expect_nothing()
    bob.received(message["seq"])
    alice.expect("delivered", to="bob", id="m0")
    alice.expect_nothing()
    bob.expect_nothing()


def test_one_receipt_covers_all_before_it(alice, bob):
    say(alice, bob, 10)
    bob.received(bob.last_seq)
    bob.expect_nothing()
    assert last(alice.messages_so_far(), "delivered") == "m9"
    assert {entry["state"] for entry in alice.history("bob")["messages"]} == {"delivered"}


def test_delivered_again_for_the_same_number_says_nothing_new(alice, bob):
    say(alice, bob, 3)
    for _ in range(5):
        bob.received(bob.last_seq)
    alice.expect("delivered", id="m2")
    bob.expect_nothing()
    alice.expect_nothing()


def test_each_sender_is_told_of_its_own(storing_server, alice, bob):
    carol = storing_server.v1("carol")
    for n in range(3):
        alice.say("bob", f"a{n}", "x")
        carol.say("bob", f"c{n}", "x")
    bob.texts(6)
    bob.received(bob.last_seq)
    bob.expect_nothing()
    for client, id in ((alice, "a2"), (carol, "c2")):
        receipts = client.messages_so_far()
        assert {m["to"] for m in receipts} == {"bob"}
        assert last(receipts, "delivered") == id


def test_all_connections_of_the_sender_are_told(storing_server, alice, bob):
    laptop = storing_server.v1("alice")
    alice.say("bob", "m", "x")
    laptop.expect("copy", id="m")
    bob.received(bob.expect("message")["seq"])
    alice.expect("delivered", id="m")
    laptop.expect("delivered", id="m")
    bob.do("read", to="alice", id="m")
    alice.expect("read", id="m")
    laptop.expect("read", id="m")


def test_read_comes_when_a_person_has_seen_it(alice, bob):
    say(alice, bob, 5)
    bob.received(bob.last_seq)
    bob.expect_nothing()
    assert last(alice.messages_so_far(), "delivered") == "m4"
    bob.do("read", to="alice", id="m2")
    alice.expect("read", to="bob", id="m2")
    states = [entry["state"] for entry in alice.history("bob")["messages"]]
    assert states == ["delivered", "delivered", "read", "read", "read"]
    bob.do("read", to="alice", id="m4")
    alice.expect("read", id="m4")
    bob.expect_nothing()


def test_read_of_an_older_one_takes_nothing_back(alice, bob):
    say(alice, bob, 3)
    bob.do("read", to="alice", id="m2")
    bob.do("read", to="alice", id="m0")
    bob.expect_nothing()
    assert last(alice.messages_so_far(), "read") == "m2"
    assert {entry["state"] for entry in alice.history("bob")["messages"]} == {"read"}


def test_read_of_anything_else_is_refused(storing_server, alice, bob):
    carol = storing_server.v1("carol")
    say(alice, bob, 1)
    bob.say("alice", "own", "x")
    alice.expect("message")
    carol.say("bob", "of carol", "x")
    bob.expect("message")
    for id in ("never", "own", "of carol"):
        bob.do("read", to="alice", id=id)
        bob.expect("error", code="bad_request")
    carol.do("read", to="alice", id="m0")
    carol.expect("error", code="bad_request")
    alice.expect_nothing()
    assert [m["state"] for m in alice.history("bob")["messages"]] == ["accepted", "accepted"]


def test_receipts_wait_for_a_sender_that_is_away(storing_server, alice, bob):
    say(alice, bob, 4)
    alice.close()
    bob.expect("left")
    bob.received(bob.last_seq)
    bob.do("read", to="alice", id="m1")
    bob.expect_nothing()
    receipts = storing_server.v1("alice").messages_so_far()
    assert last(receipts, "delivered") == "m3"
    assert last(receipts, "read") == "m1"
    assert {m["to"] for m in receipts} == {"bob"}


def test_receipts_come_though_the_recipient_has_left_too(storing_server, alice, bob):
    say(alice, bob, 2)
    alice.close()
    bob.expect("left")
    bob.received(bob.last_seq)
    bob.do("read", to="alice", id="m1")
    bob.close()
    receipts = storing_server.v1("alice").messages_so_far()
    assert (last(receipts, "delivered"), last(receipts, "read")) == ("m1", "m1")


def test_receipts_of_many_recipients_wait(storing_server, alice):
    for n in range(20):
        alice.say(f"peer{n}", f"m{n}", "x")
    alice.close()
    for n in range(20):
        peer = storing_server.v1(f"peer{n}")
        peer.received(peer.expect("message")["seq"])
        peer.expect_nothing()
        peer.close()
    receipts = [m for m in storing_server.v1("alice").messages_so_far() if m["type"] == "delivered"]
    assert {(m["to"], m["id"]) for m in receipts} == {(f"peer{n}", f"m{n}") for n in range(20)}


def test_a_message_that_was_accepted_before_a_restart_is_delivered_and_told(start, tmp_path):
    flags = ("--data", str(tmp_path / "data"))
    first = start(*flags)
    alice = first.v1("alice")
    alice.say("bob", "m", "x")
    first.end()
    second = start(*flags)
    alice, bob = second.v1("alice"), second.v1("bob")
    bob.received(bob.expect("message", id="m")["seq"])
    alice.expect("delivered", to="bob", id="m")


@pytest.mark.parametrize("how", ["reset", "FIN", "close frame"])
def test_a_receipt_that_broke_with_its_connection_comes_again(storing_server, bob, how):
    alice = storing_server.raw_websocket("alice", headers=[("Sec-WebSocket-Protocol", "sotto.v1")])
    alice.read_message()
    alice.send_text('{"type":"send","to":"bob","id":"m","text":"x"}')
    bob.received(bob.expect("message")["seq"])
    bob.expect_nothing()  # so alice has been told, but has not read it
    if how == "reset":
        alice.reset()
    elif how == "FIN":
        alice.close()
    else:
        alice.send_close(1000)
        alice.close()
    bob.expect("left")
    assert last(storing_server.v1("alice").messages_so_far(), "delivered") == "m"
