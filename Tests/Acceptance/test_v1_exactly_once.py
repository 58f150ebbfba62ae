"""What was accepted reaches each application exactly once and in order, whatever dies in between.

People write to each other while connections are cut in the middle of frames and with data unread, clients restart and
the server gets `kill -9`. The quick version is part of every run. The long one, with the figures on the terminal:

    EXACTLY_ONCE=50 SOTTO_BINARY=… pytest -s Tests/Acceptance/test_v1_exactly_once.py

where 50 is the number of rounds; EXACTLY_ONCE_SEED=… makes the same decisions again as a run that printed this seed.
"""

import asyncio
import os
import random

import pytest

from cut_device import Faults
from exactly_once import World

ROUNDS = int(os.environ.get("EXACTLY_ONCE", "2"))
SEED = int(os.environ.get("EXACTLY_ONCE_SEED", random.randrange(1 << 32)))


class Server:
    """A daemon that is killed and started again, with the same folder or none."""

    def __init__(self, start, *flags):
        self.launch = lambda: start("--shutdown-timeout", "2", *flags)
        self.start()

    def start(self):
        self.daemon = self.launch()
        self.host, self.port = self.daemon.host, self.daemon.port

    def kill(self):
        self.daemon.crash()


def run(world, *rounds, **how):
    figures = asyncio.run(world.run(*rounds, **how))
    print(f"\nseed {SEED}: {figures}")
    return figures


def assert_exactly_once(figures):
    assert not figures.lost, f"seed {SEED}: {figures}: {figures.lost[:10]}"
    assert not figures.twice, f"seed {SEED}: {figures}: {figures.twice[:10]}"
    assert not figures.disordered, f"seed {SEED}: {figures}: {figures.disordered[:10]}"
    assert not figures.invented, f"seed {SEED}: {figures}: {figures.invented[:10]}"
    assert not figures.uncopied, f"seed {SEED}: {figures}: {figures.uncopied[:10]}"
    assert not figures.untold, f"seed {SEED}: {figures}: {figures.untold[:10]}"
    assert not figures.errors, f"seed {SEED}: {figures}: {figures.errors[:10]}"


@pytest.mark.timeout(60 + 30 * ROUNDS)
def test_exactly_once_while_the_server_is_killed(start, tmp_path):
    server = Server(start, "--data", str(tmp_path / "data"))
    figures = run(World(server, SEED, people=12), ROUNDS, messages=200, kills=4)
    assert_exactly_once(figures)
    assert figures.rounds == ROUNDS and figures.kills >= ROUNDS and figures.cuts > 10


@pytest.mark.timeout(60 + 30 * ROUNDS)
def test_exactly_once_in_memory(start):
    server = Server(start, "--data", "none")
    figures = run(World(server, SEED, people=12), ROUNDS, messages=200, kills=0)
    assert_exactly_once(figures)
    assert figures.rounds == ROUNDS and figures.cuts > 10


# A client that does not do what it should is found out: so the judge can fail


@pytest.mark.parametrize(
    "fault,found",
    [
        ("acknowledges_early", "lost"),
        ("forgets_pairs", "twice"),
        ("sends_with_new_ids", "twice"),
        ("sends_again_backwards", "disordered"),
    ],
)
def test_the_judge_notices(start, fault, found, monkeypatch):
    monkeypatch.setattr("exactly_once.QUIET", 0.7)
    server = Server(start, "--data", "none")
    world = World(server, SEED, 6, Faults(**{fault: True}), connection_seconds=0.05)
    figures = run(world, 10, messages=100, kills=0, enough=lambda figures: getattr(figures, found))
    assert getattr(figures, found), f"seed {SEED}: {figures}"
