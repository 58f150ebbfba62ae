"""Tokens as an application makes them, by PyJWT, and the ways in which a client presents one."""

import base64
import hashlib
import hmac
import json
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

SECRET = "a secret of more than sixty-four bytes, which is what PyJWT wants for its longest hash"
OTHER_SECRET = "another secret of more than sixty-four bytes, by which the server asks nobody to sign"
# Seconds that `exp` and `nbf` may be off.
LEEWAY = 30


def claims(sub, **more):
    """What a token for `sub` says; a claim that is None is left out."""
    all = {"sub": sub, "exp": int(time.time()) + 3600} | more
    return {name: value for name, value in all.items() if value is not None}


def token(sub, key=SECRET, algorithm="HS256", headers=None, **more):
    return jwt.encode(claims(sub, **more), key, algorithm, headers=headers)


def ending_in(seconds):
    """The `exp` of a token that the server takes for that long still, its leeway included."""
    return time.time() + seconds - LEEWAY


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_hand(header, payload, secret=SECRET.encode()):
    """A token by HS256 whose header and payload may be anything; texts are taken as they are."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, payload)]
    message = ".".join(base64url(part.encode()) for part in parts)
    return message + "." + base64url(hmac.new(secret, message.encode(), hashlib.sha256).digest())


class KeyPair:
    """A private key, with the algorithm that it is for, and its public half as PEM."""

    def __init__(self, algorithm):
        make = {
            "RS256": lambda: rsa.generate_private_key(65537, 2048),
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate,
        }
        self.algorithm = algorithm
        self.private = make[algorithm]()
        self.pem = self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def write(self, path):
        path.write_bytes(self.pem)
        return str(path)

    def token(self, sub, **more):
        return token(sub, self.private, self.algorithm, **more)


def bearer(token):
    return ("Authorization", f"Bearer {token}")


def start_asking(start, *flags, **how):
    """A daemon that asks for tokens by `SECRET`."""
    env = {"SOTTO_AUTH": "jwt", "SOTTO_JWT_SECRET": SECRET} | how.pop("env", {})
    return start(*flags, env=env, **how)
