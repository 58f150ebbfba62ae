"""A server that goes down while hundreds talk: each is told when to come back, and nothing that was accepted is lost."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon import DEADLINE

# By hand: RESTART_CLIENTS=5000.
CLIENTS = int(os.environ.get("RESTART_CLIENTS", "400"))


def read_line(process, within):
    assert select.select([process.stdout], [], [], within)[0], "nothing is said"
    return process.stdout.readline().strip()


@pytest.fixture
def talking(open_store):
    """A daemon with a store on disk, and a crowd that talks."""
    daemon = open_store()
    script = Path(__file__).with_name("restart_crowd.py")
    crowd = subprocess.Popen(
        [sys.executable, str(script), daemon.host, str(daemon.port), str(CLIENTS)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert read_line(crowd, 30 + CLIENTS / 20) == "ready"
        yield daemon, crowd
    finally:
        crowd.kill()
        crowd.wait()
        crowd.stdout.close()


def test_everybody_is_told_goodbye_and_everything_accepted_is_kept(talking, open_store):
    daemon, crowd = talking
    daemon.signal(signal.SIGTERM)
    assert daemon.wait_for_exit(DEADLINE + 10) == 0, daemon.stderr()
    told = json.loads(read_line(crowd, 30 + CLIENTS / 20))
    assert (told["byes"], told["codes"]) == (CLIENTS, CLIENTS)
    # Each has a time of its own, evenly spread.
    retries = sorted(told["retries"])
    assert retries[0] >= 1000 and retries[-1] <= 1000 + max(4000, CLIENTS * 10)
    assert max(retries.count(retry) for retry in retries[:: max(1, CLIENTS // 50)]) <= max(2, CLIENTS // 1000)
    again = open_store()
    accepted = sum(len(ids) for ids in told["accepted"].values())
    assert accepted > CLIENTS, "nobody talked"
    # None of them acknowledged anything: all that was accepted is delivered again, in order.
    for name in [f"p{number}" for number in range(0, CLIENTS, max(1, CLIENTS // 40))]:
        client = again.v1(name)
        ids = [client.expect("message")["id"] for _ in range(client.welcome["pending"])]
        expected = told["accepted"][name]
        # More may have been kept than their sender has heard of.
        assert ids[: len(expected)] == expected, name
        assert len(ids) - len(expected) <= 1, name
        client.close()
