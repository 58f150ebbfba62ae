"""Two network namespaces of their own with a cable between them, which can be pulled out."""

import ctypes
import os
import shutil
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor

CLONE_NEWNET = 0x40000000
# For documentation (RFC 5737), so that it is nobody's.
SERVER, CLIENT = "192.0.2.1", "192.0.2.2"

libc = ctypes.CDLL(None, use_errno=True)


def ip(*arguments):
    return subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True, timeout=10).stdout


def enter(namespace):
    """Moves this thread, or a new process before it starts, into a namespace."""
    descriptor = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {namespace}")
    finally:
        os.close(descriptor)


class Cable:
    """A namespace for the server and one for its clients, joined by a pair of virtual devices."""

    def __init__(self):
        name = uuid.uuid4().hex[:8]
        self.server, self.client = f"sotto-s{name}", f"sotto-c{name}"
        self.near, self.far = f"s{name}", f"c{name}"

    @staticmethod
    def obstacle():
        """Why there can be none here; None when there can."""
        if shutil.which("ip") is None:
            return "there is no ip command (Debian package iproute2)"
        cable = Cable()
        try:
            cable.lay()
        except (subprocess.CalledProcessError, OSError) as error:
            return f"network namespaces are not permitted here: {getattr(error, 'stderr', None) or error}".strip()
        finally:
            cable.remove()
        return None

    def lay(self):
        for namespace in (self.server, self.client):
            ip("netns", "add", namespace)
            ip("-n", namespace, "link", "set", "lo", "up")
        ip("link", "add", self.near, "netns", self.server, "type", "veth", "peer", "name", self.far, "netns", self.client)
        for namespace, device, address in ((self.server, self.near, SERVER), (self.client, self.far, CLIENT)):
            ip("-n", namespace, "address", "add", f"{address}/24", "dev", device)
            ip("-n", namespace, "link", "set", device, "up")

    def pull(self):
        ip("-n", self.client, "link", "set", self.far, "down")

    def plug_in(self):
        ip("-n", self.client, "link", "set", self.far, "up")

    def disturb(self, *netem):
        """Delay, loss and the like in both directions (tc-netem(8)); why not, if it cannot be."""
        if shutil.which("tc") is None:
            return "there is no tc command (Debian package iproute2)"
        for namespace, device in ((self.server, self.near), (self.client, self.far)):
            command = ["tc", "-n", namespace, "qdisc", "add", "dev", device, "root", "netem", *netem]
            done = subprocess.run(command, capture_output=True, text=True, timeout=10)
            if done.returncode != 0:
                return f"the kernel has no netem: {done.stderr.strip()}"
        return None

    def on_the_client_side(self, make):
        """What `make` returns, its sockets made in the clients' namespace, where they stay."""
        return self._within(self.client, make)

    def on_the_server_side(self, make):
        return self._within(self.server, make)

    @staticmethod
    def _within(namespace, make):
        def run():
            enter(namespace)
            return make()

        # A thread of its own, which ends with it: this one stays where it is.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run).result()

    def remove(self):
        for namespace in (self.server, self.client):
            subprocess.run(["ip", "netns", "delete", namespace], capture_output=True, timeout=10, check=False)
