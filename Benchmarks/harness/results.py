"""What all the rounds say together."""

from statistics import median

OURS = "sotto"
# Ours with the plain protocol, where the dialects are compared.
PLAIN = "plain"
# Whoever has this repository can run these; any other server was given by hand, with --server.
PEER_NAMES = ("fastapi", "node-ws", "swift-nio", "picows")
FILE_PEER = "nginx"
# From that share of its CPU on, the generator may have been what held a server back.
BUSY_PERCENT = 95
# Closer to the other than that is a tie, and so is what fewer of the rounds than that share agree on.
TIE, AGREEING = 0.05, 0.8


class Results:
    """Reports by work, server and round; a failure is a sentence in the report's place."""

    def __init__(self, reports=None):
        self.reports = reports or {}

    def add(self, work, server, report):
        self.reports.setdefault(work, {}).setdefault(server, []).append(report)

    def servers(self, work):
        return list(self.reports.get(work, {}))

    def rounds(self):
        """How many were begun."""
        return max((len(reports) for servers in self.reports.values() for reports in servers.values()), default=0)

    def by_hand(self, works):
        """The names that were given with --server."""
        compared = [work.name for work in works if work.kind in ("plain", "start")]
        names = {name: None for work in compared for name in self.servers(work)}
        return [name for name in names if name not in (OURS, *PEER_NAMES)]

    def without(self, names):
        kept = {
            work: {server: reports for server, reports in servers.items() if server not in names}
            for work, servers in self.reports.items()
        }
        return Results({work: servers for work, servers in kept.items() if servers})

    def values(self, work, server, key):
        """The numbers of the rounds that did not fail."""
        reports = self.reports.get(work, {}).get(server, [])
        numbers = [report.get(key) for report in reports if isinstance(report, dict)]
        return [number for number in numbers if number is not None]

    def failures(self):
        for work, servers in self.reports.items():
            for server, reports in servers.items():
                for report in reports:
                    if isinstance(report, str):
                        yield work, server, report

    def spread(self, work, server, key):
        """Median, least and most; None when no round gave the number."""
        return spread_of(self.values(work, server, key))

    def is_generator_busy(self, work, server):
        """Whether the generator, and not the server, may have set the pace."""
        busy = self.spread(work, server, "generator_cpu_percent")
        return busy is not None and busy[0] >= BUSY_PERCENT

    def best_peer(self, work, figure):
        """The peer with the best median, of those that anybody can run; None without any.

        It is judged over all rounds: another one may win a single round by luck.
        """
        peers = [name for name in (*PEER_NAMES, FILE_PEER) if self.spread(work, name, figure.key)]
        choose = min if figure.least else max
        return choose(peers, key=lambda name: self.spread(work, name, figure.key)[0], default=None)

    def ratios_to_best(self, work, figure):
        """Our figure by the best peer's, for each round, and that peer's name."""
        best = self.best_peer(work, figure)
        ratios = self.ratios(work, OURS, best, figure) if best else []
        return (ratios, best) if ratios else None

    def ratios(self, work, server, other, figure):
        """One server's figure by another's, for each round that has both."""
        reports = self.reports.get(work, {})
        ratios = []
        for ours, theirs in zip(reports.get(server, []), reports.get(other, [])):
            if isinstance(ours, dict) and isinstance(theirs, dict) and theirs.get(figure.key):
                if ours.get(figure.key) is not None:
                    ratios.append(ours[figure.key] / theirs[figure.key])
        return ratios


def spread_of(values):
    """Median, least and most; None of nothing."""
    return (median(values), min(values), max(values)) if values else None


def verdict(ratios):
    """What the rounds say of us where less is better, when nearly all of them say the same."""
    middle = median(ratios)
    agreeing = sum((ratio < 1) == (middle < 1) for ratio in ratios) / len(ratios)
    if abs(middle - 1) <= TIE or agreeing < AGREEING:
        return "tied"
    return "ahead" if middle < 1 else "behind"
