"""The works: what is run, and which figures of it are told."""

from dataclasses import dataclass

CPU = "server_us_per_delivery"


@dataclass(frozen=True)
class Figure:
    """A number in a report; `name` is its column, `least` says whether less is better."""

    key: str
    name: str
    digits: int = 2
    least: bool = True


@dataclass(frozen=True)
class Work:
    name: str
    sentence: str
    arguments: tuple = ()
    # The first one is what servers are compared by.
    figures: tuple = (
        Figure(CPU, "µs CPU a delivery"),
        Figure("deliveries_per_s", "deliveries a second", 0, least=False),
        Figure("latency_p99_us", "p99 µs", 0),
    )
    # Part of the quick run.
    is_quick: bool = False
    # Which servers it is for: all of the plain protocol, or `v1`, or `files`, or `start`, or the `disk`.
    kind: str = "plain"
    # What the plot calls it; it has only those with a name.
    label: str = ""

    @property
    def column(self):
        """What the rows of its table are."""
        return {"v1": "protocol", "disk": "on"}.get(self.kind, "server")


def pairs(name, label, sentence, clients, depth, size, *more, quick=False):
    arguments = ("throughput", "--clients", clients, "--depth", depth, "--size", size, *more)
    return Work(name, sentence, tuple(map(str, arguments)), is_quick=quick, label=label)


def kept(name, sentence, *arguments, quick=False):
    figures = V1_RATE if arguments[0] == "rate" else V1_PEAK
    return Work(name, sentence, tuple(map(str, arguments)), figures, is_quick=quick, kind="v1")


def leave(way, sentence):
    figures = tuple(Figure(f"notice_{key}_us", f"{name} µs", 0) for key, name in (("p99", "p99"), ("p50", "p50")))
    return Work(f"leave-{way}", sentence, ("leave", "--clients", "400", "--way", way), figures, is_quick=way == "fin")


SIZES = (("64 B", 64, ""), ("1 KiB", 1024, "-1k"), ("64 KiB", 65536, "-64k"))

LATENCIES = tuple(
    Figure(f"latency_{key}_us", f"{name} µs", 0)
    for key, name in (("p999", "p99.9"), ("p99", "p99"), ("p50", "p50"), ("max", "longest"))
) + (
    Figure("lateness_p99_us", "of that the generator's p99 µs", 0),
    Figure("rate", "messages a second", 0, least=False),
    Figure(CPU, "µs CPU a delivery"),
)

V1_PEAK = (
    Figure(CPU, "µs CPU a delivery"),
    Figure("deliveries_per_s", "deliveries a second", 0, least=False),
    Figure("accepted_per_s", "accepted a second", 0, least=False),
    Figure("acceptance_p99_us", "p99 µs to accepted", 0),
    Figure("latency_p99_us", "p99 µs to delivered", 0),
)

V1_RATE = tuple(
    Figure(f"{what}_{key}_us", f"{name} µs to {done}", 0)
    for what, done in (("acceptance", "accepted"), ("latency", "delivered"))
    for key, name in (("p50", "p50"), ("p99", "p99"), ("p999", "p99.9"))
) + (Figure(CPU, "µs CPU a delivery"),)

WORKS = [
    pairs(
        "steady",
        "64 B, each alone",
        "100 clients in pairs, 64 B, each message travels alone",
        100,
        1,
        64,
        "--steady",
        quick=True,
    ),
    *(
        pairs(
            f"depth-{depth}{suffix}",
            f"{label}, {depth} under way",
            f"100 clients in pairs, {label}, {depth} of each under way",
            100,
            depth,
            size,
            quick=(depth, size) in ((1, 64), (32, 64), (32, 65536)),
        )
        for label, size, suffix in SIZES
        for depth in (1, 32)
    ),
    pairs("thousand", "1,000 clients, 64 B", "1,000 clients in pairs, 64 B, 1 of each under way", 1000, 1, 64),
    Work(
        "fan-in",
        "99 clients send 64 B to one",
        ("fan-in", "--clients", "100"),
        is_quick=True,
        label="99 clients to one, 64 B",
    ),
    Work(
        "rate",
        "100 clients, 64 B, open loop at half of the peak",
        ("rate", "--clients", "100"),
        LATENCIES,
        is_quick=True,
    ),
    Work(
        "fdatasync",
        "4 KiB written and made safe by fdatasync, where `v1 on SQLite` keeps messages",
        (),
        (Figure("sync_p50_us", "p50 µs", 0), Figure("sync_p99_us", "p99 µs", 0)),
        is_quick=True,
        kind="disk",
    ),
    *(
        kept(
            f"v1-depth-{depth}",
            f"100 clients in pairs, each in the protocol named, 64 B, {depth} of each under way",
            *("throughput", "--clients", 100, "--depth", depth),
            quick=depth == 32,
        )
        for depth in (1, 32)
    ),
    kept(
        "v1-rate",
        "100 clients, each in the protocol named, 64 B, open loop, 10,000 messages a second",
        *("rate", "--clients", 100, "--rate", 10_000),
    ),
    Work(
        "churn",
        "connect, one message, close: 64 at a time",
        ("churn", "--clients", "64"),
        (Figure("server_us_per_cycle", "µs CPU a client"), Figure("cycles_per_s", "clients a second", 0, least=False)),
        is_quick=True,
    ),
    Work(
        "idle",
        "connections that say nothing, heartbeat on",
        ("idle",),
        (
            Figure("server_anonymous_bytes_per_connection", "bytes a connection", 0),
            Figure("idle_server_cpu_percent", "% of a CPU", 2),
            Figure("pings", "pings", 0),
            Figure("clients", "connections", 0, least=False),
        ),
        is_quick=True,
    ),
    leave("close", "notice after a close frame, 400 clients"),
    leave("fin", "notice after FIN, 400 clients"),
    leave("rst", "notice after RST, 400 clients"),
    *(
        Work(
            f"files-{name}",
            f"static file of {label}, 100 connections (wrk)",
            (name,),
            (
                Figure("server_us_per_request", "µs CPU a request"),
                Figure("requests_per_s", "requests a second", 0, least=False),
            ),
            is_quick=name == "small",
            kind="files",
        )
        for name, label in (("small", "1 KiB"), ("large", "1 MiB"))
    ),
    Work(
        "start",
        "from the start of the program until it accepts a connection",
        (),
        (
            Figure("start_ms", "ms", 1),
            Figure("resident_kib", "KiB resident", 0),
            Figure("binary_kib", "KiB binary", 0),
        ),
        is_quick=True,
        kind="start",
    ),
]
