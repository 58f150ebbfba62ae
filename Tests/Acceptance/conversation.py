"""Conversations with the echo server, byte for byte: what is sent, and the only right answer."""

import time
from contextlib import suppress
from dataclasses import dataclass

import pytest

from raw_websocket import RawWebSocket

# Masks change nothing here, so that a table shows what the payload is.
KEY = b"\0\0\0\0"

# A ping that a connection answers if it is open and stands between two frames, and that answer.
PING, PONG = b"\x89\x85" + KEY + b"there", b"\x8a\x05there"


@dataclass
class Case:
    rule: str  # the clause of RFC 6455, and what is tried
    sent: bytes
    answer: bytes
    ends: bool = False  # the server then ends the TCP connection


def open_after(rule, sent, answer=b""):
    """The answer is this, and the conversation can go on."""
    return Case(rule, sent, answer)


def closed_after(rule, sent, answer):
    """The answer is this, and then the server ends the TCP connection."""
    return Case(rule, sent, answer, ends=True)


def failed(code, reason, before=b""):
    """What the server sends last when it fails a connection, behind the answers it already owes."""
    return before + bytes([0x88, 2 + len(reason)]) + code.to_bytes(2, "big") + reason.encode()


def in_one_piece(data):
    yield data


def in_crumbs(data):
    """One byte at a time, but for what lies deep within a long message."""
    yield from (data[place : place + 1] for place in range(min(len(data), 300)))
    yield from (data[place : place + 997] for place in range(300, len(data), 997))


def run(echo, case, pieces):
    client = RawWebSocket(echo.host, echo.port, "case")
    with suppress(ConnectionError):  # refused before the end: the answer says why
        for piece in pieces(case.sent):
            client.send(piece)
        if not case.ends:
            client.send(PING)
    answer = case.answer if case.ends else case.answer + PONG
    received = client.read_exactly(len(answer))
    assert received == answer
    if case.ends:
        begin = time.monotonic()
        client.expect_end()
        # §7.1.1: the server ends the TCP connection first, and at once.
        assert time.monotonic() - begin < 1
    client.close()


def each(*tables):
    """Runs a test for every case of these tables, its bytes in one piece and in crumbs."""
    cases = [case for table in tables for case in table]
    names = [case.rule for case in cases]
    assert len(set(names)) == len(names), "two cases of one name"

    def decorate(test):
        test = pytest.mark.parametrize("pieces", [in_one_piece, in_crumbs], ids=["whole", "crumbs"])(test)
        return pytest.mark.parametrize("case", cases, ids=names)(test)

    return decorate
