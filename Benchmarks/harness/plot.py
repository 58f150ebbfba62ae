"""A bar chart as SVG: server CPU for each delivery, on a logarithmic axis, for dark and light pages."""

from math import ceil, floor, log10
from xml.sax.saxutils import escape

from results import OURS
from work import CPU

WIDTH, LEFT, RIGHT, TOP = 860, 190, 70, 96
BAR, GAP, GROUP_GAP = 13, 3, 18
# About what a letter of the legend takes.
LETTER = 7

# Ours first; the others get theirs in the order of their appearance. Told apart by brightness as well.
COLOURS = ["#d9480f", "#1971c2", "#2f9e44", "#9c36b5", "#b08900", "#0c8599", "#868e96", "#5c940d", "#6741d9"]
COLOURS_ON_DARK = ["#ff922b", "#4dabf7", "#69db7c", "#da77f2", "#ffd43b", "#3bc9db", "#ced4da", "#c0eb75", "#b197fc"]

# A background of its own: a page may be dark while the system is light.
STYLE = """
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #59636e; }
  .page { fill: #ffffff; }
  .value { fill: #59636e; paint-order: stroke; stroke: #ffffff; stroke-width: 4; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .spread { stroke: #1f2328; stroke-width: 1; }
"""
STYLE_ON_DARK = """
  text { fill: #f0f6fc; }
  .quiet { fill: #9198a1; }
  .page { fill: #0d1117; }
  .value { fill: #9198a1; stroke: #0d1117; }
  .grid { stroke: #3d444d; }
  .spread { stroke: #f0f6fc; }
"""


def svg(results, works, rounds):
    shown = [work for work in works if work.label and results.servers(work.name)]
    bars = {work.name: spreads(results, work.name) for work in shown}
    values = [value for group in bars.values() for spread in group.values() for value in spread if value > 0]
    if not values:
        return None
    axis = Axis(min(values), max(values))
    servers = ordered({name: None for group in bars.values() for name in group})
    how = f"median of {rounds} rounds, thin line: least to most" if rounds > 1 else "one round"
    body, y = [], TOP + 10
    for work in shown:
        group = bars[work.name]
        if not group:
            continue
        body.append(text(LEFT - 12, y + len(group) * (BAR + GAP) / 2 + 3, work.label, anchor="end"))
        for place, name in enumerate(servers):
            if name in group:
                body += bar(axis, y, name, group[name], place)
                y += BAR + GAP
        y += GROUP_GAP
    bottom = y - GROUP_GAP + 6
    height = bottom + 30
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            ' role="img" aria-label="Server CPU for each delivery, in microseconds">',
            f"<style>{style(len(servers))}</style>",
            f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>',
            text(16, 27, "Server CPU for each delivery, in microseconds", "title"),
            text(16, 47, f"shorter is better; logarithmic: each line is ten times the one before; {how}", "quiet"),
            *legend(servers),
            *grid(axis, bottom),
            *body,
            "</svg>",
            "",
        ]
    )


def style(count):
    light, dark = (
        "".join(f"  .server-{place} {{ fill: {colours[place % len(colours)]}; }}\n" for place in range(count))
        for colours in (COLOURS, COLOURS_ON_DARK)
    )
    return f"{STYLE}{light}  @media (prefers-color-scheme: dark) {{{STYLE_ON_DARK}{dark}  }}\n"


def spreads(results, work):
    found = {name: results.spread(work, name, CPU) for name in results.servers(work)}
    return {name: spread for name, spread in found.items() if spread and spread[0] > 0}


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


def bar(axis, y, name, spread, place):
    middle, least, most = spread
    line = y + BAR / 2
    return [
        f'<rect class="server-{place}" x="{LEFT}" y="{y}" width="{max(axis.x(middle) - LEFT, 1):.1f}" height="{BAR}" rx="2">'
        f"<title>{escape(name)}: {middle:.3g} µs ({least:.3g} to {most:.3g})</title></rect>",
        f'<line class="spread" x1="{axis.x(least):.1f}" x2="{axis.x(most):.1f}" y1="{line}" y2="{line}"/>',
        text(axis.x(most) + 5, y + BAR - 2, f"{middle:.3g}", "value"),
    ]


def legend(servers):
    """One line of names, or as many as they need."""
    parts, x, y = [], LEFT, TOP - 30
    for place, name in enumerate(servers):
        width = 36 + LETTER * len(name)
        if x + width > WIDTH and x > LEFT:
            x, y = LEFT, y + 16
        parts.append(f'<rect class="server-{place}" x="{x}" y="{y}" width="12" height="12" rx="2"/>')
        parts.append(text(x + 17, y + 10, name))
        x += width
    return parts


def grid(axis, bottom):
    parts = []
    for tick in axis.ticks():
        x = axis.x(tick)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP + 4}" y2="{bottom}"/>')
        parts.append(text(x, bottom + 17, f"{tick:,g} µs", "quiet", "middle"))
    return parts


def text(x, y, words, css=None, anchor=None):
    attributes = (f' class="{css}"' if css else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{escape(words)}</text>'
