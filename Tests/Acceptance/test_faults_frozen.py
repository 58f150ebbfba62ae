"""Whole processes that are frozen (SIGSTOP) and thaw: a client's, and the server's with a crowd."""

import os
import signal
import threading
import time

INTERVAL, TIMEOUT, MARGIN = 0.5, 0.4, 0.4
CROWD = 500


def start_with_heartbeat(start):
    return start("--heartbeat-interval", str(INTERVAL), "--heartbeat-timeout", str(TIMEOUT))


def test_the_clients_of_a_frozen_process_leave_in_time_and_those_of_others_stay(start):
    server = start_with_heartbeat(start)
    bob = server.client("bob")
    frozen = server.companion("crowd.py", "frozen", 100, "bob")
    living = server.companion("crowd.py", "living", 100, "bob")
    assert (frozen.read(), living.read()) == (100, 100)
    for _ in range(200):
        assert bob.receive().endswith("says: hello")
    os.kill(frozen.pid, signal.SIGSTOP)
    silent_since = time.monotonic()
    assert {bob.receive() for _ in range(100)} == {f"Client #frozen{n} left the chat" for n in range(100)}
    assert time.monotonic() - silent_since < INTERVAL + TIMEOUT + MARGIN
    bob.send("frozen7:for later")
    bob.expect("Client #frozen7 is offline; the message is kept and will be delivered when they connect")
    os.kill(frozen.pid, signal.SIGCONT)
    server.client("frozen7").expect("Client #bob says: for later")
    assert living.ask("count") == 100
    bob.expect_nothing()


def test_a_client_that_thaws_in_time_has_not_left(start):
    server = start_with_heartbeat(start)
    bob = server.client("bob")
    crowd = server.companion("crowd.py", "alice", 50, "bob")
    assert crowd.read() == 50
    for _ in range(50):
        bob.receive()
    for _ in range(3):
        os.kill(crowd.pid, signal.SIGSTOP)
        threading.Event().wait(TIMEOUT * 0.6)
        os.kill(crowd.pid, signal.SIGCONT)
        assert crowd.ask("count") == 50
    bob.expect_nothing()


def test_a_server_that_was_frozen_reports_no_mass_leave(start):
    timeout = 1.0
    server = start("--heartbeat-interval", str(INTERVAL), "--heartbeat-timeout", str(timeout))
    bob = server.client("bob")
    crowd = server.companion("crowd.py", "alice", CROWD, "bob")
    assert crowd.read() == CROWD
    for _ in range(CROWD):
        assert bob.receive().endswith("says: hello")
    # All are pinged and cannot answer; then the server itself stands still for longer than they may take.
    os.kill(crowd.pid, signal.SIGSTOP)
    threading.Event().wait(INTERVAL + 0.2)
    server.signal(signal.SIGSTOP)
    threading.Event().wait(timeout + INTERVAL)
    server.signal(signal.SIGCONT)
    bob.expect_nothing()
    os.kill(crowd.pid, signal.SIGCONT)
    assert crowd.ask("count") == CROWD
    threading.Event().wait(timeout)  # long enough for whoever would be missed
    assert crowd.ask("count") == CROWD
    bob.expect_nothing()
