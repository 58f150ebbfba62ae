"""Which pages may connect: Origin, --allowed-origin, and the host that a trusted proxy tells."""

import pytest

from daemon import needs_ipv6
from raw_websocket import UPGRADE


def status(server, *headers, host=None):
    """The status of an upgrade with these headers beside the usual ones."""
    connection = server.raw()
    connection.authority = host or connection.authority
    connection.request("/ws/alice", [*UPGRADE, *headers])
    response = connection.read_response()
    if response.status == 403:
        assert "--allowed-origin" in response.text()
        assert response.headers["x-content-type-options"] == "nosniff"
    connection.close()
    return response.status


def origin(value):
    return ("Origin", value)


# The default


def test_without_an_origin_anybody_may_connect(server):
    assert status(server) == 101


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "chat.example", "chat.example:8443", "[::1]:8000"])
def test_a_page_of_the_same_host_and_port_may_connect_whatever_its_scheme(server, scheme, host):
    assert status(server, origin(f"{scheme}://{host}"), host=host) == 101


@pytest.mark.parametrize(
    "value",
    [
        "http://other.example",
        "https://other.example",
        "http://chat.example:81",
        "http://sub.chat.example",
        "http://chat.example.evil.example",
        "http://evilchat.example",
        "null",
        "http://",
        "file://",
        "http://chat.example@evil.example",
        "http://evil.example/chat.example",
    ],
)
def test_a_page_of_another_origin_is_refused_with_a_sentence_that_names_the_flag(server, value):
    assert status(server, origin(value), host="chat.example") == 403


def test_a_page_at_the_daemons_own_address_may_connect(server):
    alice = server.raw_websocket("alice", headers=[origin(f"http://127.0.0.1:{server.port}")])
    alice.expect_echo()


def test_a_refused_page_is_nobody_who_could_leave_or_receive(server):
    assert status(server, origin("http://evil.example")) == 403
    bob = server.client("bob")
    bob.send("alice:are you there?")
    bob.expect("Client #alice is offline; the message is kept and will be delivered when they connect")


# --allowed-origin


def test_each_allowed_origin_may_connect_and_no_other(start_with):
    server = start_with(allowed_origin=["https://a.example", "http://b.example:8080"])
    assert status(server, origin("https://a.example")) == 101
    assert status(server, origin("http://b.example:8080")) == 101
    assert status(server, origin("http://a.example")) == 403
    assert status(server, origin("https://a.example:444")) == 403
    assert status(server, origin("http://b.example")) == 403
    assert status(server, origin("https://c.example")) == 403


@pytest.mark.parametrize("value", ["https://any.example", "http://127.0.0.1:1", "null"])
def test_a_star_allows_every_origin(start_with, value):
    assert status(start_with(allowed_origin="*"), origin(value)) == 101


# --trusted-proxy

PUBLIC = (origin("https://chat.example"), ("X-Forwarded-Host", "chat.example"))


def test_a_forwarded_host_of_a_stranger_is_not_believed(server):
    assert status(server, *PUBLIC) == 403


@pytest.mark.parametrize("proxies", ["127.0.0.1/32", "127.0.0.0/8", "0.0.0.0/0", ["10.0.0.0/8", "127.0.0.0/8"]])
def test_a_forwarded_host_of_a_trusted_proxy_is_believed(start_with, proxies):
    server = start_with(trusted_proxy=proxies)
    assert status(server, *PUBLIC) == 101
    assert status(server, origin("https://evil.example"), PUBLIC[1]) == 403
    assert status(server, origin("https://chat.example"), host="chat.example") == 101


@pytest.mark.parametrize("proxies", ["10.0.0.0/8", "127.0.0.2/32", ["192.168.0.0/16", "fd00::/8"]])
def test_a_forwarded_host_from_outside_the_trusted_networks_is_not_believed(start_with, proxies):
    assert status(start_with(trusted_proxy=proxies), *PUBLIC) == 403


@needs_ipv6
def test_a_trusted_proxy_may_have_an_ipv6_address(start):
    server = start("--host", "::1", "--trusted-proxy", "::1/128")
    assert status(server, *PUBLIC) == 101


@needs_ipv6
def test_an_ipv4_proxy_is_known_again_where_both_families_share_a_socket(start):
    server = start("--host", "::", "--trusted-proxy", "127.0.0.0/8")
    server.host = "127.0.0.1"
    assert status(server, *PUBLIC) == 101
