"""The store on disk, after `kill -9` and after an orderly end: what was accepted is there, and numbers only rise."""

import pytest
from websockets.exceptions import ConnectionClosed

from daemon import Daemon



def test_what_was_accepted_is_there_after_a_kill(open_store):
    texts, before = [], None
    for life in range(4):
        server = open_store()
        alice = server.v1("alice")
        for n in range(50):
            alice.do("send", to="bob", id=f"m{life}-{n}", text=f"{life} {n}")
        for n in range(50):
            accepted = alice.expect("accepted", id=f"m{life}-{n}")
            assert before is None or accepted["seq"] > before["seq"], "a number was used twice"
            before = accepted
            texts.append(f"{life} {n}")
        server.crash()
    server = open_store()
    bob = server.v1("bob")
    assert bob.welcome["pending"] == 200
    assert bob.texts(200) == texts
    bob.received(bob.last_seq)
    bob.expect_nothing()
    alice = server.v1("alice")
    history = alice.history("bob", limit=100)
    assert [m["text"] for m in history["messages"]] == texts[:99:-1]


def test_the_log_keeps_its_name_and_another_folder_has_another(open_store, start, tmp_path):
    names = set()
    for how in (Daemon.crash, Daemon.end, Daemon.crash):
        server = open_store()
        names.add(server.v1("alice").log)
        how(server)
    assert len(names) == 1
    assert start("--data", str(tmp_path / "other")).v1("alice").log not in names


def test_a_number_is_never_used_twice_though_nothing_of_it_was_kept(open_store):
    """bob gets messages live; the server dies before it can have written that, or after."""
    seen = {}
    for life in range(6):
        server = open_store()
        alice, bob = server.raw_websocket("alice", headers=[("Sec-WebSocket-Protocol", "sotto.v1")]), server.v1("bob")
        alice.read_message()
        for n in range(20):
            alice.send_text('{"type":"send","to":"bob","id":"m%d-%d","text":"x"}' % (life, n))
        for _ in range(3):  # no more: the others are under way
            while True:
                message = bob.expect("message")
                known = seen.setdefault(message["seq"], message["id"])
                assert known == message["id"], f"{message['seq']} was {known}"
                if message["id"].startswith(f"m{life}-"):
                    break
        server.crash()


def test_a_kill_forgets_no_id(open_store):
    server = open_store()
    first = server.v1("alice").say("bob", "m", "x")
    server.crash()
    server = open_store()
    alice = server.v1("alice")
    assert alice.say("bob", "m", "x")["seq"] == first["seq"]
    alice.do("send", to="bob", id="m", text="y")
    alice.expect_error("bad_request", id="m")
    bob = server.v1("bob")
    bob.expect("message", id="m", text="x")
    bob.expect_nothing()


def test_all_kinds_survive(open_store):
    server = open_store()
    alice, plain = server.v1("alice"), server.client("plain")
    alice.send('{"type":"send","to":"bob","id":"d","data":{"a" : [1e400, "\\ud800"]}}')
    alice.expect("accepted")
    alice.send_bytes("bob", "b", bytes(range(256)) * 1000, mime="image/png", name="ü.png")
    alice.expect("accepted")
    plain.send("bob:text")
    plain.receive()
    plain.send(b"bob:bytes")
    plain.expect_nothing()
    bob = server.v1("bob")
    bob.expect("message", id="d")
    bob.received(bob.last_seq)
    alice.expect("delivered", id="d")
    server.crash()
    server = open_store()
    bob = server.v1("bob")
    assert bob.welcome["pending"] == 3
    bob.expect("message", id="b", payload=bytes(range(256)) * 1000, mime="image/png", name="ü.png")
    bob.expect("message", text="text")
    bob.expect("message", payload=b"bytes")
    bob.history("alice")
    assert '"data":{"a" : [1e400, "\\ud800"]}' in bob.raw
    alice = server.v1("alice")
    states = [m["state"] for m in alice.history("bob")["messages"]]
    assert states == ["accepted", "delivered"]


def test_sigterm_writes_what_was_taken(open_store):
    server = open_store()
    alice = server.v1("alice")
    for n in range(500):
        alice.do("send", to="bob", id=f"m{n}", text=str(n))
    server.end()
    accepted = []
    with pytest.raises(ConnectionClosed):
        while True:
            message = alice.receive()
            accepted += [message["id"]] if message["type"] == "accepted" else []
    bob = open_store().v1("bob")
    came = [message["id"] for message in bob.pending()]
    assert came == [f"m{n}" for n in range(len(came))]
    assert set(accepted) <= set(came)
