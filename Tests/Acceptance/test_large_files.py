"""Large files: bounded memory, nobody delayed, nothing left behind."""

import pytest

from daemon import eventually

SIZE = 200 << 20


@pytest.fixture
def large(site):
    """200 MB that take no room on the disk."""
    with open(site / "large.bin", "wb") as file:
        file.truncate(SIZE)
    return "/static/large.bin"


def test_200_mb_to_a_slow_client_take_bounded_memory_and_delay_nobody(server, large):
    server.get("/static/hello.txt")
    before = server.resident_bytes()
    slow = server.raw(receive_buffer=1 << 16)
    slow.request(large)
    assert slow.read_head().headers["content-length"] == str(SIZE)
    slow.buffer.clear()
    other, talker, listener = server.raw(), server.client("talker"), server.client("listener")
    for n in range(100):
        slow.read_exactly(1 << 18)
        assert other.get("/static/hello.txt").text() == "Hello, world"
        talker.send(f"listener:{n}")
        listener.expect(f"Client #talker says: {n}")
        assert server.resident_bytes() - before < 16 << 20


def test_200_mb_arrive_whole(server, large):
    client = server.raw()
    client.request(large)
    client.read_head()
    received = len(client.buffer)
    while received < SIZE:
        chunk = client.socket.recv(1 << 20)
        assert chunk, f"closed after {received} bytes"
        received += len(chunk)
    assert received == SIZE
    client.buffer.clear()
    assert client.get("/static/hello.txt").text() == "Hello, world"


def test_many_slow_clients_share_bounded_memory(server, large):
    server.get("/static/hello.txt")
    before = server.resident_bytes()
    slow = [server.raw(receive_buffer=1 << 16) for _ in range(50)]
    for client in slow:
        client.request(large)
        client.read_head()
    assert server.get("/static/hello.txt").text() == "Hello, world"
    assert server.resident_bytes() - before < 50 << 20  # a MiB each, where the files hold 10 GB


def test_requests_whose_answers_nobody_reads_take_bounded_memory(server, site):
    (site / "medium.bin").write_bytes(bytes(1 << 20))
    server.get("/static/medium.bin")
    before = server.resident_bytes()
    client = server.raw(receive_buffer=1 << 16)
    request = client.request_bytes("/static/medium.bin")
    client.socket.settimeout(1)
    try:
        for _ in range(2000):
            client.send(request * 100)
    except (TimeoutError, ConnectionError):
        pass  # it is made to wait, or is sent away
    assert server.resident_bytes() - before < 32 << 20
    assert server.get("/static/hello.txt").text() == "Hello, world"


def test_a_download_that_is_given_up_leaves_no_descriptor(server, large):
    server.get("/static/hello.txt")
    before = server.descriptor_count()
    for how in ("close", "reset"):
        for _ in range(10):
            client = server.raw(receive_buffer=1 << 16)
            client.request(large)
            client.read_head()
            getattr(client, how)()
    eventually(lambda: server.descriptor_count() <= before, "all descriptors are closed")


def test_a_file_that_shrinks_while_it_is_sent_ends_the_connection(server, site, large):
    client = server.raw(receive_buffer=1 << 16)
    client.request(large)
    client.read_head()
    with open(site / "large.bin", "r+b") as file:
        file.truncate(1000)
    received = len(client.read_to_end())  # ends, rather than wait for bytes that never come
    assert received < SIZE
    assert server.get("/static/hello.txt").text() == "Hello, world"


def test_a_range_from_the_middle_of_a_large_file(server, site, large):
    with open(site / "large.bin", "r+b") as file:
        file.seek(150 << 20)
        file.write(b"needle")
    response = server.get(large, [("Range", f"bytes={150 << 20}-{(150 << 20) + 5}")])
    assert (response.status, response.body) == (206, b"needle")
