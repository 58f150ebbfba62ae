"""RFC 6455 §5.5.1 and §7, clause by clause: close frames, their codes and reasons, and what comes after them."""

from conversation import KEY, closed_after, each, failed, run


def sent(code, reason=b""):
    return bytes([0x88, 0x82 + len(reason)]) + KEY + code.to_bytes(2, "big") + reason


def echoed(code):
    return b"\x88\x02" + code.to_bytes(2, "big")


NORMAL = echoed(1000)

FRAMES = [
    closed_after("5.5.1 without a body", b"\x88\x80" + KEY, b"\x88\x00"),
    closed_after("5.5.1 with one byte", b"\x88\x81" + KEY + b"\x03", failed(1002, "invalid close frame")),
    closed_after("5.5.1 with a reason", sent(1000, b"bye"), NORMAL),
    closed_after("5.5.1 with a reason that is not ASCII", sent(1000, "grüße 😀".encode()), NORMAL),
    closed_after("5.5.1 with the longest reason", sent(1000, b"x" * 123), NORMAL),
    closed_after(
        "5.5 with a reason that is too long", b"\x88\xfe\x00\x7e" + KEY, failed(1002, "control frame too long")
    ),
    *[
        closed_after(f"5.5.1 reason {reason.hex()}", sent(1000, reason), failed(1007, "invalid UTF-8"))
        for reason in (b"\xff", b"\x80", b"ok\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98")
    ],
]

CODES = [
    *[
        closed_after(f"7.4 code {code}", sent(code), echoed(code))
        for code in (1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 3999, 4000, 4999)
    ],
    *[
        closed_after(f"7.4 code {code}, with a reason", sent(code, b"so be it"), echoed(code))
        for code in (1001, 1011, 3001, 4001)
    ],
    *[
        closed_after(f"7.4 code {code}", sent(code), failed(1002, "invalid close frame"))
        for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1099, 1100, 1999, 2000, 2999, 5000, 32768, 65535)
    ],
    closed_after("7.4 a wrong code with a reason", sent(1005, b"no"), failed(1002, "invalid close frame")),
]

ORDER = [
    closed_after(
        "7.1.2 what came before is answered first",
        b"\x81\x81" + KEY + b"a\x89\x81" + KEY + b"b" + sent(1000),
        b"\x81\x01a\x8a\x01b" + NORMAL,
    ),
    closed_after(
        "7.1.2 256 KiB before it",
        b"\x82\xff\0\0\0\0\0\4\0\0" + KEY + bytes(1 << 18) + sent(1000),
        b"\x82\x7f\0\0\0\0\0\4\0\0" + bytes(1 << 18) + NORMAL,
    ),
    closed_after(
        "5.5.1 nothing behind it counts",
        sent(1000) + b"\x81\x81" + KEY + b"a\x89\x80" + KEY + b"\xff\xff\xff",
        NORMAL,
    ),
    closed_after("5.5.1 a second one is not answered", sent(1000) + sent(1001), NORMAL),
    closed_after("5.4 between two fragments", b"\x01\x81" + KEY + b"x" + sent(1000), NORMAL),
    closed_after("5.4 between two fragments, the text cut", b"\x01\x81" + KEY + b"\xc3" + sent(1000), NORMAL),
    closed_after(
        "7.1.7 what came before a violation is answered first",
        b"\x81\x81" + KEY + b"a\x89\x81" + KEY + b"b\x83",
        failed(1002, "unknown opcode", before=b"\x81\x01a\x8a\x01b"),
    ),
    closed_after(
        "7.1.7 nothing behind a violation counts",
        b"\x83\x80" + KEY + sent(1000) + b"\x81\x81" + KEY + b"a",
        failed(1002, "unknown opcode"),
    ),
]


@each(FRAMES, CODES, ORDER)
def test_closing(echo, case, pieces):
    run(echo, case, pieces)
