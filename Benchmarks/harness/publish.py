"""Writes the figures of a run into the pages: `scripts/bench --publish`, see Benchmarks/README.md.

What stands between `<!-- bench:NAME -->` and `<!-- bench:end -->` is replaced, and the plot; the rest of a page is
prose.
"""

import json
import re
import sys
from argparse import ArgumentTypeError
from pathlib import Path

from plot import svg
from programs import ROOT
from results import OURS, Results, spread_of, verdict
from tables import describe, number, quotient, ratios, ratios_by_hand, tables
from usage import Parser
from work import CPU, WORKS

PAGE, README = Path("docs/performance.md"), Path("README.md")
PLOT = Path("docs/performance/deliveries.svg")
# Fewer rounds say too little.
ROUNDS = 3
STORES = ("v1 on SQLite, two CPUs", "v1 on SQLite")

# The figures of the README: words, work, figure, digits, unit.
HEADLINES = (
    ("Server CPU for a message that travels alone", "steady", CPU, 2, "µs"),
    ("Deliveries a second, 100 clients with 32 messages of each under way", "depth-32", "deliveries_per_s", 0, ""),
    ("Latency at half of the server's own peak, p99.9", "rate", "latency_p999_us", 0, "µs"),
    ("Memory of an idle connection", "idle", "server_anonymous_bytes_per_connection", 0, "bytes"),
    ("Leave notice after a lost TCP connection (FIN), p99", "leave-fin", "notice_p99_us", 0, "µs"),
)


def main(arguments):
    parser = Parser(add_help=False)
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--output", type=Path, default=Path(".build/benchmarks/results"))
    parser.add_argument("--by-hand", type=name_and_label, action="append", default=[])
    options = parser.parse_args(arguments)
    source = options.output / "results.json"
    try:
        found = json.loads(source.read_text())
    except (OSError, ValueError) as error:
        parser.error(f"{source} cannot be read ({error}): run scripts/bench --output {options.output} first")
    by_hand = Results(found["reports"]).by_hand(WORKS)
    for name, _ in options.by_hand:
        if name not in by_hand:
            parser.error(f"no server {name} was given by hand in {source}; there are: {', '.join(by_hand) or 'none'}")
    try:
        publish(found, dict(options.by_hand), ROOT)
    except PageError as error:
        sys.exit(f"scripts/bench: {error}")
    print(f"Written: {PAGE}, {PLOT}, {README}", file=sys.stderr)


class PageError(Exception):
    """A page that figures cannot be written into."""


def publish(found, by_hand, root):
    """Writes all pages below `root`, or none; servers given by hand have ratios only, under the labels of `by_hand`."""
    everything = Results(found["reports"])
    results = everything.without(everything.by_hand(WORKS))
    blocks = {
        "machine": [*describe(found["machine"], found["options"], results), *notes(found["options"]), *trial(results)],
        "reading": [*ratios(results, WORKS), "", *reading(results)],
        "by-hand": compared_by_hand(everything, by_hand),
        "tables": [*tables(results, WORKS, level=3), *failures(results)],
        "headline": [*headline(results), "", *reading(results, ("behind", "tied")), *trial(results)],
    }
    pages = {
        PAGE: filled(root, PAGE, blocks, ("machine", "reading", "by-hand", "tables")),
        README: filled(root, README, blocks, ("headline",)),
    }
    picture = svg(results, WORKS, results.rounds())
    if picture is None:
        raise PageError("there is nothing to plot: no work of the plain protocol was run")
    (root / PLOT).parent.mkdir(parents=True, exist_ok=True)
    (root / PLOT).write_text(picture)
    for page, text in pages.items():
        (root / page).write_text(text)


def filled(root, page, blocks, names):
    text = (root / page).read_text()
    for name in names:
        pattern = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- bench:end -->)", re.DOTALL)
        content = "\n".join(blocks[name]).strip()
        text, count = pattern.subn(lambda match: f"{match[1]}{content}\n{match[2]}", text)
        if count != 1:
            raise PageError(f"{page} must have one <!-- bench:{name} --> with a <!-- bench:end --> after it")
    return text


def notes(options):
    return [f"- {note}" for note in options.get("notes", [])]


def trial(results):
    """A warning, where there is reason for one."""
    rounds = results.rounds()
    return [f"- Rounds: {rounds}. This was a trial: these figures may change by half."] if rounds < ROUNDS else []


def reading(results, verdicts=("behind", "tied", "ahead")):
    """In words, how we compare with the best peer at each work."""
    groups = {"behind": [], "tied": [], "ahead": []}
    for work in WORKS:
        found = results.ratios_to_best(work.name, work.figures[0])
        if found:
            each, best = found
            times = quotient(spread_of(each)[0])
            groups[verdict(each)].append(f"`{work.name}` ({times} × the {work.figures[0].name} of {best})")
    if not any(groups.values()):
        return []
    words = {"behind": "**Behind** the best peer", "tied": "**Tied** with it", "ahead": "**Ahead** of it"}
    return [f"- {words[name]}: {', '.join(groups[name]) or 'nowhere'}." for name in verdicts]


def compared_by_hand(results, labels):
    lines = []
    for name, label in labels.items():
        lines += [f"Sotto's figures divided by those of {label}, compared by hand in the same rounds:", ""]
        lines += [*ratios_by_hand(results, WORKS, name), ""]
    return lines


def headline(results):
    rows = []
    for words, name, key, digits, unit in HEADLINES:
        work = next(work for work in WORKS if work.name == name)
        figure = next(figure for figure in work.figures if figure.key == key)
        best = results.best_peer(name, figure)
        if results.spread(name, OURS, key):
            theirs = f"{best}: {told(results, name, best, key, digits, unit)}" if best else "–"
            rows.append(f"| {words} | {told(results, name, OURS, key, digits, unit)} | {theirs} |")
    store = next((store for store in STORES if results.spread("v1-depth-32", store, "accepted_per_s")), None)
    if store:
        accepted = told(results, "v1-depth-32", store, "accepted_per_s", 0, "")
        rows.append(f"| `sotto.v1`: messages a second accepted, that is, on disk; 100 clients | {accepted} | – |")
    return ["| | Sotto | the best peer |", "| --- | ---: | ---: |", *rows]


def told(results, work, server, key, digits, unit):
    words = f"{number(results.spread(work, server, key)[0], digits)} {unit}".rstrip()
    # Half of the peak is another rate for each.
    rate = results.spread(work, server, "rate")
    return f"{words} at {rate[0]:,.0f} a second" if rate else words


def failures(results):
    found = [f"- {work}, {server}: {sentence}" for work, server, sentence in results.failures()]
    return ["### Failures", "", *found] if found else []


def name_and_label(text):
    name, equals, label = text.partition("=")
    if not (name and (label or not equals)):
        raise ArgumentTypeError(f"it takes NAME or NAME=LABEL, not '{text}'")
    return name, label or name


if __name__ == "__main__":
    main(sys.argv[1:])
