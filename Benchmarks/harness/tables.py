"""The results as Markdown."""

from results import OURS, PLAIN
from work import CPU


def number(value, digits):
    """Digits enough for small numbers, none that mean nothing for large ones."""
    if digits and abs(value) < 1:
        digits += 1
    return f"{value:,.{digits}f}"


def cell(spread, digits):
    if spread is None:
        return "–"
    middle, least, most = (number(value, digits) for value in spread)
    return middle if least == most else f"{middle} ({least}–{most})"


def markdown(results, works, machine, options, notes):
    lines = ["# Benchmarks", "", *describe(machine, options), *(f"- {note}" for note in notes), ""]
    lines += ["Medians, with the least and the most of all rounds in brackets.", ""]
    lines += ratios(results, works)
    for work in works:
        if results.servers(work.name):
            lines += table(results, work)
    failures = list(results.failures())
    if failures:
        lines += ["## Failures", ""]
        lines += [f"- {work}, {server}: {sentence}" for work, server, sentence in failures]
    return "\n".join(lines).rstrip() + "\n"


def describe(machine, options):
    return [
        f"- {machine['processor']}, {machine['processors']} processors, {machine['memory_gib']} GiB, {machine['kernel']}",
        f"- {options['date']}, commit {options['commit']}, rounds of {options['seconds']:g} s: {options['rounds']}, "
        "servers in turn",
    ]


def ratios(results, works):
    rows = []
    for work in works:
        if work.kind == "v1":
            continue
        figure = work.figures[0]
        found = results.ratio_to_best(work.name, figure)
        if found:
            rows.append(f"| {work.name} | {figure.name} | {found[0]:.2f} | {found[1]} |")
    if not rows:
        return []
    head = [f"## {OURS.capitalize()} by the best peer", "", "Of the same round; below 1 is better.", ""]
    return head + ["| work | figure | ratio | best peer |", "| --- | --- | ---: | --- |", *rows, ""]


def table(results, work):
    names = [figure.name for figure in work.figures]
    lines = [f"## {work.name}", "", f"{work.sentence[0].upper()}{work.sentence[1:]}.", ""]
    compares = work.kind == "v1" and any(figure.key == CPU for figure in work.figures[:1])
    if compares:
        names.append("CPU by the plain protocol's")
    lines.append(f"| {'protocol' if work.kind == 'v1' else 'server'} | {' | '.join(names)} |")
    lines.append(f"| --- |{' ---: |' * len(names)}")
    for server in results.servers(work.name):
        cells = [cell(results.spread(work.name, server, figure.key), figure.digits) for figure in work.figures]
        if compares:
            ratio = results.ratio(work.name, server, PLAIN, work.figures[0])
            cells.append("–" if ratio is None else f"{ratio:.1f}")
        lines.append(f"| {server} | {' | '.join(cells)} |")
    return lines + [""]
