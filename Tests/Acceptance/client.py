"""A chat client as anybody would write it, by the `websockets` library."""

import ssl
from socket import SHUT_RDWR
from urllib.parse import quote

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

TIMEOUT = 10.0


def for_two_threads(tls):
    """The same for TLS 1.2: the library reads in one thread and writes in another, and what it writes while the ticket of
    TLS 1.3 is read, which comes behind the handshake, is lost now and then (CPython before 3.13, whatever the server)."""
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=b"".join(tls.get_ca_certs(binary_form=True)))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


class Client:
    def __init__(self, host, port, client_id, query="", tls=None, **how):
        address = f"[{host}]" if ":" in host else host
        self.client_id = client_id
        # No pings of its own: only what the test and the server do keeps the connection alive.
        self.connection = connect(
            f"{'wss' if tls else 'ws'}://{address}:{port}/ws/{quote(client_id, safe='')}{query}",
            proxy=None,
            ping_interval=None,
            max_size=None,
            max_queue=None,
            open_timeout=TIMEOUT,
            legacy=True,
            ssl=tls and for_two_threads(tls),
            **how,
        )
        self.markers = 0

    def send(self, message):
        self.connection.send(message)

    def receive(self):
        return self.connection.recv(timeout=TIMEOUT)

    def expect(self, *messages):
        """The next messages are these."""
        for message in messages:
            received = self.receive()
            assert received == message, f"received {received[:200]!r}, not {message[:200]!r}"

    def messages_so_far(self):
        """All that has come, up to a marker that this client sends itself: what is not in it was not sent before.

        Two markers, one after the other: what becomes of a message that has to be kept is known a little later.
        """
        messages = []
        for _ in range(2):
            self.markers += 1
            marker = f"marker {self.markers}"
            self.send(f"{self.client_id}:{marker}")
            while (message := self.receive()) != f"Client #{self.client_id} says: {marker}":
                messages.append(message)
        return messages

    def expect_error(self):
        """The next message is a sentence that says what is wrong."""
        error = self.receive()
        assert error.startswith("Error: ") and len(error.split()) >= 4, error

    def expect_nothing(self):
        """Nothing has come since the last message that was looked at."""
        messages = self.messages_so_far()
        assert messages == [], f"received {messages}"

    def close_code(self):
        """Waits for the server to close, whatever comes before."""
        try:
            while True:
                self.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None

    def close(self):
        """The whole close handshake: when this returns the server knows."""
        self.connection.close()

    def abort(self):
        """Ends the TCP connection without a word."""
        try:
            self.connection.socket.shutdown(SHUT_RDWR)
        except OSError:
            pass  # closed already
        self.connection.close()
