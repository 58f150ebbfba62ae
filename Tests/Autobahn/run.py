"""Runs the Autobahn Testsuite against the echo server; `scripts/autobahn` says how, and installs what is needed."""

import argparse
import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from testsuite import Testsuite
from verdicts import FAILED, PASSED, SKIPPED, report

# Seconds. The suite gives its longest cases eight minutes; a build takes what it takes.
SILENCE, BUILD = 600, 3600


@contextlib.contextmanager
def ending(process):
    """Whatever happens meanwhile, nothing of this process is left."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def echo_server(compression):
    """`scripts/echo` on a free port."""
    # A terminal, since what a program prints into a pipe waits there for more.
    terminal, output = os.openpty()
    flags = ["--compression"] if compression else []
    with ending(subprocess.Popen(["scripts/echo", *flags, "--port", "0"], stdout=output)) as process:
        os.close(output)
        printed, end = b"", time.monotonic() + BUILD
        while b"\n" not in printed:
            if process.poll() is not None or time.monotonic() > end:
                sys.exit("scripts/autobahn: the echo server did not start")
            if select.select([terminal], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):  # it has ended: seen above
                    printed += os.read(terminal, 4096)
        yield process, re.search(rb"ws://[^\s/]+", printed)[0].decode()
    os.close(terminal)


def wait(suite, jobs, count):
    """Until all have ended, or nothing happens any more."""
    last, progress = time.monotonic(), -1
    while any(process.poll() is None for process in jobs.values()):
        time.sleep(0.1)
        started = sum(suite.started(job) for job in jobs)
        if started != progress:
            last, progress = time.monotonic(), started
            if sys.stderr.isatty():
                print(f"\rCase {started} of {count}", end="", file=sys.stderr, flush=True)
        if time.monotonic() - last > SILENCE:
            print(f"No case has begun or ended for {SILENCE} s: what runs is stopped.", file=sys.stderr)
            return
    if sys.stderr.isatty():
        print("\r" + " " * 24 + "\r", end="", file=sys.stderr)


def chosen(cases, groups):
    """The cases of these sections and groups, or all."""
    for group in groups:
        if not any(case.is_in(group) for case in cases):
            sys.exit(f"scripts/autobahn: there is no case {group}")
    return [case for case in cases if not groups or any(case.is_in(group) for group in groups)]


def main():
    # As any other end: nothing that was started here is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    parser = argparse.ArgumentParser(add_help=False)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--environment", type=Path)
    where.add_argument("--image")
    parser.add_argument("--compression", action="store_true")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4))
    parser.add_argument("groups", nargs="*")
    options = parser.parse_args()

    folder = Path(".build/autobahn/results").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if options.image:
        suite = Testsuite.image(options.image, folder)
    else:
        suite = Testsuite.installed(options.environment.resolve(), folder)
    sections, cases = suite.cases()
    cases = chosen(cases, options.groups)

    begin = time.monotonic()
    results = {}
    with echo_server(options.compression) as (echo, url), contextlib.ExitStack() as running:
        begin = time.monotonic()
        jobs, count = {}, max(1, min(options.jobs, len(cases)))
        for number in range(count):
            job = str(number + 1)
            # Neighbours are alike: dealt out in turn, each job gets its share of the long ones.
            jobs[job] = running.enter_context(ending(suite.start(job, url, cases[number::count])))
        wait(suite, jobs, len(cases))
        for job in jobs:
            results |= suite.results(job)
        died = echo.poll() is not None
    lines, total = report(sections, cases, results, options.compression)
    print("\n".join(lines))
    if died:
        print(f"The echo server has ended by itself, with status {echo.returncode}.")
        total[FAILED] = max(total[FAILED], 1)
    print(f"\n{len(cases)} cases in {time.monotonic() - begin:.0f} s; reports: {folder}/*/index.html")
    print(f"{total[PASSED]} passed, {total[FAILED]} failed, {total[SKIPPED]} skipped")
    return 1 if total[FAILED] else 0


if __name__ == "__main__":
    sys.exit(main())
