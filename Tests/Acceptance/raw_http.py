"""HTTP/1.1 on a bare TCP connection, for requests that no library would send."""

import select
import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

TIMEOUT = 10.0


@dataclass
class Response:
    version: str
    status: int
    headers: dict
    body: bytes

    def text(self):
        return self.body.decode()


class RawConnection:
    def __init__(self, host, port, receive_buffer=None, tls=None, source=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:  # before connect: it bounds the window that is announced
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, port))
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        self.buffer = bytearray()

    # Sending

    def send(self, data):
        self.socket.sendall(data)

    def send_byte_by_byte(self, data):
        for byte in data:
            self.socket.sendall(bytes([byte]))

    def send_in_background(self, data):
        """Sends while the test reads, until the server takes no more."""

        def run():
            with suppress(OSError):
                self.socket.sendall(data)

        Thread(target=run, daemon=True).start()

    def request(self, path, headers=(), method="GET"):
        """Sends a request with a Host header; `headers` are pairs."""
        self.send(self.request_bytes(path, headers, method))

    def request_bytes(self, path, headers=(), method="GET"):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.authority}"]
        lines += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join([*lines, "", ""]).encode()

    def get(self, path, headers=()):
        self.request(path, headers)
        return self.read_response()

    # Receiving

    def read_more(self, limit=1 << 18):
        chunk = self.socket.recv(limit)
        if not chunk:
            raise EOFError(f"closed after {bytes(self.buffer[:200])!r}")
        self.buffer += chunk

    def read_exactly(self, count):
        while len(self.buffer) < count:
            self.read_more()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def read_until(self, mark):
        while mark not in self.buffer:
            self.read_more()
        return self.read_exactly(self.buffer.index(mark) + len(mark))

    def read_head(self):
        """Status line and headers; the body stays unread."""
        head = self.read_until(b"\r\n\r\n").decode("latin-1")
        status_line, *lines = head[:-4].split("\r\n")
        version, status, *_ = status_line.split(" ", 2)
        headers = {}
        for line in lines:
            name, value = line.split(":", 1)
            name = name.lower()
            headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
        return Response(version, int(status), headers, b"")

    def read_response(self, method="GET"):
        response = self.read_head()
        has_body = method != "HEAD" and response.status not in (101, 204, 304)
        if has_body and "content-length" in response.headers:
            response.body = self.read_exactly(int(response.headers["content-length"]))
        elif has_body:
            assert response.headers.get("connection", "").lower() == "close", "a body without length and end"
            response.body = self.read_to_end()
        return response

    def read_to_end(self):
        """What still comes until the server closes; a reset is an end, too."""
        try:
            while True:
                self.read_more()
        except (EOFError, ConnectionResetError, ssl.SSLEOFError):
            rest = bytes(self.buffer)
            self.buffer.clear()
            return rest

    def expect_end(self):
        """The server closes the connection and sends nothing more."""
        rest = self.read_to_end()
        assert rest == b"", f"more bytes before the end: {rest[:200]!r}"

    def has_more(self, within):
        """Whether something to read is there, or comes within so many seconds."""
        if isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return True
        return bool(self.buffer) or bool(select.select([self.socket], [], [], within)[0])

    # Ending

    def finish_sending(self):
        """FIN: nothing more comes from here."""
        if isinstance(self.socket, ssl.SSLSocket):
            # The object's own method ends both directions, and its TLS: here TCP's end is meant.
            socket.socket.shutdown(self.socket, socket.SHUT_WR)
        else:
            self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    abort = close
