"""The daemon comes up, says where, and what it says when it cannot."""

import shutil
import signal
import socket
from urllib.parse import urlsplit

import pytest

from daemon import assert_one_line, binary, needs_ipv6, run_to_end


def health(port, host="127.0.0.1"):
    """The status line of /healthz on a connection of its own."""
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: sotto\r\nConnection: close\r\n\r\n")
        return connection.recv(4096).split(b"\r\n")[0].decode()


# Ready


def test_the_ready_line_names_the_real_port(server):
    assert server.ready_line == f"Listening on http://127.0.0.1:{server.port}"
    assert server.port != 0
    assert server.get("/healthz").status == 200


def test_the_line_after_it_has_the_chat_pages_address(server):
    line = server.read_second_line()
    [address] = [word for word in line.split() if word.startswith("http://")]
    assert address.startswith(f"http://127.0.0.1:{server.port}/")
    assert server.get(urlsplit(address).path).body == b"<!DOCTYPE html><title>Chat</title>"


def test_two_daemons_with_port_0_get_different_ports(start):
    first, second = start(), start()
    assert first.port != second.port
    assert first.get("/healthz").status == second.get("/healthz").status == 200


def test_a_port_is_free_again_as_soon_as_the_daemon_has_ended(start):
    first = start()
    client = first.client("alice")
    first.signal(signal.SIGTERM)  # the server closes first, so its end of the connection stays in TIME_WAIT
    assert client.close_code() == 1001
    assert first.wait_for_exit() == 0
    second = start("--port", str(first.port))
    assert second.port == first.port
    assert second.get("/healthz").status == 200


# Host


def test_it_listens_at_the_given_address_only(start):
    daemon = start("--host", "127.0.0.2")
    assert daemon.ready_line == f"Listening on http://127.0.0.2:{daemon.port}"
    assert health(daemon.port, "127.0.0.2") == "HTTP/1.1 200 OK"
    with pytest.raises(ConnectionRefusedError):
        health(daemon.port, "127.0.0.1")


def test_host_0_0_0_0_serves_every_ipv4_address(start):
    daemon = start("--host", "0.0.0.0")
    assert health(daemon.port, "127.0.0.1") == health(daemon.port, "127.0.0.2") == "HTTP/1.1 200 OK"


@needs_ipv6
def test_host_double_colon_serves_ipv6_and_ipv4(start):
    daemon = start("--host", "::")
    assert daemon.ready_line == f"Listening on http://[::]:{daemon.port}"
    assert health(daemon.port, "::1") == health(daemon.port, "127.0.0.1") == "HTTP/1.1 200 OK"


@needs_ipv6
def test_people_talk_across_ipv6_and_ipv4(start):
    daemon = start("--host", "::")
    daemon.host = "::1"
    alice = daemon.client("alice")
    daemon.host = "127.0.0.1"
    bob = daemon.client("bob")
    alice.send("bob:hello")
    bob.expect("Client #alice says: hello")


@needs_ipv6
def test_an_ipv6_address_stands_in_brackets_in_the_ready_line(start):
    daemon = start("--host", "::1")
    assert daemon.ready_line == f"Listening on http://[::1]:{daemon.port}"
    assert daemon.get("/healthz").status == 200


# The static folder


@pytest.fixture
def installed(tmp_path):
    """A binary below a prefix of its own, as a package installs it."""
    (tmp_path / "prefix" / "bin").mkdir(parents=True)
    program = tmp_path / "prefix" / "bin" / "sotto"
    shutil.copy(binary(), program)
    return program


def test_static_in_the_current_folder_comes_before_the_one_beside_the_binary(start, site, installed, tmp_path):
    here = tmp_path / "here"
    shutil.copytree(site, here / "static")
    shutil.copytree(site, tmp_path / "prefix" / "share" / "sotto" / "static")
    (here / "static" / "hello.txt").write_text("from the current folder")
    daemon = start("--port", "0", defaults=False, cwd=here, program=str(installed))
    assert daemon.get("/static/hello.txt").text() == "from the current folder"


def test_else_it_serves_share_sotto_static_beside_the_binary(start, site, installed, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    shutil.copytree(site, tmp_path / "prefix" / "share" / "sotto" / "static")
    daemon = start("--port", "0", defaults=False, cwd=here, program=str(installed))
    assert daemon.get("/static/hello.txt").text() == "Hello, world"
    assert daemon.get("/").text() == "<!DOCTYPE html><title>Welcome</title>"


# What it says when it cannot start


def test_a_port_in_use_is_named_in_one_line_and_ends_it_with_1(server, site):
    second = run_to_end("--port", str(server.port), "--static", str(site))
    assert second.returncode == 1
    assert_one_line(second.stderr, str(server.port), "--port")
    assert "Listening" not in second.stdout
    assert server.get("/healthz").status == 200


def test_an_address_of_another_machine_is_named_in_one_line_and_ends_it_with_1(site):
    # 192.0.2.0/24 is for documentation (RFC 5737): no machine has it. Nothing is sent: the bind fails.
    result = run_to_end("--host", "192.0.2.1", "--port", "0", "--static", str(site))
    assert result.returncode == 1
    assert_one_line(result.stderr, "192.0.2.1", "--host")


def test_a_missing_static_folder_is_named_in_one_line_and_ends_it_with_1(tmp_path):
    missing = tmp_path / "no such folder"
    result = run_to_end("--port", "0", "--static", str(missing))
    assert result.returncode == 1
    assert_one_line(result.stderr, str(missing), "--static")
    assert "Listening" not in result.stdout


def test_a_file_in_place_of_the_static_folder_is_named_in_one_line_and_ends_it_with_1(site):
    result = run_to_end("--port", "0", "--static", str(site / "hello.txt"))
    assert result.returncode == 1
    assert_one_line(result.stderr, str(site / "hello.txt"), "--static")


def test_with_no_static_folder_anywhere_the_line_names_the_flag(installed, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    result = run_to_end("--port", "0", cwd=here, program=str(installed))
    assert result.returncode == 1
    assert_one_line(result.stderr, "--static")


def test_a_static_folder_that_is_a_symlink_is_served(start, site, tmp_path):
    (tmp_path / "link").symlink_to(site, target_is_directory=True)
    daemon = start("--static", str(tmp_path / "link"))
    assert daemon.get("/static/hello.txt").text() == "Hello, world"
