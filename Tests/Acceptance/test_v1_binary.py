"""sotto.v1: messages of any bytes, their headers, and `fetch`."""

import itertools

import pytest

from v1_frames import binary_frame, write

MEBIBYTE = 1 << 20
numbers = itertools.count()


@pytest.fixture
def pair(lasting_server):
    number = next(numbers)
    return lasting_server.v1(f"sender{number}"), lasting_server.v1(f"receiver{number}")


PAYLOADS = [b"", b"\0", bytes(range(256)), b"\xff\xfe" * 500, b'{"type":"ping"}', bytes(70_000), bytes(MEBIBYTE)]


@pytest.mark.parametrize("payload", PAYLOADS, ids=len)
def test_any_bytes_arrive_untouched(pair, payload):
    alice, bob = pair
    alice.send_bytes(bob.client_id, "b", payload)
    accepted = alice.expect("accepted", id="b", state="sent")
    message = bob.expect("message", id="b", payload=payload, mime=None, name=None, at=accepted["at"])
    assert message["from"] == alice.client_id


@pytest.mark.parametrize("payload", PAYLOADS, ids=len)
def test_any_bytes_are_kept_untouched(storing_server, payload):
    alice = storing_server.v1("alice")
    alice.send_bytes("bob", "b", payload, mime="image/png", name="cat.png")
    alice.expect("accepted", id="b", state="kept")
    bob = storing_server.v1("bob")
    bob.expect("message", id="b", payload=payload, mime="image/png", name="cat.png")


@pytest.mark.parametrize(
    "header",
    [
        {"mime": "image/png"},
        {"mime": "a/" + "b" * 125},
        {"mime": 'multipart/form-data; boundary="~!@#$%^&*()\\"'},
        {"name": "cat.png"},
        {"name": "Übung 😀 №1.tar.gz"},
        {"name": "é" * 127 + "x"},
        {"name": "..."},
        {"name": ".hidden"},
        {"name": 'a"b<c>d|e?f*g:h'},
        {"name": "con"},
        {"mime": "text/plain", "name": "a"},
    ],
    ids=write,
)
def test_mime_and_name_arrive_as_sent(pair, header):
    alice, bob = pair
    alice.send_bytes(bob.client_id, "b", b"x", **header)
    alice.expect("accepted", id="b")
    bob.expect("message", id="b", mime=header.get("mime"), name=header.get("name"))


def test_escapes_in_a_header_stand_for_characters(pair):
    alice, bob = pair
    header = rf'{{"n\u0061me":"\u00fc\ud83d\ude00","x":[1],"to":"{bob.client_id}", "id":"b","type":"s\u0065nd"}}'
    alice.send(binary_frame(header.encode(), b"x"))
    alice.expect("accepted", id="b")
    bob.expect("message", name="ü😀")


def test_a_header_may_have_65_535_bytes(pair):
    alice, bob = pair
    header = write({"type": "send", "to": bob.client_id, "id": "b"}).encode()
    alice.send(binary_frame(header + b" " * (65_535 - len(header)), b"x"))
    alice.expect("accepted", id="b")
    bob.expect("message", payload=b"x")


def test_a_message_as_large_as_may_be(start):
    server = start("--max-message-size", "64KiB")
    alice, bob = server.v1("alice"), server.v1("bob")
    largest = 65_536 - len(binary_frame({"type": "send", "to": "bob", "id": "b"}))
    alice.send_bytes("bob", "b", bytes(largest))
    alice.expect("accepted", id="b")
    assert len(bob.expect("message")["payload"]) == largest
    alice.send_bytes("bob", "c", bytes(largest + 1))
    assert alice.close_code() == 1009
    bob.expect("left", peer="alice")
    bob.expect_nothing()


# Headers that are none


def header(**fields):
    return {"type": "send", "to": "receiver", "id": "b"} | fields


BAD = {
    "no bytes at all": b"",
    "half of the length": b"\0",
    "an empty header": b"\0\0",
    "an empty header and a payload": b"\0\0abc",
    "longer than the frame": b"\0\x05{}",
    "65,535 of nothing": b"\xff\xff",
    "one byte is missing": binary_frame(header())[:-1],
    "one byte too many": b"\0\x01{}",
    "no JSON": binary_frame(b"hello"),
    "no UTF-8": binary_frame(b'{"type":"send","to":"receiver","id":"\xff"}'),
    "UTF-8 cut off": binary_frame(b'{"type":"send","to":"receiver","id":"\xc3'),
    "an array": binary_frame(b"[]"),
    "a string": binary_frame(b'"send"'),
    "null": binary_frame(b"null"),
    "an empty object": binary_frame(b"{}"),
    "two objects": binary_frame(b'{"type":"send","to":"receiver","id":"b"}{}'),
    "a byte order mark": binary_frame(b'\xef\xbb\xbf{"type":"send","to":"receiver","id":"b"}'),
    "twin keys": binary_frame(b'{"type":"send","to":"receiver","id":"b","id":"b"}'),
    "a lone surrogate": binary_frame(rb'{"type":"send","to":"receiver","id":"\ud800"}'),
    "text": binary_frame(header(text="x")),
    "data": binary_frame(header(data=1)),
    "no type": binary_frame({"to": "receiver", "id": "b"}),
    "no target": binary_frame({"type": "send", "id": "b"}),
    "no id": binary_frame({"type": "send", "to": "receiver"}),
    "another type": binary_frame({"type": "signal", "to": "receiver", "id": "b"}),
    "ping": binary_frame({"type": "ping"}),
    "message": binary_frame({"type": "message", "from": "x", "to": "receiver", "id": "b"}),
    "an id of the server": binary_frame(header(id="~1")),
    "mime of 128": binary_frame(header(mime="a/" + "b" * 126)),
    "mime that is a number": binary_frame(header(mime=5)),
    "mime with a line break": binary_frame(header(mime="a/\nb")),
    "mime with a NUL": binary_frame(header(mime="a/\0b")),
    "mime that is not ASCII": binary_frame(header(mime="a/ä")),
    "name of 256": binary_frame(header(name="é" * 128)),
    "name that is an array": binary_frame(header(name=["a"])),
    "name with a slash": binary_frame(header(name="a/b")),
    "name with a backslash": binary_frame(header(name="a\\b")),
    "name with a NUL": binary_frame(header(name="a\0")),
    "name with DEL": binary_frame(header(name="a\x7f")),
    "name with a C1 control": binary_frame(header(name="a\x85")),
    "name .": binary_frame(header(name=".")),
    "name ..": binary_frame(header(name="..")),
    "a compressed stream": b"\x78\x9c" + bytes(range(200)),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_header_is_refused_and_the_connection_lives(lasting_server, what):
    alice, receiver = lasting_server.v1(f"bad{next(numbers)}"), lasting_server.v1("receiver")
    alice.send(BAD[what])
    alice.expect_error("bad_request")
    alice.do("ping", ref=what)
    alice.expect("pong", ref=what)
    receiver.expect_nothing()


@pytest.mark.parametrize("to", ["", "a b", "a:b", "a/b", "x" * 65, "a\n", "\u00a0"])
def test_an_impossible_target_of_bytes(pair, to):
    alice, _ = pair
    alice.send_bytes(to, "b", b"x")
    alice.expect_error("bad_target", id="b")


def test_the_error_names_the_id_of_the_header(pair):
    alice, _ = pair
    alice.send_bytes("nowhere", "the id", b"x", mime="\n")
    alice.expect_error("bad_request", id="the id")


# fetch


def test_fetch_brings_the_bytes_to_both_sides(storing_server):
    alice, bob = storing_server.v1("alice"), storing_server.v1("bob")
    payload = bytes(range(256)) * 300
    alice.send_bytes("bob", "b", payload, mime="image/png", name="cat.png")
    accepted = alice.expect("accepted")
    message = bob.expect("message")
    alice.do("fetch", seq=accepted["seq"], ref="r")
    alice.expect("copy", to="bob", id="b", seq=accepted["seq"], at=accepted["at"], payload=payload, ref="r")
    bob.last_seq = 0  # without a ref nothing tells it from a message that comes for the first time
    bob.do("fetch", seq=message["seq"])
    fetched = bob.receive()
    assert (fetched["type"], fetched["from"], fetched["payload"]) == ("message", "alice", payload)
    assert (fetched["mime"], fetched["name"], fetched.get("ref")) == ("image/png", "cat.png", None)


def test_fetch_works_after_it_was_received_and_on_another_connection(storing_server):
    alice, bob = storing_server.v1("alice"), storing_server.v1("bob")
    alice.send_bytes("bob", "b", b"payload")
    alice.expect("accepted")
    seq = bob.expect("message")["seq"]
    bob.received(seq)
    alice.expect("delivered")
    bob.close()
    later = storing_server.v1("bob")
    later.do("fetch", seq=seq, ref=9)
    later.expect("message", ref=9, payload=b"payload", seq=seq)
    later.expect_nothing()


def test_fetch_of_what_is_no_binary_message_of_ones_own_is_refused(storing_server):
    alice, bob, carol = (storing_server.v1(name) for name in ("alice", "bob", "carol"))
    text = alice.say("bob", "t", "x")["seq"]
    alice.send_bytes("bob", "b", b"x")
    binary = alice.expect("accepted")["seq"]
    bob.texts(1), bob.expect("message")
    for seq in (text, 0, binary + 1000, (1 << 53) - 1):
        alice.do("fetch", seq=seq, ref=seq)
        alice.expect_error("bad_request", ref=seq)
    for seq in range(binary + 5):
        carol.do("fetch", seq=seq, ref=seq)
        carol.expect_error("bad_request", ref=seq)


def test_a_large_picture_can_be_fetched_by_a_slow_reader(start_storing):
    server = start_storing("--max-queue", "1MiB")
    alice = server.v1("alice")
    alice.send_bytes("bob", "b", bytes(15 * MEBIBYTE))
    seq = alice.expect("accepted")["seq"]
    alice.do("fetch", seq=seq, ref=1)
    assert len(alice.expect("copy", ref=1)["payload"]) == 15 * MEBIBYTE
