"""A WebSocket of sotto.v1 on asyncio that can be cut anywhere: in the middle of a frame, with data unread."""

import asyncio
import socket
import struct
from contextlib import suppress
from urllib.parse import quote

from raw_websocket import BINARY, CLOSE, PING, PONG, TEXT, UPGRADE, frame

# Everything is sent on loopback by somebody who is trusted: a masking key of zeros costs no time.
KEY = bytes(4)
TIMEOUT = 10.0


class Broken(Exception):
    """The connection has ended, in whatever way."""


class CutLink:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.buffer = bytearray()

    @classmethod
    async def open(cls, host, port, client_id, since=None):
        try:
            return await asyncio.wait_for(cls.shake_hands(host, port, client_id, since), TIMEOUT)
        except (OSError, EOFError, asyncio.TimeoutError) as ended:
            raise Broken(repr(ended)) from None

    @classmethod
    async def shake_hands(cls, host, port, client_id, since):
        reader, writer = await asyncio.open_connection(host, port)
        query = "" if since is None else f"?since={since}"
        lines = [f"GET /ws/{quote(client_id, safe='')}{query} HTTP/1.1", f"Host: {host}:{port}"]
        lines += [f"{name}: {value}" for name, value in UPGRADE]
        lines += ["Sec-WebSocket-Protocol: sotto.v1", "", ""]
        writer.write("\r\n".join(lines).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        return cls(reader, writer)

    # Sending

    def send(self, message):
        if self.writer.transport.is_closing():
            raise Broken("closed while sending")
        self.writer.write(self.frame_of(message))

    async def drain(self):
        try:
            await self.writer.drain()
        except OSError as ended:
            raise Broken(repr(ended)) from None

    def frame_of(self, message):
        if isinstance(message, str):
            return frame(TEXT, message.encode(), key=KEY)
        return frame(BINARY, message, key=KEY)

    # Receiving

    async def receive(self):
        """The messages that are there, at least one; raises `Broken` at the end."""
        while True:
            try:
                chunk = await self.reader.read(1 << 16)
            except OSError as ended:
                raise Broken(repr(ended)) from None
            if not chunk:
                raise Broken("the end")
            self.buffer += chunk
            if messages := self.take_messages():
                return messages

    def take_messages(self):
        messages, place, buffer = [], 0, self.buffer
        while len(buffer) - place >= 2:
            opcode, length, start = buffer[place] & 15, buffer[place + 1], place + 2
            if length == 126:
                if len(buffer) < start + 2:
                    break
                (length,) = struct.unpack_from("!H", buffer, start)
                start += 2
            elif length == 127:
                if len(buffer) < start + 8:
                    break
                (length,) = struct.unpack_from("!Q", buffer, start)
                start += 8
            if len(buffer) < start + length:
                break
            payload = bytes(buffer[start : start + length])
            place = start + length
            if opcode == TEXT:
                messages.append(payload.decode())
            elif opcode == BINARY:
                messages.append(payload)
            elif opcode == PING:
                self.writer.write(frame(PONG, payload, key=KEY))
            elif opcode == CLOSE:
                self.writer.write(frame(CLOSE, payload, key=KEY))
                break
        del buffer[:place]
        return messages

    # Ending

    def cut(self):
        """RST, whatever is under way in either direction."""
        with suppress(OSError):  # it has ended already
            with_reset = struct.pack("ii", 1, 0)
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, with_reset)
        self.writer.transport.abort()

    def stop_reading(self):
        """What comes from now on stays with the kernel."""
        if not self.writer.transport.is_closing():
            self.writer.transport.pause_reading()

    def cut_within(self, message, place):
        """Sends only the first bytes of a frame, and then RST."""
        if not self.writer.transport.is_closing():
            self.writer.write(self.frame_of(message)[:place])
        self.cut()

    def close(self, say_so):
        """FIN, behind a close frame or without one."""
        if say_so and not self.writer.transport.is_closing():
            self.writer.write(frame(CLOSE, b"\x03\xe8", key=KEY))
        self.writer.close()
