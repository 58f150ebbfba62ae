"""The store on disk: what breaks it, what is said then, and that nothing accepted is lost."""

import os
import resource
import signal
import sqlite3
import stat
import subprocess

import pytest
from websockets.exceptions import ConnectionClosed

from daemon import assert_no_trace, assert_one_line, eventually, run_to_end

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def open_store(start, data):
    """Starts the daemon on the same folder each time: `open_store("--max-data", "1MiB")`."""

    def launch(*flags, **how):
        return start("--data", str(data), *flags, **how)

    return launch


@pytest.fixture(autouse=True)
def needs_the_store(start, tmp_path):
    """Until the daemon has it."""
    probe = start("--data", str(tmp_path / "probe"))
    probe.v1("alice").say("bob", "m", "x")
    if not (tmp_path / "probe").exists():
        pytest.skip("this daemon keeps messages in memory only")
    end(probe)


def kill(server):
    server.process.kill()
    assert server.wait_for_exit() == 137


def end(server):
    server.signal(signal.SIGTERM)
    assert server.wait_for_exit() == 0


def files(data):
    return sorted(path for path in data.iterdir() if path.is_file())


def database(data):
    """The one file that is an SQLite database."""
    [found] = [path for path in files(data) if path.read_bytes()[:16] == b"SQLite format 3\0"]
    return found


def refuses(data, site, *words):
    """The daemon does not start on this folder, and says why in one line."""
    result = run_to_end("--port", "0", "--static", str(site), "--data", str(data))
    assert result.returncode == 1, result
    assert result.stdout == ""
    assert_one_line(result.stderr, *words)
    return result.stderr


# The folder


def test_the_folder_is_made_for_its_owner_only(open_store, data):
    mask = os.umask(0)
    try:
        server = open_store()
    finally:
        os.umask(mask)
    server.v1("alice").say("bob", "m", "x")
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert files(data)
    for path in files(data):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_the_default_is_sotto_data_in_the_current_folder(start, tmp_path):
    server = start(cwd=tmp_path, env={"SOTTO_DATA": None})
    server.v1("alice").say("bob", "m", "x")
    assert database(tmp_path / "sotto-data")


def test_the_folder_can_be_given_by_the_environment(start, data):
    server = start(env={"SOTTO_DATA": str(data)})
    server.v1("alice").say("bob", "m", "x")
    assert database(data)


def test_none_leaves_nothing_behind(start, tmp_path):
    server = start("--data", "none", cwd=tmp_path)
    before = set(tmp_path.iterdir())
    server.v1("alice").say("bob", "m", "x")
    assert set(tmp_path.iterdir()) == before


def test_a_second_process_on_the_same_folder_exits_1(open_store, data, site):
    server = open_store()
    alice = server.v1("alice")
    refuses(data, site, str(data))
    assert alice.say("bob", "m", "still here")["state"] == "kept"


def test_the_folder_is_free_again_after_a_kill(open_store):
    for n in range(5):
        server = open_store()
        server.v1("alice").say("bob", f"m{n}", "x")
        kill(server)
    assert open_store().v1("bob").texts(5) == ["x"] * 5


def test_a_folder_that_cannot_be_made_or_is_a_file(tmp_path, site):
    (tmp_path / "file").write_text("x")
    refuses(tmp_path / "file", site, str(tmp_path / "file"))
    refuses(tmp_path / "file" / "below", site, str(tmp_path / "file"))
    refuses(tmp_path / "missing" / "deep" / ("x" * 300), site)


@needs_root
def test_a_folder_that_is_read_only(open_store, data, site):
    """Root may write anywhere, except where the mount says no."""
    kill(open_store())
    subprocess.run(["mount", "--bind", str(data), str(data)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(data)], check=True)
        refuses(data, site, str(data))
    finally:
        subprocess.run(["umount", str(data)], check=True)
    open_store().v1("alice")


# The file


def test_a_file_that_is_no_database_is_refused_and_left_alone(open_store, data, site):
    server = open_store()
    server.v1("alice").say("bob", "m", "x")
    end(server)
    path = database(data)
    for extra in files(data):
        if extra.name.endswith(("-wal", "-shm")):
            extra.unlink()
    for content in (b"hello, I am a letter\n" * 1000, os.urandom(8192)):
        path.write_bytes(content)
        refuses(data, site, str(path))
        assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(open_store, data, site):
    end(open_store())
    path = database(data)
    for extra in files(data):
        extra.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (title)")
        other.execute("INSERT INTO songs VALUES ('x')")
    other.close()
    refuses(data, site, str(path))
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT title FROM songs").fetchall() == [("x",)]
    other.close()


def test_a_newer_schema_version_is_refused_and_left_alone(open_store, data, site):
    server = open_store()
    server.v1("alice").say("bob", "m", "x")
    end(server)
    path = database(data)
    connection = sqlite3.connect(path)
    [version] = connection.execute("PRAGMA user_version").fetchone()
    assert version >= 1
    connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.close()
    refuses(data, site, str(path))
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    assert open_store().v1("bob").texts(1) == ["x"]


def test_a_damaged_database_is_refused(open_store, data, site):
    server = open_store()
    alice = server.v1("alice")
    for n in range(200):
        alice.do("send", to="bob", id=f"m{n}", text="x" * 500)
    for n in range(200):
        alice.expect("accepted")
    end(server)
    path = database(data)
    content = bytearray(path.read_bytes())
    content[100:4096] = bytes(len(content[100:4096]))
    path.write_bytes(content)
    refuses(data, site, str(path))


# kill -9 and start again


def test_what_was_accepted_is_there_after_a_kill(open_store):
    texts, before = [], None
    for life in range(4):
        server = open_store()
        alice = server.v1("alice")
        for n in range(50):
            alice.do("send", to="bob", id=f"m{life}-{n}", text=f"{life} {n}")
        for n in range(50):
            accepted = alice.expect("accepted", id=f"m{life}-{n}")
            assert before is None or accepted["seq"] > before["seq"], "a number was used twice"
            before = accepted
            texts.append(f"{life} {n}")
        kill(server)
    server = open_store()
    bob = server.v1("bob")
    assert bob.welcome["pending"] == 200
    assert bob.texts(200) == texts
    bob.received(bob.last_seq)
    bob.expect_nothing()
    history = server.v1("alice").history("bob", limit=100)
    assert [m["text"] for m in history["messages"]] == texts[:99:-1]


def test_the_log_keeps_its_name_and_another_folder_has_another(open_store, start, tmp_path):
    names = set()
    for how in (kill, end, kill):
        server = open_store()
        names.add(server.v1("alice").log)
        how(server)
    assert len(names) == 1
    assert start("--data", str(tmp_path / "other")).v1("alice").log not in names


def test_a_number_is_never_used_twice_though_nothing_of_it_was_kept(open_store):
    """bob gets messages live; the server dies before it can have written that, or after."""
    seen = {}
    for life in range(6):
        server = open_store()
        alice, bob = server.raw_websocket("alice", headers=[("Sec-WebSocket-Protocol", "sotto.v1")]), server.v1("bob")
        alice.read_message()
        for n in range(20):
            alice.send_text('{"type":"send","to":"bob","id":"m%d-%d","text":"x"}' % (life, n))
        for _ in range(3):  # no more: the others are under way
            while True:
                message = bob.expect("message")
                known = seen.setdefault(message["seq"], message["id"])
                assert known == message["id"], f"{message['seq']} was {known}"
                if message["id"].startswith(f"m{life}-"):
                    break
        kill(server)


def test_a_kill_forgets_no_id(open_store):
    server = open_store()
    first = server.v1("alice").say("bob", "m", "x")
    kill(server)
    server = open_store()
    alice = server.v1("alice")
    assert alice.say("bob", "m", "x")["seq"] == first["seq"]
    alice.do("send", to="bob", id="m", text="y")
    alice.expect_error("bad_request", id="m")
    bob = server.v1("bob")
    bob.expect("message", id="m", text="x")
    bob.expect_nothing()


def test_all_kinds_survive(open_store):
    server = open_store()
    alice, plain = server.v1("alice"), server.client("plain")
    alice.send('{"type":"send","to":"bob","id":"d","data":{"a" : [1e400, "\\ud800"]}}')
    alice.expect("accepted")
    alice.send_bytes("bob", "b", bytes(range(256)) * 1000, mime="image/png", name="ü.png")
    alice.expect("accepted")
    plain.send("bob:text")
    plain.receive()
    plain.send(b"bob:bytes")
    plain.expect_nothing()
    bob = server.v1("bob")
    bob.expect("message", id="d")
    bob.received(bob.last_seq)
    alice.expect("delivered", id="d")
    kill(server)
    server = open_store()
    bob = server.v1("bob")
    assert bob.welcome["pending"] == 3
    bob.expect("message", id="b", payload=bytes(range(256)) * 1000, mime="image/png", name="ü.png")
    bob.expect("message", text="text")
    bob.expect("message", payload=b"bytes")
    bob.history("alice")
    assert '"data":{"a" : [1e400, "\\ud800"]}' in bob.raw
    states = [m["state"] for m in server.v1("alice").history("bob")["messages"]]
    assert states == ["accepted", "delivered"]


def test_sigterm_writes_what_was_taken(open_store):
    server = open_store()
    alice = server.v1("alice")
    for n in range(500):
        alice.do("send", to="bob", id=f"m{n}", text=str(n))
    end(server)
    accepted = []
    with pytest.raises(ConnectionClosed):
        while True:
            message = alice.receive()
            accepted += [message["id"]] if message["type"] == "accepted" else []
    bob = open_store().v1("bob")
    came = [message["id"] for message in bob.messages_so_far()]
    assert came == [f"m{n}" for n in range(len(came))]
    assert set(accepted) <= set(came)


# The disk


def fill_until_unavailable(client, to, count=400):
    """Sends 20 kB messages; returns the ids accepted, and those refused with `unavailable`."""
    accepted, refused = [], []
    for n in range(count):
        client.do("send", to=to, id=f"f{n}", text=f"{n} " + "x" * 20_000)
        answer = client.receive()
        while answer["type"] not in ("accepted", "error"):
            answer = client.receive()
        if answer["type"] == "accepted":
            accepted.append(f"f{n}")
        else:
            assert answer["code"] == "unavailable" and answer["id"] == f"f{n}", answer
            refused.append(f"f{n}")
            if len(refused) == 5:
                break
    return accepted, refused


def no_longer_than(size):
    """The kernel answers EFBIG to whoever makes a file longer than that, and sends SIGXFSZ."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_when_nothing_can_be_written_senders_are_told_and_what_was_accepted_stays(open_store):
    server = open_store(preexec=no_longer_than(1 << 20))
    alice, bob = server.v1("alice"), server.v1("bob")
    accepted, refused = fill_until_unavailable(alice, "bob")
    assert accepted and len(refused) == 5
    assert server.is_running()
    alice.do("ping", ref=1)
    while alice.receive()["type"] != "pong":
        pass
    kill(server)
    bob = open_store().v1("bob")
    came = [message["id"] for message in bob.messages_so_far()]
    assert [id for id in came if id in accepted] == accepted
    assert set(came) <= set(accepted + refused)


def test_while_the_store_is_broken_nothing_is_forwarded(open_store):
    server = open_store(preexec=no_longer_than(1 << 20))
    alice, bob = server.v1("alice"), server.v1("bob")
    accepted, refused = fill_until_unavailable(alice, "bob")
    bob.messages_so_far()
    for n in range(10):
        alice.do("send", to="bob", id=f"late{n}", text="x" * 20_000)
        alice.expect_error("unavailable", id=f"late{n}")
    bob.expect_nothing()
    plain = server.client("plain")
    plain.send("bob:" + "x" * 20_000)
    plain.expect_error()
    bob.expect_nothing()


@needs_root
def test_a_full_disk_and_recovery_by_itself(start, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=True)
    try:
        ballast = folder / "ballast"
        server = start("--data", str(folder / "data"))
        ballast.write_bytes(bytes(1 << 20))
        alice, bob = server.v1("alice"), server.v1("bob")
        accepted, refused = fill_until_unavailable(alice, "bob")
        assert accepted and refused
        ballast.unlink()

        def sent_again():
            alice.do("send", to="bob", id=refused[-1], text=f"{refused[-1][1:]} " + "x" * 20_000)
            while (answer := alice.receive())["type"] not in ("accepted", "error"):
                pass
            return answer["type"] == "accepted"

        eventually(sent_again, "recovery when there is room again")
        came = [message["id"] for message in bob.messages_so_far() if message["type"] == "message"]
        assert [id for id in came if id in accepted] == accepted
        assert came.count(refused[-1]) == 1 and len(set(came)) == len(came)
        kill(server)
        server = start("--data", str(folder / "data"))
        again = [message["id"] for message in server.v1("bob").messages_so_far()]
        assert [id for id in again if id in accepted] == accepted and refused[-1] in again
        end(server)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_database_deleted_under_the_server(open_store, data):
    """What was promised is gone then; what must not happen is that more is promised and lost."""
    server = open_store()
    alice = server.v1("alice")
    alice.say("bob", "before", "x")
    for path in files(data):
        path.unlink()
    outcomes = {}
    for n in range(20):
        alice.do("send", to="bob", id=f"m{n}", text=str(n))
        answer = alice.receive()
        outcomes[f"m{n}"] = answer["type"] if answer["type"] == "accepted" else answer["code"]
    assert server.is_running()
    kill(server)
    assert_no_trace(server.stderr())
    bob = open_store().v1("bob")
    came = {message["id"] for message in bob.messages_so_far()}
    lost = {id for id, outcome in outcomes.items() if outcome == "accepted"} - came
    assert not lost, f"accepted after the file was deleted, and lost: {sorted(lost)}"
    assert set(outcomes.values()) <= {"accepted", "unavailable"}


def test_a_database_that_somebody_else_locks_for_a_while(open_store, data):
    server = open_store()
    alice = server.v1("alice")
    alice.say("bob", "before", "x")
    other = sqlite3.connect(database(data), isolation_level=None, timeout=5)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        pass  # the server holds it for itself alone: nobody can
    alice.do("send", to="bob", id="during", text="x")
    other.close()
    answer = alice.receive()
    while answer["type"] == "error":
        assert answer["code"] == "unavailable"
        alice.do("send", to="bob", id="during", text="x")
        answer = alice.receive()
    bob = server.v1("bob")
    assert [bob.expect("message")["id"] for _ in range(2)] == ["before", "during"]
