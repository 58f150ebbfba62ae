"""Tokens of clients that are connected: they expire, are renewed, and bound whom one may write to."""

import signal
import time

import pytest
from websockets.exceptions import InvalidStatus

from daemon import eventually
from tokens import OTHER_SECRET, SECRET, KeyPair, bearer, ending_in, start_asking, token


@pytest.fixture
def asking(start):
    return start_asking(start)


def plain(daemon, client_id, **more):
    return daemon.client(client_id, additional_headers=[bearer(token(client_id, **more))])


def v1(daemon, client_id, **more):
    return daemon.v1(client_id, additional_headers=[bearer(token(client_id, **more))])


# Expiry


def test_a_connection_ends_with_its_token(asking):
    begin = time.monotonic()
    lasting = v1(asking, "lasting")
    alice, bob = plain(asking, "alice", exp=ending_in(2)), v1(asking, "bob", exp=ending_in(2))
    lasting.do("watch", peers=["alice"])
    lasting.expect("presence", peer="alice", online=True)
    assert "retry" not in bob.expect_bye(4203)
    assert alice.close_code() == 4203
    # The clock of the endpoint ticks each second.
    assert 1.0 <= time.monotonic() - begin <= 5.0
    lasting.expect("presence", peer="alice", online=False)
    lasting.do("ping", ref=1)
    lasting.expect("pong", ref=1)


def test_what_comes_after_the_end_is_kept_for_a_fresh_token(asking):
    alice, bob = v1(asking, "alice"), v1(asking, "bob", exp=ending_in(1))
    bob.expect_bye(4203)
    alice.do("send", to="bob", id="1", text="for later")
    assert alice.expect("accepted", id="1")["state"] == "kept"
    assert v1(asking, "bob").expect("message")["text"] == "for later"


def test_a_fresh_token_keeps_the_connection(asking):
    alice, bob = v1(asking, "alice", exp=ending_in(2)), v1(asking, "bob", exp=ending_in(2))
    alice.do("auth", token=token("alice"))
    bob.expect_bye(4203)
    # Both would have ended in the same tick: nothing but the fresh token kept this one.
    alice.do("ping", ref=1)
    alice.expect("pong", ref=1)


def test_a_fresh_token_may_end_sooner(asking):
    alice = v1(asking, "alice")
    alice.do("auth", token=token("alice", exp=ending_in(1)))
    alice.expect_bye(4203)


@pytest.mark.parametrize(
    "presented",
    [
        token("bob"),
        token("alice", OTHER_SECRET),
        token("alice", exp=ending_in(-1)),
        "x",
        "x" * 16_384,
    ],
    ids=["of another", "of another secret", "expired", "none", "too long"],
)
def test_a_wrong_one_ends_the_connection(asking, presented):
    alice = v1(asking, "alice")
    alice.do("auth", token=presented)
    assert "retry" not in alice.expect_bye(4001)


def test_an_auth_without_a_token_is_a_bad_request(asking):
    alice = v1(asking, "alice")
    alice.do("auth")
    alice.expect_error("bad_request")
    alice.do("auth", token="x" * 16_385)
    alice.expect_error("bad_request")


def test_each_device_has_a_token_of_its_own(asking):
    short, long = v1(asking, "alice", exp=ending_in(2)), v1(asking, "alice")
    short.expect_bye(4203)
    long.do("ping", ref=1)
    long.expect("pong", ref=1)


# Whom one may write to


def test_a_plain_client_writes_only_to_its_peers(asking):
    alice = plain(asking, "alice", peers=["bob", "team-*"])
    bob, carol, team = plain(asking, "bob"), plain(asking, "carol"), plain(asking, "team-1")
    for message in ("carol:no", b"carol:no", "bobby:no", "Bob:no", "tea:no", "alice:no", "nobody:no"):
        alice.send(message)
        alice.expect_error()
    alice.send("bob:yes")
    bob.expect("Client #alice says: yes")
    # The way of the last message is remembered, and must be judged all the same.
    alice.send("carol:no")
    assert alice.receive() == "Error: your token does not allow you to write to carol; the message was not sent"
    alice.send(b"team-1:yes")
    team.expect(b"alice:yes")
    alice.send("no colon")
    alice.expect_error()
    carol.expect_nothing()
    # Others may write to her.
    carol.send("alice:hello")
    alice.expect("Client #carol says: hello")


def test_a_connection_is_bound_by_its_own_token_and_not_by_that_of_another_device(asking):
    free, bound = plain(asking, "alice"), plain(asking, "alice", peers=["carol"])
    bob = plain(asking, "bob")
    free.send("bob:yes")
    bob.expect("Client #alice says: yes")
    bound.send("bob:no")
    bound.expect_error()
    free.send("bob:yes")
    bob.expect("Client #alice says: yes")


def test_a_client_of_v1_writes_to_watches_and_signals_only_its_peers(asking):
    alice, bob, carol = v1(asking, "alice", peers=["bob"]), v1(asking, "bob"), v1(asking, "carol")
    alice.do("send", to="carol", id="1", text="no")
    alice.expect_error("forbidden", id="1")
    alice.send_bytes("carol", "2", b"no")
    alice.expect_error("forbidden", id="2")
    alice.do("signal", to="carol", data=1)
    alice.expect_error("forbidden")
    for type in ("watch", "unwatch"):
        alice.do(type, peers=["bob", "carol"])
        alice.expect_error("forbidden")
        alice.expect("presence", peer="bob", online=True)
        alice.do(type, peers=["carol"])
        alice.expect_error("forbidden")
    alice.say("bob", "3", "yes")
    bob.expect("message", text="yes")
    alice.do("signal", to="bob", data=1)
    bob.expect("signal", data=1)
    alice.do("watch", peers=["bob"])
    alice.expect("presence", peer="bob", online=True)
    assert carol.messages_so_far() == []


def test_no_peers_are_nobody_and_a_star_is_everybody(asking):
    nobody, everybody, bob = v1(asking, "a", peers=[]), v1(asking, "b", peers=["*"]), v1(asking, "bob")
    nobody.do("send", to="bob", id="1", text="no")
    nobody.expect_error("forbidden", id="1")
    everybody.say("bob", "1", "yes")
    bob.expect("message", text="yes")


def test_a_fresh_token_brings_peers_of_its_own(asking):
    alice, bob, carol = v1(asking, "alice"), v1(asking, "bob"), v1(asking, "carol")
    alice.do("watch", peers=["bob", "carol"])
    alice.expect("presence", peer="bob", online=True)
    alice.expect("presence", peer="carol", online=True)
    alice.do("auth", token=token("alice", peers=["carol"]))
    alice.do("send", to="bob", id="1", text="no")
    alice.expect_error("forbidden", id="1")
    # She is not told any more when he comes and goes.
    bob.close()
    carol.close()
    alice.expect("presence", peer="carol", online=False)
    alice.do("auth", token=token("alice"))
    alice.do("watch", peers=["bob"])
    alice.expect("presence", peer="bob", online=False)


def test_rate_and_peers_are_both_kept(start):
    daemon = start_asking(start, "--rate-limit", "2")
    alice, bob = v1(daemon, "alice", peers=["bob"]), v1(daemon, "bob")
    for number in range(3):
        alice.do("send", to="carol" if number == 0 else "bob", id=str(number), text="x")
    codes = [alice.receive() for _ in range(3)]
    assert {message.get("code") for message in codes} == {"forbidden", None, "rate_limited"}
    bob.expect("message", id="1")


# Other rules go on as they were


def test_an_id_in_use_is_told_only_to_whom_it_belongs(start):
    daemon = start_asking(start, "--duplicate-ids", "reject")
    v1(daemon, "alice")
    with pytest.raises(InvalidStatus, match="409"):
        plain(daemon, "alice")
    with pytest.raises(InvalidStatus, match="401"):
        daemon.client("alice")
    assert daemon.v1("alice", refused=True).expect_bye(4001)


def test_a_replaced_connection_does_not_end_again(start):
    daemon = start_asking(start, "--duplicate-ids", "replace")
    older = v1(daemon, "alice", exp=ending_in(2))
    newer = v1(daemon, "alice")
    assert older.close_code() == 4005
    bob = v1(daemon, "bob", exp=ending_in(2))
    bob.expect_bye(4203)
    newer.do("ping", ref=1)
    newer.expect("pong", ref=1)


# Replacing keys


def test_sighup_reads_the_keys_again_and_drops_nobody(start, tmp_path):
    old, new = KeyPair("EdDSA"), KeyPair("ES256")
    path = tmp_path / "key.pem"
    daemon = start("--auth", "jwt", "--jwt-public-key", old.write(path))
    alice = daemon.v1("alice", additional_headers=[bearer(old.token("alice"))])
    new.write(path)
    daemon.signal(signal.SIGHUP)
    eventually(lambda: "keys of tokens have been read again" in daemon.stderr(), "a line in the log")
    bob = daemon.v1("bob", additional_headers=[bearer(new.token("bob"))])
    alice.say("bob", "1", "hello")
    bob.expect("message", text="hello")
    with pytest.raises(InvalidStatus, match="401"):
        daemon.client("carol", additional_headers=[bearer(old.token("carol"))])
    alice.do("auth", token=old.token("alice"))
    assert alice.close_code() == 4001


@pytest.mark.parametrize("content", ["", "short", None])
def test_sighup_keeps_the_keys_when_the_new_ones_are_wrong(start, tmp_path, content):
    path = tmp_path / "secret"
    path.write_text(SECRET)
    daemon = start("--auth", "jwt", "--jwt-secret-file", str(path))
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    daemon.signal(signal.SIGHUP)
    eventually(lambda: "keys of tokens stay as they were" in daemon.stderr(), "a line in the log")
    assert str(path) in daemon.stderr()
    plain(daemon, "alice").expect_nothing()
