"""How large the fault tests are: small enough for every run, or whole with `FAULTS=full`."""

import os

FULL = os.environ.get("FAULTS") == "full"


def scaled(usual, full):
    return full if FULL else usual
