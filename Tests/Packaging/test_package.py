"""The Debian package: what is in it, and that it works in a clean Debian: installed, started as its unit says, purged."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
import websockets

ROOT = Path(__file__).resolve().parents[2]
UNIT = "lib/systemd/system/sotto.service"


def run(*command, **how):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, **how)
    assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def binary():
    path = os.environ.get("SOTTO_BINARY")
    assert path, "set SOTTO_BINARY to the daemon that is to be packaged"
    return str(Path(path).resolve())


@pytest.fixture(scope="session")
def package(binary, tmp_path_factory):
    output = tmp_path_factory.mktemp("package")
    return Path(run("scripts/package", "--binary", binary, "--output", str(output), cwd=ROOT).strip())


@pytest.fixture(scope="session")
def unpacked(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    run("dpkg-deb", "-x", str(package), str(folder))
    return folder


# What is in it


def test_it_is_named_by_version_and_architecture(package, binary):
    version = re.search(r"[0-9.]+", run(binary, "--version"))[0]
    assert package.name == f"sotto_{version}_{run('dpkg', '--print-architecture').strip()}.deb"


def test_the_same_commit_gives_the_same_package(package, binary, tmp_path):
    again = run("scripts/package", "--binary", binary, "--output", str(tmp_path), cwd=ROOT).strip()
    assert Path(again).read_bytes() == package.read_bytes()


def test_it_needs_the_libraries_that_it_is_linked_with(package):
    depends = run("dpkg-deb", "-f", str(package), "Depends")
    for library in ["libc6", "libssl3", "libsqlite3-0", "libuv1", "zlib1g"]:
        assert library in depends


def test_the_container_has_the_libraries_that_the_package_needs(package):
    image = (ROOT / "packaging/Dockerfile").read_text().rpartition("FROM debian:")[2]
    needed = set(re.findall(r"lib[a-z0-9+-]+|zlib1g", run("dpkg-deb", "-f", str(package), "Depends"))) - {"libc6"}
    # What every Debian has, for apt's sake.
    needed -= {"libgcc-s1", "libstdc++6"}
    assert needed and needed <= set(image.split()), needed


def test_each_flag_is_in_the_manual_page(unpacked, binary):
    page = run("man", "--no-hyphenation", "-l", str(unpacked / "usr/share/man/man1/sotto.1.gz"), env={**os.environ, "MANWIDTH": "200"})
    flags = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", run(binary, "--help"), re.MULTILINE)
    assert len(flags) > 20
    for flag in flags:
        assert re.search(rf"^ +(-h, )?{flag}\b", page, re.MULTILINE), flag


def test_every_setting_in_the_configuration_is_a_variable_of_the_server(unpacked, binary):
    settings = re.findall(r"^#?(SOTTO_[A-Z_]+)=", (unpacked / "etc/default/sotto").read_text(), re.MULTILINE)
    flags = run(binary, "--help")
    assert len(settings) > 10
    for name in settings:
        assert f"--{name.removeprefix('SOTTO_').lower().replace('_', '-')} " in flags, name


@pytest.mark.skipif(not shutil.which("lintian"), reason="lintian is not installed")
def test_lintian_finds_nothing(package):
    assert run("lintian", "--allow-root", "--fail-on", "warning", str(package)) == ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_unit_is_right_and_gives_away_little(unpacked):
    exposure = run("systemd-analyze", "security", "--offline=yes", "--no-pager", f"--root={unpacked}", "sotto.service")
    overall = float(re.search(r"Overall exposure level for sotto.service: ([0-9.]+)", exposure)[1])
    assert overall <= 2.0, exposure
    # Every line of it is understood, and the program that it starts is there.
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={unpacked}", "sotto.service"], capture_output=True, text=True, timeout=60
    )
    # What the package does not bring.
    of_others = ("Unit sysinit.target not found", "Command /bin/kill is not executable")
    wrong = [line for line in said.stderr.splitlines() if not any(other in line for other in of_others)]
    assert not wrong, said.stderr


# In a clean Debian


def why_no_debian():
    if os.geteuid() != 0:
        return "only root can install a package into a clean Debian"
    return None if shutil.which("debootstrap") else "debootstrap is not installed"


@pytest.fixture(scope="session")
def pristine():
    """A minimal Debian of this machine's release, from the mirror that this machine uses; made once."""
    folder = ROOT / ".build" / "debian"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        mirror = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").splitlines()[0]
        release = re.search(r"^VERSION_CODENAME=(.*)$", Path("/etc/os-release").read_text(), re.MULTILINE)[1]
        run("debootstrap", "--variant=minbase", release, str(folder), mirror)
        (folder / "complete").touch()
    return folder


@pytest.fixture
def debian(pristine, tmp_path):
    root = tmp_path / "debian"
    run("cp", "-a", str(pristine), str(root))
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    # No service may be started in there: it would be on this machine's network.
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    run("mount", "-t", "proc", "proc", str(root / "proc"))
    try:
        yield root
    finally:
        run("umount", str(root / "proc"))


def inside(root, *command):
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
    return run("chroot", str(root), *command, env=quiet)


def values(text, name):
    return re.findall(rf"^{name}=-?(.*)$", text, re.MULTILINE)


def start_as_the_unit_says(root):
    """What systemd would do with the unit, on a free port; the process and the port."""
    unit = (root / UNIT).read_text()
    variables = dict(line.split("=", 1) for line in values(unit, "Environment"))
    for file in values(unit, "EnvironmentFile"):
        settings = (root / file.lstrip("/")).read_text()
        variables |= dict(re.findall(r"^([A-Z_]+)=(.*)$", settings, re.MULTILINE))
    user, group = values(unit, "User")[0], values(unit, "Group")[0]
    process = subprocess.Popen(
        [shutil.which("chroot"), f"--userspec={user}:{group}", str(root), *shlex.split(values(unit, "ExecStart")[0])],
        env=variables | {"SOTTO_PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, int(process.stdout.readline().strip().rsplit(":", 1)[1])


async def talk(port):
    uri = f"ws://127.0.0.1:{port}/ws/"
    async with websockets.connect(uri + "alice", proxy=None) as alice, websockets.connect(uri + "bob", proxy=None) as bob:
        await alice.send("bob:hello")
        assert await asyncio.wait_for(bob.recv(), 10) == "Client #alice says: hello"
        await alice.send("carol:for later")
        assert "carol is offline" in await asyncio.wait_for(alice.recv(), 10)


@pytest.mark.skipif(why_no_debian() is not None, reason=str(why_no_debian()))
@pytest.mark.timeout(900)
def test_it_is_installed_serves_as_its_user_and_goes_without_a_trace(package, debian):
    before = {str(path) for folder in ("etc", "usr/bin", "lib/systemd", "var/lib") for path in (debian / folder).rglob("*")}
    shutil.copy(package, debian / "tmp" / package.name)
    inside(debian, "apt-get", "update", "-qq")
    inside(debian, "apt-get", "install", "-y", "-qq", "--no-install-recommends", f"/tmp/{package.name}")
    owner = inside(debian, "stat", "-c", "%U %G %a", "/var/lib/sotto").strip()
    assert owner == "sotto sotto 700"
    process, port = start_as_the_unit_says(debian)
    try:
        user = inside(debian, "id", "-u", "sotto").strip()
        assert re.search(rf"^Uid:\t{user}\t", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
        asyncio.run(talk(port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    kept = list((debian / "var/lib/sotto").iterdir())
    assert kept, "nothing was kept"
    inside(debian, "apt-get", "purge", "-y", "-qq", "sotto")
    after = {str(path) for folder in ("etc", "usr/bin", "lib/systemd", "var/lib") for path in (debian / folder).rglob("*")}
    assert not [path for path in after - before if "sotto" in path]
    assert "sotto" not in (debian / "etc/passwd").read_text()
