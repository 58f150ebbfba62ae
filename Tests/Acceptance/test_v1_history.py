"""sotto.v1: earlier messages with somebody, newest first."""

import pytest


@pytest.fixture
def alice(storing_server):
    return storing_server.v1("alice")


@pytest.fixture
def bob(storing_server):
    return storing_server.v1("bob")


def say(alice, to, count, text="{}"):
    for n in range(count):
        alice.do("send", to=to, id=f"m{n}", text=text.format(n))
    return [alice.expect("accepted", id=f"m{n}")["seq"] for n in range(count)]


def ids(history):
    return [entry["id"] for entry in history["messages"]]


def numbered(*args):
    return [f"m{n}" for n in range(*args)]


def test_there_is_no_history_with_a_stranger(alice):
    assert alice.history("stranger") == {"type": "history", "peer": "stranger", "messages": [], "more": False}


def test_both_directions_are_in_it_for_both(alice, bob):
    sent = alice.say("bob", "m", "question")
    came = bob.expect("message")
    answered = bob.say("alice", "m", "answer")
    back = alice.expect("message")
    question = {"from": "alice", "to": "bob", "id": "m", "at": sent["at"], "text": "question", "state": "accepted"}
    answer = {"from": "bob", "to": "alice", "id": "m", "at": answered["at"], "text": "answer", "state": "accepted"}
    ofs = (
        (alice, "bob", sent["seq"], back["seq"]),
        (bob, "alice", came["seq"], answered["seq"]),
    )
    for client, peer, first, second in ofs:
        assert client.history(peer)["messages"] == [answer | {"seq": second}, question | {"seq": first}]


def test_the_newest_50_come_first_and_the_others_when_asked_for(alice):
    numbers = say(alice, "bob", 120)
    first = alice.history("bob", ref="p1")
    assert ids(first) == numbered(119, 69, -1) and first["more"] is True
    second = alice.history("bob", before=first["messages"][-1]["seq"], ref=2)
    assert ids(second) == numbered(69, 19, -1) and second["more"] is True
    third = alice.history("bob", before=second["messages"][-1]["seq"])
    assert ids(third) == numbered(19, -1, -1) and third["more"] is False
    assert [m["seq"] for h in (first, second, third) for m in h["messages"]] == numbers[::-1]


@pytest.mark.parametrize("limit", [1, 2, 99, 100, 101, 1000, (1 << 53) - 1])
def test_limit(alice, limit):
    count = min(limit, 100)
    say(alice, "bob", 120)
    history = alice.history("bob", limit=limit)
    assert ids(history) == numbered(119, 119 - count, -1) and history["more"] is True


@pytest.mark.parametrize("count", [49, 50, 51, 100])
def test_more_is_said_only_if_there_is_more(alice, count):
    say(alice, "bob", count)
    assert alice.history("bob")["more"] is (count > 50)
    assert alice.history("bob", limit=100)["more"] is False


def test_before_is_not_included_and_need_not_be_a_number_of_this_peer(alice):
    first = alice.say("bob", "b1", "x")["seq"]
    other = alice.say("carol", "c1", "x")["seq"]
    second = alice.say("bob", "b2", "x")["seq"]
    assert ids(alice.history("bob", before=second)) == ["b1"]
    assert ids(alice.history("bob", before=other)) == ["b1"]
    assert ids(alice.history("bob", before=first)) == []
    assert ids(alice.history("bob", before=0)) == []
    assert ids(alice.history("bob", before=1)) == []
    assert ids(alice.history("bob", before=second + 1)) == ["b2", "b1"]
    assert ids(alice.history("bob", before=(1 << 53) - 1)) == ["b2", "b1"]
    assert alice.history("bob", before=second)["more"] is False


def test_only_ones_own_messages_are_in_it(storing_server, alice, bob):
    carol = storing_server.v1("carol")
    alice.say("bob", "ab", "secret")
    bob.expect("message")
    carol.say("bob", "cb", "x")
    bob.expect("message")
    assert ids(carol.history("bob")) == ["cb"]
    assert ids(carol.history("alice")) == []
    assert ids(bob.history("carol")) == ["cb"]
    assert ids(bob.history("alice")) == ["ab"]
    assert ids(alice.history("carol")) == []
    assert ids(alice.history("alice")) == []


def test_messages_to_oneself(alice):
    alice.do("send", to="alice", id="note", text="x")
    alice.expect_each(("accepted", {}), ("message", {}))
    assert ids(alice.history("alice")) == ["note"]


def test_a_binary_message_is_described(alice, bob):
    alice.send_bytes("bob", "b0", bytes(100_000), mime="image/png", name="cat ü.png")
    alice.send_bytes("bob", "b1", b"")
    alice.expect("accepted"), alice.expect("accepted")
    bob.expect("message"), bob.expect("message")
    for client, peer in ((alice, "bob"), (bob, "alice")):
        second, first = client.history(peer)["messages"]
        assert first["binary"] == {"size": 100_000, "mime": "image/png", "name": "cat ü.png"}
        assert second["binary"] == {"size": 0}


def test_data_is_passed_on_byte_for_byte(alice):
    alice.send('{"type":"send","to":"bob","id":"m","data":{"a" : [1.0, 1e400],\t"a":"\\ud800"}}')
    alice.expect("accepted")
    alice.history("bob")
    assert '"data":{"a" : [1.0, 1e400],\t"a":"\\ud800"}' in alice.raw


def test_the_state_follows_the_receipts(alice, bob):
    say(alice, "bob", 3)
    numbers = [bob.expect("message")["seq"] for _ in range(3)]
    bob.received(numbers[1])
    alice.expect("delivered", id="m1")
    bob.do("read", to="alice", id="m0")
    alice.expect("read", id="m0")
    for client, peer in ((alice, "bob"), (bob, "alice")):
        assert [m["state"] for m in client.history(peer)["messages"]] == ["accepted", "delivered", "read"]


def test_an_answer_has_at_most_256_kib(alice):
    say(alice, "bob", 30, text="{} " + "x" * 30_000)
    seen, before = [], None
    while True:
        history = alice.history("bob", limit=100, before=before)
        assert len(alice.raw.encode()) <= 256 << 10
        assert len(history["messages"]) >= 7 or not history["more"], "an answer holds what fits"
        seen += ids(history)
        if not history["more"]:
            break
        before = history["messages"][-1]["seq"]
    assert seen == numbered(29, -1, -1)


def test_a_larger_message_comes_alone(alice):
    for n, size in enumerate([10, 300_000, 1_000_000, 10, 262_144, 10]):
        alice.say("bob", f"m{n}", "x" * size)
    seen, before = [], None
    for _ in range(6):
        history = alice.history("bob", before=before)
        assert len(alice.raw.encode()) <= 256 << 10 or len(history["messages"]) == 1
        seen.append(ids(history))
        if not history["more"]:
            break
        before = history["messages"][-1]["seq"]
    assert seen == [["m5"], ["m4"], ["m3"], ["m2"], ["m1"], ["m0"]]


def test_escapes_do_not_make_an_answer_too_large(alice):
    say(alice, "bob", 20, text="{} " + "\x01" * 10_000)
    seen, before = [], None
    while len(seen) < 20:
        history = alice.history("bob", limit=100, before=before)
        assert len(alice.raw.encode()) <= 256 << 10
        seen += ids(history)
        before = history["messages"][-1]["seq"]
    assert seen == numbered(19, -1, -1)


def test_large_pictures_do_not_fill_an_answer(alice):
    for n in range(5):
        alice.send_bytes("bob", f"m{n}", bytes(1 << 20))
        alice.expect("accepted")
    assert ids(alice.history("bob")) == numbered(4, -1, -1)


def test_what_was_sent_last_is_in_it_at_once(alice, bob):
    for n in range(100):
        alice.do("send", to="bob", id=f"m{n}", text="x")
        alice.do("history", peer="bob", limit=1, ref=n)
        [answer] = [m for m in (alice.receive(), alice.receive()) if m["type"] == "history"]
        assert ids(answer) == [f"m{n}"]


def test_history_reaches_back_before_this_connection(storing_server, alice, bob):
    say(alice, "bob", 5)
    bob.texts(5)
    bob.received(bob.last_seq)
    alice.expect("delivered")
    alice.close()
    again = storing_server.v1("alice")
    again.messages_so_far()
    assert ids(again.history("bob")) == numbered(4, -1, -1)


def test_what_is_older_than_retain_is_not_in_it(start_storing):
    server = start_storing("--retain", "1s")
    alice, bob = server.v1("alice"), server.v1("bob")
    alice.say("bob", "old", "x")
    bob.received(bob.expect("message")["seq"])
    alice.expect("delivered")
    while ids(alice.history("bob")):
        pass
    alice.say("bob", "new", "x")
    assert ids(alice.history("bob")) == ["new"]
    bob.expect("message")
    assert ids(bob.history("alice")) == ["new"]


def test_many_questions_at_once_are_answered_in_order(alice):
    say(alice, "bob", 60)
    for n in range(200):
        alice.do("history", peer="bob", limit=100, ref=n)
    for n in range(200):
        assert len(alice.expect("history", ref=n)["messages"]) == 60
