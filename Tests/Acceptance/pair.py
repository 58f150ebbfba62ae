"""Run as a program: two clients that talk in turn, and time each message.

    pair.py HOST PORT

Prints true when they are connected. For each line that it reads it prints what it has seen since the last one: the
number of messages, and of their times from one to the other the median, the 99th percentile and the longest, in ms.
"""

import json
import os
import select
import sys
import time

from raw_websocket import RawWebSocket

PAUSE = 0.002


def describe(times):
    times = sorted(times) or [0]
    return {
        "count": len(times),
        "p50": round(times[len(times) // 2] * 1000, 2),
        "p99": round(times[len(times) * 99 // 100] * 1000, 2),
        "max": round(times[-1] * 1000, 2),
    }


def run(host, port):
    ends = [RawWebSocket(host, port, name) for name in ("innocent1", "innocent2")]
    for end in ends:
        end.socket.settimeout(60)
    print("true", flush=True)
    times, number = [], 0
    while True:
        sender, receiver = ends[number % 2], ends[1 - number % 2]
        sent = time.perf_counter()
        sender.send_text(f"{receiver.client_id}:{number}")
        receiver.expect_message(f"Client #{sender.client_id} says: {number}")
        times.append(time.perf_counter() - sent)
        number += 1
        readable, _, _ = select.select([0], [], [], PAUSE)
        if readable:
            if not os.read(0, 4096):
                return
            print(json.dumps(describe(times)), flush=True)
            times = []


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
