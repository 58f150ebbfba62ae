"""People with devices that write to each other through everything that can break, and a judge who counts.

A device does what docs/protocol.md tells a client to do. Its disk, which outlives a restart, holds what it has
processed, the pairs (from, id) of that, the log's name and the last `seq`, and what it has to send. Its memory holds
what has come and is not processed yet. `Faults` makes devices that do not do it, to see that the judge notices.
"""

import asyncio
import hashlib
import itertools
import random
from collections import Counter, deque
from dataclasses import dataclass, field

from cut_link import Broken, CutLink
from v1_frames import binary_frame, read, write

WINDOW = 8  # messages sent and not accepted yet, at most
QUIET = 10.0  # seconds without any progress after which something is taken for lost


@dataclass
class Faults:
    """What a client must not do."""

    acknowledges_early: bool = False
    forgets_pairs: bool = False
    sends_with_new_ids: bool = False
    sends_again_backwards: bool = False


@dataclass
class Figures:
    rounds: int = 0
    kills: int = 0
    cuts: int = 0
    restarts: int = 0
    messages: int = 0
    deliveries: int = 0
    again: int = 0  # deliveries of what had been processed
    lost: list = field(default_factory=list)
    twice: list = field(default_factory=list)
    disordered: list = field(default_factory=list)
    invented: list = field(default_factory=list)
    uncopied: list = field(default_factory=list)
    untold: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    def __str__(self):
        counted = f"{len(self.lost)} lost, {len(self.twice)} twice, {len(self.disordered)} out of order"
        return (
            f"{self.rounds} rounds, {self.kills} kills, {self.cuts} cuts, {self.restarts} restarts of clients, "
            f"{self.messages} messages, {self.deliveries} deliveries ({self.again} again): "
            f"{counted}, {len(self.invented)} never sent, {len(self.uncopied)} missing at a second device, "
            f"{len(self.untold)} receipts missing, {len(self.errors)} errors"
        )


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


class World:
    """`server` starts, kills and ends the daemon; the same seed makes the same decisions."""

    def __init__(self, server, seed, people, faults=None, connection_seconds=0.15):
        self.server, self.seed = server, seed
        self.faults = faults or Faults()
        self.figures = Figures()
        self.random = random.Random(seed)
        self.connection_seconds = connection_seconds
        self.devices = []
        for n in range(people):
            # A third has two devices, which stand at places of their own; of the others each second one resumes.
            count = 2 if n % 3 == 0 else 1
            for d in range(count):
                self.devices.append(Device(self, f"p{n}", f"p{n}d{d}", resumes=count == 2 or n % 2 == 0))
        self.people = [f"p{n}" for n in range(people)]
        self.up, self.breaking = asyncio.Event(), asyncio.Event()
        self.up.set()
        self.last_move = 0.0
        self.next_number = Counter()
        self.seqs = {}  # (person, id) → to and the number in the sender's log

    async def address(self):
        await self.up.wait()
        return self.server.host, self.server.port

    def moved(self):
        self.last_move = asyncio.get_running_loop().time()

    # Rounds

    async def run(self, rounds, messages, kills):
        lives = [asyncio.create_task(device.live()) for device in self.devices]
        try:
            for _ in range(rounds):
                self.fill_outboxes(messages)
                self.breaking.set()
                await self.until_done(lives, lambda: not any(d.outbox for d in self.devices), kills)
                self.breaking.clear()
                await self.until_done(lives, self.all_there)
                await self.until_done(lives, self.all_told, quiet=2.0)
                self.figures.rounds += 1
                self.judge()
                if self.figures.lost:
                    break
        finally:
            for life in lives:
                life.cancel()
            await asyncio.gather(*lives, return_exceptions=True)
        return self.figures

    def fill_outboxes(self, messages):
        for device in self.devices:
            for _ in range(messages):
                to = device.random.choice([person for person in self.people if person != device.person])
                number = self.next_number[device.name]
                self.next_number[device.name] += 1
                device.outbox[f"{device.name}-{number}"] = (to, number)
            self.figures.messages += messages

    async def until_done(self, lives, done, kills=0, quiet=None):
        """Waits for `done`, kills the server so often meanwhile, and gives up when nothing moves any more."""
        quiet = quiet or QUIET
        self.moved()
        for _ in range(kills):
            if done():
                break
            await asyncio.sleep(self.random.uniform(0.1, 0.8))
            await self.kill()
        while not done():
            for life in lives:
                if life.done():
                    life.result()
            if asyncio.get_running_loop().time() - self.last_move > quiet:
                return
            await asyncio.sleep(0.01)

    async def kill(self):
        self.figures.kills += 1
        self.up.clear()
        self.server.kill()
        await asyncio.to_thread(self.server.start)
        self.up.set()
        self.moved()

    # The judge

    def expected_of(self, device):
        """What each device of the others has sent to this one's person, in the order in which it was sent."""
        return {
            other.name: [number for to, number, _ in other.accepted.values() if to == device.person]
            for other in self.devices
            if other.person != device.person
        }

    def all_there(self):
        if any(device.outbox for device in self.devices):
            return False
        if self.faults != Faults():
            return False  # they never have all of it: the judge waits until nothing moves
        if any(len(device.processed) < sum(map(len, self.expected_of(device).values())) for device in self.devices):
            return False
        return not any(self.missing_copies(device) for device in self.devices)

    def all_told(self):
        return not any(self.missing_receipts(device) for device in self.devices)

    def missing_copies(self, device):
        """What the other device of this person has sent, and this one does not know."""
        others = [other for other in self.devices if other.person == device.person and other is not device]
        sent = {(to, body_of(other.name, n)) for other in others for to, n, _ in other.accepted.values()}
        return sent - device.copies

    def missing_receipts(self, device):
        """For whom the newest message of this person was not said to be delivered."""
        newest, told = Counter(), Counter()
        for (person, id), (to, seq) in self.seqs.items():
            if person == device.person:
                newest[to] = max(newest[to], seq)
                if id in device.told:
                    told[to] = max(told[to], seq)
        return [(to, seq, told[to]) for to, seq in newest.items() if told[to] < seq]

    def judge(self):
        figures = self.figures
        figures.uncopied = [(d.name, copy) for d in self.devices for copy in self.missing_copies(d)]
        figures.untold = [(d.name, *missing) for d in self.devices for missing in self.missing_receipts(d)]
        figures.lost, figures.twice, figures.disordered, figures.invented = [], [], [], []
        for device in self.devices:
            got = {name: [] for name in self.expected_of(device)}
            for sender, body in device.processed:
                name, number, _ = body.split(" ", 2)
                if name not in got or not name.startswith(f"{sender}d") or body != body_of(name, int(number)):
                    figures.invented.append((device.name, body[:40]))
                else:
                    got[name].append(int(number))
            for name, numbers in self.expected_of(device).items():
                came = Counter(got[name])
                figures.lost += [(device.name, name, n) for n in numbers if not came[n]]
                figures.twice += [(device.name, name, n) for n in came if came[n] > 1]
                figures.invented += [(device.name, name, n) for n in came.keys() - set(numbers)]
                before = -1
                for number in got[name]:
                    if number < before and came[number] == 1:
                        figures.disordered.append((device.name, name, number))
                    before = max(before, number)
