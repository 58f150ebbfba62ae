"""The same client id twice: share, replace or reject."""

import pytest

from raw_websocket import UPGRADE


@pytest.fixture
def bob(server):
    return server.client("bob")


# share, the default


def test_all_connections_of_an_id_get_every_message(server, bob):
    phone, laptop = server.client("alice"), server.client("alice")
    bob.send("alice:hello")
    bob.send(b"alice:data")
    for device in (phone, laptop):
        device.expect("Client #bob says: hello", b"bob:data")


def test_every_connection_of_an_id_may_send(server, bob):
    phone, laptop = server.client("alice"), server.client("alice")
    phone.send("bob:from the phone")
    bob.expect("Client #alice says: from the phone")
    laptop.send("bob:from the laptop")
    bob.expect("Client #alice says: from the laptop")


def test_a_message_to_oneself_goes_to_all_of_ones_connections(server):
    phone, laptop = server.client("alice"), server.client("alice")
    phone.send("alice:note")
    phone.expect("Client #alice says: note")
    laptop.expect("Client #alice says: note")


def test_the_peers_are_told_when_the_last_connection_ends_and_not_before(server, bob):
    devices = [server.client("alice") for _ in range(3)]
    devices[0].send("bob:hello")
    bob.expect("Client #alice says: hello")
    devices[0].close()
    devices[1].close()
    bob.expect_nothing()
    bob.send("alice:still there?")
    devices[2].expect("Client #bob says: still there?")
    devices[2].close()
    bob.expect("Client #alice left the chat")
    bob.expect_nothing()


def test_a_connection_that_ends_takes_no_other_of_its_id_along(server, bob):
    phone, laptop = server.raw_websocket("alice"), server.client("alice")
    phone.reset()
    bob.send("alice:hello")
    laptop.expect("Client #bob says: hello")


def test_connections_of_one_id_are_no_peers_of_each_other(server):
    phone, laptop = server.client("alice"), server.client("alice")
    phone.send("alice:note")
    phone.expect("Client #alice says: note")
    laptop.expect("Client #alice says: note")
    phone.close()
    laptop.expect_nothing()


def test_kept_messages_go_to_the_connection_that_comes_first(server, bob):
    bob.send("alice:kept")
    bob.receive()
    phone = server.client("alice")
    phone.expect("Client #bob says: kept")
    bob.send("alice:live")
    phone.expect("Client #bob says: live")


# replace


def test_replace_closes_the_older_connection_with_4005(start):
    server = start("--duplicate-ids", "replace")
    bob, older = server.client("bob"), server.raw_websocket("alice")
    newer = server.client("alice")
    older.expect_close(4005)
    bob.send("alice:hello")
    newer.expect("Client #bob says: hello")


def test_a_replaced_connection_is_no_leave(start):
    server = start("--duplicate-ids", "replace")
    bob, older = server.client("bob"), server.raw_websocket("alice")
    older.send_text("bob:hello")
    bob.expect("Client #alice says: hello")
    newer = server.client("alice")
    older.expect_close(4005)
    bob.expect_nothing()
    newer.send("bob:it is me again")
    bob.expect("Client #alice says: it is me again")
    newer.close()
    bob.expect("Client #alice left the chat")
    bob.expect_nothing()


def test_a_replaced_connection_that_never_answers_is_no_leave_either(start):
    server = start("--duplicate-ids", "replace")
    bob, older = server.client("bob"), server.raw_websocket("alice")
    older.send_text("bob:hello")
    bob.expect("Client #alice says: hello")
    newer = server.client("alice")
    older.reset()
    newer.send("bob:still here")
    bob.expect("Client #alice says: still here")


def test_a_replaced_connection_can_send_no_more(start):
    server = start("--duplicate-ids", "replace")
    bob, older = server.client("bob"), server.raw_websocket("alice")
    newer = server.client("alice")
    older.send_text("bob:too late")
    older.send_close(4005)
    older.read_to_end()
    newer.send("bob:in time")
    bob.expect("Client #alice says: in time")


def test_replacing_many_times_leaves_the_last(start):
    server = start("--duplicate-ids", "replace")
    bob = server.client("bob")
    devices = [server.client("alice") for _ in range(20)]
    bob.send("alice:who is there?")
    devices[-1].expect("Client #bob says: who is there?")
    assert [device.close_code() for device in devices[:-1]] == [4005] * 19


# reject


def test_reject_refuses_the_newer_connection_with_409(start):
    server = start("--duplicate-ids", "reject")
    alice = server.client("alice")
    response = server.get("/ws/alice", UPGRADE)
    assert response.status == 409
    assert response.headers["x-content-type-options"] == "nosniff"
    assert len(response.text().split()) >= 3
    alice.send("alice:still here")
    alice.expect("Client #alice says: still here")


def test_after_a_rejected_connection_there_is_no_leave(start):
    server = start("--duplicate-ids", "reject")
    alice, bob = server.client("alice"), server.client("bob")
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    assert server.get("/ws/alice", UPGRADE).status == 409
    bob.expect_nothing()
    alice.close()
    bob.expect("Client #alice left the chat")


def test_a_rejected_id_is_free_once_its_connection_has_ended(start):
    server = start("--duplicate-ids", "reject")
    for _ in range(5):
        alice = server.client("alice")
        assert server.get("/ws/alice", UPGRADE).status == 409
        alice.close()
