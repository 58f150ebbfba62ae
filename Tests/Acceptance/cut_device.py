"""A device whose connections are cut and that is restarted, over and over, and that loses nothing by it.

It does what docs/protocol.md tells a client to do. Its disk, which outlives a restart, holds what it has processed,
the pairs (from, id) of that, the log's name and the last `seq`, and what it has to send. Its memory holds what has
come and is not processed yet. `Faults` makes devices that do not do it, to see that the judge notices.
"""

import asyncio
import hashlib
import itertools
import random
from collections import deque
from dataclasses import dataclass

from cut_link import Broken, CutLink
from v1_frames import binary_frame, read, write

WINDOW = 8  # messages sent and not accepted yet, at most


@dataclass
class Faults:
    """What a client must not do."""

    acknowledges_early: bool = False
    forgets_pairs: bool = False
    sends_with_new_ids: bool = False
    sends_again_backwards: bool = False


def body_of(sender, number):
    """What message `number` of a device holds: a digest, and now and then much more."""
    digest = hashlib.sha256(f"{sender} {number}".encode()).hexdigest()
    return f"{sender} {number} {digest * (300 if number % 97 == 5 else number % 7)}"


def frame_for(to, id, body, number):
    """The same message is always of the same kind, since it must be the same when it is sent again."""
    head = {"type": "send", "to": to, "id": id}
    if number % 3 == 0:
        return write(head | {"text": body})
    if number % 3 == 1:
        return write(head | {"data": {"body": body, "ü": [number, None]}})
    return binary_frame(head | {"mime": "text/plain"}, body.encode())


def body_in(message):
    if "text" in message:
        return message["text"]
    if "data" in message:
        number = int(message["data"]["body"].split()[1])
        assert message["data"] == {"body": message["data"]["body"], "ü": [number, None]}
        return message["data"]["body"]
    assert message["mime"] == "text/plain"
    return message["payload"].decode()


class Device:
    def __init__(self, world, person, name, resumes):
        self.world, self.person, self.name = world, person, name
        self.resumes = resumes  # asks for what follows its own position, as a second device must
        self.random = random.Random(f"{world.seed} {name}")
        # On disk.
        self.processed, self.pairs = [], set()
        self.log, self.seq = None, 0
        self.outbox, self.accepted = {}, {}  # id → (to, number), in the order in which they are sent
        self.copies, self.told = set(), set()  # told: the ids of receipts, which can overtake `accepted`
        # In memory.
        self.inbox = deque()
        self.sent = {}  # on this connection: id on the wire → id
        self.progress = asyncio.Event()

    # One connection after the other

    async def live(self):
        while True:
            host, port = await self.world.address()
            try:
                link = await CutLink.open(host, port, self.person, self.seq if self.resumes else None)
            except Broken:
                await asyncio.sleep(self.random.uniform(0.005, 0.03))
                continue
            self.sent.clear()
            await self.use(link)
            if self.random.random() < 0.4:
                self.restart()
            await asyncio.sleep(self.random.uniform(0, 0.05))

    async def use(self, link):
        """Until something ends the connection; afterwards nothing of it is left but what is on disk and in memory."""
        tasks = [asyncio.create_task(part(link)) for part in (self.receive, self.process, self.send, self.break_off)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            link.cut()
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, Broken):
                raise result

    def restart(self):
        self.world.figures.restarts += 1
        self.inbox.clear()
        if self.world.faults.forgets_pairs:
            self.pairs.clear()

    # Its parts

    async def receive(self, link):
        while True:
            for raw in await link.receive():
                self.take(link, read(raw))
            self.progress.set()

    def take(self, link, message):
        kind = message["type"]
        if kind == "welcome":
            assert self.log in (None, message["log"]), "the log has another name"
            self.log, self.welcomed_seq = message["log"], 0
            if self.seq:
                link.send(write({"type": "received", "log": self.log, "seq": self.seq}))
        elif kind in ("message", "copy"):
            assert message["seq"] > self.welcomed_seq, f"{message['seq']} after {self.welcomed_seq}"
            self.welcomed_seq = message["seq"]
            if self.world.faults.acknowledges_early:
                link.send(write({"type": "received", "log": self.log, "seq": message["seq"]}))
            self.inbox.append(message)
        elif kind == "accepted":
            self.take_accepted(message)
        elif kind == "delivered":
            self.told.add(message["id"])
            self.world.moved()
        elif kind == "error":
            self.world.figures.errors.append((self.name, message))

    def take_accepted(self, message):
        assert message["id"] in self.sent, f"{message} for what was not sent"
        id = self.sent[message["id"]]
        if self.world.faults == Faults():
            assert id == next(iter(self.outbox), None), f"{message} is not the next"
        to, number = self.outbox.pop(id)
        self.accepted[id] = (to, number, message["seq"])
        self.world.seqs[self.person, message["id"]] = to, message["seq"]
        self.world.moved()

    async def process(self, link):
        while True:
            while self.inbox:
                if self.random.random() < 0.05:
                    await asyncio.sleep(self.random.uniform(0, 0.03))  # much may wait, and be lost by a restart
                if not self.inbox:
                    break
                self.process_one(self.inbox.popleft())
                if self.random.random() < 0.2 or not self.inbox:
                    link.send(write({"type": "received", "log": self.log, "seq": self.seq}))
            self.progress.clear()
            await self.progress.wait()

    def process_one(self, message):
        """What a program does in one transaction on its disk."""
        pair = (message.get("from", self.person), message["id"])
        self.seq = max(self.seq, message["seq"])
        if message["type"] == "copy":
            self.copies.add((message["to"], body_in(message)))
        elif pair in self.pairs:
            self.world.figures.again += 1
        else:
            self.pairs.add(pair)
            self.processed.append((message["from"], body_in(message)))
            self.world.figures.deliveries += 1
        self.world.moved()

    async def send(self, link):
        while True:
            sent = set(self.sent.values())
            waiting = [id for id in itertools.islice(self.outbox, WINDOW) if id not in sent]
            for id in reversed(waiting) if self.world.faults.sends_again_backwards else waiting:
                to, number = self.outbox[id]
                on_the_wire = f"{id}-{self.random.random()}" if self.world.faults.sends_with_new_ids else id
                self.sent[on_the_wire] = id
                link.send(frame_for(to, on_the_wire, body_of(self.name, number), number))
            await link.drain()
            await asyncio.sleep(self.random.uniform(0.005, 0.02))

    async def break_off(self, link):
        """Cuts the connection after a while, at a place that nobody has chosen."""
        await self.world.breaking.wait()
        await asyncio.sleep(self.random.expovariate(1 / self.world.connection_seconds))
        await self.world.breaking.wait()
        way = self.random.randrange(6)
        self.world.figures.cuts += 1
        if way <= 1:  # in the middle of a frame
            id, (to, number) = next(reversed(self.outbox.items()), ("half", ("nobody", 0)))
            whole = frame_for(to, id, body_of(self.name, number), number)
            link.cut_within(whole, self.random.randrange(1, len(link.frame_of(whole))))
        elif way == 2:  # with data unread
            link.stop_reading()
            await asyncio.sleep(self.random.uniform(0.01, 0.1))
            link.cut()
        elif way == 3:
            link.cut()
        else:
            link.close(say_so=way == 4)
