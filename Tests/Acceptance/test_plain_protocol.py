"""The plain protocol: what the simplest page speaks."""

import asyncio

import aiohttp
import pytest

from raw_websocket import BINARY, TEXT, frame

OFFLINE = "Client #{} is offline; the message is kept and will be delivered when they connect"


@pytest.fixture
def alice(server):
    return server.client("alice")


@pytest.fixture
def bob(server):
    return server.client("bob")


# To somebody who is there


def test_a_text_goes_to_its_target_with_the_senders_name(alice, bob):
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    bob.send("alice:hello yourself")
    alice.expect("Client #bob says: hello yourself")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a:b",
        ":",
        "::",
        "http://a.example:80/",
        "carol:hi",
        "grüße 😀 \u200b",
        "two\nlines",
        "\0",
        "<b>&amp;</b>",
        "x" * 100_000,
    ],
)
def test_a_text_arrives_unchanged(alice, bob, text):
    alice.send(f"bob:{text}")
    bob.expect(f"Client #alice says: {text}")


@pytest.mark.parametrize("data", [b"", b":", bytes(range(256)), b"\xff\xfe", b"a:b", bytes(100_000)])
def test_binary_data_arrives_unchanged_with_the_senders_name(alice, bob, data):
    alice.send(b"bob:" + data)
    bob.expect(b"alice:" + data)


@pytest.mark.parametrize("name", ["zoë", "名前", "😀", "1001", "#", "<b>", "a" * 64, "é" * 32])
def test_a_target_may_have_any_possible_name(server, alice, name):
    somebody = server.client(name)
    alice.send(f"{name}:text")
    somebody.expect("Client #alice says: text")
    alice.send(name.encode() + b":data")
    somebody.expect(b"alice:data")
    somebody.send("alice:text")
    alice.expect(f"Client #{name} says: text")
    somebody.send(b"alice:data")
    alice.expect(name.encode() + b":data")


def test_a_target_is_not_percent_decoded_and_its_case_counts(server, alice):
    bob, encoded, upper = server.client("bob"), server.client("%62ob"), server.client("BOB")
    alice.send("%62ob:for the encoded one")
    alice.send("BOB:for the upper one")
    alice.send("bob:for bob")
    encoded.expect("Client #alice says: for the encoded one")
    upper.expect("Client #alice says: for the upper one")
    bob.expect("Client #alice says: for bob")


def test_a_message_to_oneself_comes_back(alice):
    alice.send("alice:note")
    alice.send(b"alice:data")
    alice.expect("Client #alice says: note", b"alice:data")


def test_nobody_else_gets_a_message(server, alice, bob):
    carol, dave = server.client("carol"), server.client("dave")
    alice.send("bob:for bob")
    alice.send(b"bob:for bob")
    bob.expect("Client #alice says: for bob", b"alice:for bob")
    for client in (alice, bob, carol, dave):
        client.expect_nothing()


def test_10_000_messages_arrive_whole_and_in_order(server):
    alice, bob = server.raw_websocket("alice"), server.raw_websocket("bob")
    alice.send(b"".join(frame(TEXT, b"bob:message %d" % n) for n in range(10_000)))
    for n in range(10_000):
        bob.expect_message(f"Client #alice says: message {n}")


def test_text_and_binary_of_all_sizes_keep_their_order(server):
    alice, bob = server.raw_websocket("alice"), server.raw_websocket("bob")
    sizes = [0, 100_000, 1, 65535, 10, 2_000_000, 5, 300]
    for n, size in enumerate(sizes):
        alice.send_frame(BINARY if n % 2 else TEXT, b"bob:%d " % n + b"x" * size)
    for n, size in enumerate(sizes):
        body = f"{n} " + "x" * size
        bob.expect_message(f"alice:{body}".encode() if n % 2 else f"Client #alice says: {body}")


def test_messages_of_many_senders_keep_each_ones_order(server, bob):
    senders = [server.client(f"sender{n}") for n in range(10)]
    for n in range(50):
        for sender in senders:
            sender.send(f"bob:{n}")
    received = [bob.receive() for _ in range(500)]
    for sender in senders:
        of_this_one = [message for message in received if message.startswith(f"Client #{sender.client_id} ")]
        assert of_this_one == [f"Client #{sender.client_id} says: {n}" for n in range(50)]


# To somebody who is not there


def test_the_sender_is_told_once_that_a_client_is_offline(alice):
    alice.send("nobody:one")
    alice.send("nobody:two")
    alice.send(b"nobody:three")
    alice.expect(OFFLINE.format("nobody"))
    alice.expect_nothing()


def test_each_sender_is_told_of_each_target(alice, bob):
    alice.send("nobody:1")
    alice.send("noone:1")
    alice.send("nobody:2")
    bob.send("nobody:1")
    alice.expect(OFFLINE.format("nobody"), OFFLINE.format("noone"))
    alice.expect_nothing()
    bob.expect(OFFLINE.format("nobody"))
    bob.expect_nothing()


def test_the_sender_is_told_again_once_the_target_has_been_online(server, alice):
    alice.send("bob:1")
    alice.expect(OFFLINE.format("bob"))
    bob = server.client("bob")
    bob.expect("Client #alice says: 1")
    bob.close()
    alice.expect("Client #bob left the chat")
    alice.send("bob:2")
    alice.send("bob:3")
    alice.expect(OFFLINE.format("bob"))
    alice.expect_nothing()


# Mistakes


@pytest.mark.parametrize(
    "message",
    [
        "no colon",
        "",
        b"no colon",
        b"",
        ":no target",
        b":no target",
        "a" * 65 + ":too long",
        "é" * 33 + ":too long",
        "two words:x",
        "tab\t:x",
        "line\n:x",
        "a/b:x",
        "\u3000:x",
        "\x7f:x",
        "\u0085:x",
        b"\xff\xfe:not UTF-8",
        b"\0:x",
        "a" * 1000 + ":far too long",
    ],
)
def test_a_mistake_is_told_in_a_sentence_and_the_connection_stays(alice, message):
    alice.send(message)
    [error] = alice.messages_so_far()
    assert error.startswith("Error: ") and len(error.split()) >= 4
    assert len(error) < 1000


def test_a_mistake_hurts_no_message_around_it(alice, bob):
    for message in ("bob:one", "mistake", "bob:two", b"mistake", "bob:three"):
        alice.send(message)
    bob.expect(*(f"Client #alice says: {word}" for word in ("one", "two", "three")))
    assert [message[:7] for message in alice.messages_so_far()] == ["Error: ", "Error: "]


# Another library


def test_aiohttp_and_websockets_understand_each_other(server):
    bob = server.client("bob", subprotocols=["sotto.plain"])
    assert bob.connection.subprotocol == "sotto.plain"

    async def talk():
        address = f"ws://127.0.0.1:{server.port}/ws/alice"
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(address, protocols=["sotto.plain"], max_msg_size=0) as alice:
                assert alice.protocol == "sotto.plain"
                await alice.send_str("bob:text")
                await alice.send_bytes(b"bob:" + bytes(1 << 20))
                assert await asyncio.to_thread(bob.receive) == "Client #alice says: text"
                assert await asyncio.to_thread(bob.receive) == b"alice:" + bytes(1 << 20)
                bob.send("alice:answer")
                assert await alice.receive_str(timeout=10) == "Client #bob says: answer"

    asyncio.run(talk())
    bob.expect("Client #alice left the chat")
