"""RST in the middle of everything: nobody else notices, nothing half is delivered, nothing is left behind."""

import pytest

from daemon import eventually
from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, TEXT, UPGRADE, close_payload, frame, header

SIZE = 8 << 20
TIMES = 10
LEFT = "Client #alice left the chat"


def half_a_request(server):
    connection = server.raw()
    connection.send(b"GET /static/hello.txt HTTP/1.1\r\nHost: lo")
    return connection


def half_a_body(server):
    connection = server.raw()
    connection.request("/", [("Content-Length", "1000")], "POST")
    connection.send(b"half")
    return connection


def half_a_handshake(server):
    connection = server.raw()
    connection.send(connection.request_bytes("/ws/guest", UPGRADE)[:100])
    return connection


def a_handshake_before_its_answer(server):
    connection = server.raw()
    connection.request("/ws/guest", UPGRADE)
    return connection


def a_file_on_its_way(server):
    connection = server.raw(receive_buffer=1 << 14)
    connection.request("/static/big.bin")
    connection.read_head()
    return connection


def pipelined_files_on_their_way(server):
    connection = server.raw(receive_buffer=1 << 14)
    connection.send(connection.request_bytes("/static/big.bin") * 50)
    connection.read_head()
    return connection


@pytest.mark.parametrize(
    "phase",
    [
        half_a_request,
        half_a_body,
        half_a_handshake,
        a_handshake_before_its_answer,
        a_file_on_its_way,
        pipelined_files_on_their_way,
    ],
)
def test_a_reset_before_there_is_a_websocket(server, site, phase):
    with open(site / "big.bin", "wb") as file:
        file.truncate(SIZE)
    alice, bob = server.client("alice"), server.client("bob")
    server.get("/static/hello.txt")
    before = server.descriptor_count()
    for n in range(TIMES):
        phase(server).reset()
        alice.send(f"bob:{n}")
        bob.expect(f"Client #alice says: {n}")
    eventually(lambda: server.descriptor_count() <= before, "all descriptors are closed")
    assert server.get("/static/hello.txt").text() == "Hello, world"


def right_after_the_upgrade(alice):
    pass


def half_a_header(alice):
    alice.send(header(TEXT, 60_000)[:3])


def half_a_frame(alice):
    alice.send(frame(TEXT, b"bob:this never becomes a message")[:-5])


def half_a_large_frame(alice):
    alice.send(header(BINARY, SIZE) + b"x" * 100_000)


def half_a_fragmented_message(alice):
    alice.send_frame(TEXT, b"bob:this never", fin=False)
    alice.send_frame(CONTINUATION, b" becomes a", fin=False)


def half_a_control_frame_in_a_message(alice):
    alice.send_frame(TEXT, b"bob:this never", fin=False)
    alice.send(frame(PING, b"ping")[:-2])


def a_large_reply_on_its_way(alice):
    alice.send_binary(b"alice:" + bytes(SIZE))
    alice.read_more(4096)


def pings_whose_answers_nobody_reads(alice):
    alice.send(frame(PING, b"x" * 125) * 2000)


def the_close_handshake_that_it_began(alice):
    alice.send_close(1000)


def the_close_handshake_that_the_server_began(alice):
    alice.send_frame(3)  # a violation
    assert alice.read_frame().close_code() == 1002


def half_a_close_frame(alice):
    alice.send(frame(CLOSE, close_payload(1000, b"good bye"))[:-4])


@pytest.mark.parametrize(
    "phase",
    [
        right_after_the_upgrade,
        half_a_header,
        half_a_frame,
        half_a_large_frame,
        half_a_fragmented_message,
        half_a_control_frame_in_a_message,
        a_large_reply_on_its_way,
        pings_whose_answers_nobody_reads,
        the_close_handshake_that_it_began,
        the_close_handshake_that_the_server_began,
        half_a_close_frame,
    ],
)
def test_a_reset_of_a_websocket_is_told_once_and_nothing_half_arrives(server, phase):
    bob = server.client("bob")
    bob.send("bob:warm")
    bob.receive()
    before = server.descriptor_count()
    for n in range(TIMES):
        alice = server.raw_websocket("alice", receive_buffer=1 << 16)
        alice.send_text(f"bob:{n}")
        bob.expect(f"Client #alice says: {n}")
        phase(alice)
        alice.reset()
        bob.expect(LEFT)
    bob.expect_nothing()
    eventually(lambda: server.descriptor_count() <= before, "all descriptors are closed")


def test_a_message_whose_reader_resets_in_the_middle_of_it_is_delivered_whole_later(server):
    bob = server.client("bob")
    for n in range(5):
        alice = server.raw_websocket("alice", receive_buffer=1 << 14)
        large = b"%d" % n + bytes(SIZE)
        bob.send(b"alice:" + large)
        alice.read_more(4096)
        alice.reset()
        assert bob.receive() == LEFT
        again = server.client("alice")
        again.expect(b"bob:" + large)
        again.close()
        assert bob.receive() == LEFT
