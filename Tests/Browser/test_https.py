"""The chat page over https, in a browser that warns of everything that is mixed or insecure."""

import subprocess

import pytest


@pytest.fixture
def daemon(start_daemon, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=localhost", "-days", "30"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return start_daemon("--tls-cert", certificate, "--tls-key", key)


def test_two_people_talk(daemon, ada, ben):
    assert daemon.address.startswith("https://")
    ada.chat("1001", to="6001")
    ben.chat("6001", to="1001")
    assert ada.run("return location.protocol + isSecureContext") == "https:true"
    ada.say("hello")
    ben.until_said("1001", "hello")
    ada.until_state_of("hello", "read")
    ben.say("and hello to you")
    ada.until_said("6001", "and hello to you")


def test_a_page_comes_back_when_the_server_does(daemon, ada, ben):
    ada.chat("1001", to="6001")
    ben.chat("6001", to="1001")
    ada.loses_connection = ben.loses_connection = True
    daemon.kill()
    ada.say("while you were out")
    daemon.start()
    ben.until_said("1001", "while you were out")
