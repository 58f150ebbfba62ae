"""sotto.v1: what is sent is accepted, and arrives as it was written; signals; and nobody else gets it."""

import itertools
import json
import time

import pytest

from raw_websocket import CONTINUATION, TEXT
from v1_frames import write

numbers = itertools.count()

V1 = [("Sec-WebSocket-Protocol", "sotto.v1")]

# JSON as it may stand for a string in a frame: what arrives stands for the same characters.
STRINGS = [
    '""',
    '" "',
    '"plain"',
    '"a:b"',
    r'"\"\\\/\b\f\n\r\t"',
    r'"\u0000\u001f\u007f\u0080"',
    '"\x7f\x80\u2028\u2029\ufeff\ufffe\uffff"',
    '"Grüße 😀 ü"',
    r'"\ud83d\ude00"',
    r'"\uD83D\uDE00 \u00fc \u0041"',
    r'"😀\ud83d\ude00😀"',
    r'"\\u0041 \\\" \\\\"',
    '"{\\"type\\":\\"send\\"}"',
    '"</script><b>&amp;\'"',
    '"' + "x" * 100_000 + '"',
    '"' + r"\ud83d\ude00" * 3000 + '"',
]

# JSON as it may stand for `data`: passed on byte for byte.
VALUES = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-0.0e+00",
    "1E400",
    "123456789012345678901234567890.000000000000000000000000000001e-5",
    "9007199254740993",
    '""',
    "[]",
    "{}",
    "[ ]",
    "{ }",
    '{"a":1,"a":2}',
    r'{"a":1,"\u0061":2}',
    r'"\ud800"',
    r'["\udc00\ud800", "\ud83d", "\uDE00\uD83D"]',
    r'"\/\u002f\b"',
    '[1 ,\t2,\r\n 3 , [ { "x" : [ ] } ] ]',
    '{"type":"send","to":"mallory","id":"x"}',
    '{"text":"not this one"}',
    '"😀\x7f\u2028"',
    "[" * 100 + "]" * 100,
    '{"a":' * 100 + "1" + "}" * 100,
    "[" + "1," * 50_000 + "1]",
    '"' + "x" * 1_000_000 + '"',
]


@pytest.fixture
def pair(lasting_server):
    """Two clients whose names nobody has had before."""
    number = next(numbers)
    return lasting_server.v1(f"alice{number}"), lasting_server.v1(f"bob{number}")


def body_of(raw, name):
    """The bytes that a field has in a frame; it is the last one."""
    return raw.split(f'"{name}":', 1)[1].rstrip()[:-1].rstrip()


# As it was written


@pytest.mark.parametrize("written", STRINGS, ids=range(len(STRINGS)))
def test_text_stands_for_the_same_characters(pair, written):
    alice, bob = pair
    alice.send(f'{{"type":"send","to":"{bob.client_id}","id":"m","text":{written}}}')
    alice.expect("accepted", id="m", state="sent")
    assert bob.expect("message", id="m", **{"from": alice.client_id})["text"] == json.loads(written)


@pytest.mark.parametrize("written", VALUES, ids=range(len(VALUES)))
def test_data_arrives_byte_for_byte(pair, written):
    alice, bob = pair
    alice.send(f'{{"type":"send","to":"{bob.client_id}","id":"m","data":{written}}}')
    alice.expect("accepted", id="m", state="sent")
    bob.expect("message", id="m")
    assert body_of(bob.raw, "data") == written


@pytest.mark.parametrize("written", VALUES, ids=range(len(VALUES)))
def test_data_is_kept_byte_for_byte(storing_server, written):
    alice = storing_server.v1("alice")
    alice.send(f'{{"type":"send","to":"bob","id":"m","data":{written}}}')
    alice.expect("accepted", id="m", state="kept")
    bob = storing_server.v1("bob")
    bob.expect("message", id="m")
    assert body_of(bob.raw, "data") == written
    bob.history("alice")
    assert f'"data":{written}' in bob.raw


def test_data_of_a_signal_arrives_byte_for_byte(pair):
    alice, bob = pair
    for written in VALUES:
        alice.send(f'{{"type":"signal","to":"{bob.client_id}","data":{written}}}')
        bob.expect("signal", **{"from": alice.client_id})
        assert body_of(bob.raw, "data") == written
    alice.expect_nothing()


def test_fields_come_in_any_order_and_unknown_ones_are_skipped(pair):
    alice, bob = pair
    to = bob.client_id
    for n, written in enumerate(
        [
            f'{{"text":"x","id":"ID","to":"{to}","type":"send"}}',
            f' {{ "id" : "ID" ,"type":"send", "to" :"{to}", "text":"x" }}\r\n\t',
            f'{{"_":{{"type":"ping","to":[1,{{}}]}},"type":"send","to":"{to}","id":"ID","text":"x","z":1e9}}',
            rf'{{"\u0074ype":"s\u0065nd","t\u006f":"{to}","id":"ID","t\u0065xt":"\u0078"}}',
            f'{{"type":"send","to":"{to}","id":"ID","text":"x","mime":5,"name":["y"],"seq":"z","ref":1}}',
            f'{{"type":"send","to":"{to}","id":"ID","text":"x","log":null,"peers":7,"before":-1}}',
        ]
    ):
        alice.send(written.replace("ID", f"m{n}"))
        alice.expect("accepted", id=f"m{n}")
        bob.expect("message", id=f"m{n}", text="x")


def test_256_unknown_fields_pass(pair):
    alice, bob = pair
    unknown = {f"x{n}": n for n in range(256)}
    alice.send(write({"type": "send", "to": bob.client_id, "id": "m", "text": "x"} | unknown))
    alice.expect("accepted", id="m")
    bob.expect("message", text="x")


def test_fragments_make_one_frame(lasting_server):
    alice = lasting_server.raw_websocket("fragmented", headers=V1)
    alice.read_message()
    written = '{"type":"send","to":"fragmented","id":"f1","text":"ü😀"}'.encode()
    alice.send_frame(TEXT, written[:1], fin=False)
    for byte in written[1:-1]:
        alice.send_frame(CONTINUATION, bytes([byte]), fin=False)
    alice.send_frame(CONTINUATION, written[-1:])
    both = [json.loads(alice.read_message()) for _ in range(2)]
    assert {m["type"] for m in both} == {"accepted", "message"}


# accepted


def test_accepted_says_where_the_message_stands_in_the_log(storing_server):
    alice, bob = storing_server.v1("alice"), storing_server.v1("bob")
    before = 0
    for n in range(20):
        accepted = alice.say("bob", f"m{n}", str(n))
        message = bob.expect("message", id=f"m{n}", text=str(n))
        assert accepted["state"] == "sent"
        assert accepted["seq"] > before
        assert accepted["at"] == message["at"]
        before = accepted["seq"]
    assert [entry["seq"] for entry in alice.history("bob", limit=1)["messages"]] == [before]


def test_the_state_tells_whether_somebody_is_there(storing_server):
    alice = storing_server.v1("alice")
    assert alice.say("bob", "m1", "x")["state"] == "kept"
    bob = storing_server.v1("bob")
    bob.expect("message", id="m1")
    assert alice.say("bob", "m2", "x")["state"] == "sent"
    bob.expect("message", id="m2")
    bob.close()
    alice.expect("left")
    assert alice.say("bob", "m3", "x")["state"] == "kept"
    alice.expect_nothing()


def test_at_is_the_time_of_the_server(lasting_server):
    before = time.time() * 1000
    at = lasting_server.v1("watch").say("watch-peer", "t", "x")["at"]
    assert before - 20 <= at <= time.time() * 1000 + 20


def test_a_message_to_oneself_is_accepted_and_arrives_once(storing_server):
    alice = storing_server.v1("alice")
    alice.do("send", to="alice", id="note", text="remember the milk")
    accepted, message = alice.expect_each(
        ("accepted", {"id": "note", "state": "sent"}),
        ("message", {"from": "alice", "id": "note", "text": "remember the milk"}),
    )
    assert accepted["seq"] == message["seq"]
    alice.expect_nothing()
    alice.close()
    again = storing_server.v1("alice")
    assert again.expect("message", id="note")["again"] is True


def test_the_connections_of_one_client_get_a_message_to_oneself_once_each(server):
    phone, laptop = server.v1("alice"), server.v1("alice")
    phone.do("send", to="alice", id="note", text="x")
    phone.expect_each(("accepted", {"id": "note"}), ("message", {"id": "note"}))
    seen = [laptop.receive(), *laptop.messages_so_far()]
    assert [m["id"] for m in seen] == ["note"], seen
    phone.expect_nothing()


def test_empty_text_and_ids_of_any_form(storing_server):
    alice, bob = storing_server.v1("alice"), storing_server.v1("bob")
    for id in ["x", "0", " ", "a b", "ä" * 32, "x" * 64, '"\\/\n\x00', "😀" * 16, "a~", "\u2028", "null"]:
        alice.do("send", to="bob", id=id, text="")
        alice.expect("accepted", id=id)
        bob.expect("message", id=id, text="")


def test_clients_of_any_name_can_be_reached(storing_server):
    alice = storing_server.v1("alice")
    for name in ["ü", "😀" * 16, "x" * 64, '"', "\\", "a\\u0062", "~", "%41", "null", "'", "{}"]:
        assert alice.say(name, f"to {name[:10]}", name)["state"] == "kept"
        there = storing_server.v1(name)
        there.expect("message", text=name)
        there.say("alice", "back", name)
        alice.expect("message", text=name, **{"from": name})
        there.close()
        alice.expect("left", peer=name)


# signal


def test_a_signal_is_for_those_who_are_there(storing_server):
    alice = storing_server.v1("alice")
    alice.do("signal", to="bob", data={"typing": True})
    alice.expect_nothing()
    phone, laptop = storing_server.v1("bob"), storing_server.v1("bob")
    assert phone.welcome["pending"] == 0
    phone.expect_nothing()
    alice.do("signal", to="bob", data={"typing": False})
    for device in (phone, laptop):
        device.expect("signal", **{"from": "alice", "data": {"typing": False}})
        device.expect_nothing()
    alice.expect_nothing()
    assert phone.history("alice")["messages"] == []


def test_a_signal_makes_no_peer(server):
    alice, bob = server.v1("alice"), server.v1("bob")
    alice.do("signal", to="bob", data=1)
    bob.expect("signal")
    alice.close()
    bob.expect_nothing()


def test_signals_and_messages_keep_their_order(server):
    alice, bob = server.v1("alice"), server.v1("bob")
    for n in range(100):
        alice.do("signal", to="bob", data=n)
        alice.do("send", to="bob", id=f"m{n}", text=str(n))
    for n in range(100):
        bob.expect("signal", data=n)
        bob.expect("message", text=str(n))


# Secrecy


def test_nobody_else_gets_it(storing_server):
    alice, bob = storing_server.v1("alice"), storing_server.v1("bob")
    others = [storing_server.v1(name) for name in ("Bob", "bo", "bobb", "bob1", "b%6Fb", "ali")]
    for n in range(20):
        alice.say("bob", f"m{n}", "secret")
        alice.do("signal", to="bob", data="secret")
        alice.send_bytes("bob", f"b{n}", b"secret")
        alice.expect("accepted", id=f"b{n}")
        assert [bob.receive()["type"] for _ in range(3)] == ["message", "signal", "message"]
    for other in others:
        other.expect_nothing()
        for peer in ("alice", "bob"):
            assert other.history(peer)["messages"] == []
        for seq in range(0, 200, 7):
            other.do("fetch", seq=seq, ref=seq)
            other.expect_error("bad_request", ref=seq)
    late = storing_server.v1("late", since=0)
    late.expect_nothing()


def test_who_the_sender_is_cannot_be_feigned(server):
    alice, bob = server.v1("alice"), server.v1("bob")
    alice.send('{"type":"send","from":"carol","client":"carol","to":"bob","id":"m","text":"x"}')
    bob.expect("message", **{"from": "alice"})
