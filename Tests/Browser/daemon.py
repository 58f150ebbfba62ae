"""The server under test, as a process of its own."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"


def binary():
    """The daemon named by SOTTO_BINARY, else the newest that was built here."""
    named = os.environ.get("SOTTO_BINARY")
    if named:
        return pathlib.Path(named).resolve()
    built = [ROOT / ".build" / kind / "sotto" for kind in ("release", "debug")]
    built = [path for path in built if path.exists()]
    if not built:
        raise FileNotFoundError("no daemon: run `swift build`, or name one in SOTTO_BINARY")
    return max(built, key=lambda path: path.stat().st_mtime)


class Daemon:
    """One server on a free port; it can be killed, and started again on the same port."""

    def __init__(self, folder, *flags):
        self.folder = folder
        self.flags = flags
        self.process = None
        self.port, self.scheme = 0, "http"
        self.start()

    @property
    def address(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start(self):
        command = [binary(), "--port", str(self.port), "--static", STATIC, *self.flags]
        with open(self.folder / "daemon.log", "ab") as log:
            # The folder is the working directory too, so that what is kept on disk goes with the test.
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdout=subprocess.PIPE, stderr=log, text=True
            )
        ready = self.process.stdout.readline()
        if not ready.startswith("Listening on "):
            self.kill()
            raise RuntimeError(f"the daemon did not start: {(self.folder / 'daemon.log').read_text()}")
        self.port = int(ready.strip().rsplit(":", 1)[1])
        self.scheme = ready.split()[2].split(":")[0]

    def kill(self):
        """As by a power cut: no farewell to anybody."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
