"""Many slow clients at the same time: readers of large messages, and senders of slow requests (slowloris)."""

import threading
import time

import pytest

from daemon import eventually
from raw_websocket import BINARY, header
from scale import LONGEST_PAUSE, scaled

MEBIBYTE = 1 << 20
# The target stands in front of it within the same limit of 16 MiB.
LARGE = scaled(4, 16) * MEBIBYTE - 256
READERS = scaled(8, 100)
SLOW_REQUESTS = scaled(1000, 5000)
SECONDS = scaled(2, 20)


class Watch:
    """The largest resident size of a daemon while it lasts."""

    def __init__(self, server):
        self.server, self.peak, self.done = server, server.resident_bytes(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.done.wait(0.02):
            self.peak = max(self.peak, self.server.resident_bytes())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


@pytest.fixture
def pair(server):
    pair = server.companion("pair.py")
    assert pair.read() is True
    return pair


def test_a_flood_of_large_messages_to_slow_readers(server, pair):
    readers = [server.raw_websocket(f"reader{n}", receive_buffer=1 << 16) for n in range(READERS)]
    sender = server.raw_websocket("sender")
    sender.socket.settimeout(40)
    quiet = pair.ask("report")
    before, end = server.resident_bytes(), time.monotonic() + SECONDS
    payload = bytes(LARGE)
    number = 0
    with Watch(server) as watch:
        while time.monotonic() < end:
            reader = readers[number % READERS]
            name = f"{reader.client_id}:".encode()
            # Masked by zeros: the bytes as they are, so that the test is faster than the server.
            sender.send(header(BINARY, len(name) + LARGE, key=bytes(4)) + name + payload)
            reader.read_more(1 << 14)
            number += 1
        flooded = pair.ask("report")
    grown = watch.peak - before
    print(f"\n{number} × {LARGE} bytes to {READERS} slow readers: {grown >> 20} MiB more at the peak")
    print(f"pair before {quiet}, meanwhile {flooded}")
    # For each reader what may be queued, and the last message that is added to it; for each what is kept.
    mailboxes = min(READERS * 64 * MEBIBYTE, 1024 * MEBIBYTE)
    queues = READERS * (16 * MEBIBYTE + LARGE)
    # A quarter more for what the allocator keeps of the copies on the way.
    assert grown < (queues + mailboxes) * 1.25 + 64 * MEBIBYTE
    assert flooded["count"] > 0 and flooded["max"] < LONGEST_PAUSE
    assert server.get("/static/hello.txt").text() == "Hello, world"


def test_slow_requests_hold_little_memory_and_delay_nobody(start):
    server = start("--heartbeat-interval", "60")
    pair = server.companion("pair.py")
    assert pair.read() is True
    quiet, before = pair.ask("report"), server.resident_bytes()
    connections = [server.raw() for _ in range(SLOW_REQUESTS)]
    request = connections[0].request_bytes("/static/hello.txt", [("X-Slow", "y" * 4000)])
    with Watch(server) as watch:
        end, sent = time.monotonic() + SECONDS, 0
        while time.monotonic() < end and sent < len(request) - 1:
            for connection in connections:
                try:
                    connection.send(request[sent : sent + 40])
                except ConnectionError:
                    pass  # the server waits for a whole request for some time only
            sent += 40
        slow = pair.ask("report")
    grown = watch.peak - before
    print(f"\n{SLOW_REQUESTS} slow requests, {sent} bytes each: {grown >> 10} KiB more at the peak")
    print(f"pair before {quiet}, meanwhile {slow}")
    assert grown < SLOW_REQUESTS * (20 << 10) + (16 << 20)
    assert slow["count"] > 0 and slow["max"] < LONGEST_PAUSE
    for connection in connections:
        connection.reset()
    eventually(lambda: server.descriptor_count() < 40, "all descriptors are closed")
