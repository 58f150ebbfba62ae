"""The limits on connections, messages and memory: what is too much is refused, and nobody else notices."""

import socket
import time

from daemon import eventually
from raw_websocket import BINARY, UPGRADE, header

MIB = 1 << 20


def refused(server, status, *words):
    """A new connection is answered without having asked, and closed."""
    connection = server.raw()
    response = connection.read_response()
    assert response.status == status, response
    for word in words:
        assert word in response.text()
    connection.expect_end()


# Connections


def test_one_connection_more_than_the_limit_is_answered_503(start_with):
    server = start_with(max_connections="3")
    alice, bob, idle = server.client("alice"), server.client("bob"), server.raw()
    refused(server, 503, "too many connections")
    refused(server, 503)
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    idle.close()
    eventually(lambda: can_connect(server), "room for another connection")


def can_connect(server):
    connection = server.raw()
    try:
        return connection.get("/healthz").status == 200
    finally:
        connection.close()


def test_a_browser_that_is_refused_gets_its_answer_although_it_has_asked(start):
    server = start("--max-connections", "1")
    server.client("alice")
    connection = server.raw()
    connection.request("/ws/bob", UPGRADE)
    assert connection.read_response().status == 503


def test_one_connection_more_from_an_address_is_answered_429(start_with):
    server = start_with(max_connections_per_address="2", host="0.0.0.0")
    first = server.client("alice")
    server.client("bob")
    refused(server, 429, "your address")
    first.close()
    eventually(lambda: can_connect(server), "room for another connection")


def test_another_address_is_not_touched_by_the_limit_of_one(start):
    server = start("--max-connections-per-address", "1", "--host", "0.0.0.0")
    server.client("alice")
    refused(server, 429)
    with socket.create_connection(("127.0.0.1", server.port), 10, source_address=("127.0.0.2", 0)) as other:
        other.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert other.recv(100).startswith(b"HTTP/1.1 200 ")


def test_behind_a_trusted_proxy_each_client_counts_by_its_own_address(start):
    server = start("--max-connections-per-address", "1", "--trusted-proxy", "127.0.0.1")

    def status(client, address):
        connection = server.raw()
        connection.request(f"/ws/{client}", [*UPGRADE, ("X-Forwarded-For", address)])
        return connection.read_response().status

    assert status("a", "192.0.2.1") == 101
    assert status("b", "192.0.2.2") == 101
    assert status("c", "192.0.2.1") == 429


def test_a_flood_of_refused_connections_leaves_room_for_those_inside(start):
    server = start("--max-connections", "2")
    alice, bob = server.client("alice"), server.client("bob")
    crowd = []
    for _ in range(600):
        crowd.append(server.raw())
    assert server.descriptor_count() < 400
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    for one in crowd:
        one.reset()


# Messages a second


def test_messages_above_the_rate_are_refused_and_those_within_arrive_in_order(start_with):
    server = start_with(rate_limit="20")
    alice, bob = server.client("alice"), server.client("bob")
    for n in range(50):
        alice.send(f"bob:{n}")
    for _ in range(20):
        assert "20 messages a second" in alice.receive()
    numbers = [int(bob.receive().rpartition(" ")[2]) for _ in range(20)]
    assert numbers == sorted(numbers) and numbers[:20] == list(range(20))
    # Whoever keeps to it goes on: in this time six messages have become possible again.
    time.sleep(0.3)
    alice.send("bob:again")
    while (message := bob.receive()) != "Client #alice says: again":
        assert message.startswith("Client #alice says: ")


def test_each_message_above_the_rate_has_an_outcome(start):
    server = start("--rate-limit", "10")
    alice, bob = server.client("alice"), server.client("bob")
    for n in range(100):
        alice.send(f"bob:{n}")
    time.sleep(0.5)
    alice.send("alice:end")
    errors = 0
    while (message := alice.receive()) != "Client #alice says: end":
        assert message.startswith("Error: "), message
        errors += 1
    delivered = 0
    bob.send("bob:end")
    while bob.receive() != "Client #bob says: end":
        delivered += 1
    assert delivered + errors == 100 and delivered >= 10


def test_an_excess_that_goes_on_for_five_seconds_ends_with_4102(start):
    server = start("--rate-limit", "10")
    alice = server.raw_websocket("alice")
    start_time = time.monotonic()
    closed_after = None
    while closed_after is None and time.monotonic() - start_time < 15:
        for _ in range(2):
            alice.send_text("alice:x")
        while closed_after is None and alice.has_more(0.05):
            received = alice.read_frame()
            if received.opcode == 8:
                assert received.close_code() == 4102
                closed_after = time.monotonic() - start_time
    assert closed_after is not None and 5 <= closed_after < 9


# Memory


def test_memory_past_the_limit_closes_those_with_the_longest_queues(start):
    server = start("--max-memory", "8MiB")
    alice, bob = server.client("alice"), server.client("bob")
    before = server.resident_bytes()
    slow = [server.raw_websocket(f"slow{n}", receive_buffer=4096) for n in range(12)]
    for _ in range(8 * 16):
        for one in slow:
            alice.send(f"{one.client_id}:".encode() + bytes(MIB // 16))
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    # What is kept for them takes a quarter more, and nothing else grows.
    assert server.resident_bytes() - before < 30 * MIB
    told = alice.messages_so_far()
    assert sum("left the chat" in text for text in told) >= 4


def test_memory_past_the_limit_closes_those_with_the_longest_partial_messages(start):
    server = start("--max-memory", "8MiB", "--max-message-size", "4MiB")
    alice, bob = server.client("alice"), server.client("bob")
    before = server.resident_bytes()
    small = server.raw_websocket("small")
    small.send(header(BINARY, 4 * MIB) + bytes(1000))
    large = [server.raw_websocket(f"large{n}") for n in range(12)]
    for one in large:
        one.send(header(BINARY, 4 * MIB) + bytes(3 * MIB))
    closed = eventually(lambda: [one for one in large if one.has_more(0)], "a connection that is closed")
    for one in closed:
        assert one.read_until_close() == (1009, [])
    assert server.resident_bytes() - before < 30 * MIB
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    assert not small.has_more(0)


def test_a_declared_length_takes_no_memory(start):
    server = start("--max-memory", "1MiB")
    alice, bob = server.client("alice"), server.client("bob")
    for n in range(100):
        server.raw_websocket(f"c{n}").send(header(BINARY, 16 * MIB) + bytes(10))
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")
    assert alice.messages_so_far() == []


# Time


def test_a_request_that_is_not_whole_within_the_handshake_timeout_is_cut(start_with):
    server = start_with(handshake_timeout="0.3")
    connection = server.raw()
    connection.send(b"GET / HTTP/1.1\r\n")
    before = time.monotonic()
    connection.expect_end()
    assert 0.2 < time.monotonic() - before < 3
