"""People with devices that write to each other through everything that can break, and a judge who counts."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

from cut_device import Device, Faults, body_of

QUIET = 10.0  # seconds without any progress after which something is taken for lost


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

    async def run(self, rounds, messages, kills, enough=lambda figures: figures.lost):
        """Ends before the last round when the judge has seen `enough`."""
        lives = [asyncio.create_task(device.live()) for device in self.devices]
        try:
            for _ in range(rounds):
                self.fill_outboxes(messages)
                self.breaking.set()
                await self.until_done(lives, lambda: not any(d.outbox for d in self.devices), kills)
                self.breaking.clear()
                await self.until_done(lives, self.all_there)
                await self.until_done(lives, self.all_told, quiet=min(QUIET, 2.0))
                self.figures.rounds += 1
                self.judge()
                if enough(self.figures):
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
            await asyncio.sleep(self.random.uniform(0.1, 0.6))
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
        """For whom the newest message of this person was not said to be delivered, to any of their devices."""
        newest, told = Counter(), Counter()
        heard = set().union(*(other.told for other in self.devices if other.person == device.person))
        for (person, id), (to, seq) in self.seqs.items():
            if person == device.person:
                newest[to] = max(newest[to], seq)
                if id in heard:
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
