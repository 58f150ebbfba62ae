"""Runs the works on all servers in turn, round by round, and writes tables and a plot: see scripts/bench."""

import json
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import machine
from measure import Failure, Measurement
from plot import svg
from programs import PEERS, data_folder, dialects, nginx, sotto
from results import OURS, PEER_NAMES, Results
from server import Program
from tables import markdown
from usage import Parser
from work import WORKS


def parse(arguments):
    parser = Parser(add_help=False)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--idle-seconds", type=float)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--work", default="all")
    parser.add_argument("--server", type=Program.parse, action="append", default=[])
    parser.add_argument("--rate", type=float)
    parser.add_argument("--output", type=Path, default=Path(".build/benchmarks/results"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args(arguments)
    known = [work.name for work in WORKS]
    for name in options.work.split(","):
        if name not in ("all", *known):
            parser.error(f"there is no work '{name}'; there are {', '.join(known)}")
    taken = [OURS, *PEER_NAMES]
    for server in options.server:
        if server.name in taken:
            parser.error(f"--server {server.name}: there is a server of that name already")
        taken.append(server.name)
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.seconds = options.seconds or (0.5 if options.quick else 1.3)
    options.warm_up = 0.3 if options.quick else 0.5
    options.idle_seconds = options.idle_seconds or (3 if options.quick else 10)
    options.idle_connections = 1000 if options.quick else 19_000
    return options


def chosen_works(options):
    if options.work == "all":
        return [work for work in WORKS if work.is_quick or not options.quick]
    return [work for work in WORKS if work.name in options.work.split(",")]


def programs(options):
    """Those of the plain protocol: ours first."""
    chosen = [sotto(options)]
    for name in filter(None, options.peers.split(",")):
        if name != "none":
            chosen.append(PEERS[name](options))
    return chosen + options.server


def main(arguments):
    options = parse(arguments)
    works = chosen_works(options)
    server_processor, generator_processor, note = machine.processors()
    notes = [note] if note else []
    if any(work.name == "idle" for work in works):
        options.idle_connections, note = machine.connections(options.idle_connections)
        notes += [note] if note else []
    file_system, note = machine.file_system(data_folder(options))
    if note and any(work.kind in ("v1", "disk") for work in works):
        notes.append(note)
    for sentence in notes:
        print(sentence, file=sys.stderr)
    machine.claim_descriptors()
    options.output.mkdir(parents=True, exist_ok=True)
    servers = {
        "plain": programs(options),
        "files": [sotto(options)],
        "start": programs(options),
        "v1": dialects(options, is_spread=server_processor != generator_processor),
        "disk": [Program(file_system, [])],
    }
    if any(work.kind == "files" for work in works):
        servers["files"].append(nginx(options))

    facts, how = machine.describe(options), described(options, notes)
    measurement = Measurement(options, options.binaries / "Bench", server_processor, generator_processor)
    results = Results()
    started = time.monotonic()
    try:
        for round_number in range(1, options.rounds + 1):
            for work in works:
                for program in in_turn(servers[work.kind], round_number):
                    report = measured(measurement, work, program)
                    results.add(work.name, program.name, report)
                    tell(round_number, work, program, report)
            write(options, works, results, facts, how)
    except KeyboardInterrupt:
        # What there is shall not be lost.
        if results.rounds():
            write(options, works, results, facts, how | {"stopped": True})
            print(f"Stopped; the tables of what was run are in {options.output}/results.md", file=sys.stderr)
        raise
    minutes = (time.monotonic() - started) / 60
    print(f"{minutes:.1f} minutes; the tables are in {options.output}/results.md", file=sys.stderr)
    return 1 if any(results.failures()) else 0


def in_turn(servers, round_number):
    """Another one begins each round, so that none always follows the same one."""
    first = (round_number - 1) % len(servers)
    return servers[first:] + servers[:first]


def measured(measurement, work, program):
    try:
        return measurement.run(work, program)
    except Failure as failure:
        return str(failure)


def tell(round_number, work, program, report):
    if isinstance(report, str):
        words = f"FAILED: {report}"
    else:
        found = ((figure, report.get(figure.key)) for figure in work.figures)
        words = ", ".join(f"{value:,.{figure.digits}f} {figure.name}" for figure, value in found if value is not None)
    print(f"round {round_number}  {work.name:<14} {program.name:<12} {words}", file=sys.stderr)


def described(options, notes):
    return {
        "date": date.today().isoformat(),
        "commit": machine.first_line(["git", "describe", "--always", "--dirty"]) or "unknown",
        "rounds": options.rounds,
        "seconds": options.seconds,
        "flags": options.flags,
        "notes": notes,
    }


def write(options, works, results, facts, how):
    everything = {"machine": facts, "options": how, "reports": results.reports}
    save(options.output / "results.json", json.dumps(everything, indent=1, ensure_ascii=False) + "\n")
    save(options.output / "results.md", markdown(results, works, facts, how, how["notes"]))
    picture = svg(results, works, results.rounds())
    if picture:
        save(options.output / "deliveries.svg", picture)


def save(path, text):
    """Whole, or as it was."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text)
    fresh.replace(path)


def interrupt(*_):
    """SIGTERM ends servers and keeps results as Control-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except (KeyboardInterrupt, subprocess.CalledProcessError) as error:
        sys.exit(f"scripts/bench: {str(error) or 'stopped'}")
