"""What a message may hold: text that is UTF-8 (RFC 6455 §8.1), and no more bytes than the limit."""

import pytest

from raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, frame, header

MEBIBYTE = 1 << 20


@pytest.fixture
def alice(server):
    return server.raw_websocket("alice")


# UTF-8

BROKEN = [
    b"\xff",
    b"\xfe",
    b"\x80",
    b"\xbf",
    b"\xc0",
    b"\xc1",
    b"\xf5",
    b"\xf8",
    b"\xc3\x28",
    b"\xe0\x80",
    b"\xe0\x9f",
    b"\xed\xa0",
    b"\xed\xbf",
    b"\xe2\x28",
    b"\xe2\x82\x28",
    b"\xf0\x80",
    b"\xf0\x8f",
    b"\xf4\x90",
    b"\xf0\x9f\x98\x28",
    b"\xc3\xff",
]


@pytest.mark.parametrize("bad", BROKEN, ids=bytes.hex)
def test_text_that_cannot_become_utf_8_is_1007_before_the_frame_is_whole(alice, bad):
    whole = frame(TEXT, b"alice:ok " + bad + bytes(1000))
    alice.send(whole[: 4 + 4 + len(b"alice:ok " + bad)])  # header, key, and not a byte more
    alice.expect_close(1007)


@pytest.mark.parametrize("bad", BROKEN, ids=bytes.hex)
def test_text_that_cannot_become_utf_8_is_1007_before_the_last_fragment(alice, bad):
    fragments = [frame(CONTINUATION, bytes([byte]), fin=False) for byte in bad]
    alice.send(frame(TEXT, b"alice:ok", fin=False) + b"".join(fragments))
    alice.expect_close(1007)


@pytest.mark.parametrize("part", [b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed", b"\xf4"], ids=bytes.hex)
def test_a_text_that_ends_within_a_character_is_1007(alice, part):
    alice.send_frame(TEXT, b"alice:" + part)
    alice.expect_close(1007)


def test_a_character_may_be_split_over_fragments(alice):
    for byte in "alice:".encode() + "😀é€".encode():
        alice.send_frame(TEXT if byte == ord("a") else CONTINUATION, bytes([byte]), fin=False)
        alice.send_frame(PING)
        alice.expect_frame(PONG)
    alice.send_frame(CONTINUATION)
    alice.expect_message("Client #alice says: 😀é€")


@pytest.mark.parametrize("text", ["\x00", "\u07ff\u0800", "\ud7ff\ue000", "\uffff", "\U00010000\U0010ffff", "\ufeffx"])
def test_every_character_of_unicode_passes(alice, text):
    alice.send_text(f"alice:{text}")
    alice.expect_message(f"Client #alice says: {text}")


# Size


def test_a_declared_length_over_the_limit_is_1009_from_the_header_alone(start):
    alice = start("--max-message-size", "1MiB").raw_websocket("alice")
    alice.send(header(BINARY, MEBIBYTE + 1))
    alice.expect_close(1009)


def test_fragments_that_add_up_to_more_than_the_limit_are_1009_from_the_header_alone(start):
    alice = start("--max-message-size", "1MiB").raw_websocket("alice")
    alice.send_frame(BINARY, b"alice:" + bytes(MEBIBYTE - 6), fin=False)
    alice.send(header(CONTINUATION, 1, fin=False))
    alice.expect_close(1009)


def test_a_message_of_just_the_limit_passes_whole_and_in_fragments(start):
    alice = start("--max-message-size", "1MiB").raw_websocket("alice")
    message = b"alice:" + bytes(MEBIBYTE - 6)
    alice.send_binary(message)
    alice.expect_message(message)
    alice.send_frame(BINARY, message[:-1], fin=False)
    alice.send_frame(CONTINUATION, message[-1:])
    alice.expect_message(message)


def test_the_default_limit_is_16_mib(server, alice):
    message = b"alice:" + bytes(16 * MEBIBYTE - 6)
    alice.send_binary(message)
    alice.expect_message(message)
    alice.send(header(BINARY, 16 * MEBIBYTE + 1))
    alice.expect_close(1009)


def test_a_declared_length_takes_no_memory_before_it_arrives(server):
    server.raw_websocket("warm").expect_echo()
    before = server.resident_bytes()
    for n in range(20):  # 320 MB, if it were taken at its word
        server.raw_websocket(f"promise{n}").send(header(BINARY, 16 * MEBIBYTE) + b"alice:")
    server.raw_websocket("last").expect_echo()
    assert server.resident_bytes() - before < 16 * MEBIBYTE
