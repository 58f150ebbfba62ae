"""A client that speaks sotto.v1, by the `websockets` library: every frame of the server is checked on its way in."""

from client import Client
from v1_frames import binary_frame, read, shown, write

# Nobody has this id, so that asking about them changes nothing.
NOBODY = "nobody-at-all"


class V1Client(Client):
    """`welcome` is the first frame; with `refused=True` none is expected."""

    def __init__(self, host, port, client_id, since=None, refused=False, **how):
        query = "" if since is None else f"?since={since}"
        super().__init__(host, port, client_id, query, subprotocols=["sotto.v1"], **how)
        assert self.connection.subprotocol == "sotto.v1"
        self.refs = self.last_seq = 0
        self.raw = self.welcome = None
        if not refused:
            self.welcome = self.expect("welcome", client=client_id)
            self.log = self.welcome["log"]

    # Sending

    def do(self, type, **fields):
        """Sends a text frame; a field that is None is left out, and `from_` would be `from`."""
        self.send(write({"type": type} | {name: value for name, value in fields.items() if value is not None}))

    def say(self, to, id, text):
        """A text message that is accepted; returns what the server says to it."""
        self.do("send", to=to, id=id, text=text)
        return self.expect("accepted", id=id)

    def send_bytes(self, to, id, payload, **header):
        self.send(binary_frame({"type": "send", "to": to, "id": id} | header, payload))

    def received(self, seq, log=None):
        self.do("received", log=log or self.log, seq=seq)

    # Receiving

    def receive(self):
        self.raw = super().receive()
        message = read(self.raw)
        if message["type"] in ("message", "copy") and "ref" not in message:
            assert message["seq"] > self.last_seq, f"{shown(message)} comes after {self.last_seq}"
            self.last_seq = message["seq"]
        return message

    def expect(self, type, **fields):
        """The next frame is of this type and has these fields, None being one that it has not."""
        message = self.receive()
        assert message["type"] == type, f"{self.client_id} received {shown(message)}, not {type} {fields}"
        for name, value in fields.items():
            assert message.get(name) == value, f"{name}: {value!r} was expected in {shown(message)}"
        return message

    def expect_each(self, *frames):
        """The next frames are these, in any order: (type, fields) each. Returns them in the order asked for."""
        came = [self.receive() for _ in frames]
        found = []
        for type, fields in frames:
            same = [m for m in came if m["type"] == type and all(m.get(n) == v for n, v in fields.items())]
            assert same, f"no {type} {fields} in {[shown(m) for m in came]}"
            came.remove(same[0])
            found.append(same[0])
        return found

    def expect_error(self, code, **fields):
        return self.expect("error", code=code, **fields)

    def messages_so_far(self):
        """All that has come by now, what waited for the disk included: `history` is answered behind it.

        Not what is still being fed: that is `welcome["pending"]` messages.
        """
        messages = []
        for _ in range(2):
            self.refs += 1
            ref = f"so far {self.refs}"
            self.do("history", peer=NOBODY, limit=1, ref=ref)
            while (message := self.receive()).get("ref") != ref:
                messages.append(message)
            # A store that is broken cannot even tell that.
            is_answer = message["type"] == "error" or message["messages"] == []
            assert is_answer, f"messages with nobody: {shown(message)}"
        return messages

    def pending(self):
        """The messages that waited when it connected, however many batches they take."""
        return [self.expect("message") for _ in range(self.welcome["pending"])]

    def texts(self, count):
        """The texts of the next messages, and nothing else comes between them."""
        return [self.expect("message")["text"] for _ in range(count)]

    def history(self, peer, **fields):
        self.do("history", peer=peer, **fields)
        # Receipts that may not have arrived come again on a new connection.
        while (message := self.receive())["type"] in ("delivered", "read"):
            pass
        assert message["type"] == "history", f"{self.client_id} received {shown(message)}, not history"
        assert (message["peer"], message.get("ref")) == (peer, fields.get("ref"))
        return message

    def expect_bye(self, code):
        """The server says `bye` and closes with the same code; returns the `bye`."""
        bye = self.expect("bye", code=code)
        assert self.close_code() == code
        return bye
