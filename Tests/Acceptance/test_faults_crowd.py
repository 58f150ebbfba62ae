"""Thousands of connections that end at the same moment."""

import os
import signal
import time

import pytest

from daemon import SANITIZER, eventually
from scale import LONGEST_PAUSE

# The descriptor limit of a process is 20,000 in many places: two processes hold the clients' ends.
CROWD = 10_000 if SANITIZER is None else 2_000
EACH = CROWD // 2
PEERS = 1000


def gather(server):
    """A crowd in two processes, each client a peer of the watcher for its thousand."""
    watchers = [server.raw_websocket(f"watcher{half}-{n}") for half in "ab" for n in range(EACH // PEERS)]
    for watcher in watchers:
        watcher.socket.settimeout(40)
    halves = [server.companion("crowd.py", half, EACH, f"watcher{half}-{{}}") for half in "ab"]
    assert [half.read() for half in halves] == [EACH, EACH]
    for watcher in watchers:
        assert all(watcher.read_message().endswith(" says: hello") for _ in range(PEERS))
    return halves, watchers


def expect_notices(watchers):
    for watcher in watchers:
        half, thousand = watcher.client_id[-3], int(watcher.client_id[-1])
        told = {watcher.read_message() for _ in range(PEERS)}
        assert told == {f"Client #{half}{thousand * PEERS + n} left the chat" for n in range(PEERS)}


def killed(halves):
    for half in halves:
        os.kill(half.pid, signal.SIGKILL)


def reset(halves):
    for half in halves:
        half.tell("reset")


@pytest.mark.parametrize("how", [killed, reset])
def test_thousands_that_drop_at_once_are_all_told_of_and_the_innocent_hardly_wait(start, how):
    server = start("--heartbeat-interval", "60")
    pair = server.companion("pair.py")
    assert pair.read() is True
    halves, watchers = gather(server)
    before = pair.ask("report")
    dropped = time.monotonic()
    how(halves)
    expect_notices(watchers)
    took, meanwhile = time.monotonic() - dropped, pair.ask("report")
    print(f"\n{CROWD} {how.__name__}: told within {took:.2f} s; pair before {before}, meanwhile {meanwhile}")
    assert took < 10
    assert meanwhile["count"] > 0 and meanwhile["max"] < LONGEST_PAUSE
    for watcher in watchers:
        watcher.expect_echo()  # and nothing more came
    few = 40 + len(watchers)
    eventually(lambda: server.descriptor_count() < few, "all descriptors are closed")


def test_the_memory_of_a_crowd_that_has_left_serves_the_next_one(start):
    server = start("--heartbeat-interval", "60")
    server.get("/healthz")
    empty, levels = server.resident_bytes(), []
    for _ in range(3):
        crowd = server.companion("crowd.py", "guest", 2000, "")
        assert crowd.read() == 2000
        crowd.abort()
        eventually(lambda: server.descriptor_count() < 30, "all descriptors are closed")
        server.get("/healthz")
        levels.append(server.resident_bytes())
    print(f"\nresident: {empty >> 10} KiB at first, then {[level >> 10 for level in levels]} KiB")
    assert levels[2] <= levels[0] * 1.05 + (256 << 10)
