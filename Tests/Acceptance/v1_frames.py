"""The frames of sotto.v1: how a client writes them, and what each frame of the server must look like."""

import json
import struct

MAX_INTEGER = (1 << 53) - 1
WHYS = {"closed", "lost", "removed", "slow"}
ERRORS = {
    "bad_request",
    "bad_target",
    "forbidden",
    "too_large",
    "rate_limited",
    "mailbox_full",
    "unavailable",
}


def binary_frame(header, payload=b""):
    """A message of any bytes; `header` is a dictionary, or bytes for what no JSON writer would write."""
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("!H", len(written)) + written + payload


def write(frame):
    """JSON as short as it can be, with the characters as they are."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class Twins(Exception):
    """An object of the server had the same key twice."""


def read(frame):
    """A frame of the server as a dictionary; a binary one is its header, with the bytes as `payload`."""
    if isinstance(frame, str):
        message = json.loads(frame, object_pairs_hook=once)
        assert "payload" not in message
    else:
        (length,) = struct.unpack("!H", frame[:2])
        message = json.loads(frame[2 : 2 + length].decode(), object_pairs_hook=once)
        assert message["type"] in ("message", "copy"), f"a binary {message}"
        assert "text" not in message and "data" not in message, f"two bodies: {message}"
        message["payload"] = frame[2 + length :]
    check(message)
    return message


def once(pairs):
    """An object whose keys are unlike; what `data` holds is somebody else's, and may have twins."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys) and "type" in keys and "data" not in keys:
        raise Twins(pairs)
    return dict(pairs)


# What each frame has: (always, sometimes).
FIELDS = {
    "welcome": ({"client", "server", "log", "heartbeat", "leave_within", "limits", "pending"}, set()),
    "message": ({"from", "id", "seq", "at"}, {"again", "text", "data", "payload", "mime", "name", "ref"}),
    "copy": ({"to", "id", "seq", "at"}, {"again", "text", "data", "payload", "mime", "name", "ref"}),
    "accepted": ({"id", "seq", "at", "state"}, set()),
    "delivered": ({"to", "id"}, set()),
    "read": ({"to", "id"}, set()),
    "signal": ({"from", "data"}, set()),
    "presence": ({"peer", "online"}, set()),
    "left": ({"peer", "at", "why", "after"}, set()),
    "history": ({"peer", "messages", "more"}, {"ref"}),
    "gap": ({"from", "count"}, set()),
    "bye": ({"code"}, {"retry"}),
    "error": ({"code", "message"}, {"id", "ref"}),
    "pong": (set(), {"ref"}),
}
ENTRY = {"from", "to", "id", "seq", "at", "state"}


def check(message):
    """The frame has the fields of its type and no others, each of the right kind."""
    always, sometimes = FIELDS[message["type"]]
    fields = message.keys() - {"type"}
    assert always <= fields <= always | sometimes, f"fields of {shown(message)}"
    for name in ("seq", "at", "after", "retry", "count", "pending"):
        if name in message:
            assert is_number(message[name]), f"{name} of {shown(message)}"
    for name in ("client", "from", "to", "id", "log", "peer", "text", "mime", "name", "server", "message"):
        if name in message:
            assert isinstance(message[name], str) and (message[name] or name == "text"), f"{name} of {shown(message)}"
    if message["type"] in ("message", "copy"):
        check_body(message, ("text", "data", "payload"))
        assert message.get("again", True) is True, f"again of {shown(message)}"
    elif message["type"] == "history":
        for entry in message["messages"]:
            check_entry(entry)
        numbers = [entry["seq"] for entry in message["messages"]]
        assert numbers == sorted(set(numbers), reverse=True), f"not newest first: {numbers}"
        assert isinstance(message["more"], bool)
    elif message["type"] == "error":
        assert message["code"] in ERRORS, f"{message}"
        assert len(message["message"].split()) >= 4, f"not a sentence: {message}"
    elif message["type"] == "accepted":
        assert message["state"] in ("sent", "kept"), f"{message}"
    elif message["type"] == "left":
        assert message["why"] in WHYS, f"{message}"
    elif message["type"] == "presence":
        assert isinstance(message["online"], bool)


def check_body(message, bodies):
    assert sum(body in message for body in bodies) == 1, f"not one body: {shown(message)}"


def check_entry(entry):
    assert entry.keys() - {"text", "data", "binary"} == ENTRY, f"fields of the entry {shown(entry)}"
    check_body(entry, ("text", "data", "binary"))
    assert entry["state"] in ("accepted", "delivered", "read"), f"{shown(entry)}"
    assert is_number(entry["seq"]) and is_number(entry["at"])
    if "binary" in entry:
        assert {"size"} <= entry["binary"].keys() <= {"size", "mime", "name"}, f"{entry}"


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


def shown(message):
    return repr(message)[:400]
