"""The Autobahn Testsuite as a command: which cases it has, and running some of them."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Run by the interpreter that `wstest` itself is run by: nobody else can import the suite.
LIST_CASES = """
import json
from autobahntestsuite.case import Cases, CaseCategories
print(json.dumps({"sections": CaseCategories,
    "cases": [[case.__name__[4:].replace("_", "."), " ".join(case.DESCRIPTION.split())] for case in Cases]}))
"""


@dataclass
class Case:
    id: str
    description: str

    @property
    def section(self):
        return self.id.split(".")[0]

    def is_in(self, group):
        """Whether `group` is this case, its section or a group within it; `6.4.*`, as the suite writes it, is `6.4`."""
        group = group.removesuffix(".*")
        return self.id == group or self.id.startswith(group + ".")


class Testsuite:
    """`prefix` runs a shell command where `wstest` is, and sees the folder of the results under the name `inside`."""

    def __init__(self, prefix, folder, inside):
        self.prefix, self.folder, self.inside = prefix, folder, inside

    @classmethod
    def installed(cls, environment, folder):
        """In a virtual environment of Python 2.7."""
        return cls(["env", f"PATH={environment}/bin:/usr/bin:/bin", "sh", "-c"], folder, folder)

    @classmethod
    def image(cls, name, folder):
        """In a container, which shares the network of this machine."""
        run = ["docker", "run", "--rm", "--network", "host", "--volume", f"{folder}:/results"]
        run += ["--user", f"{os.getuid()}:{os.getgid()}"]  # so that what it writes can be deleted
        return cls([*run, "--entrypoint", "sh", name, "-c"], folder, Path("/results"))

    def cases(self):
        """The titles of all sections by their number, and all cases in the order of the suite."""
        self.folder.joinpath("list.py").write_text(LIST_CASES)
        # The first line of wstest is "#!" and its interpreter.
        command = f"$(head -n 1 $(command -v wstest) | cut -c 3-) {self.inside}/list.py"
        listed = json.loads(subprocess.check_output([*self.prefix, command], timeout=300))
        return listed["sections"], [Case(*case) for case in listed["cases"]]

    def start(self, job, url, cases):
        """Runs these cases, one after the other; the process writes one line to its log as each begins."""
        results = self.folder / job
        results.mkdir()
        specification = {
            "outdir": str(self.inside / job),
            "servers": [{"agent": "sotto", "url": url}],
            "cases": [case.id for case in cases],
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        results.joinpath("specification.json").write_text(json.dumps(specification))
        command = f"exec wstest -m fuzzingclient -s {self.inside}/{job}/specification.json"
        with results.joinpath("log").open("wb") as log:
            return subprocess.Popen(
                [*self.prefix, "PYTHONUNBUFFERED=1 " + command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def started(self, job):
        """How many cases of a job have begun."""
        return len(re.findall(rb"^Running test case ID", (self.folder / job / "log").read_bytes(), re.MULTILINE))

    def results(self, job):
        """What the suite found, by the id of the case; nothing if it did not get to the end."""
        index = self.folder / job / "index.json"
        found = json.loads(index.read_text())["sotto"] if index.exists() else {}
        for result in found.values():
            result["report"] = self.folder / job / result["reportfile"]
        return found
