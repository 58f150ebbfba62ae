"""RFC 6455 §5.4 and §5.5, clause by clause: fragments, and the control frames between them."""

from conversation import KEY, closed_after, each, failed, open_after, run

NOTHING, EXPECTED = failed(1002, "nothing to continue"), failed(1002, "continuation expected")

FRAGMENTS = [
    open_after("5.4 two", b"\x01\x83" + KEY + b"Hel\x80\x82" + KEY + b"lo", b"\x81\x05Hello"),
    open_after(
        "5.4 three, of binary",
        b"\x02\x81" + KEY + b"a\x00\x81" + KEY + b"b\x80\x81" + KEY + b"c",
        b"\x82\x03abc",
    ),
    open_after("5.4 the first empty", b"\x01\x80" + KEY + b"\x80\x81" + KEY + b"x", b"\x81\x01x"),
    open_after("5.4 the last empty", b"\x01\x81" + KEY + b"x\x80\x80" + KEY, b"\x81\x01x"),
    open_after("5.4 all empty", b"\x01\x80" + KEY + (b"\x00\x80" + KEY) * 9 + b"\x80\x80" + KEY, b"\x81\x00"),
    open_after(
        "5.4 three hundred",
        b"\x02\x80" + KEY + (b"\x00\x81" + KEY + b"x") * 300 + b"\x80\x80" + KEY,
        b"\x82\x7e\x01\x2c" + b"x" * 300,
    ),
    open_after(
        "5.4 one message after the other",
        (b"\x01\x81" + KEY + b"a\x80\x81" + KEY + b"b") * 2 + b"\x82\x81" + KEY + b"c",
        b"\x81\x02ab\x81\x02ab\x82\x01c",
    ),
    open_after(
        "5.4 lengths of every form",
        b"\x02\x81" + KEY + b"a\x00\xfe\x00\x7e" + KEY + b"b" * 126 + b"\x80\xff\0\0\0\0\0\1\0\0" + KEY + b"c" * 65536,
        b"\x82\x7f\0\0\0\0\0\1\0\x7f" + b"a" + b"b" * 126 + b"c" * 65536,
    ),
    closed_after("5.4 a continuation of nothing", b"\x80\x81" + KEY + b"x", NOTHING),
    closed_after("5.4 a continuation of nothing that is not the last", b"\x00\x81" + KEY + b"x", NOTHING),
    closed_after("5.4 an empty continuation of nothing", b"\x80\x80" + KEY, NOTHING),
    closed_after(
        "5.4 a continuation of a whole message",
        b"\x81\x81" + KEY + b"x\x80\x81" + KEY + b"y",
        b"\x81\x01x" + NOTHING,
    ),
    closed_after(
        "5.4 a continuation behind the last fragment",
        b"\x01\x81" + KEY + b"x\x80\x81" + KEY + b"y\x80\x81" + KEY + b"z",
        b"\x81\x02xy" + NOTHING,
    ),
    *[
        closed_after(
            f"5.4 opcode {opcode}, FIN {fin}, within a message",
            b"\x01\x81" + KEY + b"x" + bytes([fin << 7 | opcode, 0x81]) + KEY + b"y",
            EXPECTED,
        )
        for opcode in (1, 2)
        for fin in (0, 1)
    ],
]

CONTROL = [
    *[
        open_after(
            f"5.5.2 a ping of {length} bytes",
            bytes([0x89, 0x80 | length]) + KEY + b"\xff" * length,
            bytes([0x8A, length]) + b"\xff" * length,
        )
        for length in (0, 1, 124, 125)
    ],
    *[
        open_after(
            f"5.5.3 a pong of {length} bytes that nobody asked for",
            bytes([0x8A, 0x80 | length]) + KEY + b"\xff" * length,
        )
        for length in (0, 1, 125)
    ],
    open_after("5.5.3 a pong, then a ping", b"\x8a\x81" + KEY + b"a\x89\x81" + KEY + b"b", b"\x8a\x01b"),
    open_after(
        "5.5.2 pings are answered in turn", b"\x89\x81" + KEY + b"a\x89\x81" + KEY + b"b", b"\x8a\x01a\x8a\x01b"
    ),
    open_after(
        "5.5 a ping between fragments is answered at once",
        b"\x01\x81" + KEY + b"x\x89\x81" + KEY + b"p\x80\x81" + KEY + b"y",
        b"\x8a\x01p\x81\x02xy",
    ),
    open_after(
        "5.5 pings between all fragments",
        b"\x01\x80" + KEY + (b"\x89\x81" + KEY + b"p\x00\x81" + KEY + b"x") * 5 + b"\x80\x80" + KEY,
        b"\x8a\x01p" * 5 + b"\x81\x05xxxxx",
    ),
    open_after(
        "5.5 a pong between fragments",
        b"\x01\x81" + KEY + b"x\x8a\x81" + KEY + b"p\x80\x81" + KEY + b"y",
        b"\x81\x02xy",
    ),
    open_after(
        "5.5.1 a control frame's payload is no text",
        b"\x01\x81" + KEY + b"\xc3\x89\x81" + KEY + b"\xff\x80\x81" + KEY + b"\xa9",
        b"\x8a\x01\xff\x81\x02\xc3\xa9",
    ),
    open_after("5.5.2 a ping in the middle of nothing but pings", (b"\x89\x80" + KEY) * 10, b"\x8a\x00" * 10),
    *[
        closed_after(f"5.5 opcode {opcode:X} in fragments", bytes([opcode]), failed(1002, "fragmented control frame"))
        for opcode in (8, 9, 10)
    ],
    *[
        closed_after(
            f"5.5 opcode {opcode:X}, length {length}",
            bytes([0x80 | opcode, 0x80 | length]),
            failed(1002, "control frame too long"),
        )
        for opcode in (8, 9, 10)
        for length in (126, 127)
    ],
    closed_after(
        "5.5 a ping in fragments within a message",
        b"\x01\x81" + KEY + b"x\x09\x80" + KEY,
        failed(1002, "fragmented control frame"),
    ),
    closed_after(
        "5.5 a ping that is too long behind one that is not",
        b"\x89\x81" + KEY + b"p\x89\xfe\x00\x7e",
        failed(1002, "control frame too long", before=b"\x8a\x01p"),
    ),
]


@each(FRAGMENTS, CONTROL)
def test_fragments(echo, case, pieces):
    run(echo, case, pieces)
