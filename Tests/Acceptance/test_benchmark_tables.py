"""What scripts/bench makes of reports: medians, ratios within a round, tables, a plot."""

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

HARNESS = Path(__file__).resolve().parents[2] / "Benchmarks" / "harness"
sys.path.insert(0, str(HARNESS))

import machine
from plot import svg
from publish import PAGE, PLOT, README, PageError, publish
from results import Results, verdict
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
    rounds = {
        "sotto": (1.0, 4.0, 1.0),
        "picows": (2.0, 8.0, "it lost a message"),
        "fastapi": (9, 36, 9),
        "mine": (0.5, 2, 0.5),
    }
    for server, values in rounds.items():
        for report in reports(*values):
            found.add("depth-1", server, report)
    return found


@pytest.fixture
def figure():
    return next(work for work in WORKS if work.name == "depth-1").figures[0]


def test_a_spread_is_the_median_and_both_ends(results):
    assert results.spread("depth-1", "sotto", CPU) == (1.0, 1.0, 4.0)
    assert results.spread("depth-1", "picows", CPU) == (5.0, 2.0, 8.0)
    assert results.spread("depth-1", "nobody", CPU) is None


def test_ratios_are_within_rounds_and_to_the_best_peer_that_anybody_can_run(results, figure):
    assert results.ratios_to_best("depth-1", figure) == ([0.5, 0.5], "picows")
    assert results.ratios_to_best("depth-32", figure) is None
    assert results.by_hand(WORKS) == ["mine"]
    assert results.ratios("depth-1", "sotto", "mine", figure) == [2.0, 2.0, 2.0]
    assert results.without(["mine"]).servers("depth-1") == ["sotto", "picows", "fastapi"]


@pytest.mark.parametrize(
    ("ratios", "word"),
    [
        ((0.94,), "ahead"),
        ((0.96,), "tied"),
        ((1.04,), "tied"),
        ((1.06,), "behind"),
        ((0.7, 0.7, 0.7, 0.7, 1.1), "ahead"),
        ((0.7, 0.7, 0.7, 1.1, 1.1), "tied"),
        ((1.5, 1.5, 1.5, 1.5, 0.9), "behind"),
        ((1.5, 1.5, 1.5, 0.9, 0.9), "tied"),
    ],
)
def test_five_percent_are_a_tie_and_so_is_what_few_rounds_agree_on(ratios, word):
    assert verdict(ratios) == word


def test_failures_are_told(results):
    assert list(results.failures()) == [("depth-1", "picows", "it lost a message")]
    text = markdown(results, WORKS, MACHINE, OPTIONS, ["A note."])
    assert "- depth-1, picows: it lost a message" in text


def test_the_tables_have_each_server_and_only_what_was_run(results):
    text = markdown(results, WORKS, MACHINE, OPTIONS, ["A note."])
    assert "- A note." in text
    assert "| depth-1 | µs CPU a delivery | 0.50 | picows | ahead |" in text
    assert "## Sotto by mine, given by hand" in text
    assert "| depth-1 | µs CPU a delivery | 2.00 | behind |" in text
    assert "| sotto | 1.00 (1.00–4.00) | – | – |" in text
    assert "## depth-32" not in text


@pytest.mark.parametrize(("percent", "is_marked"), [(94.9, False), (95.0, True), (100, True)])
def test_a_generator_without_rest_is_told_beside_the_rate(percent, is_marked):
    found = Results()
    found.add("steady", "sotto", {CPU: 1.0, "deliveries_per_s": 1000.0, "generator_cpu_percent": percent})
    text = markdown(found, WORKS, MACHINE, OPTIONS, [])
    assert ("| sotto | 1.00 | 1,000 † | – |" in text) is is_marked
    assert ("† The generator was busy 95 %" in text) is is_marked


def test_dialects_are_compared_with_the_plain_protocol_of_the_same_round():
    found = Results()
    for plain, kept in ((1.0, 3.0), (2.0, 6.0)):
        found.add("v1-depth-32", "plain", {CPU: plain})
        found.add("v1-depth-32", "v1 in memory", {CPU: kept, "accepted_per_s": 5000.0})
    text = markdown(found, WORKS, MACHINE, OPTIONS, [])
    assert "| v1 in memory | 4.50 (3.00–6.00) | – | 5,000 | – | – | 3.0 |" in text
    assert "best peer" not in text


def test_the_rounds_of_a_run_that_was_stopped_are_told(results):
    assert "rounds: 2 of 5; it was stopped" in markdown(
        Results({"depth-1": {"sotto": [{CPU: 1.0}, {CPU: 1.0}]}}), WORKS, MACHINE, OPTIONS | {"rounds": 5}, []
    )
    assert "rounds: 3\n" in markdown(results, WORKS, MACHINE, OPTIONS, [])


def test_the_plot_is_a_picture_with_a_bar_for_each_server(results):
    picture = ElementTree.fromstring(svg(results, WORKS, 3))
    titles = [title.text for title in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert [title.split(":")[0] for title in titles] == ["sotto", "picows", "fastapi", "mine"]
    widths = [float(bar[0].get("width")) for bar in zip(picture.iter("{http://www.w3.org/2000/svg}rect")) if len(bar[0])]
    assert widths[0] < widths[1] < widths[2]
    assert svg(Results(), WORKS, 3) is None


def test_a_server_by_hand_needs_a_name_and_a_port():
    program = Program.parse("mine=/opt/mine --listen 127.0.0.1:{port}")
    assert (program.name, program.command) == ("mine", ["/opt/mine", "--listen", "127.0.0.1:{port}"])
    for wrong in ("mine", "=x {port}", "mine=/opt/mine --port 80"):
        with pytest.raises(ArgumentTypeError, match="NAME=COMMAND"):
            Program.parse(wrong)


def test_a_program_that_is_not_there_is_one_sentence():
    with pytest.raises(RuntimeError, match="^mine did not start: "):
        Program.parse("mine=/nowhere/mine {port}").start({0})


def test_the_disk_is_measured_and_named(tmp_path):
    times = machine.sync_times(tmp_path / "new")
    assert 0 < times["sync_p50_us"] <= times["sync_p99_us"]
    kind, note = machine.file_system(Path("/dev/shm/data"))
    assert kind != "tmpfs" or "no disk" in note


@pytest.fixture
def pages(tmp_path):
    """A folder with pages that have all marks, and nothing between them but what is old."""
    (tmp_path / PAGE.parent).mkdir()
    names = ("machine", "reading", "by-hand", "tables")
    blocks = (f"<!-- bench:{name} -->\nold {name}\n<!-- bench:end -->\nprose\n" for name in names)
    (tmp_path / PAGE).write_text("".join(blocks))
    (tmp_path / README).write_text("before\n<!-- bench:headline -->\n<!-- bench:end -->\nafter\n")
    return tmp_path


def test_figures_are_written_between_the_marks_and_nowhere_else(results, pages):
    found = {"machine": MACHINE, "options": OPTIONS | {"notes": ["A note."]}, "reports": results.reports}
    publish(found, {"mine": "My Server"}, pages)
    text = (pages / PAGE).read_text()
    assert "old" not in text and text.count("prose\n") == 4 and "- A note." in text
    assert "### depth-1" in text and "| picows | 5.00 (2.00–8.00)" in text
    assert "Sotto's figures divided by those of My Server, compared by hand in the same rounds:" in text
    assert "| mine |" not in text
    assert "- **Ahead** of it: `depth-1` (0.50 × the µs CPU a delivery of picows)." in text
    assert "mine" not in (pages / PLOT).read_text()
    assert (pages / README).read_text().startswith("before\n<!-- bench:headline -->\n| | Sotto | the best peer |")
    once = text
    publish(found, {"mine": "My Server"}, pages)
    assert (pages / PAGE).read_text() == once
    publish(found, {}, pages)
    assert "My Server" not in (pages / PAGE).read_text()


@pytest.mark.parametrize(("rounds", "is_trial"), [(1, True), (2, True), (3, False)])
def test_few_rounds_are_called_a_trial(pages, rounds, is_trial):
    reports = {"depth-1": {"sotto": [{CPU: 1.0}] * rounds}}
    publish({"machine": MACHINE, "options": OPTIONS, "reports": reports}, {}, pages)
    for page in (PAGE, README):
        assert ("This was a trial" in (pages / page).read_text()) is is_trial


def test_a_page_without_its_marks_stays_as_it_is(results, pages):
    (pages / README).write_text("no marks")
    before = (pages / PAGE).read_text()
    with pytest.raises(PageError, match="README.md must have one"):
        publish({"machine": MACHINE, "options": OPTIONS, "reports": results.reports}, {}, pages)
    assert (pages / PAGE).read_text() == before and not (pages / PLOT).exists()


def test_the_pages_of_the_project_have_all_marks(results, tmp_path):
    (tmp_path / "docs").mkdir()
    for page in (PAGE, README):
        (tmp_path / page).write_text((HARNESS.parents[1] / page).read_text())
    publish({"machine": MACHINE, "options": OPTIONS, "reports": results.reports}, {}, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--server", "sotto=/bin/true {port}"), "there is a server of that name already"),
        (("--work", "nothing"), "there is no work 'nothing'"),
    ],
)
def test_a_wrong_argument_is_one_line(arguments, words):
    command = [sys.executable, HARNESS / "run.py", "--binaries", "x", "--build", "x", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 64
    assert words in done.stderr and done.stderr.count("\n") == 1


def test_a_run_that_is_stopped_leaves_its_results(tmp_path):
    binary = os.environ.get("SOTTO_BINARY")
    if not binary or not Path(binary).with_name("Bench").exists():
        pytest.skip("set SOTTO_BINARY, with the load generator beside it")
    command = [sys.executable, HARNESS / "run.py", "--binaries", Path(binary).resolve().parent, "--build", tmp_path]
    command += ["--output", tmp_path, "--peers", "none", "--work", "start,steady", "--rounds", "9", "--seconds", "0.1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        for line in run.stderr:
            if line.startswith("round 2"):
                break
        run.send_signal(signal.SIGTERM)
        rest = run.stderr.read()
    assert run.returncode == 1
    assert "Stopped; the tables of what was run are in" in rest and "Traceback" not in rest
    found = json.loads((tmp_path / "results.json").read_text())
    assert found["options"]["stopped"] is True
    assert found["reports"]["steady"]["sotto"][0]["result"] == "ok"
    assert "it was stopped" in (tmp_path / "results.md").read_text()
