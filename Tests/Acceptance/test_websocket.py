"""RFC 6455 after the handshake, through the plain protocol; clause by clause it is tested in test_rfc6455_*.py."""

import pytest

from raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Frame,
    close_payload,
    frame,
    length_bytes,
)


@pytest.fixture
def alice(server):
    return server.raw_websocket("alice")


# Frames


def test_a_text_message_goes_out_in_one_unmasked_frame(alice):
    alice.send(b"\x81\x88\x00\x00\x00\x00alice:hi")
    assert alice.read_exactly(24) == b"\x81\x16Client #alice says: hi"


def test_a_masked_message_is_unmasked(alice):
    alice.send(frame(BINARY, b"alice:" + bytes(range(256)), key=b"\xde\xad\xbe\xef"))
    assert alice.read_exactly(266) == b"\x82\x7e\x01\x06alice:" + bytes(range(256))


@pytest.mark.parametrize("length", [0, 1, 119, 120, 121, 65529, 65530, 65531, 200_000])
def test_every_form_of_a_length_is_read_and_written(alice, length):
    # 6 bytes of "alice:" come on top: 125 and 126, 65535 and 65536 are where the form changes.
    message = b"alice:" + bytes(length)
    alice.send_binary(message)
    received = b"\x82" + length_bytes(len(message), mask_bit=0) + message
    assert alice.read_exactly(len(received)) == received


@pytest.mark.parametrize("offset", range(9))
def test_unmasking_is_right_wherever_the_payload_lies(alice, offset):
    alice.send(frame(PONG, bytes(offset)) + frame(BINARY, b"alice:" + bytes(range(33)), key=b"\x01\x23\x45\x67"))
    alice.expect_message(b"alice:" + bytes(range(33)))


def test_everything_may_arrive_byte_by_byte(alice):
    alice.send_byte_by_byte(
        frame(TEXT, "alice:grüße ".encode(), fin=False)
        + frame(PING, b"between")
        + frame(CONTINUATION, "😀".encode())
        + frame(BINARY, b"alice:" + bytes(200))
        + frame(CLOSE, close_payload(1000))
    )
    alice.expect_frame(PONG, b"between")
    alice.expect_message("Client #alice says: grüße 😀")
    alice.expect_message(b"alice:" + bytes(200))
    alice.expect_frame(CLOSE, close_payload(1000))
    alice.expect_end()


def test_a_frame_may_be_cut_in_two_anywhere(alice):
    whole = frame(TEXT, "alice:grüße ".encode() + b"x" * 130)
    for cut in range(1, len(whole)):
        alice.send(whole[:cut])
        alice.send(whole[cut:])
    for _ in range(1, len(whole)):
        alice.expect_message("Client #alice says: grüße " + "x" * 130)


def test_a_thousand_frames_in_one_write_are_all_read(alice):
    alice.send(b"".join(frame(TEXT, b"alice:%d" % n) for n in range(1000)))
    for n in range(1000):
        alice.expect_message(f"Client #alice says: {n}")


# Fragments


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_fragments_make_one_message(alice, opcode):
    for part, fin, code in [
        (b"ali", False, opcode),
        (b"", False, 0),
        (b"ce:", False, 0),
        (b"in parts", False, 0),
        (b"", True, 0),
    ]:
        alice.send_frame(code, part, fin=fin)
    alice.expect_message("Client #alice says: in parts" if opcode == TEXT else b"alice:in parts")


def test_control_frames_between_fragments_are_answered_at_once(alice):
    alice.send_frame(TEXT, b"alice:one, ", fin=False)
    alice.send_frame(PING, b"1")
    alice.expect_frame(PONG, b"1")
    alice.send_frame(PONG, b"of my own")
    alice.send_frame(CONTINUATION, b"two, ", fin=False)
    alice.send_frame(PING, b"2")
    alice.expect_frame(PONG, b"2")
    alice.send_frame(CONTINUATION, b"three")
    alice.expect_message("Client #alice says: one, two, three")


def test_a_close_between_fragments_ends_the_connection(alice):
    alice.send_frame(TEXT, b"alice:never finished", fin=False)
    alice.send_close(1000)
    alice.expect_frame(CLOSE, close_payload(1000))
    alice.expect_end()


# Control frames


@pytest.mark.parametrize("size", [0, 1, 4, 124, 125])
def test_a_ping_is_answered_with_its_payload(alice, size):
    payload = bytes(n % 256 for n in range(200, 200 + size))
    alice.send_frame(PING, payload)
    alice.expect_frame(PONG, payload)


def test_pings_in_one_write_are_answered_at_least_by_the_last(alice):
    # §5.5.3: an endpoint that has not answered yet may answer only the latest ping.
    alice.send(b"".join(frame(PING, b"%d" % n) for n in range(10)))
    pongs = [alice.read_frame()]
    while pongs[-1] != Frame(PONG, b"9"):
        pongs.append(alice.read_frame())
    assert [int(pong.payload) for pong in pongs] == sorted(int(pong.payload) for pong in pongs)
    alice.expect_echo()


def test_a_pong_nobody_asked_for_is_not_answered(alice):
    alice.send_frame(PONG, b"unasked")
    alice.expect_echo()


def test_nothing_after_a_violation_is_delivered(server, alice):
    bob = server.client("bob")
    alice.send(frame(TEXT, b"bob:before") + frame(3) + frame(TEXT, b"bob:after"))
    bob.expect("Client #alice says: before", "Client #alice left the chat")
    bob.expect_nothing()
