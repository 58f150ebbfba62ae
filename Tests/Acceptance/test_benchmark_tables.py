"""What scripts/bench makes of reports: medians, ratios within a round, tables, a plot."""

import sys
import xml.etree.ElementTree as ElementTree
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks" / "harness"))

from plot import svg
from results import Results
from server import Program
from tables import markdown
from work import CPU, WORKS

MACHINE = {"processor": "abacus", "processors": 2, "memory_gib": 1, "kernel": "none"}
OPTIONS = {"date": "2000-01-01", "commit": "abc", "rounds": 3, "seconds": 1.5}


def reports(*values):
    return [value if isinstance(value, str) else {CPU: value} for value in values]


@pytest.fixture
def results():
    """Three rounds, of which one was four times as slow for all, and one failed for the peer."""
    found = Results()
    for server, values in {"sotto": (1.0, 4.0, 1.0), "quick": (2.0, 8.0, "it lost a message"), "slow": (9, 36, 9)}.items():
        for report in reports(*values):
            found.add("depth-1", server, report)
    return found


@pytest.fixture
def figure():
    return next(work for work in WORKS if work.name == "depth-1").figures[0]


def test_a_spread_is_the_median_and_both_ends(results):
    assert results.spread("depth-1", "sotto", CPU) == (1.0, 1.0, 4.0)
    assert results.spread("depth-1", "quick", CPU) == (5.0, 2.0, 8.0)
    assert results.spread("depth-1", "nobody", CPU) is None


def test_ratios_are_within_rounds_and_to_the_best_peer(results, figure):
    assert results.ratio_to_best("depth-1", figure) == (0.5, "quick")
    assert results.ratio_to_best("depth-32", figure) is None


def test_failures_are_told(results):
    assert list(results.failures()) == [("depth-1", "quick", "it lost a message")]
    text = markdown(results, WORKS, MACHINE, OPTIONS, ["A note."])
    assert "- depth-1, quick: it lost a message" in text


def test_the_tables_have_each_server_and_only_what_was_run(results):
    text = markdown(results, WORKS, MACHINE, OPTIONS, ["A note."])
    assert "- A note." in text
    assert "| depth-1 | µs CPU a delivery | 0.50 | quick |" in text
    assert "| sotto | 1.00 (1.00–4.00) | – | – |" in text
    assert "## depth-32" not in text


def test_the_plot_is_a_picture_with_a_bar_for_each_server(results):
    picture = ElementTree.fromstring(svg(results, WORKS, 3))
    titles = [title.text for title in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert [title.split(":")[0] for title in titles] == ["sotto", "quick", "slow"]
    widths = [float(bar[0].get("width")) for bar in zip(picture.iter("{http://www.w3.org/2000/svg}rect")) if len(bar[0])]
    assert widths[0] < widths[1] < widths[2]
    assert svg(Results(), WORKS, 3) is None


def test_a_server_by_hand_needs_a_name_and_a_port():
    program = Program.parse("mine=/opt/mine --listen 127.0.0.1:{port}")
    assert (program.name, program.command) == ("mine", ["/opt/mine", "--listen", "127.0.0.1:{port}"])
    for wrong in ("mine", "=x {port}", "mine=/opt/mine --port 80"):
        with pytest.raises(ArgumentTypeError, match="NAME=COMMAND"):
            Program.parse(wrong)
