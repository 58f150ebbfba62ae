"""Behind nginx, HAProxy and Caddy, as docs/proxies.md configures them, with TLS at the proxy."""

import hashlib
import os
import re
import time

import pytest

from daemon import eventually
from proxy import PROXIES, TIMEOUT, Proxy, find
from raw_http import RawConnection
from raw_websocket import UPGRADE

TRUST = ("--trusted-proxy", "127.0.0.1", "--log-level", "debug")


@pytest.fixture(params=PROXIES)
def start_proxy(request, tmp_path):
    """Starts a proxy in front of a daemon: `start_proxy(server)`; once with each that is there."""
    if not find(request.param):
        pytest.skip(f"{request.param} is not there: scripts/test unpacks it on Debian")
    proxies = []

    def launch(server):
        folder = tmp_path / "proxy"
        folder.mkdir()
        proxies.append(Proxy(request.param, folder, server))
        return proxies[-1]

    yield launch
    for proxy in proxies:
        try:
            proxy.stop()
        finally:
            proxy.kill()


@pytest.fixture
def behind(start, start_proxy):
    """Starts a daemon and a proxy in front of it, which it trusts."""

    def launch(*flags, trust=TRUST):
        server = start(*trust, *flags, env={"SOTTO_TLS_CERT": None, "SOTTO_TLS_KEY": None})
        return server, start_proxy(server)

    return launch


def peers_in(log):
    return re.findall(r'WebSocket opened .*?peer="?([0-9a-fA-F.:]+)', log)


def is_gone(client):
    """The proxy has ended the connection, one way or another."""
    return client.close_code() in (None, 1006)


def test_clients_of_both_protocols_talk_and_hear_when_the_other_leaves(behind):
    server, proxy = behind("--compression")
    alice, bob, carol = proxy.client("alice"), proxy.v1("bob"), proxy.raw_websocket("carol")
    alice.send("bob:hello from the plain one")
    assert bob.expect("message", **{"from": "alice"})["text"] == "hello from the plain one"
    bob.say("alice", "1", "and back")
    alice.expect("Client #bob says: and back")
    carol.send_text("alice:here, too")
    alice.expect("Client #carol says: here, too")
    # Cut, not closed: the proxy tells the server at once.
    carol.reset()
    alice.expect("Client #carol left the chat")
    bob.abort()
    alice.expect("Client #bob left the chat")


def test_an_idle_connection_outlives_the_proxys_timeout_by_its_heartbeat(behind):
    server, proxy = behind("--heartbeat-interval", "1", "--heartbeat-timeout", "1")
    alice, bob = proxy.client("alice"), proxy.v1("bob")
    time.sleep(2 * TIMEOUT + 1)
    alice.send("bob:still there?")
    assert bob.expect("message")["text"] == "still there?"
    bob.say("alice", "1", "yes")
    alice.expect("Client #bob says: yes")


def test_without_a_heartbeat_the_proxys_timeout_counts(behind):
    server, proxy = behind("--heartbeat-interval", "0")
    alice = proxy.client("alice")
    if proxy.name == "caddy":  # which never ends an idle WebSocket
        time.sleep(TIMEOUT + 1)
        alice.expect_nothing()
    else:
        assert is_gone(alice)


def test_one_that_falls_silent_behind_the_proxy_is_noticed(behind):
    server, proxy = behind("--heartbeat-interval", "0.5", "--heartbeat-timeout", "0.3")
    alice, silent = proxy.client("alice"), proxy.raw_websocket("silent")
    silent.send_text("alice:and now I am quiet")
    alice.expect("Client #silent says: and now I am quiet")
    # Its kernel still acknowledges what the proxy sends: only a pong would help it.
    alice.expect("Client #silent left the chat")


def test_messages_of_sixteen_megabytes_pass_whole(behind):
    server, proxy = behind("--data", "none")
    alice, bob = proxy.client("alice"), proxy.v1("bob")
    picture = os.urandom((16 << 20) - 1024)
    alice.send(b"bob:" + picture)
    header = bob.expect("message", **{"from": "alice"})
    assert bob.raw.endswith(picture) and len(bob.raw) < len(picture) + 1024
    bob.received(header["seq"])
    bob.send_bytes("alice", "1", picture, mime="image/png")
    assert alice.receive() == b"bob:" + picture


def test_large_files_arrive_whole_and_in_ranges(behind, site):
    content = os.urandom(32 << 20)
    (site / "film.mp4").write_bytes(content)
    server, proxy = behind()
    client = proxy.raw(receive_buffer=1 << 16)
    film = client.get("/static/film.mp4")
    assert film.headers["content-type"] == "video/mp4"
    assert hashlib.sha256(film.body).digest() == hashlib.sha256(content).digest()
    part = client.get("/static/film.mp4", [("Range", "bytes=1000000-1999999")])
    assert (part.status, part.body) == (206, content[1_000_000:2_000_000])
    same = client.get("/static/film.mp4", [("If-None-Match", film.headers["etag"])])
    assert same.status == 304


def test_a_page_of_the_proxys_host_may_connect_and_no_other(behind):
    server, proxy = behind()

    def status(origin, *headers):
        connection = proxy.raw()
        connection.request("/ws/alice", [*UPGRADE, ("Origin", origin), *headers])
        return connection.read_response().status

    own = f"127.0.0.1:{proxy.port}"
    assert status(f"https://{own}") == 101
    assert status("https://evil.example") == 403
    assert status(f"https://127.0.0.1:{server.port}") == 403
    # What a client says of itself is not what its proxy says.
    assert status("https://evil.example", ("X-Forwarded-Host", "evil.example")) == 403


def test_a_host_with_the_default_port_is_recognised_by_the_scheme(behind):
    server, proxy = behind()
    for origin, expected in [("https://127.0.0.1", 101), ("https://127.0.0.1:443", 101), ("https://127.0.0.1:80", 403)]:
        connection = proxy.raw()
        connection.authority = "127.0.0.1"
        connection.request("/ws/alice", [*UPGRADE, ("Origin", origin)])
        assert connection.read_response().status == expected, origin


def test_the_clients_address_is_known_and_cannot_be_made_up(behind):
    server, proxy = behind()
    proxy.client("alice", source_address=("127.0.0.2", 0)).close()
    assert peers_in(server.stderr()) == ["127.0.0.2"]
    spoof = {"X-Forwarded-For": "203.0.113.9"}
    proxy.client("bob", source_address=("127.0.0.3", 0), additional_headers=spoof).close()
    assert peers_in(server.stderr()) == ["127.0.0.2", "127.0.0.3"]


def test_a_proxy_that_is_not_trusted_is_a_client_like_others(behind):
    server, proxy = behind(trust=("--log-level", "debug"))
    proxy.client("alice", source_address=("127.0.0.2", 0)).close()
    assert peers_in(server.stderr()) == ["127.0.0.1"]


def test_connections_are_counted_by_the_clients_address(behind):
    server, proxy = behind("--max-connections-per-address", "1")

    def status(address):
        connection = RawConnection("127.0.0.1", proxy.port, tls=proxy.trust, source=address)
        proxy.clients.append(connection)
        connection.request("/ws/somebody", UPGRADE)
        return connection.read_response().status

    assert [status("127.0.0.2"), status("127.0.0.2"), status("127.0.0.3")] == [101, 429, 101]


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/%61pi/v1/openapi.json", "/api/v1/clients/6001", "/metrics", "/%6detrics"])
def test_what_is_for_operators_is_not_outside(behind, path):
    server, proxy = behind("--admin-token", "a-token-that-nobody-could-ever-guess")
    assert proxy.get(path).status == 404
    direct = server.get(path)
    if "api" in path:
        assert direct.status in (200, 401), "the test asks for nothing that is there"


def test_a_server_that_goes_down_says_so_through_the_proxy(behind):
    server, proxy = behind()
    alice, bob = proxy.client("alice"), proxy.v1("bob")
    server.end()
    assert alice.close_code() == 1001
    assert bob.expect("bye", code=1001)
    assert bob.close_code() == 1001
    assert proxy.get("/healthz").status in (502, 503)
    eventually(lambda: proxy.is_running(), "the proxy goes on")
