"""The store on disk: what breaks it, and what is said then."""

import os
import resource
import signal
import sqlite3
import stat
import subprocess
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from daemon import assert_no_trace, assert_one_line, eventually, run_to_end

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")


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
        server.crash()
    assert open_store().v1("bob").texts(5) == ["x"] * 5


def test_a_folder_that_cannot_be_made_or_is_a_file(tmp_path, site):
    (tmp_path / "file").write_text("x")
    refuses(tmp_path / "file", site, str(tmp_path / "file"))
    refuses(tmp_path / "file" / "below", site, str(tmp_path / "file"))
    refuses(tmp_path / "missing" / "deep" / ("x" * 300), site)


@needs_root
def test_a_folder_that_is_read_only(open_store, data, site):
    """Root may write anywhere, except where the mount says no."""
    open_store().crash()
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
    server.end()
    path = database(data)
    for extra in files(data):
        if extra.name.endswith(("-wal", "-shm")):
            extra.unlink()
    for content in (b"hello, I am a letter\n" * 1000, os.urandom(8192)):
        path.write_bytes(content)
        refuses(data, site, str(path))
        assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(open_store, data, site):
    open_store().end()
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
    server.end()
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
    server.end()
    path = database(data)
    content = bytearray(path.read_bytes())
    content[100:4096] = bytes(len(content[100:4096]))
    path.write_bytes(content)
    refuses(data, site, str(path))


# The disk


def outcome(client, to, id, text):
    """Sends it and returns the one answer, `accepted` or `error`, whatever comes before that."""
    client.do("send", to=to, id=id, text=text)
    while (answer := client.receive())["type"] not in ("accepted", "error"):
        pass
    assert answer["id"] == id, answer
    return answer


def fill_until_unavailable(client, to, to_be_refused=1):
    """Sends 20 kB messages; returns the ids accepted, and those refused with `unavailable`."""
    accepted, refused = [], []
    for n in range(400):
        answer = outcome(client, to, f"f{n}", f"{n} " + "x" * 20_000)
        if answer["type"] == "accepted":
            accepted.append(f"f{n}")
        else:
            assert answer["code"] == "unavailable", answer
            refused.append(f"f{n}")
        if len(refused) == to_be_refused:
            break
    assert accepted and refused
    return accepted, refused


def all_of(client):
    """All that has come and comes until now, or until the server closed the connection."""
    messages = []
    with suppress(ConnectionClosed):
        client.do("ping", ref="until now")
    with suppress(ConnectionClosed):
        while (message := client.receive()) != {"type": "pong", "ref": "until now"}:
            messages.append(message)
    return messages


def no_longer_than(size):
    """The kernel answers EFBIG to whoever makes a file longer than that, and sends SIGXFSZ."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_when_nothing_can_be_written_senders_are_told_and_what_was_accepted_stays(open_store):
    server = open_store(preexec=no_longer_than(1 << 20))
    alice, bob = server.v1("alice"), server.v1("bob")
    accepted, refused = fill_until_unavailable(alice, "bob", to_be_refused=5)
    assert server.is_running()
    alice.do("ping", ref=1)
    while alice.receive()["type"] != "pong":
        pass
    server.crash()
    bob = open_store().v1("bob")
    came = [message["id"] for message in bob.pending()]
    assert [id for id in came if id in accepted] == accepted
    assert set(came) <= set(accepted + refused)


def test_while_the_store_is_broken_nothing_is_forwarded(open_store):
    server = open_store(preexec=no_longer_than(1 << 20))
    alice, bob, plain = server.v1("alice"), server.v1("bob"), server.client("plain")
    accepted, refused = fill_until_unavailable(alice, "bob", to_be_refused=5)
    for n in range(10):
        assert outcome(alice, "bob", f"late{n}", "x" * 20_000)["code"] == "unavailable"
    plain.send("bob:" + "x" * 20_000)
    plain.expect_error()
    came = [message["id"] for message in all_of(bob) if message["type"] == "message"]
    assert came[: len(accepted)] == accepted
    # One batch was on its way when the disk failed; the message was handed over, and its sender told "not known".
    assert came[len(accepted) :] in ([], refused[:1])


def test_a_broken_store_closes_nobody(open_store):
    server = open_store(preexec=no_longer_than(1 << 20))
    alice, bob, carol = server.v1("alice"), server.v1("bob"), server.v1("carol")
    fill_until_unavailable(alice, "bob", to_be_refused=5)
    for client in (alice, bob, carol):
        client.do("ping", ref="alive")
        while (message := client.receive())["type"] != "pong":
            assert message["type"] not in ("left", "bye"), message


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
        accepted, refused = fill_until_unavailable(alice, "bob", to_be_refused=3)
        ballast.unlink()
        text = f"{refused[-1][1:]} " + "x" * 20_000
        eventually(
            lambda: outcome(alice, "bob", refused[-1], text)["type"] == "accepted",
            "recovery when there is room again",
        )
        came = [message["id"] for message in all_of(bob) if message["type"] == "message"]
        first = [id for id in came if id in accepted]
        assert first == accepted[: len(first)]
        came = [message["id"] for message in server.v1("bob").pending()]
        assert [id for id in came if id in accepted] == accepted
        assert came.count(refused[-1]) == 1 and len(set(came)) == len(came)
        server.crash()
        server = start("--data", str(folder / "data"))
        again = [message["id"] for message in server.v1("bob").pending()]
        assert [id for id in again if id in accepted] == accepted and refused[-1] in again
        server.end()
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
    server.crash()
    assert_no_trace(server.stderr())
    bob = open_store().v1("bob")
    came = {message["id"] for message in bob.pending()}
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
