"""What the machine is, and what it allows."""

import json
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
# How often the disk is asked.
SYNCS = 500
NO_DISKS = ("tmpfs", "ramfs")


def describe(options):
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", cpuinfo, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "processors": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / (1 << 20)) if memory else None,
        "kernel": f"{platform.system()} {platform.release()}",
        "versions": versions(options),
    }


def versions(options):
    """Of what is compared, and of the libraries of the system, as far as they can be asked."""
    found = {}
    swift = re.search(r"Swift version (\S+)", first_line(["swift", "--version"]) or "")
    if swift:
        found["Swift"] = swift[1]
    for name, package in (("libuv", "libuv"), ("SQLite", "sqlite3")):
        found[name] = first_line(["pkg-config", "--modversion", package])
    peers = options.peers.split(",")
    if {"fastapi", "picows"} & set(peers):
        script = "import importlib.metadata as m, platform; print(platform.python_version())\n"
        script += "for name in ('fastapi', 'uvicorn', 'uvloop', 'picows'): print(name, m.version(name))"
        words = (output([options.build / "python/bin/python", "-c", script]) or "").split()
        found |= dict(zip(["Python", *words[1::2]], [*words[:1], *words[2::2]]))
    if "node" in peers:
        found["Node.js"] = (first_line(["node", "--version"]) or "").lstrip("v")
        found["ws"] = json_value("/usr/share/nodejs/ws/package.json", lambda package: package["version"])
    if "nio" in peers:
        resolved = Path(__file__).resolve().parents[1] / "Package.resolved"
        found["swift-nio"] = json_value(
            resolved,
            lambda file: next(pin["state"]["version"] for pin in file["pins"] if pin["identity"] == "swift-nio"),
        )
    for name, package in (("nginx", "nginx-light"), ("nginx", "nginx"), ("wrk", "wrk")):
        found[name] = found.get(name) or first_line(["dpkg-query", "-W", "-f", "${source:Upstream-Version}", package])
    return {name: version for name, version in found.items() if version}


def json_value(path, choose):
    try:
        return choose(json.loads(Path(path).read_text()))
    except (OSError, ValueError, LookupError, StopIteration):
        return None


def sync_times(folder):
    """What it takes until the disk below `folder` has 4 KiB for good."""
    folder.mkdir(parents=True, exist_ok=True)
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in range(SYNCS):
            os.pwrite(file.fileno(), bytes(4096), block * 4096)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1e6)
    times.sort()
    return {"sync_p50_us": times[SYNCS // 2], "sync_p99_us": times[SYNCS * 99 // 100]}


def file_system(folder):
    """The type of the file system that a folder is on, and a sentence if that is no disk."""
    found, longest = "unknown", -1
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        if Path(folder).is_relative_to(point) and len(point) >= longest:
            found, longest = kind, len(point)
    note = f"{folder} is on {found}, which is no disk: what SQLite keeps there is not safe." if found in NO_DISKS else None
    return found, note


def output(command):
    """What a program prints; None if it fails or is not there."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def first_line(command):
    lines = (output(command) or "").splitlines()
    return lines[0] if lines else None


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
