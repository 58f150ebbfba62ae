"""How many instructions a delivery costs, as callgrind counts them: a change that makes messages dearer fails here.

Times depend on the machine and on what else it does; instructions of the same work repeat to a fraction of a percent.
They are divided by those of a small program in C (`baseline.c`), counted in the same run.
"""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "Acceptance"))

from daemon import Daemon, binary  # noqa: E402
from raw_websocket import TEXT, frame  # noqa: E402

# Deliveries of the server for each message of the baseline, by how many come at once, and how far from that a build
# may be. Whoever makes messages cheaper lowers the figures, and says so in the commit.
EXPECTED = {("plain", 32): 1.04, ("plain", 1): 4.16, ("v1", 32): 13.29, ("v1", 1): 40.07}
TOLERANCE = 0.05
BODY = "x" * 64


def callgrind(folder, *command):
    """The command that counts another one's instructions, and the file that has them at the end."""
    output = folder / "callgrind.out"
    return ["-q", "--tool=callgrind", f"--callgrind-out-file={output}", *command], output


def total(output):
    return int(re.search(r"^(?:summary|totals): (\d+)", output.read_text(), re.MULTILINE)[1])


def server_instructions(folder, site, protocol, batch, rounds):
    """All that a server takes that hands on `rounds` times `batch` messages, each time when the last have arrived."""
    flags = ["--port", "0", "--static", str(site), "--heartbeat-interval", "0", "--data", "none"]
    command, output = callgrind(folder, binary(), *flags)
    daemon = Daemon(command, program="valgrind")
    try:
        daemon.wait_until_ready()
        (talk_v1 if protocol == "v1" else talk_plain)(daemon, batch, rounds)
    finally:
        daemon.stop()
    return total(output)


def talk_plain(daemon, batch, rounds):
    sender, receiver = daemon.raw_websocket("sender"), daemon.raw_websocket("receiver")
    messages = frame(TEXT, f"receiver:{BODY}".encode()) * batch
    size = batch * (2 + len(f"Client #sender says: {BODY}"))
    for _ in range(rounds):
        sender.socket.sendall(messages)
        assert len(receiver.socket.recv(size, socket.MSG_WAITALL)) == size


def talk_v1(daemon, batch, rounds):
    """The receiver acknowledges each batch, and the sender waits until all of it is accepted and delivered."""
    headers = [("Sec-WebSocket-Protocol", "sotto.v1")]
    sender, receiver = (daemon.raw_websocket(name, headers=headers) for name in ("sender", "receiver"))
    log = json.loads(sender.read_message())["log"]
    receiver.read_message()
    for number in range(rounds):
        ids = (f"{number * batch + n:08}" for n in range(batch))
        texts = (f'{{"type":"send","to":"receiver","id":"{id}","text":"{BODY}"}}' for id in ids)
        sender.socket.sendall(b"".join(frame(TEXT, text.encode()) for text in texts))
        came = [receiver.read_message() for _ in range(batch)]
        accepted = [sender.read_message() for _ in range(batch)]
        assert '"accepted"' in accepted[-1]
        receiver.send_text(f'{{"type":"received","log":"{log}","seq":{json.loads(came[-1])["seq"]}}}')
        assert '"delivered"' in sender.read_message()


def baseline_instructions(folder, program, rounds):
    command, output = callgrind(folder, program, str(rounds))
    subprocess.run(["valgrind", *command], check=True, capture_output=True, timeout=60)
    return total(output)


def for_each(count, rounds, batch):
    """The cost of one of the `count` that each round has more of: what starting and ending take falls out."""
    few, more = rounds
    return (count(more) - count(few)) / (more - few) / batch


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    """Instructions of the baseline for each message."""
    folder = tmp_path_factory.mktemp("baseline")
    program = folder / "baseline"
    source = Path(__file__).with_name("baseline.c")
    subprocess.run(["gcc", "-O2", "-fno-tree-vectorize", "-o", program, source], check=True)
    return for_each(lambda rounds: baseline_instructions(folder, program, rounds), (100, 1_100), 32)


@pytest.fixture
def site(tmp_path):
    """A folder to serve."""
    (tmp_path / "index.html").write_text("<!DOCTYPE html><title>Welcome</title>")
    return tmp_path


@pytest.mark.parametrize(("protocol", "batch"), EXPECTED)
def test_a_delivery_costs_no_more_instructions_than_before(protocol, batch, baseline, site, tmp_path):
    rounds = (100, 600 if batch > 1 else 1_100)
    delivery = for_each(
        lambda rounds: server_instructions(tmp_path, site, protocol, batch, rounds), rounds, batch
    )
    ratio = delivery / baseline
    print(f"\n{protocol}, {batch} at once: {delivery:.0f} instructions a delivery, {baseline:.0f} in C, ratio {ratio:.3f}")
    assert ratio == pytest.approx(EXPECTED[protocol, batch], rel=TOLERANCE)
