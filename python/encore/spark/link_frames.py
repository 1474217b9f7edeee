"""The wire format between a training's driver and its workers, and how both prove that they know the run's secret. Not what the
messages mean (driver_link.py, worker_link.py).

A connection begins with the proof: the driver sends 32 random bytes, the worker 32 of its own and an HMAC-SHA256 over both, the
driver an HMAC over both in its turn; the secret itself is never sent. Then frames: two 4-byte lengths (big-endian), a JSON object,
and bytes. Nothing is encrypted."""

import hashlib
import hmac
import json
import struct

NONCE_BYTES = PROOF_BYTES = 32
HEAD = struct.Struct(">II")
MOST_JSON = 16 << 20
MOST_BODY = 8 << 20


class BadFrame(Exception):
    """The other side does not speak this protocol, or does not know the secret."""


def proof(secret, who, driver_nonce, worker_nonce):
    """`who` keeps a proof from being sent back as the other side's."""
    return hmac.new(secret, who + driver_nonce + worker_nonce, hashlib.sha256).digest()


def require_proof(given, secret, who, driver_nonce, worker_nonce):
    if not hmac.compare_digest(given, proof(secret, who, driver_nonce, worker_nonce)):
        raise BadFrame("the other side does not know the secret of this run")


def frame(message, body=b""):
    text = json.dumps(message).encode("utf-8")
    return HEAD.pack(len(text), len(body)) + text + body


def lengths(head):
    """The two lengths of a frame's head. Raises BadFrame when they are beyond all reason."""
    text, body = HEAD.unpack(head)
    if text > MOST_JSON or body > MOST_BODY:
        raise BadFrame(f"a frame of {text} + {body} bytes")
    return text, body
