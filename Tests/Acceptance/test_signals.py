"""How the daemon ends, and what does not end it."""

import signal
import time

import pytest

from daemon import eventually
from raw_websocket import CLOSE, TEXT

ENDING = [signal.SIGTERM, signal.SIGINT]


@pytest.fixture
def draining(start):
    """A daemon with a client that does not read what it is sent, so that a drain lasts until its timeout."""
    daemon = start("--shutdown-timeout", "60", "--max-queue", "64MiB")
    alice = daemon.client("alice")
    daemon.raw_websocket("stuck", receive_buffer=1 << 16)
    for _ in range(400):  # 25 MiB
        alice.send(b"stuck:" + bytes(1 << 16))
    alice.expect_nothing()
    daemon.witness = daemon.client("witness")
    return daemon


@pytest.mark.parametrize("number", ENDING)
def test_every_client_is_told_1001_and_the_daemon_exits_0(server, number):
    clients = [server.client(f"client{n}") for n in range(20)]
    server.signal(number)
    assert [client.close_code() for client in clients] == [1001] * 20
    assert server.wait_for_exit() == 0


def test_what_was_sent_before_sigterm_arrives_before_the_close(server):
    alice, bob = server.client("alice"), server.raw_websocket("bob")
    for n in range(1000):
        alice.send(f"bob:{n}")
    alice.expect_nothing()  # so the server has all of them
    server.signal(signal.SIGTERM)
    code, frames = bob.read_until_close()
    assert code == 1001
    assert [f.payload for f in frames] == [f"Client #alice says: {n}".encode() for n in range(1000)]
    bob.send_close(1001)
    bob.expect_end()
    assert server.wait_for_exit() == 0


def test_an_ending_server_sends_no_leave_notices(server):
    names = [f"client{n}" for n in range(10)]
    clients = {name: server.raw_websocket(name) for name in names}
    for name in names:
        for other in names:
            clients[name].send_frame(TEXT, f"{other}:hello".encode())
    for client in clients.values():
        for _ in names:
            assert client.read_message().endswith("says: hello")
    server.signal(signal.SIGTERM)
    for client in clients.values():
        code, frames = client.read_until_close()
        assert (code, frames) == (1001, [])
        client.reset()
    assert server.wait_for_exit() == 0


def test_without_clients_it_exits_at_once(server):
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    assert server.wait_for_exit() == 0
    assert time.monotonic() - began < 2, "there was nothing to drain"


def test_an_idle_http_connection_does_not_hold_up_the_end(start):
    daemon = start("--shutdown-timeout", "60")
    daemon.raw().get("/healthz")
    daemon.raw()
    daemon.signal(signal.SIGTERM)
    assert daemon.wait_for_exit() == 0


def test_while_it_drains_nobody_new_is_let_in(draining):
    draining.signal(signal.SIGTERM)
    assert draining.witness.close_code() == 1001
    with pytest.raises((ConnectionError, EOFError)):
        draining.get("/healthz")
    assert draining.is_running()


def test_while_it_drains_healthz_answers_503_on_a_connection_still_open(draining):
    connection = draining.raw()
    connection.get("/healthz")  # so it is accepted
    connection.send(b"GET /healthz HTTP/1.1\r\n")
    draining.get("/healthz")  # a round of the loop later, half of the request has been read
    draining.signal(signal.SIGTERM)
    assert draining.witness.close_code() == 1001
    connection.send(b"Host: sotto\r\n\r\n")
    assert connection.read_response().status == 503


@pytest.mark.parametrize("first", ENDING)
@pytest.mark.parametrize("second", ENDING)
def test_a_second_signal_ends_it_at_once(draining, first, second):
    draining.signal(first)
    assert draining.witness.close_code() == 1001
    assert draining.is_running()
    draining.signal(second)
    assert draining.wait_for_exit(within=2) == 128 + second


def test_a_client_that_does_not_answer_the_close_is_waited_for_no_longer_than_the_timeout(start):
    daemon = start("--shutdown-timeout", "1")
    mute = daemon.raw_websocket("mute")
    daemon.signal(signal.SIGTERM)
    assert mute.read_frame().opcode == CLOSE
    assert daemon.wait_for_exit(within=5) == 0


def test_a_client_that_hangs_up_instead_of_answering_the_close_holds_up_nothing(start):
    daemon = start("--shutdown-timeout", "60")
    leaving = [daemon.raw_websocket(f"client{n}") for n in range(2)]
    daemon.signal(signal.SIGTERM)
    for client in leaving:
        assert client.read_frame().close_code() == 1001
    leaving[0].close()
    leaving[1].reset()
    assert daemon.wait_for_exit(within=2) == 0


def test_sighup_is_ignored(server):
    alice = server.client("alice")
    server.signal(signal.SIGHUP)
    alice.send("alice:still here")
    alice.expect("Client #alice says: still here")
    assert server.get("/healthz").status == 200


def test_sigpipe_never_ends_it(server):
    server.signal(signal.SIGPIPE)
    assert server.get("/healthz").status == 200


def test_writing_to_connections_that_were_reset_never_ends_it(server):
    alice = server.client("alice")
    for n in range(50):
        gone = server.raw_websocket(f"gone{n}")
        alice.send(f"gone{n}:" + "x" * 100_000)
        gone.reset()
    eventually(lambda: server.get("/healthz").status == 200, "an answer")
    alice.messages_so_far()


def test_a_client_that_resets_in_the_middle_of_a_download_never_ends_it(server, site):
    with open(site / "big.bin", "wb") as file:
        file.truncate(20 << 20)
    for _ in range(20):
        connection = server.raw()
        connection.request("/static/big.bin")
        connection.read_head()
        connection.reset()
    assert server.get("/static/hello.txt").text() == "Hello, world"
