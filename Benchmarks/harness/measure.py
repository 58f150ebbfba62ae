"""One work on one server: starts it, loads it, and returns what was found."""

import json
import os
import re
import resource
import subprocess
import time

import machine
from programs import data_folder
from server import processor_seconds


class Failure(Exception):
    """A server did something wrong, or could not be measured."""


class Measurement:
    def __init__(self, options, generator, server_processor, generator_processor):
        self.options, self.generator = options, generator
        self.server_processor, self.generator_processor = server_processor, generator_processor
        # Deliveries a second of each server at depth 1, which the open loop takes half of.
        self.peaks = {}

    def run(self, work, program):
        if work.kind == "disk":
            return machine.sync_times(data_folder(self.options).parent)
        try:
            with self._started(program) as process:
                if work.kind == "start":
                    return self._start(program, process)
                if work.kind == "files":
                    return self._files(work, process)
                return self._plain(work, program, process)
        except RuntimeError as error:
            raise Failure(str(error)) from None

    def _started(self, program):
        spare = {self.generator_processor} if program.is_spread else set()
        return program.start({self.server_processor} | spare)

    def _plain(self, work, program, process):
        options, arguments = self.options, [*work.arguments, *program.arguments]
        seconds, warm_up = options.seconds, options.warm_up
        if work.name == "rate":
            rate = options.rate or self._peak(program) / 2
            arguments += ["--rate", f"{rate:.0f}"]
        if work.name == "idle":
            arguments += ["--clients", str(options.idle_connections)]
            seconds, warm_up = options.idle_seconds, 2
        report = self._generate(process, arguments, seconds, warm_up)
        if work.name == "depth-1":
            self.peaks[program.name] = max(report["deliveries_per_s"], self.peaks.get(program.name, 0))
        return report

    def _peak(self, program):
        if program.name not in self.peaks:
            with self._started(program) as process:
                report = self._generate(process, ["throughput", "--clients", "100"], self.options.seconds, 0.5)
            self.peaks[program.name] = report["deliveries_per_s"]
        return self.peaks[program.name]

    def _generate(self, process, arguments, seconds, warm_up):
        done = self._pinned(
            [self.generator, *arguments, "--port", process.port, "--pid", process.pid, "--json"]
            + ["--seconds", seconds, "--warm-up", warm_up, "--patience", 20]
        )
        if done.returncode != 0:
            raise Failure(done.stderr.strip().removeprefix("Bench: ") or "the generator failed")
        return json.loads(done.stdout)

    def _files(self, work, process):
        page = "small.html" if work.arguments[0] == "small" else "large.bin"
        url = f"http://127.0.0.1:{process.port}/static/{page}"
        self._wrk(url, 1)
        before, began, own = processor_seconds(process.worker()), time.monotonic(), children_seconds()
        text = self._wrk(url, self.options.seconds)
        spent, took, own = (
            processor_seconds(process.worker()) - before,
            time.monotonic() - began,
            children_seconds() - own,
        )
        requests, rate = re.search(r"(\d+) requests in", text), re.search(r"Requests/sec:\s+([\d.]+)", text)
        if not (requests and rate and int(requests[1])) or "Non-2xx" in text or "Socket errors" in text:
            raise Failure(f"wrk: {(text.strip().splitlines() or ['it said nothing'])[-1]}")
        count = int(requests[1])
        return {
            "requests": count,
            "requests_per_s": float(rate[1]),
            "server_us_per_request": spent * 1e6 / count,
            "server_cpu_percent": spent / took * 100,
            "generator_cpu_percent": own / took * 100,
        }

    def _wrk(self, url, seconds):
        return self._pinned(["wrk", "-t1", "-c100", f"-d{max(1, round(seconds))}s", url]).stdout

    def _start(self, program, process):
        time.sleep(0.2)  # what it still does after its first connection counts for its memory
        size = program.binary.stat().st_size / 1024 if program.binary else None
        return {
            "start_ms": process.start_seconds * 1000,
            "resident_kib": process.resident_kib(),
            "binary_kib": size,
        }

    def _pinned(self, command):
        return subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {self.generator_processor}),
        )


def children_seconds():
    """CPU of the children that have ended: of generators, while a server runs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
