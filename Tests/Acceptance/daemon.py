"""One Sotto process: its start, what the system says about it, its clients and its end."""

import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

import certificate
from client import Client
from companion import Companion
from raw_http import RawConnection
from raw_websocket import RawWebSocket
from v1_client import V1Client

# Seconds that anything owed to a test may take on a busy machine. Nothing waits this long when all is well.
DEADLINE = 10.0

READY_LINE = re.compile(r"Listening on (https?)://(\S+):(\d+)")
TRACES = ("Fatal error", "Stack dump", "Crash:", "Backtrace", "Thread 0", "Current stack trace", "Sanitizer")

# Which sanitizer the daemon is built with, if any: `scripts/test --sanitize` says so.
SANITIZER = os.environ.get("TEST_SANITIZER")


def eventually(condition, what, within=DEADLINE):
    """Waits until `condition()` is true, returns what it returned, and fails with `what` after `within` seconds."""
    end = time.monotonic() + within
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, f"not within {within} s: {what}"
        time.sleep(0.01)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")


def exit_status(returncode):
    """The status as a shell shows it: a process ended by signal N has status 128 + N."""
    return returncode if returncode >= 0 else 128 - returncode


def assert_no_trace(text):
    assert not any(trace in text for trace in TRACES), f"a stack trace:\n{text}"


def assert_one_line(text, *words):
    """Exactly one line, with all these words in it, and nothing of a stack."""
    lines = text.splitlines()
    assert len(lines) == 1, f"not one line:\n{text}"
    for word in words:
        assert word in lines[0], f"{word!r} is not in {lines[0]!r}"
    assert_no_trace(text)


def binary():
    path = os.environ.get("SOTTO_BINARY")
    assert path, "set SOTTO_BINARY to the daemon that is to be tested"
    return str(Path(path).resolve())


def tls_variables():
    """With TEST_TLS set, every daemon speaks TLS, and so do its clients."""
    if not os.environ.get("TEST_TLS"):
        return {}
    return {"SOTTO_TLS_CERT": certificate.shared().path, "SOTTO_TLS_KEY": certificate.shared().key}


def environment(extra=None):
    """This process's environment without any SOTTO_ variable, and `extra`, where None takes a variable away.

    Messages are kept in memory unless a test says otherwise: the default is a folder in the current one.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SOTTO_")}
    variables = inherited | {"SOTTO_DATA": "none"} | tls_variables() | (extra or {})
    return {name: value for name, value in variables.items() if value is not None}


def run_to_end(*flags, env=None, cwd=None, program=None):
    """Runs a command that is expected to end by itself."""
    return subprocess.run(
        [program or binary(), *flags], env=environment(env), cwd=cwd, timeout=DEADLINE, capture_output=True, text=True
    )


class Daemon:
    def __init__(self, flags, env=None, cwd=None, program=None, stdout=subprocess.PIPE, stderr=None, preexec=None):
        self.clients = []
        self._stderr = tempfile.TemporaryFile()
        self._output = b""
        self.process = subprocess.Popen(
            [program or binary(), *flags],
            env=environment(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=self._stderr if stderr is None else stderr,
            preexec_fn=preexec,
        )
        self.pid = self.process.pid
        self.told_to_end = self.has_ended = False
        self.host, self.port, self.scheme = "127.0.0.1", None, "http"
        # The certificate that clients believe, when it has one.
        self.trust = certificate.shared().trust() if os.environ.get("TEST_TLS") else None

    # Start

    def wait_until_ready(self):
        self.ready_line = self._read_line("the ready line")
        match = READY_LINE.fullmatch(self.ready_line)
        assert match, f"not a ready line: {self.ready_line!r}"
        self.scheme, self.announced_host, self.port = match[1], match[2], int(match[3])
        if self.announced_host not in ("0.0.0.0", "[::]"):
            self.host = self.announced_host.strip("[]")

    def read_second_line(self):
        return self._read_line("the line after the ready line")

    def wait_until_listening(self):
        """For a daemon whose standard output nobody can read: the port is found in /proc."""
        self.port = eventually(self._listening_port, "a listening socket")

    def _read_line(self, what):
        end = time.monotonic() + DEADLINE
        while b"\n" not in self._output:
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            chunk = os.read(self.process.stdout.fileno(), 4096) if readable else b""
            assert chunk, f"no {what}; standard output: {self._output!r}, standard error:\n{self.stderr()}"
            self._output += chunk
        line, self._output = self._output.split(b"\n", 1)
        return line.decode()

    def _listening_port(self):
        sockets = set()
        for descriptor in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                sockets.add(os.readlink(descriptor))
            except FileNotFoundError:
                pass
        for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                return int(fields[1].split(":")[1], 16)
        return None

    # Clients: closed before the daemon is stopped, so that its drain has nothing to wait for

    def client(self, client_id, **how):
        """A chat client by the `websockets` library: answers pings and reads all the time."""
        return self._keep(Client(self.host, self.port, client_id, **self.tls(), **how))

    def v1(self, client_id, **how):
        """A client that speaks sotto.v1, by the `websockets` library."""
        return self._keep(V1Client(self.host, self.port, client_id, **self.tls(), **how))

    def raw(self, **how):
        """A TCP connection that speaks only the bytes it is given."""
        return self._keep(RawConnection(self.host, self.port, **self.tls() | how))

    def raw_websocket(self, client_id, **how):
        """A WebSocket on a bare TCP connection: reads and answers only when the test says so."""
        return self._keep(RawWebSocket(self.host, self.port, client_id, **self.tls(), **how))

    def tls(self):
        """What clients need to know of the daemon's certificate, if it has one."""
        return {"tls": self.trust} if self.scheme == "https" else {}

    def companion(self, script, *arguments, **how):
        """Clients in a process of their own; see `companion.py`."""
        return self._keep(Companion(script, self.host, self.port, *arguments, **how))

    def get(self, path, headers=(), method="GET"):
        """One request on a connection of its own."""
        connection = self.raw()
        connection.request(path, headers, method)
        response = connection.read_response(method)
        connection.close()
        return response

    def _keep(self, client):
        self.clients.append(client)
        return client

    def close_clients(self):
        for client in self.clients:
            client.abort()
        self.clients.clear()

    # What the system says

    def stderr(self):
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace")

    def is_running(self):
        return self.process.poll() is None

    def resident_bytes(self):
        if SANITIZER == "address":
            pytest.skip("the address sanitizer keeps what is freed, so the memory held says nothing")
        match = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)
        return int(match[1]) * 1024

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptor_count(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    # End

    def signal(self, number):
        os.kill(self.pid, number)
        if number in (signal.SIGTERM, signal.SIGINT):
            self.told_to_end = True

    def wait_for_exit(self, within=DEADLINE):
        """The exit status; fails when the process is still there after `within` seconds."""
        status = exit_status(self.process.wait(within))
        self.has_ended = True
        return status

    def crash(self):
        """kill -9: another daemon may be started on the same folder when this returns."""
        self.process.kill()
        assert self.wait_for_exit() == 128 + signal.SIGKILL

    def end(self):
        """SIGTERM while clients are there."""
        self.signal(signal.SIGTERM)
        assert self.wait_for_exit() == 0, self.stderr()

    def stop(self):
        try:
            self.close_clients()
            if not self.has_ended:
                if not self.told_to_end:
                    assert self.is_running(), f"ended by itself: {self.process.returncode}\n{self.stderr()}"
                    self.signal(signal.SIGTERM)
                status = self.wait_for_exit()
                assert status == 0, f"exit status {status} after SIGTERM\n{self.stderr()}"
            assert_no_trace(self.stderr())
        finally:
            self.kill()

    def kill(self):
        """Whatever happened before: nothing of this process is left."""
        if self.is_running():
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self._stderr.close()
