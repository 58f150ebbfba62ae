"""A real cable between server and client: pulled out, plugged in again, and a bad one."""

import time

import pytest

from namespaces import SERVER, Cable, enter

INTERVAL, TIMEOUT, MARGIN = 0.6, 0.4, 0.4
LEFT = "Client #alice left the chat"


@pytest.fixture(scope="module")
def obstacle():
    return Cable.obstacle()


@pytest.fixture
def cable(obstacle):
    if obstacle:
        pytest.skip(obstacle)
    cable = Cable()
    try:
        cable.lay()
        yield cable
    finally:
        cable.remove()


@pytest.fixture
def server(start, cable):
    return start(
        *("--host", SERVER, "--heartbeat-interval", str(INTERVAL), "--heartbeat-timeout", str(TIMEOUT)),
        preexec=lambda: enter(cable.server),
    )


@pytest.fixture
def bob(server, cable):
    """On the server's side: what happens to the cable is nothing to him."""
    return cable.on_the_server_side(lambda: server.client("bob"))


def introduce(alice, bob):
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")


def test_a_pulled_cable_is_noticed_within_interval_and_timeout(server, cable, bob):
    for _ in range(3):
        alice = cable.on_the_client_side(lambda: server.client("alice"))
        introduce(alice, bob)
        cable.pull()
        pulled = time.monotonic()
        bob.expect(LEFT)
        assert time.monotonic() - pulled < INTERVAL + TIMEOUT + MARGIN
        bob.expect_nothing()
        cable.plug_in()


def test_a_cable_that_is_back_in_time_was_never_out(server, cable, bob):
    alice = cable.on_the_client_side(lambda: server.client("alice"))
    introduce(alice, bob)
    for n in range(3):
        cable.pull()
        bob.send(f"alice:{n}")  # sent again by TCP until it arrives
        cable.plug_in()
        alice.expect(f"Client #bob says: {n}")
    bob.expect_nothing()


def test_what_was_on_its_way_when_the_cable_was_pulled_is_kept(server, cable, bob):
    alice = cable.on_the_client_side(lambda: server.raw_websocket("alice", receive_buffer=1 << 14))
    alice.send_text("bob:hello")
    bob.expect("Client #alice says: hello")
    large = bytes(range(256)) * (4 << 12)
    bob.send(b"alice:" + large)
    alice.read_more(4096)
    cable.pull()
    bob.send("alice:and this")
    bob.expect(LEFT)
    cable.plug_in()
    again = cable.on_the_client_side(lambda: server.client("alice"))
    again.expect(b"bob:" + large, "Client #bob says: and this")


def test_a_bad_cable_loses_nothing_and_keeps_the_order(start, cable):
    obstacle = cable.disturb("delay", "15ms", "5ms", "loss", "3%", "duplicate", "1%", "reorder", "5%")
    if obstacle:
        pytest.skip(obstacle)
    # With a default heartbeat: TCP may take seconds to send again.
    server = start("--host", SERVER, preexec=lambda: enter(cable.server))
    alice, carol = (cable.on_the_client_side(lambda name=name: server.client(name)) for name in ("alice", "carol"))
    for n in range(500):
        alice.send(f"carol:{n}")
    alice.send(b"carol:" + bytes(1 << 20))
    carol.expect(*(f"Client #alice says: {n}" for n in range(500)), b"alice:" + bytes(1 << 20))
    carol.expect_nothing()
