"""Clients of both protocols talk with each other, in both directions."""

import pytest

OFFLINE = "Client #{} is offline; the message is kept and will be delivered when they connect"


@pytest.fixture
def server(storing_server):
    return storing_server


@pytest.fixture
def alice(server):
    return server.v1("alice")


@pytest.fixture
def plain(server):
    return server.client("plain")


# From plain to sotto.v1


def test_plain_text_arrives_as_text(alice, plain):
    for text in ("hello", "", "a:b", "😀\"\\\n\0\x7f", "x" * 100_000):
        plain.send(f"alice:{text}")
        assert alice.expect("message", text=text, **{"from": "plain"})["id"].startswith("~")
    plain.expect_nothing()


def test_plain_bytes_arrive_as_a_binary_message(alice, plain):
    for payload in (b"", bytes(range(256)), b"a:b", bytes(100_000)):
        plain.send(b"alice:" + payload)
        message = alice.expect("message", payload=payload, mime=None, name=None)
        assert message["id"].startswith("~")


def test_ids_made_by_the_server_are_unlike(server, alice, plain):
    ids = set()
    for n in range(200):
        plain.send(f"alice:{n}")
        ids.add(alice.expect("message", text=str(n))["id"])
    assert len(ids) == 200
    plain.close()
    alice.expect("left", peer="plain")
    again = server.client("plain")
    again.send("alice:x")
    assert alice.expect("message")["id"] not in ids


def test_a_message_of_a_plain_client_waits_for_a_v1_client(server, plain):
    plain.send("alice:text")
    plain.expect(OFFLINE.format("alice"))
    plain.send(b"alice:bytes")
    alice = server.v1("alice")
    assert alice.welcome["pending"] == 2
    alice.expect("message", text="text")
    alice.expect("message", payload=b"bytes")
    alice.abort()
    plain.expect("Client #alice left the chat")
    second = server.v1("alice")
    second.expect("message", text="text", again=True)


def test_receipts_for_a_plain_sender_are_taken_and_not_passed_on(alice, plain):
    plain.send("alice:x")
    message = alice.expect("message")
    alice.received(message["seq"])
    alice.do("read", to="plain", id=message["id"])
    alice.expect_nothing()
    plain.expect_nothing()
    assert alice.history("plain")["messages"][0]["state"] == "read"


# From sotto.v1 to plain


def test_text_arrives_as_the_characters_that_it_stands_for(alice, plain):
    alice.send(r'{"type":"send","to":"plain","id":"m","text":"a:\u00fc \ud83d\ude00 \"\\\/\n"}')
    assert alice.expect("accepted", id="m")["state"] == "sent"
    plain.expect('Client #alice says: a:ü 😀 "\\/\n')


@pytest.mark.parametrize("written", ["null", '{"a" : 1, "a":2}', r'"\u00fc\ud800"', "[ 1e400 ]", '""', "0"])
def test_data_arrives_as_its_json(alice, plain, written):
    alice.send(f'{{"type":"send","to":"plain","id":"m","data":{written}}}')
    alice.expect("accepted")
    plain.expect(f"Client #alice says: {written}")


def test_binary_arrives_as_its_payload(alice, plain):
    alice.send_bytes("plain", "m", bytes(range(256)), mime="image/png", name="cat.png")
    alice.expect("accepted")
    plain.expect(b"alice:" + bytes(range(256)))


def test_signals_receipts_and_copies_do_not_arrive(server, alice, plain):
    second = server.client("plain")
    alice.do("signal", to="plain", data="typing")
    plain.expect_nothing()
    plain.send("alice:x")
    alice.expect("message")
    second.expect_nothing()


def test_messages_for_a_plain_client_wait(server, alice):
    alice.send('{"type":"send","to":"plain","id":"m1","text":"\\u0041"}')
    alice.expect("accepted", state="kept")
    alice.send('{"type":"send","to":"plain","id":"m2","data":{"a": 1}}')
    alice.expect("accepted", state="kept")
    alice.send_bytes("plain", "m3", b"bytes", name="n")
    alice.expect("accepted", state="kept")
    plain = server.client("plain")
    plain.expect("Client #alice says: A", 'Client #alice says: {"a": 1}', b"alice:bytes")
    plain.close()
    seen = []
    while not {("left", None), ("delivered", "m3")} <= set(seen):  # in any order: one of them waits for the disk
        message = alice.receive()
        seen.append((message["type"], message.get("id")))
    server.client("plain").expect_nothing()


def test_a_sender_is_told_when_a_plain_client_that_is_there_has_it(alice, plain):
    alice.say("plain", "m", "x")
    plain.expect("Client #alice says: x")
    alice.expect("delivered", to="plain", id="m")


# Both in one person, and both ways


def test_one_person_with_both_protocols(server, alice, plain):
    simple = server.client("alice")
    plain.send("alice:hello")
    alice.expect("message", text="hello")
    simple.expect("Client #plain says: hello")
    simple.send("plain:from the plain device")
    plain.expect("Client #alice says: from the plain device")
    assert alice.expect("copy", to="plain", text="from the plain device")["id"].startswith("~")
    alice.do("send", to="plain", id="m", text="from the other")
    plain.expect("Client #alice says: from the other")
    answers = [m for m in (alice.receive(), *alice.messages_so_far()) if m["type"] != "delivered"]
    assert [(m["type"], m["id"]) for m in answers] == [("accepted", "m")]
    simple.expect_nothing()


def test_leave_notices_go_both_ways(server, alice, plain):
    alice.say("plain", "m", "x")
    plain.expect("Client #alice says: x")
    alice.expect("delivered")
    alice.close()
    plain.expect("Client #alice left the chat")
    alice = server.v1("alice")
    plain.send("alice:hi")
    alice.messages_so_far()
    plain.close()
    alice.expect("left", peer="plain", why="closed")


def test_order_is_kept_between_the_two(server, alice, plain):
    for n in range(300):
        if n % 3:
            plain.send(f"alice:{n}")
        else:
            plain.send(b"alice:%d" % n)
        alice.do("send", to="plain", id=f"m{n}", text=str(n))
    came = [m for m in (alice.receive() for _ in range(600)) if m["type"] == "message"]
    while len(came) < 300:
        came += [m for m in [alice.receive()] if m["type"] == "message"]
    assert [int(m.get("text") or m["payload"]) for m in came] == list(range(300))
    plain.expect(*(f"Client #alice says: {n}" for n in range(300)))


def test_history_has_what_a_v1_client_said_and_heard(alice, plain):
    plain.send("alice:question")
    alice.expect("message")
    alice.say("plain", "m", "answer")
    plain.expect("Client #alice says: answer")
    alice.expect("delivered")
    entries = alice.history("plain")["messages"]
    assert [(e["from"], e["text"]) for e in entries] == [("alice", "answer"), ("plain", "question")]


def test_what_two_plain_clients_say_is_not_kept(server, plain):
    other = server.client("other")
    plain.send("other:hello")
    other.expect("Client #plain says: hello")
    assert server.v1("plain").history("other")["messages"] == []
