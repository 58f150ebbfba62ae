"""A bar chart as SVG: server CPU for each delivery, on a logarithmic axis, for dark and light pages."""

from math import ceil, floor, log10
from xml.sax.saxutils import escape

from results import OURS
from work import CPU

WIDTH, LEFT, RIGHT, TOP = 860, 210, 70, 74
BAR, GAP, GROUP_GAP = 13, 3, 20

# Ours first; the others get theirs in the order of their appearance. Told apart by brightness as well.
OUR_COLOUR = "#d9480f"
COLOURS = ["#1971c2", "#2f9e44", "#9c36b5", "#b08900", "#0c8599", "#868e96", "#5c940d", "#6741d9"]

STYLE = """
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #59636e; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .spread { stroke: #1f2328; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .spread { stroke: #f0f6fc; }
  }
"""


def svg(results, works, rounds):
    shown = [work for work in works if work.kind == "plain" and work.figures[0].key == CPU and results.servers(work.name)]
    bars = {work.name: spreads(results, work.name) for work in shown}
    values = [value for group in bars.values() for spread in group.values() for value in spread if value > 0]
    if not values:
        return None
    axis = Axis(min(values), max(values))
    servers = ordered({name: None for group in bars.values() for name in group})
    colours = {name: OUR_COLOUR if name == OURS else COLOURS[i % len(COLOURS)] for i, name in enumerate(servers, -1)}
    how = f"median of {rounds} rounds, thin line: least to most" if rounds > 1 else "one round"
    body, y = [], TOP + 24
    for work in shown:
        group = bars[work.name]
        height = len(group) * (BAR + GAP)
        body.append(text(LEFT - 12, y + height / 2 + 2, work.label or work.name, anchor="end"))
        for name in servers:
            if name in group:
                body += bar(axis, y, name, group[name], colours[name])
                y += BAR + GAP
        y += GROUP_GAP
    height = y + 14
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            ' role="img" aria-label="Server CPU for each delivery">',
            f"<style>{STYLE}</style>",
            text(16, 24, "Server CPU for each delivery (µs)", "title"),
            text(16, 43, f"logarithmic, shorter is better; {how}", "quiet"),
            *legend(servers, colours),
            *grid(axis, height - 30),
            *body,
            "</svg>",
            "",
        ]
    )


def spreads(results, work):
    found = {name: results.spread(work, name, CPU) for name in results.servers(work)}
    return {name: spread for name, spread in found.items() if spread}


def ordered(names):
    return sorted(names, key=lambda name: name != OURS)


class Axis:
    def __init__(self, least, most):
        self.low, self.high = floor(log10(least)), max(ceil(log10(most)), floor(log10(least)) + 1)

    def x(self, value):
        share = (log10(max(value, 10**self.low)) - self.low) / (self.high - self.low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        return [10**power for power in range(self.low, self.high + 1)]


def bar(axis, y, name, spread, colour):
    middle, least, most = spread
    end = axis.x(middle)
    line = y + BAR / 2
    return [
        f'<rect x="{LEFT}" y="{y}" width="{max(end - LEFT, 1):.1f}" height="{BAR}" rx="2" fill="{colour}">'
        f"<title>{escape(name)}: {middle:.3g} µs ({least:.3g} to {most:.3g})</title></rect>",
        f'<line class="spread" x1="{axis.x(least):.1f}" x2="{axis.x(most):.1f}" y1="{line}" y2="{line}"/>',
        text(axis.x(most) + 5, y + BAR - 2, f"{middle:.3g}", "quiet"),
    ]


def legend(servers, colours):
    parts, x = [], LEFT
    for name in servers:
        parts.append(f'<rect x="{x}" y="{TOP - 16}" width="12" height="12" rx="2" fill="{colours[name]}"/>')
        parts.append(text(x + 17, TOP - 6, name))
        x += 36 + 7 * len(name)
    return parts


def grid(axis, bottom):
    parts = []
    for tick in axis.ticks():
        x = axis.x(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP + 14}" y2="{bottom}"/>')
        parts.append(text(x, bottom + 15, f"{tick:g}", "quiet", "middle"))
    return parts


def text(x, y, words, css=None, anchor=None):
    attributes = (f' class="{css}"' if css else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(words)}</text>'
