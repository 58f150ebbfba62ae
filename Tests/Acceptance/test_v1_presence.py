"""sotto.v1: who is there, for those who watch."""

import pytest

from client import Client


@pytest.fixture
def bob(server):
    return server.v1("bob")


def watch(client, *peers):
    """Watches and returns what is said at once, for each peer."""
    client.do("watch", peers=list(peers))
    return {m["peer"]: m["online"] for m in (client.expect("presence") for _ in peers)}


def test_watch_is_answered_at_once_for_each(server, bob):
    server.v1("alice"), server.client("plain")
    assert watch(bob, "alice", "carol", "plain", "bob") == {"alice": True, "carol": False, "plain": True, "bob": True}
    bob.expect_nothing()


def test_those_who_watch_are_told_of_every_change(server, bob):
    watch(bob, "alice")
    for _ in range(5):
        alice = server.v1("alice")
        bob.expect("presence", peer="alice", online=True)
        alice.close()
        bob.expect("presence", peer="alice", online=False)
    alice = server.v1("alice")
    bob.expect("presence", online=True)
    alice.abort()
    bob.expect("presence", online=False)
    bob.expect_nothing()


def test_a_plain_client_is_present_too(server, bob):
    watch(bob, "plain")
    plain = server.client("plain")
    bob.expect("presence", peer="plain", online=True)
    plain.close()
    bob.expect("presence", peer="plain", online=False)


def test_only_the_first_and_the_last_connection_count(server, bob):
    watch(bob, "alice")
    devices = [server.v1("alice") for _ in range(4)]
    bob.expect("presence", online=True)
    for device in devices[:3]:
        device.close()
    bob.expect_nothing()
    devices[3].close()
    bob.expect("presence", online=False)
    bob.expect_nothing()


def test_who_is_not_watched_is_not_told(server, bob):
    watch(bob, "alice")
    server.v1("carol").close()
    server.v1("alic").close()
    bob.expect_nothing()


def test_unwatch_ends_it(server, bob):
    watch(bob, "alice", "carol")
    bob.do("unwatch", peers=["alice", "never-watched"])
    bob.messages_so_far()
    alice = server.v1("alice")
    carol = server.v1("carol")
    bob.expect("presence", peer="carol", online=True)
    alice.close(), carol.close()
    bob.expect("presence", peer="carol", online=False)
    bob.expect_nothing()


def test_it_belongs_to_the_connection_and_ends_with_it(server):
    phone, laptop = server.v1("bob"), server.v1("bob")
    watch(phone, "alice")
    alice = server.v1("alice")
    phone.expect("presence", online=True)
    laptop.expect_nothing()
    phone.close()
    again = server.v1("bob")
    alice.close()
    again.expect_nothing()
    laptop.expect_nothing()


def test_watching_twice_tells_once(server, bob):
    watch(bob, "alice")
    watch(bob, "alice")
    bob.do("watch", peers=["alice", "alice"])
    assert {(m["type"], m["peer"], m["online"]) for m in bob.messages_so_far()} == {("presence", "alice", False)}
    alice = server.v1("alice")
    bob.expect("presence", online=True)
    bob.expect_nothing()
    bob.do("unwatch", peers=["alice"])
    bob.messages_so_far()
    alice.close()
    bob.expect_nothing()


def test_an_empty_list_changes_nothing(server, bob):
    watch(bob, "alice")
    bob.do("watch", peers=[])
    bob.do("unwatch", peers=[])
    bob.expect_nothing()
    server.v1("alice")
    bob.expect("presence", online=True)


def test_a_thousand_may_be_watched_and_no_more(server, bob):
    names = [f"peer{n}" for n in range(1000)]
    for start in range(0, 1000, 250):
        assert set(watch(bob, *names[start : start + 250]).values()) == {False}
    bob.do("watch", peers=["one"])
    bob.expect_error("bad_request")
    bob.expect_nothing()
    watch(bob, "peer7")  # one of them again is none more
    server.v1("one").close()
    peer = server.v1("peer999")
    bob.expect("presence", peer="peer999", online=True)
    bob.expect_nothing()
    bob.do("unwatch", peers=["peer0"])
    bob.messages_so_far()
    watch(bob, "one")
    peer.close()
    bob.expect("presence", peer="peer999", online=False)


@pytest.mark.parametrize("count", [1001, 10_000])
def test_more_than_a_thousand_at_once_are_refused(server, bob, count):
    bob.do("watch", peers=[f"peer{n}" for n in range(count)])
    bob.expect_error("bad_request")
    bob.expect_nothing()
    assert watch(bob, "peer0") == {"peer0": False}


def test_a_thousand_at_once_are_taken(server, bob):
    assert len(watch(bob, *(f"peer{n}" for n in range(1000)))) == 1000
    second = server.v1("bob")
    assert len(watch(second, *(f"other{n}" for n in range(1000)))) == 1000


def test_a_list_with_an_impossible_id_watches_nobody(server, bob):
    bob.do("watch", peers=["alice", "a b"])
    bob.expect_error("bad_target")
    server.v1("alice")
    bob.expect_nothing()


def test_watching_does_not_make_a_peer_and_nobody_is_told(server, bob):
    alice = server.v1("alice")
    watch(bob, "alice")
    alice.expect_nothing()
    bob.close()
    alice.expect_nothing()


def test_a_client_in_its_grace_is_there(start):
    server = start("--leave-grace", "0.6")
    alice, bob = server.v1("alice"), server.v1("bob")
    watch(bob, "alice")
    alice.abort()
    bob.expect_nothing()
    alice = server.v1("alice")
    bob.expect_nothing()
    alice.close()
    bob.expect("presence", peer="alice", online=False)


def test_many_watchers_are_told(server):
    watchers = [server.v1(f"watcher{n}") for n in range(30)]
    for watcher in watchers:
        watch(watcher, "alice")
    Client(server.host, server.port, "alice").close()
    for watcher in watchers:
        watcher.expect("presence", online=True)
        watcher.expect("presence", online=False)
