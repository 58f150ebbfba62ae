"""sotto.v1: the same id is the same message."""

import pytest

from daemon import eventually
from v1_frames import binary_frame


@pytest.fixture
def alice(storing_server):
    return storing_server.v1("alice")


def send(client, to="bob", id="m", **body):
    client.do("send", to=to, id=id, **body)


def test_the_same_id_again_is_accepted_again_and_delivered_once(storing_server, alice):
    bob = storing_server.v1("bob")
    first = alice.say("bob", "m", "hello")
    for _ in range(3):
        again = alice.say("bob", "m", "hello")
        assert (again["seq"], again["at"]) == (first["seq"], first["at"])
    bob.expect("message", id="m")
    bob.expect_nothing()
    assert len(alice.history("bob")["messages"]) == 1


def test_the_same_id_for_somebody_absent_is_kept_once(storing_server, alice):
    for _ in range(3):
        assert alice.say("bob", "m", "hello")["state"] == "kept"
    bob = storing_server.v1("bob")
    assert bob.welcome["pending"] == 1
    bob.expect("message", id="m")
    bob.expect_nothing()


def test_an_id_is_remembered_after_the_message_was_received(storing_server, alice):
    bob = storing_server.v1("bob")
    first = alice.say("bob", "m", "hello")
    bob.received(bob.expect("message")["seq"])
    alice.expect("delivered", id="m")
    assert alice.say("bob", "m", "hello")["seq"] == first["seq"]
    bob.expect_nothing()


def test_an_id_is_remembered_for_the_next_connection_of_the_sender(storing_server, alice):
    bob = storing_server.v1("bob")
    first = alice.say("bob", "m", "hello")
    alice.abort()
    bob.expect("message")
    bob.expect("left")
    again = storing_server.v1("alice").say("bob", "m", "hello")
    assert again["seq"] == first["seq"]
    bob.expect_nothing()


def test_many_at_once_with_one_id_are_one_message(storing_server):
    devices = [storing_server.v1("alice") for _ in range(3)]
    bob = storing_server.v1("bob")
    for device in devices:
        for _ in range(20):
            send(device, text="hello")
    kinds = [[device.receive()["type"] for _ in range(20)] for device in devices]
    assert bob.expect("message", id="m")["text"] == "hello"
    for device, seen in zip(devices, kinds):
        seen += [message["type"] for message in device.messages_so_far()]
        assert seen.count("accepted") == 20 and len(seen) <= 21, seen
    assert sum(seen.count("copy") for seen in kinds) == 2, "two of the three have not sent it"
    bob.expect_nothing()
    assert len(bob.history("alice")["messages"]) == 1


BODIES = {
    "text": {"text": "hello"},
    "other text": {"text": "hellp"},
    "empty text": {"text": ""},
    "longer text": {"text": "hello "},
    "data of the same characters": {"data": "hello"},
    "data": {"data": {"a": 1}},
    "null": {"data": []},
    "bytes": {"payload": b"hello"},
    "no bytes": {"payload": b""},
    "bytes with mime": {"payload": b"hello", "mime": "text/plain"},
    "bytes with other mime": {"payload": b"hello", "mime": "text/html"},
    "bytes with name": {"payload": b"hello", "name": "text/plain".replace("/", "-")},
    "bytes with both": {"payload": b"hello", "mime": "text/plain", "name": "a"},
    "bytes with both the other way": {"payload": b"hello", "mime": "text/plai", "name": "na"},
}


def put(client, to, id, body):
    if "payload" in body:
        header = {name: value for name, value in body.items() if name != "payload"}
        client.send_bytes(to, id, body["payload"], **header)
    else:
        client.do("send", to=to, id=id, **body)


@pytest.mark.parametrize("online", [True, False])
def test_one_id_for_two_bodies_is_refused(storing_server, alice, online):
    bob = storing_server.v1("bob") if online else None
    for n, (name, body) in enumerate(BODIES.items()):
        put(alice, "bob", f"m{n}", body)
        alice.expect("accepted", id=f"m{n}")
        for other_name, other in BODIES.items():
            put(alice, "bob", f"m{n}", other)
            if other_name == name:
                alice.expect("accepted", id=f"m{n}")
            else:
                alice.expect_error("bad_request", id=f"m{n}")
    bob = bob or storing_server.v1("bob")
    assert [bob.expect("message")["id"] for _ in BODIES] == [f"m{n}" for n in range(len(BODIES))]
    bob.expect_nothing()


@pytest.mark.parametrize(
    "first,second",
    [
        ('"text":"A"', r'"text":"\u0041"'),
        ('"data":{"a":1}', '"data":{"a": 1}'),
        ('"data":1', '"data":1.0'),
        ('"data":{"a":1,"b":2}', '"data":{"b":2,"a":1}'),
        (r'"data":"\u00e4"', '"data":"ä"'),
    ],
)
def test_bodies_are_compared_by_their_bytes_as_sent(alice, first, second):
    for written, code in ((first, None), (second, "bad_request"), (first, None)):
        alice.send(f'{{"type":"send","to":"bob","id":"m",{written}}}')
        if code:
            alice.expect_error(code, id="m")
        else:
            alice.expect("accepted", id="m")


@pytest.mark.parametrize(
    "same",
    [
        '{"id":"m","type":"send","to":"bob","text":"x"}',
        r'{"type":"send","to":"b\u006fb","id":"\u006d","text":"x","z":1}',
    ],
)
def test_what_is_no_body_and_no_target_may_be_written_in_any_way(alice, same):
    alice.say("bob", "m", "x")
    alice.send(same)
    alice.expect("accepted", id="m")


def test_an_empty_mime_or_name_is_the_same_as_none(alice):
    for header in ({}, {"mime": ""}, {"name": ""}, {"mime": "", "name": ""}, {"mime": None, "name": None}):
        alice.send_bytes("bob", "m", b"x", **header)
        alice.expect("accepted", id="m")


def test_one_id_for_two_targets_is_refused(storing_server, alice):
    carol = storing_server.v1("carol")
    alice.say("bob", "m", "x")
    send(alice, to="carol", text="x")
    alice.expect_error("bad_request", id="m")
    send(alice, to="alice", text="x")
    alice.expect_error("bad_request", id="m")
    carol.expect_nothing()


def test_two_senders_may_use_the_same_id(storing_server, alice):
    bob, carol = storing_server.v1("bob"), storing_server.v1("carol")
    alice.say("bob", "m", "of alice")
    carol.say("bob", "m", "of carol")
    assert bob.texts(2) == ["of alice", "of carol"]
    bob.say("alice", "m", "of bob")
    alice.expect("message", id="m", text="of bob")


def test_a_refused_message_leaves_its_id_free(start_storing):
    server = start_storing("--max-mailbox", "1")
    alice = server.v1("alice")
    alice.say("bob", "first", "x")
    send(alice, id="second", text="x")
    alice.expect_error("mailbox_full", id="second")
    send(alice, id="second", text="another body")
    alice.expect_error("mailbox_full", id="second")
    bob = server.v1("bob")
    bob.received(bob.expect("message", id="first")["seq"])
    alice.expect("delivered", id="first")
    alice.say("bob", "second", "a third body")
    bob.expect("message", id="second", text="a third body")


def test_an_accepted_message_is_accepted_again_though_the_mailbox_is_full(start_storing):
    server = start_storing("--max-mailbox", "1")
    alice = server.v1("alice")
    first = alice.say("bob", "first", "x")
    send(alice, id="second", text="x")
    alice.expect_error("mailbox_full", id="second")
    assert alice.say("bob", "first", "x")["seq"] == first["seq"]


@pytest.mark.parametrize("id", ["~", "~1", "~x", "", "x" * 65, "ä" * 32 + "x", "😀" * 17])
def test_an_id_that_cannot_be_is_refused(alice, id):
    send(alice, id=id, text="x")
    alice.expect_error("bad_request")
    alice.send(binary_frame({"type": "send", "to": "bob", "id": id}, b"x"))
    alice.expect_error("bad_request")
    assert alice.history("bob")["messages"] == []


def test_an_id_is_forgotten_after_the_time_announced(start_storing):
    server = start_storing("--retain", "1s")
    alice, bob = server.v1("alice"), server.v1("bob")
    assert alice.welcome["limits"]["dedup"] == 1000
    first = alice.say("bob", "m", "x")
    bob.received(bob.expect("message")["seq"])
    alice.expect("delivered")

    def forgotten():
        send(alice, text="another body")
        return (answer := alice.receive())["type"] == "accepted" and answer

    second = eventually(forgotten, "an id that is forgotten")
    assert 900 < second["at"] - first["at"] < 5000
    assert second["seq"] > first["seq"]
    bob.expect("message", id="m", text="another body")
