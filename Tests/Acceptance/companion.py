"""Clients that live in a process of their own: to be frozen, killed, or to keep time undisturbed by the test."""

import json
import select
import subprocess
import sys
import time
from pathlib import Path

# Thousands of connections take a while to come; nothing waits this long when all is well.
DEADLINE = 40.0


class Companion:
    """A script beside this one: it prints a line for each thing done, and reads a line for each thing to do."""

    def __init__(self, script, *arguments, preexec=None):
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=preexec,
        )
        self.pid = self.process.pid

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def read(self, within=DEADLINE):
        """The next line, which is JSON."""
        line, end = b"", time.monotonic() + within
        while not line.endswith(b"\n"):
            readable, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            assert readable, f"{self.process.args[1]} said nothing within {within} s"
            byte = self.process.stdout.read1(1)
            assert byte, f"{self.process.args[1]} has ended: {self.process.wait()}"
            line += byte
        return json.loads(line)

    def ask(self, line):
        self.tell(line)
        return self.read()

    def abort(self):
        """Ends the process: the system ends its connections."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
