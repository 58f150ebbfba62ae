"""What all the rounds say together."""

from statistics import median

OURS = "sotto"
# Ours with the plain protocol, where the dialects are compared.
PLAIN = "plain"


class Results:
    """Reports by work, server and round; a failure is a sentence in the report's place."""

    def __init__(self):
        self.reports = {}

    def add(self, work, server, report):
        self.reports.setdefault(work, {}).setdefault(server, []).append(report)

    def servers(self, work):
        return list(self.reports.get(work, {}))

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
        values = self.values(work, server, key)
        return (median(values), min(values), max(values)) if values else None

    def ratio_to_best(self, work, figure):
        """Our figure by the best peer's of the same round, median of the rounds, and that peer's name.

        The best is judged by its median over all rounds: another one may win a single round by luck.
        """
        peers = [name for name in self.servers(work) if name != OURS and self.spread(work, name, figure.key)]
        if not peers:
            return None
        choose = min if figure.least else max
        best = choose(peers, key=lambda name: self.spread(work, name, figure.key)[0])
        ratio = self.ratio(work, OURS, best, figure)
        return (ratio, best) if ratio is not None else None

    def ratio(self, work, server, other, figure):
        """The median of the ratios within the rounds; None when no round has both."""
        ratios = []
        for ours, theirs in zip(self.reports[work].get(server, []), self.reports[work].get(other, [])):
            if isinstance(ours, dict) and isinstance(theirs, dict) and theirs.get(figure.key):
                if ours.get(figure.key) is not None:
                    ratios.append(ours[figure.key] / theirs[figure.key])
        return median(ratios) if ratios else None
