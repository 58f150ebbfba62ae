"""sotto.v1: what cannot be taken is answered with an error that says so, and the connection lives."""

import itertools
import json

import pytest

numbers = itertools.count()
SEND = '{"type":"send","to":"RECEIVER","id":"m","text":"x"'
ESCAPES = [r"\x41", r"\u00", r"\u00g0", r"\u 041", r"\U0041", r"\'", r"\0", "\\\n", r"\u{41}", r"\ud83d", r"\ude00"]
LONE = [r"\ud800", r"\udfff", r"\ud83d\ud83d", r"\ude00\ud83d", r"a\ud83dz", r"\ud83d\u0041"]

# No JSON, or more than JSON allows: name → frame.
NO_JSON = {
    "nothing": "",
    "white space": " \n",
    "plain": "bob:hello",
    "a word": "hello",
    "an open brace": "{",
    "a closed brace": "}",
    "no end": SEND,
    "no end of a string": '{"type":"ping',
    "no end of an escape": '{"type":"ping\\',
    "no end of a value": '{"type":"ping","x":',
    "a comma at the end": SEND + ",}",
    "a comma at the start": '{,"type":"ping"}',
    "two commas": '{"type":"ping",,"x":1}',
    "no comma": '{"type":"ping" "x":1}',
    "no colon": '{"type" "ping"}',
    "two colons": '{"type"::"ping"}',
    "no key": '{"type":"ping",:1}',
    "a key without quotes": '{type:"ping"}',
    "a key that is a number": '{"type":"ping",1:2}',
    "single quotes": "{'type':'ping'}",
    "a comment": '{"type":"ping"/*x*/}',
    "a line comment": '{"type":"ping"}//x',
    "two objects": '{"type":"ping"}{"type":"ping"}',
    "something behind": '{"type":"ping"} x',
    "a NUL behind": '{"type":"ping"}\0',
    "a byte order mark": '\ufeff{"type":"ping"}',
    "white space of Unicode": '\u00a0{"type":"ping"}',
    "a vertical tab": '{"type":\v"ping"}',
    "a form feed": '{"type":\f"ping"}',
    "a line break in a string": '{"type":"ping","x":"\n"}',
    "a tab in a string": '{"type":"ping","x":"\t"}',
    "a NUL in a string": '{"type":"ping","x":"\0"}',
    "a control in a string": '{"type":"ping","x":"\x1f"}',
    "brackets that do not match": '{"type":"ping","x":[}]',
    "True": '{"type":"ping","x":True}',
    "tru": '{"type":"ping","x":tru}',
    "nulls": '{"type":"ping","x":nulls}',
    "undefined": '{"type":"ping","x":undefined}',
    "NaN": '{"type":"ping","x":NaN}',
    "Infinity": '{"type":"ping","x":-Infinity}',
    "01": '{"type":"ping","x":01}',
    "-": '{"type":"ping","x":-}',
    "+1": '{"type":"ping","x":+1}',
    "1.": '{"type":"ping","x":1.}',
    ".1": '{"type":"ping","x":.1}',
    "1e": '{"type":"ping","x":1e}',
    "1e+": '{"type":"ping","x":1e+}',
    "0x1": '{"type":"ping","x":0x1}',
    "1_000": '{"type":"ping","x":1_000}',
    "--1": '{"type":"ping","x":--1}',
    "1 2": '{"type":"ping","x":1 2}',
    "a comma in an array": '{"type":"ping","x":[1,]}',
    "data without an end": SEND.replace('"text":"x"', '"data":[1'),
    "data that is no JSON": SEND.replace('"text":"x"', '"data":{a:1}') + "}",
    "data that is empty": SEND.replace('"text":"x"', '"data":') + "}",
    "data with a comma": SEND.replace('"text":"x"', '"data":[1,]') + "}",
    "data with a bad escape": SEND.replace('"text":"x"', r'"data":"\x"') + "}",
    "data with a control": SEND.replace('"text":"x"', '"data":"\x01"') + "}",
    "data with 01": SEND.replace('"text":"x"', '"data":01') + "}",
    "twin keys": SEND + ',"id":"m"}',
    "twin keys with an escape": SEND + r',"\u0069d":"m"}',
    "twin texts": SEND + ',"text":"y"}',
    "twin types": '{"type":"ping","type":"ping"}',
    "twin unknown keys": '{"type":"ping","x":1,"x":1}',
    "twins within an unknown field": '{"type":"ping","x":[{"a":1,"b":2,"a":3}]}',
    "twin empty keys": '{"type":"ping","":1,"":2}',
    "twin data": SEND.replace('"text":"x"', '"data":1,"data":1') + "}",
    "1,000 levels": SEND + ',"x":' + "[" * 1000 + "]" * 1000 + "}",
    "100,000 levels": SEND + ',"x":' + "[" * 100_000 + "]" * 100_000 + "}",
    "1,000 levels of data": SEND.replace('"text":"x"', '"data":' + '{"a":' * 1000 + "1" + "}" * 1000) + "}",
    "1,000,000 open brackets": "[" * 1_000_000,
    "257 unknown fields": SEND + "".join(f',"x{n}":{n}' for n in range(257)) + "}",
    "100,000 unknown fields": SEND + "".join(f',"x{n}":{n}' for n in range(100_000)) + "}",
    "257 within an unknown field": SEND + ',"x":{' + ",".join(f'"x{n}":{n}' for n in range(257)) + "}}",
    **{f"the escape {escape!r}": '{"type":"ping","x":"' + escape + '"}' for escape in ESCAPES},
    **{f"the surrogate {lone}": SEND.replace('"x"', f'"{lone}"') + "}" for lone in LONE},
    **{f"the surrogate {lone} in a key": '{"type":"ping","' + lone + '":1}' for lone in LONE},
    **{f"the surrogate {lone} in an id": SEND.replace('"m"', f'"{lone}"') + "}" for lone in LONE},
    **{f"the surrogate {lone} in a target": SEND.replace("RECEIVER", lone) + "}" for lone in LONE[:2]},
}

# JSON, but no frame of this protocol.
NO_FRAME = [
    "null", "true", "1", '"send"', "[]", '[{"type":"ping"}]', "{}",
    {"to": "RECEIVER", "id": "m", "text": "x"},
    {"type": None, "to": "RECEIVER", "id": "m", "text": "x"},
    {"type": 1}, {"type": ["send"]}, {"type": {}}, {"type": ""}, {"type": True},
    {"type": "Send", "to": "RECEIVER", "id": "m", "text": "x"},
    {"type": "send ", "to": "RECEIVER", "id": "m", "text": "x"},
    {"type": "nonsense"}, {"type": "message", "from": "a", "to": "RECEIVER", "id": "m", "text": "x"},
    {"type": "welcome"}, {"type": "accepted", "id": "m"}, {"type": "bye", "code": 1000}, {"type": "pong"},
    # send
    {"type": "send"}, {"type": "send", "id": "m", "text": "x"}, {"type": "send", "to": "RECEIVER", "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": "m"},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": "x", "data": 1},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": "x", "data": None},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": None},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": 1},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": ["x"]},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": {"x": 1}},
    {"type": "send", "to": "RECEIVER", "id": "m", "text": True},
    {"type": "send", "to": "RECEIVER", "id": 1, "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": None, "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": "", "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": "x" * 65, "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": "ä" * 33, "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": "~m", "text": "x"},
    {"type": "send", "to": "RECEIVER", "id": ["m"], "text": "x"},
    # signal
    {"type": "signal"}, {"type": "signal", "to": "RECEIVER"}, {"type": "signal", "data": 1},
    {"type": "signal", "to": "RECEIVER", "text": "x"},
    # received
    {"type": "received"}, {"type": "received", "log": "LOG"}, {"type": "received", "seq": 1},
    {"type": "received", "log": 5, "seq": 1}, {"type": "received", "log": "LOG", "seq": "1"},
    {"type": "received", "log": "LOG", "seq": -1}, {"type": "received", "log": "LOG", "seq": 1.5},
    {"type": "received", "log": "LOG", "seq": 1 << 53}, {"type": "received", "log": "LOG", "seq": None},
    {"type": "received", "log": "LOG", "seq": [1]}, '{"type":"received","log":"LOG","seq":1e400}',
    '{"type":"received","log":"LOG","seq":99999999999999999999999999999}',
    '{"type":"received","log":"LOG","seq":1e-1}',
    # read
    {"type": "read"}, {"type": "read", "to": "RECEIVER"}, {"type": "read", "id": "m"},
    {"type": "read", "to": "RECEIVER", "id": "never sent"}, {"type": "read", "to": "RECEIVER", "id": 5},
    {"type": "read", "to": "RECEIVER", "id": ""}, {"type": "read", "to": "RECEIVER", "id": "x" * 65},
    # watch
    {"type": "watch"}, {"type": "watch", "peers": None}, {"type": "watch", "peers": "RECEIVER"},
    {"type": "watch", "peers": {"a": 1}}, {"type": "unwatch"}, {"type": "unwatch", "peers": 1},
    # history
    {"type": "history"},
    {"type": "history", "peer": "RECEIVER", "limit": "5"}, {"type": "history", "peer": "RECEIVER", "limit": -1},
    {"type": "history", "peer": "RECEIVER", "limit": 1.5}, {"type": "history", "peer": "RECEIVER", "before": "1"},
    {"type": "history", "peer": "RECEIVER", "before": -1}, {"type": "history", "peer": "RECEIVER", "before": 1 << 53},
    {"type": "history", "peer": "RECEIVER", "ref": "x" * 65}, {"type": "history", "peer": "RECEIVER", "ref": []},
    # fetch
    {"type": "fetch"}, {"type": "fetch", "seq": "1"}, {"type": "fetch", "seq": -1}, {"type": "fetch", "seq": 0.5},
    {"type": "fetch", "seq": 1 << 53}, {"type": "fetch", "seq": 1, "ref": {}}, {"type": "fetch", "seq": True},
    # auth: this server asks for no token, but a token is a string
    {"type": "auth"}, {"type": "auth", "token": 1},
]  # fmt: skip


def frames():
    yield from NO_JSON.items()
    for frame in NO_FRAME:
        written = frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False)
        yield written[:80], written


@pytest.fixture
def alice(lasting_server):
    return lasting_server.v1(f"alice{next(numbers)}")


@pytest.fixture
def receiver(lasting_server):
    return lasting_server.v1(f"receiver{next(numbers)}")


@pytest.mark.parametrize("frame", [pytest.param(frame, id=ascii(name)) for name, frame in frames()])
def test_a_bad_frame_is_refused_and_the_connection_lives(alice, receiver, frame):
    alice.send(frame.replace("RECEIVER", receiver.client_id).replace("LOG", alice.log))
    alice.expect_error("bad_request")
    alice.do("ping", ref="alive")
    alice.expect("pong", ref="alive")
    receiver.expect_nothing()
    assert alice.history(receiver.client_id)["messages"] == []


SPACES = ["a\n", "a\0", "\x7f", "\x85", "\u00a0", "\u2003", "\u3000"]
IMPOSSIBLE = ["", " ", "a b", "a:b", "a/b", "x" * 65, "é" * 33, *SPACES]


@pytest.mark.parametrize("to", IMPOSSIBLE, ids=ascii)
def test_an_impossible_target(alice, to):
    alice.do("send", to=to, id="m", text="x")
    alice.expect_error("bad_target", id="m")
    alice.do("signal", to=to, data=1)
    alice.expect_error("bad_target")
    alice.do("watch", peers=[to])
    alice.expect_error("bad_target")
    alice.do("history", peer=to, ref="r")
    alice.expect_error("bad_target", ref="r")
    alice.do("read", to=to, id="m")
    assert alice.expect("error")["code"] in ("bad_target", "bad_request")
    alice.expect_nothing()


TO_SOMEBODY = [
    '{"type":"send","to":%s,"id":"m","text":"x"}',
    '{"type":"signal","to":%s,"data":1}',
    '{"type":"read","to":%s,"id":"m"}',
    '{"type":"history","peer":%s}',
    '{"type":"watch","peers":[%s]}',
    '{"type":"unwatch","peers":["a",%s]}',
]


@pytest.mark.parametrize("to", ["1", "[]", '["a"]', "{}", "true", "null", "1.5"])
def test_a_target_that_is_no_string(alice, to):
    for frame in TO_SOMEBODY:
        alice.send(frame % to)
        assert alice.expect("error")["code"] in ("bad_target", "bad_request")
    alice.expect_nothing()


@pytest.mark.parametrize(
    "frame,names",
    [
        ('{"type":"send","id":"the id","to":"x"}', {"id": "the id"}),
        ('{"text":5,"id":"the id","to":"x","type":"send"}', {"id": "the id"}),
        ('{"type":"send","to":"a b","id":"the id","text":"x"}', {"id": "the id"}),
        ('{"type":"history","ref":"the ref","peer":"a b"}', {"ref": "the ref"}),
        ('{"ref":17,"type":"fetch","seq":"x"}', {"ref": 17}),
        ('{"type":"nonsense","ref":"r","id":"i"}', {"ref": "r", "id": "i"}),
    ],
)
def test_an_error_says_what_it_answers(alice, frame, names):
    alice.send(frame)
    alice.expect("error", **names)


def test_the_sentence_never_repeats_what_was_sent(alice):
    alice.do("send", to="a secret target", id="m", text="a secret text")
    assert "secret" not in alice.expect("error")["message"]
    alice.send('{"type":"secret nonsense"}')
    assert len(alice.expect("error")["message"]) < 200


def test_100_levels_pass(alice, receiver):
    for body in ('"data":' + "[" * 99 + "]" * 99, '"text":"x","y":' + '{"a":' * 98 + "1" + "}" * 98):
        alice.send(f'{{"type":"send","to":"{receiver.client_id}","id":"{body[1:5]}",{body}}}')
        alice.expect("accepted")
        receiver.expect("message")


@pytest.mark.parametrize("number", ["7", "7.0", "70e-1", "0.7E1", "7e0", "7.000e+0", "700e-02", "0.000007e6"])
def test_a_whole_number_may_be_written_in_any_way(alice, number):
    alice.send(f'{{"type":"received","log":"{alice.log}","seq":{number}}}')
    answer = alice.messages_so_far()
    assert [m["type"] for m in answer] in ([], ["error"])  # beyond what was sent, but a number
    alice.send(f'{{"type":"history","peer":"nobody","limit":{number},"before":{number},"ref":{number}}}')
    assert alice.expect("history", messages=[], more=False)["ref"] == 7


@pytest.mark.parametrize("field", ["before", "limit", "ref"])
def test_a_field_that_may_be_left_out_may_be_null(alice, field):
    alice.send(f'{{"type":"history","peer":"nobody","{field}":null}}')
    assert "ref" not in alice.expect("history", messages=[])


def test_text_that_is_no_utf_8_ends_the_connection(lasting_server):
    raw = lasting_server.raw_websocket("raw", headers=[("Sec-WebSocket-Protocol", "sotto.v1")])
    raw.read_message()
    raw.send_frame(1, b'{"type":"ping","ref":"\xff"}')
    raw.expect_close(1007)


def test_thousands_of_bad_frames_are_answered_each(alice):
    for n in range(3000):
        alice.send(f'{{"type":"nonsense","ref":{n}}}')
    for n in range(3000):
        alice.expect_error("bad_request", ref=n)
    alice.expect_nothing()
