"""sotto.v1 under load: order, wholeness and secrecy with many senders at once."""

import hashlib
import json
import random
from concurrent.futures import ThreadPoolExecutor

from raw_websocket import TEXT, frame

V1 = [("Sec-WebSocket-Protocol", "sotto.v1")]
SENDERS, RECEIVERS, EACH = 12, 4, 300


def body(sender, number):
    """What this message holds: anybody can tell whether it is whole."""
    seed = f"{sender} {number}"
    return f"{sender} {number} " + hashlib.sha256(seed.encode()).hexdigest() * random.Random(seed).randint(0, 30)


def test_messages_of_many_senders_arrive_whole_and_in_order_at_each(start_storing):
    server = start_storing()
    receivers = [server.v1(f"r{n}") for n in range(RECEIVERS)]
    senders = [server.raw_websocket(f"s{n}", headers=V1) for n in range(SENDERS)]
    for index, sender in enumerate(senders):
        frames = []
        for n in range(EACH):
            to = f"r{(n * 7 + index) % RECEIVERS}"
            text = {"type": "send", "to": to, "id": f"m{n}", "text": body(sender.client_id, n)}
            frames.append(frame(TEXT, json.dumps(text).encode()))
        sender.send_in_background(b"".join(frames))

    def drain(sender):
        return [json.loads(sender.read_message()) for _ in range(EACH + 1)][1:]

    def read(receiver):
        got, total = {f"s{n}": [] for n in range(SENDERS)}, SENDERS * EACH // RECEIVERS
        for _ in range(total):
            message = receiver.expect("message")
            sender, number, _ = message["text"].split(" ", 2)
            assert sender == message["from"] and message["id"] == f"m{number}"
            assert message["text"] == body(sender, int(number))
            got[sender].append(int(number))
        receiver.received(receiver.last_seq)
        return got

    with ThreadPoolExecutor(SENDERS + RECEIVERS) as threads:
        answers = list(threads.map(drain, senders))
        got = list(threads.map(read, receivers))
    for index in range(SENDERS):
        # One message after the other; what comes beside is `delivered`.
        ids = [a["id"] for a in answers[index] if a["type"] == "accepted"]
        assert ids == [f"m{n}" for n in range(len(ids))]
    for r, by_sender in enumerate(got):
        for index in range(SENDERS):
            assert by_sender[f"s{index}"] == [n for n in range(EACH) if (n * 7 + index) % RECEIVERS == r]
    for receiver in receivers:
        receiver.expect_nothing()


def test_a_slow_recipient_holds_up_nobody_else(start_storing):
    server = start_storing("--max-queue", "64KiB")
    alice, bob = server.v1("alice"), server.v1("bob")
    slow = server.raw_websocket("slow", headers=V1, receive_buffer=1 << 16)
    slow.read_message()
    for n in range(100):
        alice.do("send", to="slow", id=f"s{n}", text="x" * 100_000)
        alice.do("send", to="bob", id=f"b{n}", text=str(n))
        assert bob.expect("message")["text"] == str(n)
    answers = [m for m in alice.messages_so_far() if m["type"] == "accepted"]
    assert len(answers) == 200


def test_messages_with_oneself_among_others_keep_their_order(start_storing):
    server = start_storing()
    alice = server.v1("alice")
    for n in range(100):
        alice.do("send", to="alice", id=f"m{n}", text=str(n))
    seen = [alice.receive() for _ in range(200)]
    assert [m["text"] for m in seen if m["type"] == "message"] == [str(n) for n in range(100)]
    assert [m["id"] for m in seen if m["type"] == "accepted"] == [f"m{n}" for n in range(100)]
