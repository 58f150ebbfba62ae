"""Standard output and standard error: whatever happens to them, the daemon goes on."""

import contextlib
import fcntl
import os
import time

import pytest

from daemon import Daemon, eventually

LISTENING = Daemon.wait_until_listening


def assert_it_serves(daemon):
    alice, bob = daemon.client("alice"), daemon.client("bob")
    for n in range(200):
        alice.send(f"bob:{n}")
    for n in range(200):
        bob.expect(f"Client #alice says: {n}")
    alice.close()
    bob.expect("Client #alice left the chat")
    assert daemon.get("/healthz").status == 200


def full_pipe():
    """Both ends of a pipe into which nothing more goes."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    try:
        while True:
            os.write(writer, bytes(4096))
    except BlockingIOError:
        os.set_blocking(writer, True)
    return reader, writer


@pytest.fixture
def pipes():
    """Makes pipes whose ends are closed with the test."""
    with contextlib.ExitStack() as opened:
        yield lambda maker: [
            opened.enter_context(open(end, mode, 0)) for end, mode in zip(maker(), ("rb", "wb"), strict=True)
        ]


def close_descriptors(*descriptors):
    def close():
        for descriptor in descriptors:
            os.close(descriptor)

    return close


@pytest.mark.parametrize("descriptors", [(1,), (2,), (1, 2), (0, 1, 2)])
def test_closed_descriptors_hurt_nobody(start, descriptors):
    # A socket must not become descriptor 1 or 2: the log would be written to a client.
    daemon = start("--log-level", "trace", preexec=close_descriptors(*descriptors), wait=LISTENING)
    assert_it_serves(daemon)


def test_pipes_whose_readers_are_gone_hurt_nobody(start, pipes):
    out_reader, out_writer = pipes(os.pipe)
    error_reader, error_writer = pipes(os.pipe)
    out_reader.close()
    error_reader.close()
    daemon = start("--log-level", "trace", stdout=out_writer, stderr=error_writer, wait=LISTENING)
    assert_it_serves(daemon)


def test_a_full_pipe_as_standard_error_blocks_nobody(start, pipes):
    _, writer = pipes(full_pipe)
    daemon = start("--log-level", "trace", stderr=writer)
    assert_it_serves(daemon)


def test_a_full_pipe_as_standard_output_blocks_nobody(start, pipes):
    _, writer = pipes(full_pipe)
    daemon = start(stdout=writer, wait=LISTENING)
    assert_it_serves(daemon)


def test_a_full_disk_behind_both_hurts_nobody(start):
    with open("/dev/full", "wb") as full:
        daemon = start("--log-level", "trace", stdout=full, stderr=full, wait=LISTENING)
    assert_it_serves(daemon)


def test_logging_goes_on_when_the_pipe_is_read_again(start, pipes):
    reader, writer = pipes(full_pipe)
    daemon = start("--log-level", "debug", stderr=writer)
    assert_it_serves(daemon)
    os.set_blocking(reader.fileno(), False)
    reader.read(1 << 20)  # there is room now
    seen = b""

    def something_is_logged():
        nonlocal seen
        daemon.client("carol").close()
        seen += (reader.read(1 << 20) or b"").strip(b"\0")
        return seen

    eventually(something_is_logged, "a line in the log")


def test_single_connections_are_not_told_at_the_default_level(server):
    server.client("a-name-to-look-for").close()
    server.raw_websocket("a-name-to-look-for").reset()
    assert "a-name-to-look-for" not in server.stderr()


def test_messages_never_appear_in_the_log(start):
    daemon = start("--log-level", "trace")
    alice, bob = daemon.client("alice"), daemon.client("bob")
    alice.send("bob:nobody else may read this")
    alice.send(b"bob:nobody else may read this")
    alice.send("carol:nobody else may read this")
    alice.send("nobody else may read this")
    bob.receive(), bob.receive()
    alice.messages_so_far()
    alice.close()
    bob.expect("Client #alice left the chat")
    assert "nobody else may read this" not in daemon.stderr()


def test_an_idle_daemon_uses_no_processor_time(server):
    server.client("alice")
    server.get("/healthz")
    before, end = server.cpu_seconds(), time.monotonic() + 1
    eventually(lambda: time.monotonic() >= end, "a second has passed")
    assert server.cpu_seconds() - before < 0.1
