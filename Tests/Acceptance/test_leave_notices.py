"""Who is told that somebody left the chat, when, and how often."""

import time

import pytest

LEFT = "Client #alice left the chat"


@pytest.fixture
def bob(server):
    return server.client("bob")


def close_frame(client):
    client.send_close(1000)
    client.read_until_close()


def fin(client):
    client.finish_sending()


def whole_close(client):
    client.close()


def rst(client):
    client.reset()


WAYS = [close_frame, fin, whole_close, rst]


def introduce(first, second):
    """Makes two clients peers: a message from the first to the second."""
    first.send(f"{second.client_id}:hello")
    second.expect(f"Client #{first.client_id} says: hello")


@pytest.mark.parametrize("leave", WAYS)
def test_a_peer_is_told_exactly_once_however_a_client_leaves(server, bob, leave):
    alice = server.raw_websocket("alice")
    bob.send("alice:hello")
    alice.expect_message("Client #bob says: hello")
    left = time.monotonic()
    leave(alice)
    bob.expect(LEFT)
    assert time.monotonic() - left < 1, "at once, not by heartbeat"
    alice.close()
    bob.send("alice:are you there?")
    bob.expect("Client #alice is offline; the message is kept and will be delivered when they connect")
    bob.expect_nothing()


@pytest.mark.parametrize("leave", [close_frame, fin, whole_close])  # a reset may overtake what was sent before it
def test_the_last_message_before_leaving_arrives_before_the_notice(server, bob, leave):
    for n in range(20):
        alice = server.raw_websocket("alice")
        alice.send_text(f"bob:last words {n}")
        leave(alice)
        bob.expect(f"Client #alice says: last words {n}", LEFT)


def test_both_ends_of_a_conversation_are_told(server, bob):
    writer, reader = server.client("writer"), server.client("reader")
    introduce(writer, bob)
    introduce(bob, reader)
    writer.close()
    bob.expect("Client #writer left the chat")
    reader.close()
    bob.expect("Client #reader left the chat")
    bob.expect_nothing()


def test_only_peers_are_told(server, bob):
    alice, stranger, friend_of_bob = server.client("alice"), server.client("stranger"), server.client("friend")
    introduce(alice, bob)
    introduce(friend_of_bob, bob)
    alice.close()
    bob.expect(LEFT)
    stranger.expect_nothing()
    friend_of_bob.expect_nothing()


def test_all_peers_are_told(server):
    alice = server.client("alice")
    friends = [server.client(f"friend{n}") for n in range(50)]
    for friend in friends:
        introduce(alice, friend)
    alice.close()
    for friend in friends:
        friend.expect(LEFT)
        friend.expect_nothing()


def test_the_oldest_of_more_than_1_000_peers_is_forgotten(server):
    alice = server.raw_websocket("alice")
    friends = [server.raw_websocket(f"friend{n}") for n in range(1001)]
    for friend in friends:
        alice.send_text(f"{friend.client_id}:hello")
        friend.expect_message("Client #alice says: hello")
    alice.reset()
    for friend in friends[1:]:
        friend.expect_message(LEFT)
    friends[0].expect_echo()


def test_every_connection_of_a_peer_hears_of_it_once(server):
    alice, phone, laptop = server.client("alice"), server.client("bob"), server.client("bob")
    introduce(alice, phone)
    laptop.expect("Client #alice says: hello")
    alice.close()
    phone.expect(LEFT)
    assert laptop.messages_so_far() == [LEFT]


def test_a_binary_message_makes_peers_too(server, bob):
    alice = server.client("alice")
    alice.send(b"bob:data")
    bob.expect(b"alice:data")
    alice.close()
    bob.expect(LEFT)


def test_a_mistake_makes_no_peers(server, bob):
    alice, witness = server.client("alice"), server.client("witness")
    introduce(alice, witness)
    alice.send("bob")
    assert alice.receive().startswith("Error: ")
    alice.close()
    witness.expect(LEFT)
    bob.expect_nothing()


def test_peers_stay_peers_when_one_of_them_comes_back(server, bob):
    alice = server.client("alice")
    introduce(alice, bob)
    bob.close()
    alice.expect("Client #bob left the chat")
    again = server.client("bob")
    alice.close()
    again.expect(LEFT)


def test_one_who_comes_and_goes_is_told_of_each_time(server, bob):
    alice = server.client("alice")
    introduce(alice, bob)
    for _ in range(5):
        alice.close()
        bob.expect(LEFT)
        alice = server.client("alice")
    bob.expect_nothing()


def test_a_peer_that_was_offline_itself_is_not_told_on_its_return(server, bob):
    alice = server.client("alice")
    introduce(alice, bob)
    bob.close()
    alice.expect("Client #bob left the chat")
    alice.close()
    again = server.client("bob")
    again.expect_nothing()


def test_an_addressee_that_was_absent_is_told_when_the_sender_leaves_later(server):
    alice = server.client("alice")
    alice.send("bob:for later")
    alice.receive()
    bob = server.client("bob")
    bob.expect("Client #alice says: for later")
    alice.close()
    bob.expect(LEFT)


def test_the_sender_is_told_when_an_addressee_that_was_absent_leaves_later(server):
    alice = server.client("alice")
    alice.send("bob:for later")
    alice.receive()
    bob = server.client("bob")
    bob.expect("Client #alice says: for later")
    bob.close()
    alice.expect("Client #bob left the chat")
    alice.expect_nothing()


def test_an_addressee_that_was_absent_the_whole_time_gets_the_message_and_no_notice(server):
    alice = server.client("alice")
    alice.send("bob:for later")
    alice.receive()
    alice.close()
    bob = server.client("bob")
    bob.expect("Client #alice says: for later")
    bob.expect_nothing()


def test_peers_that_leave_together_disturb_nobody(server, bob):
    clients = [server.raw_websocket(f"client{n}") for n in range(50)]
    for client in clients:
        for n in range(50):
            client.send_text(f"client{n}:hello")
        client.send_text("bob:hello")
    for n in range(50):
        assert bob.receive().endswith("says: hello")
    for client in clients:
        client.reset()
    assert {bob.receive() for _ in range(50)} == {f"Client #client{n} left the chat" for n in range(50)}
    bob.expect_nothing()


def test_a_hundred_comings_and_goings_leave_no_descriptor_and_no_noise(server, bob):
    before = server.descriptor_count()
    for n in range(100):
        server.client(f"visitor{n}").close()
    bob.expect_nothing()
    assert server.descriptor_count() <= before + 1
