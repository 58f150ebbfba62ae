"""The results as Markdown."""

from results import BUSY_PERCENT, OURS, PLAIN, spread_of, verdict
from work import CPU

# How much a generator that is busy might hide.
PACES = ("deliveries_per_s", "accepted_per_s", "cycles_per_s", "requests_per_s")


def number(value, digits):
    """Digits enough for small numbers, none that mean nothing for large ones."""
    if digits and abs(value) < 1:
        digits += 1
    return f"{value:,.{digits}f}"


def cell(spread, digits):
    return bracketed(spread, lambda value: number(value, digits))


def quotient(value):
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def bracketed(spread, write):
    if spread is None:
        return "–"
    middle, least, most = map(write, spread)
    return middle if least == most else f"{middle} ({least}–{most})"


def markdown(results, works, machine, options, notes):
    lines = ["# Benchmarks", "", *describe(machine, options, results), *(f"- {note}" for note in notes), ""]
    lines += ["Medians, with the least and the most of all rounds in brackets.", ""]
    compared = ratios(results, works)
    if compared:
        lines += [f"## {OURS.capitalize()} by the best peer", "", *compared, ""]
    for name in results.by_hand(works):
        lines += [f"## {OURS.capitalize()} by {name}, given by hand", "", *ratios_by_hand(results, works, name), ""]
    lines += tables(results, works)
    failures = list(results.failures())
    if failures:
        lines += ["## Failures", ""]
        lines += [f"- {work}, {server}: {sentence}" for work, server, sentence in failures]
    return "\n".join(lines).rstrip() + "\n"


def describe(machine, options, results):
    done, wanted = results.rounds(), options["rounds"]
    rounds = f"{done} of {wanted}; it was stopped" if done < wanted or options.get("stopped") else f"{wanted}"
    lines = [
        f"- {machine['processor']}, {machine['processors']} processors, {machine['memory_gib']} GiB, {machine['kernel']}",
        f"- {options['date']}, commit {options['commit']}, {options['seconds']:g} s for each measurement, servers in turn; "
        f"rounds: {rounds}",
    ]
    versions = machine.get("versions")
    if versions:
        lines.append("- " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    if options.get("flags"):
        lines.append(f"- Flags of {OURS}: `{' '.join(options['flags'])}`")
    return lines


def ratios(results, works):
    rows = []
    for work in works:
        found = results.ratios_to_best(work.name, work.figures[0])
        if found:
            each, best = found
            ratio = bracketed(spread_of(each), quotient)
            rows.append(f"| {work.name} | {work.figures[0].name} | {ratio} | {best} | {verdict(each)} |")
    if not rows:
        return []
    head = ["Our figure divided by the best peer's of the same round; below 1 is better for us.", ""]
    return head + ["| work | figure | ratio | best peer | |", "| --- | --- | ---: | --- | --- |", *rows]


def ratios_by_hand(results, works, name):
    rows = []
    for work in works:
        each = results.ratios(work.name, OURS, name, work.figures[0])
        if each:
            ratio = bracketed(spread_of(each), quotient)
            rows.append(f"| {work.name} | {work.figures[0].name} | {ratio} | {verdict(each)} |")
    return ["| work | figure | ratio | |", "| --- | --- | ---: | --- |", *rows] if rows else []


def tables(results, works, level=2):
    return [line for work in works if results.servers(work.name) for line in table(results, work, level)]


def table(results, work, level=2):
    names = [figure.name for figure in work.figures]
    lines = [f"{'#' * level} {work.name}", "", f"{work.sentence[0].upper()}{work.sentence[1:]}.", ""]
    price = next((figure for figure in work.figures if figure.key == CPU), None) if work.kind == "v1" else None
    if price:
        names.append("CPU by the plain protocol's")
    lines.append(f"| {work.column} | {' | '.join(names)} |")
    lines.append(f"| --- |{' ---: |' * len(names)}")
    is_any_busy = False
    for server in results.servers(work.name):
        cells = []
        for figure in work.figures:
            spread = results.spread(work.name, server, figure.key)
            busy = spread is not None and figure.key in PACES and results.is_generator_busy(work.name, server)
            is_any_busy |= busy
            cells.append(cell(spread, figure.digits) + (" †" if busy else ""))
        if price:
            cells.append(cell(spread_of(results.ratios(work.name, server, PLAIN, price)), 1))
        lines.append(f"| {server} | {' | '.join(cells)} |")
    lines.append("")
    if is_any_busy:
        lines += [f"† The generator was busy {BUSY_PERCENT} % of the time or more: the server might do more.", ""]
    return lines
