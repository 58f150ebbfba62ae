"""RFC 6455 §5.1, §5.2 and §5.7, clause by clause: masks, lengths, reserved bits, opcodes."""

from conversation import KEY, closed_after, each, failed, open_after, run

LIMIT = 64 << 20  # of the echo server

EXAMPLES = [
    open_after("5.7 a masked Hello", b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", b"\x81\x05Hello"),
    open_after("5.7 a masked ping", b"\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", b"\x8a\x05Hello"),
    open_after("5.7 256 bytes", b"\x82\xfe\x01\x00" + KEY + bytes(256), b"\x82\x7e\x01\x00" + bytes(256)),
    open_after(
        "5.7 64 KiB",
        b"\x82\xff\0\0\0\0\0\1\0\0" + KEY + bytes(65536),
        b"\x82\x7f\0\0\0\0\0\1\0\0" + bytes(65536),
    ),
]

MASKS = [
    open_after("5.3 a key of zeros", b"\x82\x84\0\0\0\0\1\2\3\4", b"\x82\x04\1\2\3\4"),
    open_after("5.3 a key of ones", b"\x82\x84\xff\xff\xff\xff\1\2\3\4", b"\x82\x04\xfe\xfd\xfc\xfb"),
    open_after("5.3 the key begins anew", b"\x82\x86\1\2\3\4\0\0\0\0\0\0", b"\x82\x06\1\2\3\4\1\2"),
    open_after("5.3 a key for each frame", b"\x82\x81\1\2\3\4\0\x82\x81\5\6\7\x08\0", b"\x82\1\1\x82\1\5"),
    open_after("5.3 a key for each fragment", b"\x02\x81\1\2\3\4\0\x80\x81\5\6\7\x08\0", b"\x82\2\1\5"),
    open_after("5.3 a key for nothing", b"\x82\x80\xde\xad\xbe\xef", b"\x82\0"),
    *[
        closed_after(f"5.1 no mask, opcode {opcode:X}", bytes([0x80 | opcode, 0]), failed(1002, "frame not masked"))
        for opcode in (1, 2, 8, 9, 10)
    ],
    closed_after("5.1 no mask, first fragment", b"\x01\x01x", failed(1002, "frame not masked")),
    closed_after("5.1 no mask, a later fragment", b"\x01\x81" + KEY + b"x\x80\x01y", failed(1002, "frame not masked")),
    closed_after("5.1 no mask, judged by two bytes", b"\x82\x7f", failed(1002, "frame not masked")),
]

LENGTHS = [
    *[
        open_after(
            f"5.2 length {length}, opcode {opcode:X}",
            bytes([0x80 | opcode, 0x80 | length]) + KEY + b"a" * length,
            bytes([0x80 | opcode, length]) + b"a" * length,
        )
        for length in (0, 1, 2, 124, 125)
        for opcode in (1, 2)
    ],
    *[
        open_after(
            f"5.2 length {length}, opcode {opcode:X}",
            bytes([0x80 | opcode, 0xFE]) + length.to_bytes(2, "big") + KEY + b"a" * length,
            bytes([0x80 | opcode, 0x7E]) + length.to_bytes(2, "big") + b"a" * length,
        )
        for length in (126, 127, 128, 255, 256, 32767, 32768, 65534, 65535)
        for opcode in (1, 2)
    ],
    *[
        open_after(
            f"5.2 length {length}, opcode {opcode:X}",
            bytes([0x80 | opcode, 0xFF]) + length.to_bytes(8, "big") + KEY + b"a" * length,
            bytes([0x80 | opcode, 0x7F]) + length.to_bytes(8, "big") + b"a" * length,
        )
        for length in (65536, 65537, 1 << 20)
        for opcode in (1, 2)
    ],
    *[
        closed_after(
            f"5.2 length {length} in 2 bytes",
            b"\x82\xfe" + length.to_bytes(2, "big"),
            failed(1002, "invalid length"),
        )
        for length in (0, 1, 125)
    ],
    *[
        closed_after(
            f"5.2 length {length} in 8 bytes",
            b"\x82\xff" + length.to_bytes(8, "big"),
            failed(1002, "invalid length"),
        )
        for length in (0, 1, 125, 126, 65535)
    ],
    *[
        closed_after(
            f"5.2 top bit, {first:02X}", b"\x82\xff" + bytes([first]) + bytes(7), failed(1002, "invalid length")
        )
        for first in (0x80, 0xC0, 0xFF)
    ],
]

# Judged by the header alone: none of these payloads ever comes.
TOO_BIG = [
    closed_after(f"10.4 {name}", b"\x82\xff" + length.to_bytes(8, "big"), failed(1009, "message too big"))
    for name, length in [
        ("a byte over the limit", LIMIT + 1),
        ("4 GiB", 1 << 32),
        ("4 GiB and 5 bytes", (1 << 32) + 5),
        ("the greatest length", (1 << 63) - 1),
    ]
] + [
    closed_after(
        "10.4 the last fragment is over the limit",
        b"\x02\x81" + KEY + b"x\x80\xff" + LIMIT.to_bytes(8, "big"),
        failed(1009, "message too big"),
    ),
]

RESERVED_BITS = [
    closed_after(
        f"5.2 RSV {rsv:03b}, opcode {opcode:X}, FIN {fin}",
        bytes([fin << 7 | rsv << 4 | opcode]),
        failed(1002, "reserved bits set"),
    )
    for rsv in range(1, 8)
    for opcode in (0, 1, 2, 8, 9, 10)
    for fin in (0, 1)
] + [
    closed_after(
        "5.2 a reserved bit in a continuation",
        b"\x01\x81" + KEY + b"x\xc0\x80" + KEY,
        failed(1002, "reserved bits set"),
    ),
    closed_after(
        "5.2 a reserved bit behind a message",
        b"\x81\x81" + KEY + b"x\xc1\x80" + KEY,
        failed(1002, "reserved bits set", before=b"\x81\x01x"),
    ),
]

OPCODES = [
    closed_after(f"5.2 opcode {opcode:X}, FIN {fin}", bytes([fin << 7 | opcode]), failed(1002, "unknown opcode"))
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    for fin in (0, 1)
] + [
    closed_after(
        "5.2 a reserved opcode behind a message",
        b"\x82\x81" + KEY + b"x\x83\x80" + KEY,
        failed(1002, "unknown opcode", before=b"\x82\x01x"),
    ),
    closed_after(
        "5.2 a reserved opcode within a message",
        b"\x01\x81" + KEY + b"x\x83\x80" + KEY,
        failed(1002, "unknown opcode"),
    ),
    closed_after(
        "5.2 nothing behind a reserved opcode counts",
        b"\x8b\x80" + KEY + b"\x81\x81" + KEY + b"x\x89\x80" + KEY,
        failed(1002, "unknown opcode"),
    ),
]


@each(EXAMPLES, MASKS, LENGTHS, TOO_BIG, RESERVED_BITS, OPCODES)
def test_frame(echo, case, pieces):
    run(echo, case, pieces)
