"""Clients that are gone before their answers are written."""

import socket


def test_pipelined_requests_of_a_client_that_hangs_up_hurt_nobody(server):
    for _ in range(5):
        rude = socket.create_connection((server.host, server.port))
        rude.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 3000)
        rude.close()
    alice, bob = server.client("alice"), server.client("bob")
    for n in range(80):
        server.raw_websocket(f"guest{n}")
    alice.send("bob:still here")
    bob.expect("Client #alice says: still here")
