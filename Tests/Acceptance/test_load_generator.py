"""The load generator: all that it sends to the daemon arrives, and a server that loses something is found out."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from daemon import run_to_end

SHORT = ("--seconds", "0.2", "--warm-up", "0.05")


@pytest.fixture
def generator():
    """Runs the load generator: SOTTO_BENCH, or what was built beside the daemon."""
    path = Path(os.environ.get("SOTTO_BENCH") or Path(os.environ.get("SOTTO_BINARY", ".")).with_name("Bench"))
    if not path.exists():
        pytest.skip("set SOTTO_BENCH to the load generator (swift build -c release --product Bench)")

    def run(*arguments):
        return run_to_end(*arguments, "--json", program=str(path.resolve()))

    return run


@pytest.fixture
def faulty():
    """Starts a server that does something wrong, and returns its port."""
    processes = []

    def start(damage):
        script = Path(__file__).with_name("faulty_server.py")
        process = subprocess.Popen([sys.executable, script, damage], stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("workload", "figure"),
    [
        (("throughput",), "deliveries"),
        (("throughput", "--depth", "32"), "deliveries"),
        (("throughput", "--steady"), "deliveries"),
        (("throughput", "--size", "65536", "--binary"), "deliveries"),
        (("fan-in",), "deliveries"),
        (("rate", "--rate", "2000"), "deliveries"),
        (("throughput", "--protocol", "v1"), "accepted"),
        (("throughput", "--protocol", "v1", "--depth", "32"), "accepted"),
        (("fan-in", "--protocol", "v1"), "accepted"),
        (("rate", "--protocol", "v1", "--rate", "2000"), "accepted"),
        (("churn",), "cycles"),
        (("idle",), "server_anonymous_after_kib"),
        (("leave", "--way", "close"), "leaves"),
        (("leave", "--way", "fin"), "leaves"),
        (("leave", "--way", "rst"), "leaves"),
    ],
    ids=" ".join,
)
def test_everything_arrives(server, generator, workload, figure):
    done = generator(*workload, *SHORT, "--clients", "10", "--port", str(server.port), "--pid", str(server.pid))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["result"] == "ok"
    assert report[figure] > 0
    assert report["lost"] == report["repeated"] == report["out_of_order"] == report["wrong_payload"] == 0


@pytest.mark.parametrize(
    ("damage", "workload", "fault"),
    [
        ("drop", ("throughput", "--depth", "4"), "lost"),
        ("drop", ("rate", "--rate", "1000"), "lost"),
        ("duplicate", ("throughput", "--depth", "4"), "repeated"),
        ("swap", ("throughput", "--depth", "4", "--steady"), "out_of_order"),
        ("change", ("fan-in",), "wrong_payload"),
        ("silent", ("leave",), "missing_notices"),
    ],
)
def test_a_faulty_server_is_found_out(faulty, generator, damage, workload, fault):
    done = generator(*workload, *SHORT, "--clients", "4", "--patience", "1", "--port", faulty(damage))
    assert done.returncode == 1
    assert done.stderr.startswith("Bench: ") and done.stderr.count("\n") == 1
    report = json.loads(done.stdout)
    assert report["result"] == "failed"
    assert report[fault] > 0, report


def test_the_same_server_without_a_fault_is_fine(faulty, generator):
    done = generator("throughput", *SHORT, "--clients", "4", "--depth", "4", "--port", faulty("nothing"))
    assert done.returncode == 0, done.stderr


def test_a_server_that_is_not_there_is_one_sentence(generator):
    with socket.socket() as taken:  # and not listening
        taken.bind(("127.0.0.1", 0))
        done = generator("throughput", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stderr.startswith("Bench: a connection failed") and done.stderr.count("\n") == 1
