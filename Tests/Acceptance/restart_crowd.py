"""Run as a program: many clients of sotto.v1 that talk in pairs until the server goes down.

    restart_crowd.py HOST PORT COUNT

Prints `ready` when all are there and talking. When the last connection has ended it prints one JSON object: how many were
told `bye` and 1001, the times they were told to come back at, and the ids that were accepted, for each recipient.
"""

import asyncio
import json
import sys
from contextlib import suppress

import websockets


class Person:
    def __init__(self, number, uri):
        self.number, self.uri = number, uri
        self.name, self.peer = f"p{number}", f"p{number ^ 1}"
        self.bye, self.code, self.accepted, self.sent = None, None, [], 0

    async def talk(self, ready):
        async with websockets.connect(
            f"{self.uri}/ws/{self.name}", subprotocols=["sotto.v1"], proxy=None, ping_interval=None, open_timeout=60
        ) as socket:
            try:
                await socket.recv()
                ready.release()
                await self.send(socket)
                async for text in socket:
                    frame = json.loads(text)
                    if frame["type"] == "bye":
                        self.bye = frame
                    elif frame["type"] == "accepted":
                        self.accepted.append(frame["id"])
                        await self.send(socket)
            except websockets.ConnectionClosed:
                pass
            self.code = socket.close_code

    async def send(self, socket):
        self.sent += 1
        message = {"type": "send", "to": self.peer, "id": f"{self.number}-{self.sent}", "text": "x" * 50}
        # When the close frame has come, what came before it is still to be read.
        with suppress(websockets.ConnectionClosed):
            await socket.send(json.dumps(message))


async def main(host, port, count):
    people = [Person(number, f"ws://{host}:{port}") for number in range(int(count))]
    ready = asyncio.Semaphore(0)
    tasks = []
    for start in range(0, len(people), 100):
        batch = people[start : start + 100]
        tasks += [asyncio.create_task(person.talk(ready)) for person in batch]
        for _ in batch:
            await ready.acquire()
    print("ready", flush=True)
    await asyncio.gather(*tasks)
    result = {
        "byes": sum(person.bye is not None and person.bye["code"] == 1001 for person in people),
        "codes": sum(person.code == 1001 for person in people),
        "retries": [person.bye["retry"] for person in people if person.bye],
        "accepted": {person.peer: person.accepted for person in people},
    }
    print(json.dumps(result), flush=True)


asyncio.run(main(*sys.argv[1:]))
