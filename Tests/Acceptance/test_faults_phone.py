"""A phone on a slow line, to which a picture is sent."""

import threading
import time

from raw_websocket import BINARY, PING, PONG
from scale import FULL, scaled

# A picture of 16 MiB with its target would be over the limit.
SIZE = scaled(1 << 20, 16 << 20) - 256
BYTES_A_SECOND = 500_000
STEP = 10_000


def test_a_phone_that_slowly_reads_a_picture_stays_alive(start):
    heartbeat = [] if FULL else ["--heartbeat-interval", "0.4", "--heartbeat-timeout", "0.3"]
    server = start(*heartbeat)
    bob = server.client("bob")
    # What is not read waits at the server, as behind a slow line, and not in the phone's own memory.
    phone = server.raw_websocket("phone", receive_buffer=1 << 16)
    phone.send_text("bob:send me the picture")
    bob.expect("Client #phone says: send me the picture")
    picture = bytes(range(256)) * (SIZE // 256)
    bob.send(b"phone:" + picture)
    began, pause = time.monotonic(), threading.Event()
    while len(phone.buffer) < SIZE:
        phone.read_more(STEP)
        pause.wait(max(0, began + len(phone.buffer) / BYTES_A_SECOND - time.monotonic()))
    took = time.monotonic() - began
    frames = [phone.read_frame()]
    while frames[-1].opcode == PING:
        frames.append(phone.read_frame())
    print(f"\n{SIZE} bytes within {took:.1f} s, {len(frames) - 1} pings before them")
    assert (frames[-1].opcode, frames[-1].payload) == (BINARY, b"bob:" + picture)
    assert took > SIZE / BYTES_A_SECOND * 0.9
    phone.send_frame(PONG)
    bob.expect_nothing()
    phone.send_text("bob:thanks")
    bob.expect("Client #phone says: thanks")
