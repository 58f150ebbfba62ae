"""Certificates of our own making, and what clients need to believe them."""

import functools
import ssl
import subprocess
import tempfile
from pathlib import Path


class Certificate:
    """A key and a certificate for localhost and 127.0.0.1, in a folder that goes with the process."""

    def __init__(self, *algorithm, days=30):
        self.folder = tempfile.TemporaryDirectory()
        self.path = str(Path(self.folder.name, "certificate.pem"))
        self.key = str(Path(self.folder.name, "key.pem"))
        self.make(*algorithm, days=days)

    def make(self, *algorithm, days=30):
        """Writes new files in the place of those that are there."""
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=localhost", "-addext", names, "-days", str(days)]
            + ["-newkey", *(algorithm or ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"))]
            + ["-keyout", self.key, "-out", self.path],
            check=True,
            capture_output=True,
        )

    @property
    def flags(self):
        return "--tls-cert", self.path, "--tls-key", self.key

    def trust(self):
        """A context for clients that believe this certificate and no other."""
        return ssl.create_default_context(cafile=self.path)


@functools.cache
def shared():
    """One for all tests that need no particular one."""
    return Certificate()
