"""--leave-grace: somebody who comes back in time never left."""

import signal
import time

import pytest

LEFT = "Client #alice left the chat"
GRACE = 0.6


@pytest.fixture
def server(start):
    return start("--leave-grace", str(GRACE))


@pytest.fixture
def bob(server):
    return server.client("bob")


@pytest.fixture
def alice(server, bob):
    alice = server.raw_websocket("alice")
    alice.send_text("bob:hello")
    bob.expect("Client #alice says: hello")
    return alice


def part(client, how):
    if how == "close frame":
        client.send_close(1000)
        client.read_until_close()
    elif how == "FIN":
        client.finish_sending()
    else:
        client.reset()


@pytest.mark.parametrize("how", ["close frame", "FIN", "RST"])
def test_the_notice_comes_once_when_the_grace_is_over(alice, bob, how):
    left = time.monotonic()
    part(alice, how)
    bob.expect(LEFT)
    assert GRACE * 0.95 <= time.monotonic() - left < GRACE + 1
    bob.expect_nothing()


def test_who_comes_back_in_time_never_left(server, alice, bob):
    alice.reset()
    again = server.client("alice")
    later = server.client("later")  # leaves after alice did: when bob hears of it, alice's grace is long over
    later.send("bob:hello")
    bob.expect("Client #later says: hello")
    later.close()
    bob.expect("Client #later left the chat")
    bob.send("alice:are you there?")
    again.expect("Client #bob says: are you there?")
    bob.expect_nothing()


def test_each_leave_has_a_grace_of_its_own(server, alice, bob):
    alice.reset()
    again = server.raw_websocket("alice")
    left = time.monotonic()
    again.reset()
    bob.expect(LEFT)
    assert GRACE * 0.95 <= time.monotonic() - left
    bob.expect_nothing()


def test_a_message_within_the_grace_is_kept_without_an_offline_notice(server, alice, bob):
    part(alice, "close frame")
    bob.send("alice:one")
    bob.send(b"alice:two")
    bob.expect_nothing()
    again = server.client("alice")
    again.expect("Client #bob says: one", b"bob:two")
    bob.expect_nothing()


def test_a_message_within_the_grace_is_kept_when_nobody_comes_back_in_time(server, alice, bob):
    part(alice, "close frame")
    bob.send("alice:one")
    bob.expect_nothing()
    bob.expect(LEFT)
    server.client("alice").expect("Client #bob says: one")


def test_another_connection_of_the_id_makes_a_grace_needless(server, alice, bob):
    second = server.client("alice")
    alice.reset()
    bob.send("alice:hello")
    second.expect("Client #bob says: hello")
    bob.expect_nothing()


def test_a_grace_does_not_hold_up_the_end(server, alice, bob):
    alice.reset()
    server.signal(signal.SIGTERM)
    began = time.monotonic()
    assert bob.close_code() == 1001
    assert server.wait_for_exit() == 0
    assert time.monotonic() - began < GRACE
