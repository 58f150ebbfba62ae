"""Who is alive: silence, signs of life, and a server that was asleep itself."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame

INTERVAL, TIMEOUT = 0.4, 0.3
# What a busy machine may add to interval + timeout: the sweep of the heartbeat, and the scheduler's delay.
MARGIN = 0.4
LEFT = "Client #alice left the chat"


@pytest.fixture
def server(start):
    return start("--heartbeat-interval", str(INTERVAL), "--heartbeat-timeout", str(TIMEOUT))


@pytest.fixture
def bob(server):
    """Answers pings all the time."""
    return server.client("bob")


def introduce(alice, bob):
    alice.send_text("bob:hello")
    bob.expect(f"Client #{alice.client_id} says: hello")


def answer_pings(client, count):
    """Reads and answers that many pings; anything else fails."""
    for _ in range(count):
        ping = client.read_frame()
        assert ping.opcode == PING, f"not a ping: {ping}"
        client.send_frame(PONG, ping.payload)


# Silence


def test_a_client_that_falls_silent_is_dead_within_interval_and_timeout(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    silent_since = time.monotonic()
    bob.expect(LEFT)
    assert time.monotonic() - silent_since < INTERVAL + TIMEOUT + MARGIN
    assert time.monotonic() - silent_since >= INTERVAL + TIMEOUT - 0.05
    bob.expect_nothing()


def test_a_silent_client_is_pinged_and_then_closed_with_4201(server):
    alice = server.raw_websocket("alice")
    began = time.monotonic()
    assert alice.read_frame().opcode == PING
    assert INTERVAL - 0.05 <= time.monotonic() - began < INTERVAL + MARGIN
    received = alice.read_frame()
    assert (received.opcode, received.close_code()) == (CLOSE, 4201)
    alice.expect_end()


def test_each_of_many_silent_clients_is_found_in_time(server, bob):
    clients = [server.raw_websocket(f"silent{n}") for n in range(100)]
    for client in clients:
        introduce(client, bob)
    silent_since = time.monotonic()
    assert {bob.receive() for _ in clients} == {f"Client #silent{n} left the chat" for n in range(100)}
    assert time.monotonic() - silent_since < INTERVAL + TIMEOUT + MARGIN


def test_a_silent_client_among_many_that_answer_is_found_in_time(server, bob):
    for n in range(100):
        server.client(f"living{n}")
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    silent_since = time.monotonic()
    bob.expect(LEFT)
    assert time.monotonic() - silent_since < INTERVAL + TIMEOUT + MARGIN
    bob.expect_nothing()  # and none of the others left


def test_the_grace_comes_on_top(start):
    server = start("--heartbeat-interval", "0.3", "--heartbeat-timeout", "0.2", "--leave-grace", "0.4")
    alice, bob = server.raw_websocket("alice"), server.client("bob")
    introduce(alice, bob)
    silent_since = time.monotonic()
    bob.expect(LEFT)
    assert 0.85 <= time.monotonic() - silent_since < 0.9 + MARGIN


def test_messages_to_a_dead_client_are_kept(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    bob.expect(LEFT)
    bob.send("alice:for later")
    bob.expect("Client #alice is offline; the message is kept and will be delivered when they connect")
    server.client("alice").expect("Client #bob says: for later")


# Signs of life


def test_a_client_that_answers_pings_lives(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    answer_pings(alice, 6)  # for longer than three times interval + timeout
    alice.expect_echo()
    bob.expect_nothing()


def test_one_who_falls_silent_after_a_pong_is_found_in_time(start):
    # A timeout that is longer than the interval: the time for one answer is over long after the next ping is due.
    server = start("--heartbeat-interval", "0.3", "--heartbeat-timeout", "1.2")
    alice, bob = server.raw_websocket("alice"), server.client("bob")
    introduce(alice, bob)
    answer_pings(alice, 1)
    silent_since = time.monotonic()
    bob.expect(LEFT)
    assert time.monotonic() - silent_since < 1.5 + MARGIN


def test_a_pong_with_another_payload_is_a_sign_of_life_too(server):
    alice = server.raw_websocket("alice")
    for _ in range(4):
        assert alice.read_frame().opcode == PING
        alice.send_frame(PONG, b"something else")
    alice.expect_echo()


def test_every_part_of_a_frame_is_a_sign_of_life(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    whole = frame(TEXT, b"bob:slowly but surely, byte by byte")
    pause = threading.Event()
    for byte in whole:
        alice.send(bytes([byte]))
        pause.wait((INTERVAL + TIMEOUT) * 3 / len(whole))
    bob.expect("Client #alice says: slowly but surely, byte by byte")
    bob.expect_nothing()


def test_a_ping_may_be_answered_within_a_fragmented_message(server, bob):
    alice = server.raw_websocket("alice")
    alice.send_frame(TEXT, b"bob:in ", fin=False)
    answer_pings(alice, 3)
    alice.send_frame(CONTINUATION, b"parts")
    bob.expect("Client #alice says: in parts")


def test_heartbeat_interval_0_switches_it_off(start):
    server = start("--heartbeat-interval", "0", "--heartbeat-timeout", "0.1")
    alice = server.raw_websocket("alice")
    threading.Event().wait(1)  # ten times the timeout
    alice.expect_echo()  # the first frame that comes: no ping was sent


def test_no_ping_is_sent_to_one_who_talks_all_the_time(server):
    alice = server.raw_websocket("alice")
    end = time.monotonic() + (INTERVAL + TIMEOUT) * 2
    while time.monotonic() < end:
        alice.expect_echo()


# A server that was stopped itself


def stop_for(server, seconds):
    server.signal(signal.SIGSTOP)
    threading.Event().wait(seconds)
    server.signal(signal.SIGCONT)


def test_a_server_that_was_stopped_drops_nobody(server, bob):
    clients = [server.raw_websocket(f"client{n}") for n in range(50)]
    for client in clients:
        introduce(client, bob)
    stop_for(server, (INTERVAL + TIMEOUT) * 2)
    for _ in range(3):
        for client in clients:
            answer_pings(client, 1)
    for client in clients:
        client.expect_echo()
    bob.expect_nothing()


def test_an_answer_that_came_while_the_server_was_stopped_counts(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    ping = alice.read_frame()
    assert ping.opcode == PING
    server.signal(signal.SIGSTOP)
    alice.send_frame(PONG, ping.payload)
    threading.Event().wait((INTERVAL + TIMEOUT) * 2)
    server.signal(signal.SIGCONT)
    answer_pings(alice, 2)
    bob.expect_nothing()


def test_the_time_for_an_answer_does_not_run_while_the_server_is_stopped(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    ping = alice.read_frame()
    assert ping.opcode == PING
    stop_for(server, (INTERVAL + TIMEOUT) * 2)
    threading.Event().wait(0.05)  # the server has been running again for a moment, and has not judged
    alice.send_frame(PONG, ping.payload)
    alice.expect_echo()
    bob.expect_nothing()


def test_one_who_is_silent_after_the_server_was_stopped_is_found_in_time_all_the_same(server, bob):
    alice = server.raw_websocket("alice")
    introduce(alice, bob)
    stop_for(server, INTERVAL + TIMEOUT)
    running_since = time.monotonic()
    bob.expect(LEFT)
    assert time.monotonic() - running_since < INTERVAL + TIMEOUT + MARGIN


# Large messages


def test_a_server_that_large_messages_hold_up_goes_on(start):
    # Moving 12 MB takes longer than the heartbeat's clock ticks here, so it runs late again and again.
    server = start("--heartbeat-interval", "0.03", "--heartbeat-timeout", "5", "--max-queue", "64MiB")
    message = bytes(12 << 20)

    def talk_to_oneself(client):
        for _ in range(12):
            client.send(client.client_id.encode() + b":" + message)
            client.receive()

    clients = [server.client(f"client{n}") for n in range(3)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(talk_to_oneself, clients))
    server.raw_websocket("alice").expect_echo()


def test_whoever_slowly_reads_a_large_message_is_not_dead(server, bob):
    alice = server.raw_websocket("alice", receive_buffer=1 << 18)
    introduce(alice, bob)
    large = bytes(12 << 20)
    bob.send(b"alice:" + large)
    pause, end = threading.Event(), time.monotonic() + (INTERVAL + TIMEOUT) * 4
    while time.monotonic() < end:  # at most 2 MiB in all, so that the rest is outstanding all the time
        alice.read_more(1 << 14)
        pause.wait(0.025)
    received = alice.read_frame()
    while received.opcode == PING:  # it came before the message, which takes its time to arrive
        received = alice.read_frame()
    assert (received.opcode, received.payload) == (BINARY, b"bob:" + large)
    bob.expect_nothing()


def test_a_frozen_client_with_a_large_message_outstanding_is_dead(server, bob):
    alice = server.raw_websocket("alice", receive_buffer=1 << 16)
    introduce(alice, bob)
    bob.send(b"alice:" + bytes(12 << 20))
    sent = time.monotonic()
    bob.expect(LEFT)
    assert time.monotonic() - sent < INTERVAL + TIMEOUT + MARGIN + 0.5


def test_pings_overtake_queued_messages_and_never_split_a_frame(start):
    server = start("--heartbeat-interval", "0.4", "--heartbeat-timeout", "20")
    alice, bob = server.client("alice"), server.raw_websocket("bob", receive_buffer=1 << 16)
    body = bytes(range(250)) * 200
    for n in range(280):  # 14 MB: more than the kernel takes
        alice.send(b"bob:%03d" % n + body)
    alice.expect_nothing()
    for witness in ("first", "second"):  # both are pinged, so bob's interval is over, too
        answer_pings(server.raw_websocket(witness), 1)
    opcodes = []
    for n in range(280):
        while (received := bob.read_frame()).opcode == PING:
            opcodes.append(PING)
        opcodes.append(received.opcode)
        assert received.payload == b"alice:%03d" % n + body
    assert PING in opcodes and set(opcodes) == {PING, BINARY}
