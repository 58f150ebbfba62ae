"""A server under test: how it is started, and its process."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from argparse import ArgumentTypeError
from pathlib import Path

# Seconds that a server may take to accept connections, and to end.
PATIENCE = 30


class Program:
    """A server that can be started on any port: `command` is a list with `{port}` in it."""

    def __init__(self, name, command, env=None, binary=None, arguments=(), folder=None, is_spread=False):
        self.name, self.command, self.env = name, command, env or {}
        # What the generator is told of it, and a folder that is empty at each start.
        self.arguments, self.folder = arguments, folder
        # The file whose size is told, for programs that are one.
        self.binary = binary
        # Whether it may run on the generator's CPU, too.
        self.is_spread = is_spread

    @classmethod
    def parse(cls, text):
        """NAME=COMMAND, as in --server."""
        name, equals, command = text.partition("=")
        if not (name and equals and "{port}" in command):
            raise ArgumentTypeError(f"it takes NAME=COMMAND with {{port}} in it, not '{text}'")
        words = shlex.split(command)
        binary = Path(words[0])
        return cls(name, words, binary=binary if binary.is_file() else None)

    def start(self, processors):
        """Starts it on these CPUs; RuntimeError if it does not accept connections."""
        self.clear()
        return Process(self, processors)

    def clear(self):
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class Process:
    def __init__(self, program, processors):
        self.port = free_port()
        self._program = program
        self._log = tempfile.TemporaryFile()
        began = time.monotonic()
        # Held back until somebody would end it: interrupted in between, it would serve for ever.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})

        def prepare():
            os.sched_setaffinity(0, processors)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

        try:
            self._process = subprocess.Popen(
                [word.replace("{port}", str(self.port)) for word in program.command],
                env=os.environ | program.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                preexec_fn=prepare,
            )
        except OSError as error:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            raise RuntimeError(f"{program.name} did not start: {error}") from None
        self.pid = self._process.pid
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            self._wait(program.name, began)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - began

    def _wait(self, name, began):
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > began + PATIENCE:
                    self._log.seek(0)
                    words = self._log.read().decode(errors="replace").strip()
                    raise RuntimeError(f"{name} did not start: {words[-500:]}") from None
                time.sleep(0.001)

    def worker(self):
        """The process that serves: for nginx, the child of the one that was started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(children[0]) if children else self.pid

    def resident_kib(self):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def stop(self):
        # A chance to end its own children, as nginx needs; by then the load has gone.
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self._log.close()
        self._program.clear()


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
