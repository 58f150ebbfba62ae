"""What the machine is, and what it allows."""

import os
import platform
import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path

# Descriptors that a server or the generator needs beside those of the connections.
SPARE_DESCRIPTORS = 1000


def describe():
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", cpuinfo, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "processors": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / (1 << 20)) if memory else None,
        "kernel": f"{platform.system()} {platform.release()}",
        "swift": first_line(["swift", "--version"]),
    }


def sync_note(folder):
    """What it takes until the disk below `folder` has 4 KiB for good."""
    folder.mkdir(parents=True, exist_ok=True)
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in range(200):
            os.pwrite(file.fileno(), bytes(4096), block * 4096)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    middle, late = sorted(times)[100], sorted(times)[197]
    return f"fdatasync of 4 KiB took {middle:.2f} ms here, at the 99th percentile {late:.2f} ms."


def first_line(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.splitlines()[0] if done.returncode == 0 and done.stdout else None


def processors():
    """The CPU for servers and the one for generators, and a sentence if they are the same."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) > 1:
        return allowed[0], allowed[1], None
    return allowed[0], allowed[0], "There is one CPU only: server and generator share it, so latencies mean little."


def connections(wanted):
    """How many connections a process can hold, of those wanted, and a sentence if that is fewer."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard - SPARE_DESCRIPTORS)
    if allowed == wanted:
        return wanted, None
    return allowed, f"The limit of {hard} descriptors allows {allowed:,} connections, not {wanted:,}."


def claim_descriptors():
    """Servers that do not raise their own limit get all that is allowed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
