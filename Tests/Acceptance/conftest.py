"""What every test starts from: a folder with pages, and daemons that end with the test."""

import os
from pathlib import Path

import pytest

from daemon import Daemon, assert_no_trace


def make_site(folder):
    folder.mkdir()
    (folder / "index.html").write_text("<!DOCTYPE html><title>Welcome</title>")
    (folder / "chat.html").write_text("<!DOCTYPE html><title>Chat</title>")
    (folder / "hello.txt").write_text("Hello, world")
    return folder


@pytest.fixture
def site(tmp_path):
    """A fresh folder to serve."""
    return make_site(tmp_path / "site")


@pytest.fixture
def start(site):
    """Starts daemons: `start("--leave-grace", "1", env={…})`. Port 0 and the fresh folder unless told otherwise."""
    daemons = []

    def launch(*flags, env=None, defaults=True, wait=Daemon.wait_until_ready, **how):
        given = {flag.split("=")[0] for flag in flags} | set(env or {})
        if defaults and not given & {"--port", "SOTTO_PORT"}:
            flags = ["--port", "0", *flags]
        if defaults and not given & {"--static", "SOTTO_STATIC"}:
            flags = ["--static", str(site), *flags]
        daemon = Daemon(flags, env=env, **how)
        try:
            wait(daemon)
        except BaseException:
            daemon.kill()
            raise
        daemons.append(daemon)
        return daemon

    yield launch
    failures = []
    for daemon in reversed(daemons):
        try:
            daemon.stop()
        except Exception as failure:  # the other daemons are stopped all the same
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def server(start):
    """A daemon with nothing but defaults."""
    return start()


@pytest.fixture(params=["memory", "disk"])
def start_storing(request, start, tmp_path):
    """Starts daemons of sotto.v1 with either store; all that one test starts have the same folder."""

    def launch(*flags, **how):
        return start("--data", "none" if request.param == "memory" else str(tmp_path / "data"), *flags, **how)

    return launch


@pytest.fixture
def storing_server(start_storing):
    """A daemon with nothing but defaults, once for each store."""
    return start_storing()


@pytest.fixture
def data(tmp_path):
    """A folder for messages that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def open_store(start, data):
    """Starts the daemon on the same folder each time: `open_store("--max-data", "1MiB")`."""

    def launch(*flags, **how):
        return start("--data", str(data), *flags, **how)

    return launch


@pytest.fixture(scope="session")
def lasting_process(tmp_path_factory):
    folder = make_site(tmp_path_factory.mktemp("lasting") / "site")
    daemon = Daemon(["--port", "0", "--static", str(folder)])
    try:
        daemon.wait_until_ready()
        yield daemon
        daemon.stop()
    finally:
        daemon.kill()


@pytest.fixture
def lasting_server(lasting_process):
    """One daemon for all tests that leave nothing behind in it: there are hundreds of them."""
    yield lasting_process
    lasting_process.close_clients()
    assert lasting_process.is_running(), f"ended by itself\n{lasting_process.stderr()}"


@pytest.fixture(params=["flag", "variable"])
def start_with(request, start):
    """Starts a daemon with the options given once as flags and once as variables: `start_with(max_queue="1MiB")`."""

    def launch(**options):
        flags, env = [], {}
        for name, value in options.items():
            values = value if isinstance(value, list) else [value]
            if request.param == "flag":
                for each in values:
                    flags += ["--" + name.replace("_", "-"), each]
            else:
                env["SOTTO_" + name.upper()] = ",".join(values)
        return start(*flags, env=env)

    return launch


@pytest.fixture(scope="session")
def echo_process():
    """The echo server: SOTTO_ECHO, or what was built beside the daemon; one for all tests."""
    path = Path(os.environ.get("SOTTO_ECHO") or Path(os.environ.get("SOTTO_BINARY", ".")).with_name("EchoServer"))
    if not path.exists():
        pytest.skip("set SOTTO_ECHO to the echo server (swift build -c release --product EchoServer)")
    process = Daemon(["--port", "0"], program=str(path.resolve()))
    try:
        process.wait_until_listening()
        yield process
        assert_no_trace(process.stderr())
    finally:
        process.kill()


@pytest.fixture
def echo(echo_process):
    yield echo_process
    assert echo_process.is_running(), f"ended by itself\n{echo_process.stderr()}"
