"""permessage-deflate (RFC 7692): what is agreed, what is on the wire, and what nobody can abuse."""

import asyncio
import random
import zlib

import aiohttp
import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from daemon import SANITIZER, DEADLINE, eventually
from raw_http import RawConnection
from raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, UPGRADE, Frame, RawWebSocket, frame, header

KIBIBYTE, MEBIBYTE = 1 << 10, 1 << 20
DEFLATE = "permessage-deflate"
NO_TAKEOVER = f"{DEFLATE}; server_no_context_takeover; client_no_context_takeover"
TAIL = b"\x00\x00\xff\xff"
STORY = "The quick brown fox jumps over the lazy dog, and nobody knows why it always does that. "


@pytest.fixture
def server(start):
    return start("--compression")


class Compressed(RawWebSocket):
    """A WebSocket that has agreed about compression: what it reads is inflated, and what came is remembered."""

    def __init__(self, server, client_id, offer=DEFLATE, **how):
        super().__init__(server.host, server.port, client_id, [("Sec-WebSocket-Extensions", offer)], **how)
        server.clients.append(self)
        self.agreed = self.handshake.headers["sec-websocket-extensions"]
        assert self.agreed.startswith(DEFLATE)
        self.deflater = self.inflater = None
        self.payloads = []  # of data frames, as they were on the wire

    def read_frame(self):
        first, second = self.read_exactly(2)
        assert second & 0x80 == 0, "the server masked a frame"
        extended = {126: 2, 127: 8}.get(second, 0)
        length = int.from_bytes(self.read_exactly(extended), "big") if extended else second
        received = Frame(first & 0x0F, self.read_exactly(length), bool(first & 0x80), first >> 4 & 7)
        assert received.rsv == 0 or (received.rsv == 4 and received.opcode in (TEXT, BINARY)), f"{received}"
        if received.opcode in (TEXT, BINARY):
            self.payloads.append(received.payload)
        if received.rsv:
            if self.inflater is None or "server_no_context_takeover" in self.agreed:
                self.inflater = zlib.decompressobj(-15)
            received.payload = self.inflater.decompress(received.payload + TAIL)
            received.rsv = 0
        return received

    def deflate(self, data):
        if self.deflater is None or "client_no_context_takeover" in self.agreed:
            self.deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
        compressed = self.deflater.compress(data) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        assert compressed.endswith(TAIL)
        return compressed[:-4]

    def send_compressed(self, opcode, data):
        self.send_frame(opcode, self.deflate(data), rsv=4)


def answer(server, *offers):
    """The extensions that the server agrees to; `None` when it opens the connection without any."""
    connection = server.raw()
    connection.request("/ws/alice", [*UPGRADE, *(("Sec-WebSocket-Extensions", offer) for offer in offers)])
    response = connection.read_response()
    assert response.status == 101, f"{response}"
    connection.close()
    return response.headers.get("sec-websocket-extensions")


# Negotiation (§5 and §7.1)


@pytest.mark.parametrize(
    "offers, agreed",
    [
        ([DEFLATE], DEFLATE),
        ([f"{DEFLATE}; client_max_window_bits"], f"{DEFLATE}; client_max_window_bits=15"),  # Chrome
        ([f"{DEFLATE}; client_max_window_bits=10"], f"{DEFLATE}; client_max_window_bits=10"),
        ([f"{DEFLATE}; client_max_window_bits=8"], f"{DEFLATE}; client_max_window_bits=8"),
        ([f"{DEFLATE}; server_max_window_bits=9"], f"{DEFLATE}; server_max_window_bits=9"),
        ([f'{DEFLATE}; server_max_window_bits="15"'], f"{DEFLATE}; server_max_window_bits=15"),
        ([f"{DEFLATE};server_no_context_takeover"], f"{DEFLATE}; server_no_context_takeover"),
        ([f"{DEFLATE} ; client_no_context_takeover"], f"{DEFLATE}; client_no_context_takeover"),
        ([f"x-foo, {DEFLATE}"], DEFLATE),
        (["x-foo; a=1", f'x-bar; b="c", {DEFLATE}'], DEFLATE),
        ([f"{DEFLATE}; server_max_window_bits=8, {DEFLATE}"], DEFLATE),
        ([f"{DEFLATE}; server_max_window_bits=8", f"{DEFLATE}; server_max_window_bits=10"],
         f"{DEFLATE}; server_max_window_bits=10"),
        ([f"{DEFLATE}; server_no_context_takeover, {DEFLATE}"], f"{DEFLATE}; server_no_context_takeover"),
    ],
)  # fmt: skip
def test_an_acceptable_offer_is_answered_with_just_what_it_asks_for(server, offers, agreed):
    assert answer(server, *offers) == agreed


@pytest.mark.parametrize(
    "parameters",
    [
        "server_max_window_bits", "server_max_window_bits=", "server_max_window_bits=7", "server_max_window_bits=8",
        "server_max_window_bits=16", "server_max_window_bits=010", 'server_max_window_bits="09"',
        "server_max_window_bits=ten", "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits=", "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=08",
        "client_max_window_bits; client_max_window_bits", "server_no_context_takeover=1",
        "client_no_context_takeover=true", "server_no_context_takeover; server_no_context_takeover", "unknown", "",
    ],
)  # fmt: skip
def test_a_wrong_offer_is_declined_and_the_next_one_looked_at(server, parameters):
    assert answer(server, f"{DEFLATE}; {parameters}") is None
    assert answer(server, f"{DEFLATE}; {parameters}, {DEFLATE}") == DEFLATE


def test_without_the_flag_or_an_offer_nothing_is_agreed(server, start):
    assert answer(server) is None
    assert answer(start(), DEFLATE) is None
    assert answer(start("--no-compression", env={"SOTTO_COMPRESSION": "true"}), DEFLATE) is None
    assert answer(start(env={"SOTTO_COMPRESSION": "true"}), DEFLATE) == DEFLATE


# Messages


@pytest.mark.parametrize("offer", [DEFLATE, NO_TAKEOVER, f"{DEFLATE}; server_max_window_bits=9"])
def test_messages_shrink_on_the_wire(server, offer):
    alice = Compressed(server, "alice", offer)
    message = STORY * 10
    for n in range(20):
        alice.send_compressed(TEXT, f"alice:{n} {message}".encode())
        alice.expect_message(f"Client #alice says: {n} {message}")
    sizes = [len(payload) for payload in alice.payloads]
    assert max(sizes) < len(message) / 4
    if "takeover" in offer:
        assert min(sizes) > 80, "each stands alone"
    elif "bits" not in offer:
        assert max(sizes[1:]) < 40, "all but the first refer to those before"


def test_short_messages_and_those_that_do_not_shrink_go_as_they_are(server):
    alice = Compressed(server, "alice")
    noise = random.randbytes(1000)
    large = random.randbytes(MEBIBYTE)
    for _ in range(3):
        alice.send_text("alice:short")
        alice.expect_message("Client #alice says: short")
        for data in (noise, large):
            alice.send_compressed(BINARY, b"alice:" + data)
            alice.expect_message(b"alice:" + data)
            assert alice.payloads[-1] == b"alice:" + data
        alice.send_compressed(TEXT, f"alice:{STORY * 3}".encode())
        alice.expect_message(f"Client #alice says: {STORY * 3}")
        assert len(alice.payloads[-1]) < len(STORY) * 2


def test_the_plain_protocol_between_a_compressed_and_an_uncompressed_client(server):
    alice, bob = Compressed(server, "alice"), server.raw_websocket("bob")
    for n in range(5):
        alice.send_compressed(TEXT, f"bob:{n} {STORY}".encode())
        bob.expect_message(f"Client #alice says: {n} {STORY}")
        bob.send_text(f"alice:{n} {STORY}")
        alice.expect_message(f"Client #bob says: {n} {STORY}")
    assert len(alice.payloads[-1]) < 30
    bob.send_binary(b"alice:" + bytes(KIBIBYTE))
    alice.expect_message(b"bob:" + bytes(KIBIBYTE))
    alice.close()
    bob.expect_message("Client #alice left the chat")


def test_messages_kept_for_an_absent_client_are_compressed_when_it_comes(server):
    alice = server.client("alice")
    for n in range(100):
        alice.send(f"bob:{n} {STORY}")
    alice.messages_so_far()
    bob = Compressed(server, "bob")
    for n in range(100):
        bob.expect_message(f"Client #alice says: {n} {STORY}")
    assert sum(map(len, bob.payloads)) < 100 * 40


def test_fragments_with_control_frames_between_them(server):
    alice = Compressed(server, "alice")
    for _ in range(3):
        data = alice.deflate(f"alice:{STORY}".encode())
        alice.send_frame(TEXT, data[:5], fin=False, rsv=4)
        alice.send_frame(PING, b"one")
        alice.send_frame(CONTINUATION, b"", fin=False)
        alice.send_frame(CONTINUATION, data[5:9], fin=False)
        alice.send_frame(PING, b"two")
        alice.send_frame(CONTINUATION, data[9:])
        alice.expect_frame(PONG, b"one")
        alice.expect_frame(PONG, b"two")
        alice.expect_message(f"Client #alice says: {STORY}")


@pytest.mark.parametrize(
    "payload",
    [
        "f248cdc9c90700", "000500faff48656c6c6f00", "f348cdc9c9070000", "f348cdc9c90700",
        "f24805000000ffffcac9c90700",
    ],
)  # fmt: skip
def test_the_examples_of_the_rfc(server, payload):
    # "Hello" in each of the ways of §7.2.3: no target, which the server says in a sentence.
    alice = Compressed(server, "alice")
    for _ in range(3):
        alice.send_frame(TEXT, bytes.fromhex(payload), rsv=4)
        assert alice.read_message().startswith("Error: ")
    alice.expect_echo()


@pytest.mark.parametrize("offer", [DEFLATE, NO_TAKEOVER])
def test_random_messages_in_random_splits_and_fragments(server, offer):
    dice = random.Random(7692)
    alice, bob = Compressed(server, "alice", offer), Compressed(server, "bob", offer)
    for _ in range(20):
        messages, wire = [], bytearray()
        for _ in range(100):
            size = dice.choice([0, 1, 10, 63, 64, 100, 1000, 5000, 20000])
            alphabet = dice.choice([b"a", b"abcd", bytes(range(256))])
            messages.append(bytes(dice.choices(alphabet, k=size)))
            data, rsv = b"bob:" + messages[-1], 0
            if dice.random() < 0.8:
                data, rsv = alice.deflate(data), 4
            cuts = sorted(dice.choices(range(len(data) + 1), k=dice.choice([0, 0, 1, 5])))
            parts = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]
            for place, part in enumerate(parts):
                fin = place == len(parts) - 1
                wire += frame(CONTINUATION if place else BINARY, part, fin=fin, rsv=0 if place else rsv)
                if dice.random() < 0.1:
                    wire += frame(PONG, b"nobody asked")
        while wire:
            size = dice.choice([1, 2, 7, 100, 1000, 100_000])
            alice.send(wire[:size])
            del wire[:size]
        for message in messages:
            bob.expect_message(b"alice:" + message)


# Clients that others wrote


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"client_max_window_bits": True},
        {"client_max_window_bits": 9, "server_max_window_bits": 9},
        {"server_no_context_takeover": True, "client_no_context_takeover": True},
    ],
)
def test_websockets_client(server, settings):
    extensions = [ClientPerMessageDeflateFactory(**settings)]
    alice = server.client("alice", extensions=extensions)
    bob = server.client("bob", extensions=extensions)
    assert alice.connection.protocol.extensions, "nothing was agreed"
    for n in range(50):
        alice.send(f"bob:{n} {STORY * n}")
        bob.expect(f"Client #alice says: {n} {STORY * n}")
        bob.send(b"alice:" + random.randbytes(n * 100) + bytes(n * 100))
        assert bob.connection and alice.receive().endswith(bytes(n * 100))
    data = "".join(random.choices("abcdefghij", k=4 * MEBIBYTE))
    alice.send("bob:" + data)
    bob.expect("Client #alice says: " + data)
    alice.send(["bob:", STORY, STORY])
    bob.expect("Client #alice says: " + STORY * 2)


@pytest.mark.parametrize("bits", [15, 11])
def test_aiohttp_client(server, bits):
    async def talk():
        async with aiohttp.ClientSession() as session:
            url = f"http://{server.host}:{server.port}/ws/alice"
            async with session.ws_connect(url, compress=bits) as socket:
                assert socket.compress, "nothing was agreed"
                for n in range(50):
                    await socket.send_str(f"alice:{n} {STORY * n}")
                    message = await asyncio.wait_for(socket.receive(), DEADLINE)
                    assert message.data == f"Client #alice says: {n} {STORY * n}"

    asyncio.run(talk())


# What is wrong, or meant to hurt


@pytest.mark.parametrize(
    "wrong, code",
    [
        (frame(CONTINUATION, b"\x00", rsv=4), 1002),
        (frame(PING, b"", rsv=4), 1002),
        (frame(CLOSE, b"", rsv=4), 1002),
        (frame(TEXT, b"\x00", rsv=6), 1002),
        (frame(TEXT, b"\x00", rsv=2), 1002),
        (frame(TEXT, b"\x07", rsv=4), 1007),
        (frame(TEXT, b"\xff\xff", rsv=4), 1007),
        (frame(BINARY, bytes.fromhex("f200110000"), rsv=4), 1007),  # refers to what was never there
        (frame(BINARY, bytes.fromhex("f248cd"), rsv=4), 1007),  # ends in the middle
        (frame(TEXT, b"\x00\x02\x00\xfd\xff\xc3\x28\x00", rsv=4), 1007),  # no UTF-8
    ],
)
def test_faults_close_the_connection(server, wrong, code):
    alice = Compressed(server, "alice")
    alice.send(wrong)
    alice.expect_close(code)


def test_rsv1_without_an_agreement_is_an_error(server):
    alice = server.raw_websocket("alice")
    alice.send_frame(TEXT, bytes.fromhex("f248cdc9c90700"), rsv=4)
    alice.expect_close(1002)


def test_text_fails_in_the_middle_of_a_frame(server):
    alice = Compressed(server, "alice")
    data = alice.deflate(b"bob:" + b"\xff" + random.randbytes(2000))
    alice.send(header(TEXT, len(data), rsv=4, key=bytes(4)) + data[:1000])
    alice.expect_close(1007)


def test_a_bomb_is_refused_before_it_takes_memory(start):
    server = start("--compression", "--max-message-size", "1MiB")
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = bomb.compress(b"alice:" + bytes(1024 * MEBIBYTE)) + bomb.flush(zlib.Z_SYNC_FLUSH)
    assert len(data) < 1.1 * MEBIBYTE
    small = data[: 8 * KIBIBYTE]  # inflates to 8 MiB
    alice = Compressed(server, "alice")
    largest = b"alice:" + random.randbytes(MEBIBYTE - 6)
    alice.send_compressed(BINARY, largest)
    alice.expect_message(largest)
    before = server.resident_bytes()
    for payload in (small, data) * 5:
        attacker = Compressed(server, "mallory")
        attacker.send_frame(BINARY, payload[:MEBIBYTE], rsv=4, key=bytes(4))
        attacker.expect_close(1009)
    assert server.resident_bytes() - before < 4 * MEBIBYTE
    alice.expect_echo()


def test_the_limit_counts_what_a_message_inflates_to(start):
    server = start("--compression", "--max-message-size", "10000")
    for size in (9999, 10000):
        alice = Compressed(server, "alice")
        alice.send_compressed(BINARY, b"alice:" + bytes(size - 6))
        alice.expect_message(b"alice:" + bytes(size - 6))
        noise = random.randbytes(size - 6)  # longer on the wire than the limit
        alice.send_compressed(BINARY, b"alice:" + noise)
        alice.expect_message(b"alice:" + noise)
    alice.send_compressed(BINARY, b"alice:" + bytes(9995))
    alice.expect_close(1009)


def test_a_slow_reader_gets_everything_once_and_nothing_garbled(start):
    server = start("--compression", "--max-queue", "1MiB")
    alice, bob = Compressed(server, "alice"), Compressed(server, "bob", receive_buffer=1 << 16)
    dice = random.Random(1)

    def message(n):
        dice.seed(n)
        return f"{n:05d} ".encode() + bytes(dice.choices(b"abcdefgh", k=dice.choice([20, 500, 60_000])))

    sent, is_here = 0, True
    while is_here:
        for _ in range(20):
            alice.send_binary(b"bob:" + message(sent))
            sent += 1
        alice.send_text("alice:so far")
        while (answer := alice.read_message()) != "Client #alice says: so far":
            is_here = is_here and answer != "Client #bob left the chat"
        assert sent < 10_000, "was never let go"
    first, code = [], None
    try:
        while code is None:
            received = bob.read_frame()
            if received.opcode == CLOSE:
                code = received.close_code()
            elif received.opcode == BINARY:
                first.append(received.payload)
    except (EOFError, ConnectionResetError):
        pass
    assert code in (4202, None)
    for n, payload in enumerate(first):
        assert payload == b"alice:" + message(n)
    again = Compressed(server, "bob")
    again.send_text("bob:marker")
    second = []
    while not isinstance(received := again.read_message(), str):
        second.append(received)
    start_of_second = sent - len(second)
    for n, payload in enumerate(second):
        assert payload == b"alice:" + message(start_of_second + n)
    assert start_of_second >= len(first), "nothing is delivered twice"
    assert code is None or start_of_second == len(first), "nothing is lost before a close frame"


@pytest.mark.skipif(SANITIZER is not None, reason="a sanitizer takes a multiple of the memory")
def test_idle_connections_cost_no_compression_memory(server):
    warm = Compressed(server, "warm")
    warm.expect_echo()
    before = server.resident_bytes()
    idle = [Compressed(server, f"idle{n}") for n in range(200)]
    each = (server.resident_bytes() - before) / len(idle)
    assert each < 4 * KIBIBYTE
    for n, client in enumerate(idle):
        client.send_compressed(TEXT, f"idle{n}:{STORY}".encode())
        client.expect_message(f"Client #idle{n} says: {STORY}")
    talking = (server.resident_bytes() - before) / len(idle)
    assert talking < 100 * KIBIBYTE
    for client in idle:
        client.close()
    eventually(lambda: server.resident_bytes() - before < 200 * 40 * KIBIBYTE, "the memory is given back")


def test_a_shutdown_delivers_what_waits(start):
    server = start("--compression")
    alice = Compressed(server, "alice")
    for _ in range(10):
        alice.send_compressed(TEXT, f"alice:{STORY * 100}".encode())
    for _ in range(10):
        alice.expect_message(f"Client #alice says: {STORY * 100}")
    server.signal(15)
    alice.expect_close(1001)
