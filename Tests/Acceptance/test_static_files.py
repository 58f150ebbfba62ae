"""The static folder: its files whole and typed, and nothing but what is in it."""

import os
import re

import pytest


@pytest.fixture
def secret(site):
    """A file beside the folder, never to be seen."""
    (site.parent / "secret.txt").write_text("the secret")
    return site.parent / "secret.txt"


# Whole files


def test_the_root_is_the_folders_index(server, site):
    assert server.get("/").body == (site / "index.html").read_bytes()
    assert server.get("/static/index.html").body == (site / "index.html").read_bytes()


@pytest.mark.parametrize(
    "name, media_type",
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.js", "(text|application)/javascript; charset=utf-8"),
        ("a.mjs", "(text|application)/javascript; charset=utf-8"),
        ("a.json", r"application/json(; charset=utf-8)?"),
        ("a.svg", r"image/svg\+xml(; charset=utf-8)?"),
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("a.ico", "image/(x-icon|vnd.microsoft.icon)"),
        ("a.mp3", "audio/mpeg"),
        ("a.mp4", "video/mp4"),
        ("a.webm", "video/webm"),
        ("a.woff2", "font/woff2"),
        ("a.wasm", "application/wasm"),
        ("a.pdf", "application/pdf"),
        ("A.PNG", "image/png"),
        ("a.unknown", "application/octet-stream"),
        ("plain", "application/octet-stream"),
    ],
)
def test_the_content_type_follows_from_the_name(server, site, name, media_type):
    (site / name).write_bytes(b"content")
    found = server.get(f"/static/{name}").headers["content-type"]
    assert re.fullmatch(media_type, found, re.IGNORECASE)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 1_000_000])
def test_a_file_arrives_whole_and_unchanged(server, site, size):
    content = os.urandom(size)
    (site / "file.bin").write_bytes(content)
    response = server.get("/static/file.bin")
    assert response.headers["content-length"] == str(size)
    assert response.body == content


@pytest.mark.parametrize(
    "name, path",
    [
        ("a b.txt", "a%20b.txt"),
        ("café.txt", "caf%C3%A9.txt"),
        ("100%.txt", "100%25.txt"),
        ("a+b.txt", "a+b.txt"),
        ("a.txt", "%61.txt"),
    ],
)
def test_names_are_percent_decoded(server, site, name, path):
    (site / name).write_text(name)
    assert server.get(f"/static/{path}").text() == name


def test_files_in_folders_are_served(server, site):
    (site / "deep" / "er").mkdir(parents=True)
    (site / "deep" / "er" / "a.txt").write_text("deep")
    assert server.get("/static/deep/er/a.txt").text() == "deep"


def test_a_file_that_appears_or_changes_while_it_serves_is_seen(server, site):
    assert server.get("/static/new.txt").status == 404
    (site / "new.txt").write_text("one")
    assert server.get("/static/new.txt").text() == "one"
    (site / "new.txt").write_text("two, longer")
    assert server.get("/static/new.txt").text() == "two, longer"
    (site / "new.txt").unlink()
    assert server.get("/static/new.txt").status == 404


# Nothing but what is in the folder


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/.%2e/secret.txt",
        "/static/%2E./secret.txt",
        "/static/..%2fsecret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static/./../secret.txt",
        "/static//../secret.txt",
        "/static/folder/../../secret.txt",
        "/static/folder/%2e%2e/%2e%2e/secret.txt",
        "/static/..\\secret.txt",
        "/static/..%5csecret.txt",
        "/static/..;/secret.txt",
        "/static/%252e%252e/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/static/...//secret.txt",
        "/static/../site/../secret.txt",
        "/static//etc/passwd",
        "/static/%2fetc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/%00",
        "/static/hello.txt%00",
        "/static/hello.txt%00.png",
        "/static/%00hello.txt",
        "/static/..%00/secret.txt",
    ],
)
def test_a_name_that_leaves_the_folder_is_404(server, site, secret, path):
    (site / "folder").mkdir()
    response = server.get(path)
    assert response.status == 404
    assert b"secret" not in response.body.replace(path.encode(), b"") and b"root:" not in response.body


@pytest.mark.parametrize(
    "path", ["/static/%c0%ae%c0%ae/secret.txt", "/static/%zz", "/static/%", "/static/%2", "/static/%ff.txt"]
)
def test_a_name_in_a_broken_encoding_is_refused(server, secret, path):
    assert server.get(path).status in (400, 404)


@pytest.mark.parametrize("name", [".hidden", "folder/.hidden", ".git/config", "folder/.well/a.txt"])
@pytest.mark.parametrize("spelling", ["plain", "encoded"])
def test_a_hidden_file_is_404(server, site, name, spelling):
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text("hidden")
    path = name.replace(".", "%2e") if spelling == "encoded" else name
    assert server.get(f"/static/{path}").status == 404


def test_a_symlink_out_of_the_folder_is_404(server, site, secret):
    (site / "link.txt").symlink_to(secret)
    (site / "relative.txt").symlink_to("../secret.txt")
    (site / "folder").symlink_to(site.parent, target_is_directory=True)
    (site / "twice.txt").symlink_to("link.txt")
    for name in ("link.txt", "relative.txt", "folder/secret.txt", "twice.txt"):
        assert server.get(f"/static/{name}").status == 404, name


def test_a_symlink_within_the_folder_is_served(server, site):
    (site / "link.txt").symlink_to("hello.txt")
    assert server.get("/static/link.txt").text() == "Hello, world"


def test_a_symlink_to_a_sibling_whose_name_begins_alike_is_404(server, site):
    sibling = site.parent / (site.name + "-private")
    sibling.mkdir()
    (sibling / "a.txt").write_text("private")
    (site / "link.txt").symlink_to(sibling / "a.txt")
    assert server.get("/static/link.txt").status == 404
    assert server.get(f"/static/../{sibling.name}/a.txt").status == 404


def test_a_folder_is_404_and_never_listed(server, site):
    (site / "folder").mkdir()
    (site / "folder" / "a.txt").write_text("a")
    assert server.get("/static/folder").status == 404
    assert server.get("/static/folder/").status == 404
    assert server.get("/static/hello.txt/").status == 404


def test_a_pipe_in_the_folder_is_404_and_hangs_nobody(server, site):
    os.mkfifo(site / "pipe")
    waiting = [server.raw() for _ in range(8)]
    for connection in waiting:
        connection.request("/static/pipe")
    assert server.get("/static/hello.txt").text() == "Hello, world"
    for connection in waiting:
        assert connection.read_response().status == 404


def test_a_missing_index_is_404(server, site):
    (site / "index.html").unlink()
    assert server.get("/").status == 404
