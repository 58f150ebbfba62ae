"""https and wss: what is spoken, how it ends, what a wrong certificate is told, and a new one while it serves.

What holds with and without TLS is in the other files: `TEST_TLS=1` runs any of them over TLS.
"""

import os
import re
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from certificate import Certificate
from client import Client
from daemon import assert_one_line, binary, eventually, run_to_end
from raw_http import RawConnection
from raw_websocket import TEXT, frame


@pytest.fixture(scope="module")
def own():
    return Certificate()


@pytest.fixture
def secure(start, own):
    return launch(start, own)


def launch(start, own, *flags):
    daemon = start(*own.flags, *flags)
    daemon.trust = own.trust()
    return daemon


def s_client(daemon, *arguments, text=""):
    """What OpenSSL's own client says."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=10)
    return done.stdout + done.stderr


# What is spoken


def test_the_ready_lines_say_https(secure):
    assert secure.ready_line == f"Listening on https://127.0.0.1:{secure.port}"
    assert secure.read_second_line() == f"Chat page: https://127.0.0.1:{secure.port}/static/chat.html"


@pytest.mark.parametrize("algorithm", [("rsa:2048",), ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), ("ed25519",)])
def test_two_people_talk_by_wss(start, algorithm):
    daemon = launch(start, Certificate(*algorithm))
    alice, bob = daemon.client("alice"), daemon.client("bob")
    alice.send("bob:hello")
    assert bob.receive() == "Client #alice says: hello"
    bob.send(b"alice:" + bytes(100_000))
    assert alice.receive() == b"bob:" + bytes(100_000)
    bob.close()
    assert alice.receive() == "Client #bob left the chat"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_are_spoken(secure, own, version):
    tls = own.trust()
    tls.minimum_version = tls.maximum_version = version
    connection = RawConnection(secure.host, secure.port, tls=tls)
    assert connection.get("/healthz").status == 200
    name, _, bits = connection.socket.cipher()
    assert bits >= 128 and ("GCM" in name or "CHACHA20" in name), name
    assert version == ssl.TLSVersion.TLSv1_3 or name.startswith("ECDHE-"), name
    connection.close()


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_older_versions_are_refused(secure, version):
    said = s_client(secure, version, "-cipher", "DEFAULT:@SECLEVEL=0")
    assert "alert protocol version" in said or "no protocols available" in said, said


@pytest.mark.parametrize(
    "cipher", ["AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "DHE", "NULL"]
)
def test_ciphers_without_forward_secrecy_or_authentication_are_refused(secure, cipher):
    said = s_client(secure, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")
    assert "handshake failure" in said or "no cipher match" in said, said


@pytest.mark.parametrize(
    ("offered", "chosen"), [(["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1"), ([], None)]
)
def test_http_1_1_is_chosen_by_alpn(secure, own, offered, chosen):
    tls = own.trust()
    if offered:
        tls.set_alpn_protocols(offered)
    connection = RawConnection(secure.host, secure.port, tls=tls)
    assert connection.socket.selected_alpn_protocol() == chosen
    assert connection.get("/healthz").status == 200
    connection.close()


def test_who_speaks_only_other_protocols_is_told(secure):
    assert "alert no application protocol" in s_client(secure, "-alpn", "h2")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_sessions_are_resumed(secure, own, version):
    tls = own.trust()
    tls.minimum_version = tls.maximum_version = version
    session = None
    for _ in range(2):
        raw = socket.create_connection((secure.host, secure.port))
        with tls.wrap_socket(raw, server_hostname="127.0.0.1", session=session) as connection:
            assert connection.session_reused == (session is not None)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
            session = connection.session


def test_renegotiation_is_off(secure):
    said = s_client(secure, "-tls1_2", text="R\nGET /healthz HTTP/1.1\nHost: localhost\n\n")
    assert "RENEGOTIATING" in said and ("no renegotiation" in said or "unexpected message" in said), said


def test_plain_http_is_told_to_use_https(secure):
    connection = RawConnection(secure.host, secure.port)
    response = connection.get("/")
    assert response.status == 400
    assert response.text() == "This port speaks TLS only: use https:// or wss:// here."
    connection.expect_end()


@pytest.mark.parametrize("data", [b"\0" * 100, b"SSH-2.0-x\r\n", bytes.fromhex("16030100050100000103"), b"\x16\x03\x01\xff\xff"])
def test_what_is_no_tls_ends_the_connection(start, own, data):
    daemon = launch(start, own, "--handshake-timeout", "0.3")
    connection = RawConnection(daemon.host, daemon.port)
    connection.send(data)
    rest = connection.read_to_end()
    # An alert, if anything.
    assert rest == b"" or rest[0] == 21
    assert daemon.get("/healthz").status == 200


def test_a_slow_handshake_is_cut_off(start, own):
    daemon = launch(start, own, "--handshake-timeout", "0.3")
    silent, slow = RawConnection(daemon.host, daemon.port), RawConnection(daemon.host, daemon.port)
    outgoing = ssl.MemoryBIO()
    client = own.trust().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    hello = outgoing.read()
    start_time = time.monotonic()
    slow.send(hello[:100])
    assert silent.read_to_end() == b"" and slow.read_to_end() == b""
    assert time.monotonic() - start_time < 5


# How it ends


def test_the_end_of_an_answer_is_said_in_tls(secure):
    connection = secure.raw()
    connection.request("/healthz", [("Connection", "close")])
    assert connection.read_response().status == 200
    # A cut would raise SSLEOFError.
    assert connection.socket.recv(1) == b""


def test_a_closing_websocket_says_so_in_tls(secure):
    alice = secure.raw_websocket("alice")
    alice.send_close(1000)
    alice.expect_close(1000)


def test_a_peer_that_ends_its_tls_has_left(secure):
    alice, bob = secure.raw_websocket("alice"), secure.client("bob")
    bob.send("alice:hello")
    alice.expect_message("Client #bob says: hello")
    with pytest.raises((ssl.SSLError, OSError)):
        # Sends close_notify, and waits in vain for what the server would have to say.
        alice.socket.unwrap()
        raise OSError
    assert bob.receive() == "Client #alice left the chat"


def test_a_cut_connection_has_left(secure):
    alice, bob = secure.raw_websocket("alice"), secure.client("bob")
    bob.send("alice:hello")
    alice.expect_message("Client #bob says: hello")
    alice.reset()
    assert bob.receive() == "Client #alice left the chat"


def test_sigterm_says_goodbye(secure):
    alice = secure.client("alice")
    secure.signal(signal.SIGTERM)
    assert alice.close_code() == 1001
    assert secure.wait_for_exit() == 0


# What a slow reader did not get


@pytest.mark.parametrize("size", [1000, 30_000, 300_000])
def test_a_slow_reader_loses_nothing_and_gets_nothing_twice(start, own, size):
    daemon = launch(start, own, "--max-queue", "1MiB", "--heartbeat-interval", "0")
    slow = daemon.raw_websocket("slow", receive_buffer=4096)
    sender = daemon.client("sender")
    # Fewer than a mailbox holds.
    count = min(20_000_000 // size, 9000)
    for number in range(count):
        sender.send(f"slow:{number} ".ljust(size, "x"))
    # Answered when all before it has been handled.
    sender.send("sender:done")
    notices = []
    while (text := sender.receive()) != "Client #sender says: done":
        notices.append(text)
    assert any("is offline" in text for text in notices), "it was never too slow"
    numbers = []
    with_rest = slow.read_to_end()
    offset = 0
    while offset + 2 <= len(with_rest):
        opcode, length, start_of_payload = with_rest[offset] & 15, with_rest[offset + 1], offset + 2
        if length > 125:
            width = 2 if length == 126 else 8
            length = int.from_bytes(with_rest[offset + 2 : offset + 2 + width], "big")
            start_of_payload += width
        payload = with_rest[start_of_payload : start_of_payload + length]
        if opcode == TEXT and len(payload) == length:
            numbers.append(int(re.match(rb"Client #sender says: (\d+)", payload)[1]))
        offset = start_of_payload + length
    again = daemon.client("slow")
    while len(numbers) < count:
        numbers.append(int(re.match(r"Client #sender says: (\d+)", again.receive())[1]))
    assert numbers == list(range(count))


# Certificates


@pytest.fixture(scope="module")
def other():
    return Certificate("rsa:2048")


def wrong(tmp_path, own, other, case):
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    locked = tmp_path / "locked.pem"
    subprocess.run(
        ["openssl", "ec", "-in", own.key, "-aes128", "-passout", "pass:x", "-out", str(locked)],
        check=True,
        capture_output=True,
    )
    return {
        "missing certificate": (str(tmp_path / "none.pem"), own.key, "cannot be read: No such file"),
        "missing key": (own.path, str(tmp_path / "none.pem"), "cannot be read: No such file"),
        "no certificate": (str(nonsense), own.key, "must be PEM"),
        "no key": (own.path, str(nonsense), "must be PEM, without a passphrase"),
        "locked key": (own.path, str(locked), "without a passphrase"),
        "another's key": (own.path, other.key, "is not that of the certificate"),
    }[case]


@pytest.mark.parametrize(
    "case", ["missing certificate", "missing key", "no certificate", "no key", "locked key", "another's key"]
)
def test_a_wrong_certificate_or_key_is_named(tmp_path, own, other, case):
    path, key, words = wrong(tmp_path, own, other, case)
    ended = run_to_end("--port", "0", "--tls-cert", path, "--tls-key", key)
    assert ended.returncode == 1
    assert_one_line(ended.stderr, "sotto: ", words, path if "certificate" in case.split()[-1] else key)


@pytest.mark.parametrize("flag", ["--tls-cert", "--tls-key"])
def test_one_without_the_other_is_refused(flag):
    ended = run_to_end("--port", "0", flag, "x.pem", env={"SOTTO_TLS_CERT": None, "SOTTO_TLS_KEY": None})
    assert ended.returncode == 64
    assert_one_line(ended.stderr, "--tls-cert", "--tls-key", "belong together")


def test_a_certificate_that_ends_soon_is_mentioned(start):
    daemon = launch(start, Certificate(days=3))
    eventually(lambda: "expires within 14 days" in daemon.stderr(), "a warning")


def test_sighup_reads_the_certificate_again_and_drops_nobody(start):
    own = Certificate()
    daemon = launch(start, own)
    alice = daemon.client("alice")
    first = ssl.get_server_certificate((daemon.host, daemon.port))
    own.make()
    daemon.signal(signal.SIGHUP)
    eventually(lambda: "has been read again" in daemon.stderr(), "a line in the log")
    assert ssl.get_server_certificate((daemon.host, daemon.port)) != first
    bob = Client(daemon.host, daemon.port, "bob", tls=own.trust())
    bob.send("alice:new")
    assert alice.receive() == "Client #bob says: new"
    alice.send("bob:old")
    assert bob.receive() == "Client #alice says: old"
    bob.close()


def test_sighup_keeps_the_certificate_when_the_new_one_is_wrong(start):
    own = Certificate()
    daemon = launch(start, own)
    trust = own.trust()
    with open(own.path, "w") as file:
        file.write("nonsense")
    daemon.signal(signal.SIGHUP)
    eventually(lambda: "stays as it was" in daemon.stderr(), "a line in the log")
    daemon.trust = trust
    assert daemon.get("/healthz").status == 200


# The load generator


@pytest.mark.parametrize("flags", [("throughput", "--depth", "32"), ("throughput", "--size", "65536"), ("churn",), ("leave",)])
def test_the_load_generator_speaks_tls(start, own, flags):
    daemon = launch(start, own)
    generator = os.environ.get("SOTTO_BENCH") or Path(binary()).with_name("Bench")
    if not Path(generator).exists():
        pytest.skip("set SOTTO_BENCH to the load generator")
    done = run_to_end(
        *flags, "--tls", "--port", str(daemon.port), "--clients", "4", "--seconds", "0.2", "--warm-up", "0.05",
        program=str(Path(generator).resolve()),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# Pages


def test_a_page_of_this_host_may_connect(secure, own):
    page = f"https://127.0.0.1:{secure.port}"
    Client(secure.host, secure.port, "alice", tls=own.trust(), origin=page).close()
    for host, page in [("chat.example", "https://chat.example"), ("chat.example:443", "https://chat.example")]:
        connection = secure.raw()
        connection.send(
            f"GET /ws/1 HTTP/1.1\r\nHost: {host}\r\nOrigin: {page}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert connection.read_head().status == 101


def test_large_files_arrive_whole(start, own, site):
    content = os.urandom(3_000_000)
    (site / "large.bin").write_bytes(content)
    daemon = launch(start, own)
    assert daemon.get("/static/large.bin").body == content


def test_messages_may_come_in_the_packet_of_the_upgrade(secure):
    connection = secure.raw()
    connection.send(
        b"GET /ws/a HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" + frame(TEXT, b"a:hi")
    )
    assert connection.read_head().status == 101
    assert connection.read_exactly(20) == b"\x81\x12Client #a says: hi"
