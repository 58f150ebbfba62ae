"""sotto.v1: `left` says who has gone, why, and how long they had been silent."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

INTERVAL, TIMEOUT = 0.4, 0.3
# What a busy machine may add, as in test_heartbeat.py, and a process of its own.
MARGIN = 1.5
V1 = [("Sec-WebSocket-Protocol", "sotto.v1")]


def introduce(alice, bob):
    alice.say(bob.client_id, "hello", "hello")
    bob.expect("message")


@pytest.mark.parametrize("how", ["close", "abort"])
def test_a_closed_connection_is_told_at_once(server, how):
    alice, bob = server.v1("alice"), server.v1("bob")
    introduce(alice, bob)
    before = time.time() * 1000
    getattr(alice, how)()
    left = bob.expect("left", peer="alice", why="closed")
    assert before - 20 <= left["at"] <= time.time() * 1000 + 20
    assert left["after"] < 2000
    bob.expect_nothing()


def test_a_reset_is_a_close(server):
    alice, bob = server.raw_websocket("alice", headers=V1), server.v1("bob")
    alice.send_text('{"type":"send","to":"bob","id":"m","text":"x"}')
    bob.expect("message")
    alice.reset()
    bob.expect("left", peer="alice", why="closed")


def test_a_silent_client_is_lost_within_the_time_announced(start):
    server = start("--heartbeat-interval", str(INTERVAL), "--heartbeat-timeout", str(TIMEOUT))
    alice, bob = server.raw_websocket("alice", headers=V1), server.v1("bob")
    alice.read_message()
    alice.send_text('{"type":"send","to":"bob","id":"m","text":"x"}')
    bob.expect("message")
    silent_since = time.monotonic()
    left = bob.expect("left", peer="alice", why="lost")
    took = time.monotonic() - silent_since
    assert INTERVAL + TIMEOUT - 0.05 <= took < INTERVAL + TIMEOUT + MARGIN
    assert (INTERVAL + TIMEOUT) * 1000 - 50 <= left["after"] <= took * 1000 + 50
    assert left["after"] <= bob.welcome["leave_within"] + MARGIN * 1000
    bob.expect_nothing()


FROZEN = """
import sys
from v1_client import V1Client
alice = V1Client(sys.argv[1], int(sys.argv[2]), "alice")
alice.say("bob", "m", "hello")
print("ready", flush=True)
alice.receive()
"""


def test_a_frozen_client_is_lost(start, tmp_path):
    server = start("--heartbeat-interval", str(INTERVAL), "--heartbeat-timeout", str(TIMEOUT))
    bob = server.v1("bob")
    program = subprocess.Popen(
        [sys.executable, "-c", FROZEN, server.host, str(server.port)],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout.readline() == "ready\n"
        bob.expect("message")
        program.send_signal(signal.SIGSTOP)
        frozen = time.monotonic()
        bob.expect("left", peer="alice", why="lost")
        assert time.monotonic() - frozen < INTERVAL + TIMEOUT + MARGIN
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


def test_a_slow_reader_is_told_so_and_what_it_missed_is_kept(start):
    server = start("--max-queue", "64KiB")
    slow, bob = server.raw_websocket("slow", receive_buffer=1 << 16), server.v1("bob")
    slow.send_text("bob:hello")
    bob.expect("message")
    sent, answers = 0, []
    while not any(m["type"] == "left" for m in answers):
        assert sent < 2000, "nobody was closed for reading nothing"
        bob.do("send", to="slow", id=f"m{sent}", text=f"{sent} " + "x" * 50_000)
        sent += 1
        answers += bob.messages_so_far()
    left = [m for m in answers if m["type"] == "left"]
    assert [(m["peer"], m["why"]) for m in left] == [("slow", "slow")]
    assert [m["id"] for m in answers if m["type"] == "accepted"] == [f"m{n}" for n in range(sent)]


def test_only_chat_peers_are_told_and_once(server):
    alice, bob, carol = server.v1("alice"), server.v1("bob"), server.v1("carol")
    introduce(alice, bob)
    bob.say("alice", "answer", "hello")
    alice.expect("message")
    alice.close()
    bob.expect("left", peer="alice")
    bob.expect_nothing()
    carol.expect_nothing()


def test_all_devices_of_a_peer_are_told_when_the_last_one_leaves(server):
    phone, laptop = server.v1("alice"), server.v1("alice")
    bobs = [server.v1("bob"), server.v1("bob")]
    phone.say("bob", "m", "x")
    for bob in bobs:
        bob.expect("message")
    phone.close()
    for bob in bobs:
        bob.expect_nothing()
    laptop.close()
    for bob in bobs:
        bob.expect("left", peer="alice", why="closed")


def test_whoever_comes_back_within_the_grace_has_not_left(start):
    server = start("--leave-grace", "0.8")
    alice, bob = server.v1("alice"), server.v1("bob")
    introduce(alice, bob)
    alice.abort()
    bob.expect_nothing()
    assert bob.say("alice", "meanwhile", "x")["state"] == "kept"
    alice = server.v1("alice")
    alice.expect("message", id="meanwhile")
    bob.expect_nothing()
    gone = time.monotonic()
    alice.close()
    left = bob.expect("left", peer="alice", why="closed")
    assert 0.75 <= time.monotonic() - gone < 0.8 + MARGIN
    assert left["after"] >= 750, "the time since the last sign of life, not since the grace ended"


def test_a_message_in_the_grace_of_a_plain_client_brings_no_notice(start):
    server = start("--leave-grace", "0.8")
    alice, plain = server.v1("alice"), server.client("plain")
    introduce_plain(alice, plain)
    alice.abort()
    plain.send("alice:meanwhile")
    plain.expect_nothing()
    seen = server.v1("alice").messages_so_far()  # receipts may be told again
    assert [m["text"] for m in seen if m["type"] == "message"] == ["meanwhile"]


def introduce_plain(alice, plain):
    alice.say(plain.client_id, "hello", "hello")
    plain.expect(f"Client #{alice.client_id} says: hello")
    alice.expect("delivered", id="hello")
