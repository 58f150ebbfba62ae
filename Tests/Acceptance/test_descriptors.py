"""Running out of file descriptors, and getting them back."""

import resource
import signal
import time

import pytest

from daemon import eventually
from raw_websocket import UPGRADE

LIMIT = 64


def with_few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))


@pytest.fixture
def server(start):
    return start(preexec=with_few_descriptors)


def try_upgrade(server, client_id):
    """A WebSocket if the server lets one in, else None."""
    connection = server.raw()
    connection.socket.settimeout(0.2)
    try:
        connection.request(f"/ws/{client_id}", UPGRADE)
        if connection.read_response().status == 101:
            connection.socket.settimeout(10)
            return connection
    except (TimeoutError, EOFError, ConnectionError):
        pass
    connection.close()
    return None


@pytest.fixture
def crowd(server):
    """A server whose descriptors are used up, and the connections that got in."""
    inside = []
    while (connection := try_upgrade(server, f"crowd{len(inside)}")) is not None:
        inside.append(connection)
        assert len(inside) < LIMIT
    assert len(inside) > LIMIT // 2
    return inside


def test_those_who_are_connected_go_on(start):
    server = start(preexec=with_few_descriptors)
    alice, bob = server.client("alice"), server.client("bob")
    outside = [server.raw() for _ in range(LIMIT * 2)]
    for n in range(100):
        alice.send(f"bob:{n}")
        bob.expect(f"Client #alice says: {n}")
    for connection in outside:
        connection.close()
    alice.expect_nothing()


def test_new_connections_are_accepted_again_when_some_have_closed(server, crowd):
    for connection in crowd[:10]:
        connection.reset()
    newcomers = [eventually(lambda: try_upgrade(server, "newcomer"), "a connection is let in") for _ in range(5)]
    assert len(newcomers) == 5


def test_no_processor_time_is_burnt_meanwhile(server, crowd):
    waiting = [server.raw() for _ in range(20)]  # those for whom there is no descriptor
    before, end = server.cpu_seconds(), time.monotonic() + 1
    eventually(lambda: time.monotonic() >= end, "a second has passed")
    assert server.cpu_seconds() - before < 0.2
    assert len(waiting) == 20


def test_files_are_served_again_when_some_have_closed(start):
    server = start(preexec=with_few_descriptors)
    connection = server.raw()
    connection.get("/healthz")
    inside = [server.raw() for _ in range(LIMIT * 2)]
    connection.request("/static/hello.txt")
    assert connection.read_response().status in (200, 500, 503)
    for other in inside:
        other.close()
    eventually(lambda: server.get("/static/hello.txt").status == 200, "files are served")


def test_a_daemon_without_descriptors_still_ends_well(server, crowd):
    for connection in crowd:
        connection.reset()
    server.signal(signal.SIGTERM)
    assert server.wait_for_exit() == 0
