"""Each option works as a flag and as a SOTTO_ variable, and a wrong one is refused with one line and status 64."""

import json
import re
import signal
import socket
import time

import pytest

from daemon import assert_no_trace, assert_one_line, eventually, run_to_end
from raw_websocket import BINARY, PING

OPTIONS = [
    "--host",
    "--port",
    "--static",
    "--allowed-origin",
    "--trusted-proxy",
    "--heartbeat-interval",
    "--heartbeat-timeout",
    "--leave-grace",
    "--duplicate-ids",
    "--max-message-size",
    "--compression",
    "--max-queue",
    "--max-mailbox",
    "--max-memory",
    "--max-connections",
    "--max-connections-per-address",
    "--rate-limit",
    "--handshake-timeout",
    "--shutdown-timeout",
    "--log-level",
    "--log-format",
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def flood(sender, target, count=400, size=1 << 16):
    """More than the kernel takes for somebody who does not read."""
    for _ in range(count):
        sender.send(target.encode() + b":" + bytes(size))


# Each option, once as a flag and once as a variable


def test_port(start_with):
    port = free_port()
    daemon = start_with(port=str(port))
    assert daemon.ready_line == f"Listening on http://127.0.0.1:{port}"


def test_host(start_with):
    daemon = start_with(host="127.0.0.2")
    assert daemon.announced_host == "127.0.0.2"
    assert daemon.get("/healthz").status == 200


def test_static(start_with, tmp_path):
    folder = tmp_path / "another"
    folder.mkdir()
    (folder / "page.txt").write_text("another folder")
    assert start_with(static=str(folder)).get("/static/page.txt").text() == "another folder"


def test_heartbeat_interval_and_timeout(start_with):
    daemon = start_with(heartbeat_interval="0.2", heartbeat_timeout="0.2")
    began = time.monotonic()
    silent = daemon.raw_websocket("silent")
    assert silent.read_frame().opcode == PING
    assert time.monotonic() - began >= 0.15
    silent.read_to_end()
    assert time.monotonic() - began < 2, "the defaults would take 15 s"


def test_leave_grace(start_with):
    daemon = start_with(leave_grace="0.4")
    alice, bob = daemon.client("alice"), daemon.client("bob")
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    left = time.monotonic()
    alice.close()
    bob.expect("Client #alice left the chat")
    assert 0.35 <= time.monotonic() - left < 3


def test_duplicate_ids(start_with):
    daemon = start_with(duplicate_ids="replace")
    first = daemon.client("alice")
    daemon.client("alice")
    assert first.close_code() == 4005


def test_max_message_size(start_with):
    daemon = start_with(max_message_size="64KiB")
    alice = daemon.client("alice")
    alice.send("alice:" + "x" * 100_000)
    assert alice.close_code() == 1009


def test_max_queue(start_with):
    daemon = start_with(max_queue="64KiB")
    alice, bob = daemon.client("alice"), daemon.raw_websocket("bob", receive_buffer=1 << 16)
    flood(alice, "bob")  # 25 MiB
    alice.expect("Client #bob left the chat")
    bob.read_to_end()


def test_max_mailbox(start_with):
    daemon = start_with(max_mailbox="1")
    alice = daemon.client("alice")
    alice.send("bob:kept")
    alice.send("bob:refused")
    assert "is offline; the message is kept" in alice.receive()
    alice.expect_error()


def test_shutdown_timeout(start_with):
    daemon = start_with(shutdown_timeout="0.5", max_queue="64MiB")
    alice = daemon.client("alice")
    daemon.raw_websocket("bob", receive_buffer=1 << 16)
    flood(alice, "bob")
    alice.messages_so_far()
    daemon.signal(signal.SIGTERM)  # what bob does not read cannot be flushed
    began = time.monotonic()
    assert daemon.wait_for_exit() == 0
    assert time.monotonic() - began < 5, "the default is 10 s"


def test_log_level_debug_tells_of_single_connections(start_with):
    daemon = start_with(log_level="debug")
    before = len(daemon.stderr())
    daemon.client("alice").close()
    eventually(lambda: len(daemon.stderr()) > before, "a line about the connection")


def test_log_level_error_is_silent_when_all_is_well(start_with):
    daemon = start_with(log_level="error")
    daemon.client("alice").close()
    daemon.signal(signal.SIGTERM)
    assert daemon.wait_for_exit() == 0
    assert daemon.stderr() == ""


def test_log_format_json_makes_each_line_an_object(start_with):
    daemon = start_with(log_format="json", log_level="debug")
    daemon.client("alice").close()
    daemon.signal(signal.SIGTERM)
    assert daemon.wait_for_exit() == 0
    lines = daemon.stderr().splitlines()
    assert lines, "nothing was logged"
    for line in lines:
        assert isinstance(json.loads(line), dict), line


# Flags, variables and their forms


def test_the_flag_wins_over_the_variable(start):
    daemon = start("--host", "127.0.0.2", env={"SOTTO_HOST": "127.0.0.3"})
    assert daemon.announced_host == "127.0.0.2"


def test_an_equals_sign_may_stand_between_flag_and_value(start):
    assert start("--host=127.0.0.2").announced_host == "127.0.0.2"


@pytest.mark.parametrize("size, limit", [("65536", 65536), ("64KiB", 65536), ("1MiB", 1 << 20)])
def test_sizes_are_bytes_or_have_a_unit(start, size, limit):
    daemon = start("--max-message-size", size)
    alice = daemon.raw_websocket("alice")
    alice.send_binary(b"alice:" + bytes(limit - 6))
    alice.expect_message(b"alice:" + bytes(limit - 6))
    alice.send_frame(BINARY, b"alice:" + bytes(limit - 5))
    alice.expect_close(1009)


# Wrong ones

WRONG = [
    ("port", "abc"),
    ("port", "-1"),
    ("port", "65536"),
    ("port", ""),
    ("heartbeat-interval", "abc"),
    ("heartbeat-interval", "-1"),
    ("heartbeat-interval", "nan"),
    ("heartbeat-timeout", "soon"),
    ("heartbeat-timeout", "-0.5"),
    ("leave-grace", "-1"),
    ("leave-grace", "long"),
    ("duplicate-ids", "maybe"),
    ("max-message-size", "big"),
    ("max-message-size", "10XB"),
    ("max-message-size", "-1"),
    ("max-message-size", "99999999999999999999GiB"),
    ("max-queue", "1 potato"),
    ("max-queue", "-1"),
    ("max-mailbox", "-1"),
    ("max-mailbox", "many"),
    ("max-memory", "0"),
    ("max-memory", "half"),
    ("max-connections", "-1"),
    ("max-connections", "all"),
    ("max-connections-per-address", "1.5"),
    ("rate-limit", "-1"),
    ("rate-limit", "1000001"),
    ("rate-limit", "10/s"),
    ("handshake-timeout", "-1"),
    ("handshake-timeout", "soon"),
    ("handshake-timeout", "0"),
    ("shutdown-timeout", "-1"),
    ("shutdown-timeout", "never"),
    ("trusted-proxy", "300.0.0.0/8"),
    ("trusted-proxy", "10.0.0.0/33"),
    ("trusted-proxy", "proxy"),
    ("log-level", "loud"),
    ("log-format", "xml"),
]
ALLOWED = {
    "duplicate-ids": ["share", "replace", "reject"],
    "log-level": ["trace", "debug", "info", "notice", "warning", "error"],
    "log-format": ["text", "json"],
}


@pytest.mark.parametrize("name, value", WRONG)
def test_a_wrong_value_is_told_in_one_line_with_status_64(site, name, value):
    result = run_to_end("--port", "0", "--static", str(site), f"--{name}={value}")
    assert result.returncode == 64
    assert_one_line(result.stderr, f"--{name}", *ALLOWED.get(name, []))
    assert result.stdout == ""


@pytest.mark.parametrize("name, value", [wrong for wrong in WRONG if wrong[1]])
def test_a_wrong_value_in_a_variable_is_told_in_one_line_with_status_64(site, name, value):
    variable = "SOTTO_" + name.upper().replace("-", "_")
    flags = [] if name == "port" else ["--port", "0"]
    result = run_to_end(*flags, "--static", str(site), env={variable: value})
    assert result.returncode == 64
    assert_one_line(result.stderr, *ALLOWED.get(name, []))
    assert variable in result.stderr or f"--{name}" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "flags, word",
    [
        (["--no-such-flag"], "--no-such-flag"),
        (["--no-such-flag", "1"], "--no-such-flag"),
        (["-z"], "-z"),
        (["extra"], "extra"),
        (["--port"], "--port"),
        (["--log-level"], "--log-level"),
    ],
)
def test_what_is_no_flag_is_told_in_one_line_with_status_64(site, flags, word):
    result = run_to_end("--static", str(site), *flags)
    assert result.returncode == 64
    assert_one_line(result.stderr, word)
    assert result.stdout == ""


# Help and version


def test_help_names_every_option():
    result = run_to_end("--help")
    assert result.returncode == 0
    assert result.stderr == ""
    for option in OPTIONS:
        assert option in result.stdout


def test_version_prints_a_version():
    result = run_to_end("--version")
    assert result.returncode == 0
    assert re.search(r"\d+\.\d+", result.stdout)
    assert_no_trace(result.stderr)
