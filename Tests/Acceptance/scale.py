"""How large the fault tests are, and how patient: small enough for every run, or whole with `FAULTS=full`."""

import os

from daemon import SANITIZER

FULL = os.environ.get("FAULTS") == "full"

# What an innocent pair may wait for one message while the server has thousands of others to deal with, ms. A few
# hundred are usual on two busy processors; a sanitizer takes ten times as long.
LONGEST_PAUSE = 3000 if SANITIZER is None else 30_000


def scaled(usual, full):
    return full if FULL else usual
