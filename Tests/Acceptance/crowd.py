"""Run as a program: thousands of WebSockets that answer pings, and say nothing else unless they are told to.

    crowd.py HOST PORT NAME COUNT TARGET

Connects NAME0 to NAME(COUNT - 1). Each sends one message to TARGET, which may hold `{}` for the thousands of its
number. Prints the number of connections when they are there, and for each line that it reads what it has done:

    count   how many are still connected        churn N   N connections more, one after the other, each reset at once
    reset   all are reset at once               leave     all are closed by a close frame at once
"""

import json
import os
import select
import socket
import struct
import sys

from raw_websocket import CLOSE, PONG, TEXT, UPGRADE, frame

IN_FLIGHT = 400
PING = b"\x89\x00"


class Crowd:
    def __init__(self, host, port, name, count, target):
        self.address, self.name, self.count, self.target = (host, port), name, count, target
        self.epoll = select.epoll()
        self.waiting = {}  # sockets whose handshake is under way, and what has come
        self.open = {}
        self.started = 0

    def request(self, name):
        lines = [f"GET /ws/{name} HTTP/1.1", "Host: localhost", *(f"{field}: {value}" for field, value in UPGRADE)]
        return "\r\n".join([*lines, "", ""]).encode()

    def connect_all(self):
        while len(self.open) < self.count:
            while self.started < self.count and len(self.waiting) < IN_FLIGHT:
                self.connect(self.started)
                self.started += 1
            self.poll(10)
        return len(self.open)

    def connect(self, number):
        client = socket.socket(socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET)
        client.connect(self.address)
        client.sendall(self.request(f"{self.name}{number}"))
        client.setblocking(False)
        self.epoll.register(client, select.EPOLLIN)
        self.waiting[client.fileno()] = (client, number, b"")

    def poll(self, timeout):
        for descriptor, _ in self.epoll.poll(timeout):
            if descriptor in self.waiting:
                self.go_on(descriptor)
            elif descriptor in self.open:
                self.read(descriptor)
            else:
                return True
        return False

    def go_on(self, descriptor):
        client, number, received = self.waiting[descriptor]
        received += client.recv(4096)
        self.waiting[descriptor] = (client, number, received)
        if b"\r\n\r\n" not in received:
            return
        assert received.startswith(b"HTTP/1.1 101 "), received
        del self.waiting[descriptor]
        self.open[descriptor] = client
        if self.target:
            client.send(frame(TEXT, f"{self.target.format(number // 1000)}:hello".encode()))

    def read(self, descriptor):
        client = self.open[descriptor]
        try:
            received = client.recv(1 << 16)
        except ConnectionResetError:
            received = b""
        if not received:
            self.epoll.unregister(descriptor)
            client.close()
            del self.open[descriptor]
        elif PING in received:
            client.send(frame(PONG))

    def end_all(self, last_words):
        for client in self.open.values():
            if last_words:
                client.send(last_words)
            else:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for descriptor, client in self.open.items():
            self.epoll.unregister(descriptor)
            client.close()
        ended = len(self.open)
        self.open.clear()
        return ended

    def churn(self, cycles):
        for number in range(cycles):
            with socket.create_connection(self.address) as client:
                client.sendall(self.request(f"{self.name}{number}"))
                received = b""
                while b"\r\n\r\n" not in received:
                    received += client.recv(4096)
                assert received.startswith(b"HTTP/1.1 101 "), received
                client.sendall(frame(TEXT, b"%s:hello" % f"{self.name}{number}".encode()))
                client.recv(4096)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return cycles

    def obey(self, line):
        verb, *arguments = line.split()
        if verb == "count":
            return len(self.open)
        if verb == "churn":
            return self.churn(int(arguments[0]))
        return self.end_all(frame(CLOSE, b"\x03\xe8") if verb == "leave" else b"")

    def run(self):
        print(json.dumps(self.connect_all()), flush=True)
        self.epoll.register(sys.stdin, select.EPOLLIN)
        while True:
            if self.poll(-1):
                line = os.read(0, 4096)
                if not line:
                    return
                print(json.dumps(self.obey(line.decode())), flush=True)


if __name__ == "__main__":
    host, port, name, count, target = sys.argv[1:]
    Crowd(host, int(port), name, int(count), target).run()
