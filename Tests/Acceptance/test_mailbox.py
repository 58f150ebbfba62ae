"""Messages for somebody who is not there: kept, in order, within limits, delivered once."""

from raw_websocket import BINARY, TEXT, frame

MEBIBYTE = 1 << 20


def numbered(count):
    return [f"Client #alice says: {n}" for n in range(count)]


# Delivery


def test_kept_messages_are_delivered_oldest_first(server):
    alice = server.client("alice")
    for n in range(1000):
        alice.send(f"bob:{n}")
    alice.messages_so_far()
    server.client("bob").expect(*numbered(1000))


def test_kept_messages_of_all_senders_come_in_the_order_accepted(server):
    alice, carol = server.client("alice"), server.client("carol")
    for n in range(10):
        for sender in (alice, carol):
            sender.send(f"bob:{n}")
            sender.messages_so_far()
    bob = server.client("bob")
    for n in range(10):
        bob.expect(f"Client #alice says: {n}", f"Client #carol says: {n}")


def test_text_and_binary_are_kept_unchanged(server):
    alice = server.client("alice")
    alice.send("bob:a:b 😀")
    alice.send(b"bob:" + bytes(range(256)))
    alice.send("bob:")
    alice.send(b"bob:")
    alice.messages_so_far()
    bob = server.client("bob")
    bob.expect("Client #alice says: a:b 😀", b"alice:" + bytes(range(256)), "Client #alice says: ", b"alice:")


def test_kept_messages_outlive_their_sender(server):
    alice = server.client("alice")
    alice.send("bob:farewell")
    alice.messages_so_far()
    alice.close()
    server.client("bob").expect("Client #alice says: farewell")


def test_a_message_that_was_delivered_is_not_delivered_again(server):
    alice = server.client("alice")
    alice.send("bob:once")
    alice.messages_so_far()
    first = server.client("bob")
    first.expect("Client #alice says: once")
    first.close()
    server.client("bob").expect_nothing()


def test_live_messages_come_after_the_kept_ones(server):
    alice = server.client("alice")
    size = 100_000
    for n in range(200):  # 20 MB: bob's connection cannot take them all at once
        alice.send(b"bob:%04d" % n + bytes(size))
    alice.messages_so_far()
    bob = server.raw_websocket("bob", receive_buffer=1 << 16)
    alice.send("bob:live")
    alice.send(b"bob:live")
    alice.expect_nothing()
    for n in range(200):
        bob.expect_message(b"alice:%04d" % n + bytes(size))
    bob.expect_message("Client #alice says: live")
    bob.expect_message(b"alice:live")


def test_kept_messages_never_make_a_slow_reader(start):
    server = start("--max-queue", "64KiB")
    alice = server.client("alice")
    for n in range(300):  # 30 MB, 460 times the queue
        alice.send(b"bob:%04d" % n + bytes(100_000))
    alice.messages_so_far()
    bob = server.raw_websocket("bob", receive_buffer=1 << 16)
    for _ in range(50):  # rounds of the loop in which bob reads nothing
        alice.expect_nothing()
    for n in range(300):
        bob.expect_message(b"alice:%04d" % n + bytes(100_000))
    alice.expect_nothing()


def test_kept_messages_leave_with_their_reader_and_come_again(server):
    """What the kernel had not taken when bob's connection broke is delivered to his next one, without a gap."""
    alice = server.client("alice")
    for n in range(40):
        alice.send(b"bob:%04d" % n + bytes(MEBIBYTE))
    alice.messages_so_far()
    first = server.raw_websocket("bob", receive_buffer=1 << 16)
    first.expect_message(b"alice:%04d" % 0 + bytes(MEBIBYTE))
    first.reset()
    alice.expect("Client #bob left the chat")
    alice.send("bob:the end")
    alice.receive()
    second, numbers = server.client("bob"), []
    while isinstance(message := second.receive(), bytes):
        assert message[10:] == bytes(MEBIBYTE)
        numbers.append(int(message[6:10]))
    assert message == "Client #alice says: the end"
    assert numbers == list(range(numbers[0], 40))
    assert 1 <= numbers[0] <= 20, "the kernel takes a few MB at most"


def test_an_impossible_target_has_no_mailbox(server):
    alice = server.client("alice")
    alice.send("a b:x")
    alice.expect_error()


# Limits


def test_one_message_more_than_the_mailbox_holds_is_refused(start):
    server = start("--max-mailbox", "3")
    alice = server.client("alice")
    for n in range(5):
        alice.send(f"bob:{n}")
    assert "is offline" in alice.receive()
    alice.expect_error()
    alice.expect_error()
    alice.expect_nothing()
    bob = server.client("bob")
    bob.expect(*numbered(3))
    bob.expect_nothing()


def test_the_limit_counts_all_senders_of_one_client_and_each_client_alone(start):
    server = start("--max-mailbox", "2")
    alice, carol = server.client("alice"), server.client("carol")
    alice.send("bob:1")
    alice.messages_so_far()
    carol.send(b"bob:2")
    carol.messages_so_far()
    alice.send("bob:3")
    alice.expect_error()
    alice.send("dave:1")
    [notice] = alice.messages_so_far()
    assert notice.startswith("Client #dave is offline")


def test_a_mailbox_that_was_emptied_has_room_again(start):
    server = start("--max-mailbox", "2")
    alice = server.client("alice")
    for _ in range(3):
        alice.send("bob:0")
        alice.send("bob:1")
        [notice] = alice.messages_so_far()
        assert "is offline" in notice
        bob = server.client("bob")
        bob.expect(*numbered(2))
        bob.close()
        alice.expect("Client #bob left the chat")


def test_a_full_mailbox_leaves_the_connection_and_others_alone(start):
    server = start("--max-mailbox", "1")
    alice, carol = server.client("alice"), server.client("carol")
    for _ in range(100):
        alice.send("bob:x")
    assert "is offline" in alice.receive()
    for _ in range(99):
        alice.expect_error()
    alice.send("carol:hello")
    carol.expect("Client #alice says: hello")


def test_the_default_is_10_000_messages(server):
    alice = server.raw_websocket("alice")
    alice.send(b"".join(frame(TEXT, b"bob:%d" % n) for n in range(10_001)))
    assert "is offline" in alice.read_message()
    assert alice.read_message().startswith("Error: ")
    alice.expect_echo()
    bob = server.raw_websocket("bob")
    for n in range(10_000):
        bob.expect_message(f"Client #alice says: {n}")
    bob.expect_echo()


def test_a_mailbox_holds_64_mib_and_no_more(server):
    alice = server.raw_websocket("alice")
    for n in range(5):  # four fit, the fifth does not
        alice.send(frame(BINARY, b"bob:" + bytes(15 * MEBIBYTE), key=bytes(4)))
    assert "is offline" in alice.read_message()
    assert alice.read_message().startswith("Error: ")
    alice.expect_echo()
    bob = server.raw_websocket("bob")
    for _ in range(4):
        bob.expect_message(b"alice:" + bytes(15 * MEBIBYTE))
    bob.expect_echo()
