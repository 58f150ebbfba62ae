"""sotto.v1 from the first frame to the last: which protocol, `welcome`, `ping`, and refusals that a page can see."""

import json

import pytest

from client import Client
from raw_websocket import CLOSE, TEXT, UPGRADE, RawWebSocket
from v1_frames import MAX_INTEGER


def offering(*protocols):
    return [*UPGRADE, *(("Sec-WebSocket-Protocol", protocol) for protocol in protocols)]


# Which protocol


@pytest.mark.parametrize("offers", [["sotto.v1"], ["sotto.v1, sotto.plain"], ["chat, sotto.v1"], ["chat", "sotto.v1"]])
def test_sotto_v1_is_spoken_to_whoever_offers_it_first(server, offers):
    client = server.raw_websocket("alice", headers=offering(*offers)[4:])
    assert client.handshake.headers["sec-websocket-protocol"] == "sotto.v1"
    frame = client.read_frame()
    assert frame.opcode == TEXT and json.loads(frame.payload)["type"] == "welcome"


def test_sotto_plain_is_spoken_to_whoever_offers_it_first(server):
    client = server.raw_websocket("alice", headers=offering("sotto.plain, sotto.v1")[4:])
    assert client.handshake.headers["sec-websocket-protocol"] == "sotto.plain"
    client.expect_echo()


@pytest.mark.parametrize("offers", [["sotto.v2"], ["bearer.abc"], ["sotto"], ["SOTTO.V1"]])
def test_an_offer_without_a_known_protocol_is_answered_with_the_known_ones(server, offers):
    response = server.get("/ws/alice", offering(*offers))
    assert response.status == 400
    assert "sotto.v1" in response.text() and "sotto.plain" in response.text()


# welcome


def test_welcome_says_all_that_a_client_has_to_know(server):
    welcome = server.v1("alice").welcome
    assert welcome["server"].startswith("sotto/")
    assert welcome["heartbeat"] == {"interval": 10_000, "timeout": 5_000}
    assert 15_000 < welcome["leave_within"] <= 15_500
    assert welcome["limits"] == {"message": 16 << 20, "rate": 0, "dedup": 7 * 24 * 3600 * 1000}
    assert welcome["pending"] == 0
    assert 1 <= len(welcome["log"].encode()) <= 64


def test_welcome_follows_the_flags(start):
    server = start(
        *("--heartbeat-interval", "0.7", "--heartbeat-timeout", "0.4", "--leave-grace", "3"),
        *("--max-message-size", "64KiB", "--rate-limit", "50", "--retain", "12h"),
    )
    welcome = server.v1("alice").welcome
    assert welcome["heartbeat"] == {"interval": 700, "timeout": 400}
    assert 4_100 < welcome["leave_within"] <= 4_600
    assert welcome["limits"] == {"message": 65_536, "rate": 50, "dedup": 12 * 3600 * 1000}


def test_without_a_heartbeat_nobody_promises_when_a_leave_is_noticed(start):
    welcome = start("--heartbeat-interval", "0").v1("alice").welcome
    assert welcome["leave_within"] is None
    assert welcome["heartbeat"]["interval"] == 0


def test_welcome_names_the_client_as_it_was_decoded(server):
    name = "jörg%41 x".replace(" ", "") + "\U0001f600\"\\"
    assert server.v1(name).welcome["client"] == name


def test_all_clients_of_one_server_have_a_log_of_one_name_and_another_server_another(start):
    first, second = start(), start()
    assert first.v1("alice").log == first.v1("bob").log
    assert first.v1("alice").log != second.v1("alice").log


def test_welcome_counts_what_waits(storing_server):
    alice = storing_server.v1("alice")
    for n in range(3):
        alice.say("bob", f"m{n}", "x")
    assert storing_server.v1("bob").welcome["pending"] == 3


def test_welcome_comes_before_what_waits_and_what_is_sent_meanwhile(server):
    alice = server.v1("alice")
    for n in range(200):
        alice.do("send", to="bob", id=f"m{n}", text=str(n))
        if n == 100:
            bob = server.v1("bob")  # it checks that the first frame is the welcome
    assert bob.texts(200) == [str(n) for n in range(200)]


# ping


@pytest.mark.parametrize("ref", ["a", "ä\"\\\n😀", 0, 7, MAX_INTEGER, "x" * 64])
def test_ping_is_answered_with_its_ref(lasting_server, ref):
    client = lasting_server.v1("pinger")
    client.do("ping", ref=ref)
    assert client.expect("pong")["ref"] == ref


def test_ping_without_a_ref_is_answered_without_one(lasting_server):
    client = lasting_server.v1("pinger")
    client.do("ping")
    assert client.receive() == {"type": "pong"}
    client.send('{"type":"ping","ref":null}')
    assert client.receive() == {"type": "pong"}


@pytest.mark.parametrize("ref", ["x" * 65, "é" * 33, [], {}, True])
def test_a_ref_that_is_too_long_or_no_string_and_no_number_is_refused(lasting_server, ref):
    client = lasting_server.v1("pinger")
    client.do("ping", ref=ref)
    client.expect_error("bad_request")
    client.do("ping", ref=1)
    client.expect("pong", ref=1)


# Refusals: 101, bye and the close code, since a page sees no HTTP status


def test_reject_lets_a_page_know_that_the_id_is_in_use(start):
    server = start("--duplicate-ids", "reject")
    alice = server.v1("alice")
    second = server.v1("alice", refused=True)
    second.expect_bye(4005)
    alice.do("ping", ref=1)
    alice.expect("pong", ref=1)
    assert server.get("/ws/alice", UPGRADE).status == 409


def test_a_rejected_connection_is_no_leave_and_no_presence(start):
    server = start("--duplicate-ids", "reject")
    alice, bob = server.v1("alice"), server.v1("bob")
    alice.say("bob", "m", "hello")
    bob.expect("message")
    bob.do("watch", peers=["alice"])
    bob.expect("presence", online=True)
    server.v1("alice", refused=True).expect_bye(4005)
    bob.expect_nothing()


def test_replace_says_bye_to_the_older_connection(start):
    server = start("--duplicate-ids", "replace")
    bob, older = server.v1("bob"), server.v1("alice")
    older.say("bob", "m1", "hello")
    bob.expect("message", text="hello")
    newer = server.v1("alice")
    older.expect_bye(4005)
    bob.say("alice", "m2", "who is there?")
    newer.expect("message", text="who is there?")
    bob.expect_nothing()


def test_too_many_connections_from_one_address(start):
    server = start("--max-connections-per-address", "2")
    server.v1("alice"), server.v1("bob")
    bye = server.v1("carol", refused=True).expect_bye(4101)
    assert bye["retry"] > 0
    assert server.get("/ws/carol", UPGRADE).status == 429


def test_too_many_connections_in_all(start):
    server = start("--max-connections", "2")
    server.v1("alice"), server.v1("bob")
    bye = server.v1("carol", refused=True).expect_bye(4101)
    assert bye["retry"] > 0
    assert server.get("/ws/carol", UPGRADE).status == 503


def test_each_client_is_told_a_time_of_its_own(start):
    server = start("--max-connections-per-address", "1")
    server.v1("alice")
    times = {server.v1(f"c{n}", refused=True).expect_bye(4101)["retry"] for n in range(12)}
    assert len(times) > 3, times


def test_whoever_is_refused_cannot_send(start):
    server = start("--duplicate-ids", "reject")
    alice, bob = server.v1("alice"), server.v1("bob")
    refused = server.raw_websocket("alice", headers=offering("sotto.v1")[4:])
    refused.send_text('{"type":"send","to":"bob","id":"x","text":"I was refused"}')
    assert refused.read_until_close()[0] == 4005
    bob.expect_nothing()
    alice.expect_nothing()


def test_an_impossible_id_is_an_http_status_in_both_protocols(server):
    for path in ("/ws/", "/ws/a%20b", "/ws/a:b", "/ws/" + "x" * 65):
        assert server.get(path, offering("sotto.v1")).status == 400


def test_a_page_of_another_origin_is_an_http_status(server):
    response = server.get("/ws/alice", [*offering("sotto.v1"), ("Origin", "http://elsewhere.example")])
    assert response.status == 403
    assert "--allowed-origin" in response.text()


# The server goes away


@pytest.mark.parametrize("protocol", ["sotto.v1"])
def test_a_server_that_ends_says_bye_with_a_time_to_come_back(start, protocol):
    server = start()
    clients = [server.v1(f"c{n}") for n in range(6)]
    server.signal(15)
    byes = [client.expect("bye", code=1001) for client in clients]
    assert [client.close_code() for client in clients] == [1001] * 6
    assert all(0 < bye["retry"] <= 600_000 for bye in byes)
    assert len({bye["retry"] for bye in byes}) > 1


def test_a_server_that_ends_reports_no_leave(server):
    alice, bob = server.v1("alice"), server.v1("bob")
    alice.say("bob", "m", "hello")
    bob.expect("message")
    bob.do("watch", peers=["alice"])
    bob.expect("presence", online=True)
    server.signal(15)
    alice.expect_bye(1001)
    bob.expect_bye(1001)


@pytest.mark.parametrize("query", ["since=", "since=x", "since=-1", "since=1.5", "since=9007199254740992"])
def test_since_is_a_number_of_the_log(server, query):
    """A page would see nothing of a status, but this is a mistake in its program, like an impossible id."""
    response = server.get(f"/ws/alice?{query}", offering("sotto.v1"))
    assert response.status == 400
    assert len(response.text().split()) >= 4


def test_other_fields_of_the_query_are_ignored(server):
    client = Client(server.host, server.port, "alice", "?v=3&since=0&x", subprotocols=["sotto.v1"])
    assert json.loads(client.receive())["type"] == "welcome"
    client.close()


def test_close_is_answered(server):
    client = RawWebSocket(server.host, server.port, "alice", headers=offering("sotto.v1")[4:])
    client.read_frame()
    client.send_close(1000)
    assert client.read_frame().opcode == CLOSE
    client.expect_end()
    client.close()
