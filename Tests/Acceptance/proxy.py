"""Real proxies in front of a daemon, with the configurations that docs/proxies.md shows."""

import os
import re
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import certificate
from daemon import DEADLINE, Daemon, eventually

ROOT = Path(__file__).resolve().parents[2]
# Where `scripts/test` unpacks what is not installed: an installed proxy would be started by the system.
UNPACKED = ROOT / ".build" / "proxies"
DOCUMENT = (ROOT / "docs" / "proxies.md").read_text()

# What a proxy closes when it is idle, in place of the documented 60 s.
TIMEOUT = 3


def find(program):
    """The path of a proxy, or None."""
    places = [UNPACKED / "usr/sbin", UNPACKED / "usr/bin", *os.environ.get("PATH", "").split(":"), "/usr/sbin", "/usr/bin"]
    return shutil.which(program, path=":".join(map(str, places)))


def snippet(language):
    """The block of the document in that language."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{len(blocks)} blocks of {language}"
    return blocks[0]


def replaced(text, *pairs):
    """The text with all of `old` as `new`, for each pair; what is not there is a mistake in the document."""
    for old, new in pairs:
        assert old in text, f"{old!r} is not in the document's configuration"
        text = text.replace(old, str(new))
    return text


def free_port():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx(folder, port, server, keys):
    configuration = folder / "nginx.conf"
    site = replaced(
        snippet("nginx"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("server_name chat.example", "server_name 127.0.0.1"),
        ("/etc/ssl/chat.example.pem", keys.path),
        ("/etc/ssl/chat.example.key", keys.key),
        ("127.0.0.1:8000", f"127.0.0.1:{server.port}"),
        ("60s", f"{TIMEOUT}s"),
    )
    # One process, which is ended by its id; its files stay below the folder.
    folders = "".join(f"  {name}_temp_path {folder};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration.write_text(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents { worker_connections 1000; }\n"
        f"http {{\n  access_log off;\n{folders}{site}\n}}\n"
    )
    return [find("nginx"), "-p", folder, "-e", "stderr", "-c", configuration]


def haproxy(folder, port, server, keys):
    both = folder / "chat.example.pem"
    both.write_text(Path(keys.path).read_text() + Path(keys.key).read_text())
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        replaced(
            snippet("haproxy"),
            ("bind :443", f"bind 127.0.0.1:{port}"),
            ("/etc/haproxy/chat.example.pem", both),
            ("127.0.0.1:8000", f"127.0.0.1:{server.port}"),
            ("60s", f"{TIMEOUT}s"),
        )
    )
    return [find("haproxy"), "-db", "-f", configuration]


def caddy(folder, port, server, keys):
    configuration = folder / "Caddyfile"
    site = replaced(
        snippet("caddyfile"),
        ("chat.example {", f"https://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\ttls {keys.path} {keys.key}"),
        ("127.0.0.1:8000", f"127.0.0.1:{server.port}"),
    )
    configuration.write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{site}")
    return [find("caddy"), "run", "--config", configuration, "--adapter", "caddyfile"]


PROXIES = {"nginx": nginx, "haproxy": haproxy, "caddy": caddy}


class Proxy(Daemon):
    """A proxy with TLS in front of `server`; its clients are made as a daemon's are."""

    def __init__(self, name, folder, server):
        self.name, keys = name, certificate.shared()
        # A port from the kernel may be somebody else's when the proxy comes to it: then another.
        for attempt in range(5):
            self.port = free_port()
            self.start(name, folder, server, keys)
            if eventually(lambda: self.is_listening() or not self.is_running(), f"{name} listens") and self.is_running():
                return
            assert attempt < 4, f"{name} ended by itself\n{self.stderr()}"
            self.kill()

    def start(self, name, folder, server, keys):
        port = self.port
        libraries = ":".join(map(str, UNPACKED.glob("usr/lib/*-linux-*")))
        environment = {"LD_LIBRARY_PATH": libraries, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        command = [str(each) for each in PROXIES[name](folder, port, server, keys)]
        super().__init__(command[1:], program=command[0], env=environment, cwd=folder, stdout=subprocess.DEVNULL)
        self.port, self.scheme, self.trust = port, "https", keys.trust()

    def is_listening(self):
        with suppress(OSError), socket.create_connection((self.host, self.port), 1):
            return True
        return False

    def stop(self):
        self.close_clients()
        assert self.is_running(), f"ended by itself\n{self.stderr()}"
        self.process.terminate()
        # Each has its own idea of the status of a process that was asked to end.
        self.process.wait(DEADLINE)
        self.kill()
