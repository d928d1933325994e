"""Ticket codes: what a QR carries, signed so that a door needs only public keys.

A code is 29 bytes of claim and a 64-byte Ed25519 signature, written in upper-case base 32, which a QR code stores
in its compact alphanumeric mode (149 characters: version 6 at level M).
"""

import base64
import hmac
import struct
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PAYLOAD = struct.Struct(">BH8s16sH")  # version, key number, event's last 8 bytes, ticket, revision
_VERSION = 1
_SIGNATURE_BYTES = 64
CODE_LENGTH = 149
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")


class InvalidCode(ValueError):
    """The text is not a ticket code, or was not signed by this key."""


@dataclass(frozen=True, slots=True)
class TicketClaim:
    """What a ticket code says: which ticket, in which revision, of which event (last 8 bytes of its id)."""

    key_number: int
    event_tail: bytes
    ticket_id: UUID
    revision: int


def new_signing_seed() -> bytes:
    """Make the 32 secret bytes that an event signs its tickets with."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(seed: bytes) -> bytes:
    """Give the 32 public bytes that belong to a seed."""
    return _loaded(seed).public_key().public_bytes_raw()


def ticket_code(seed: bytes, *, key_number: int, event_id: UUID, ticket_id: UUID, revision: int) -> str:
    """Write and sign the code of one ticket."""
    payload = _PAYLOAD.pack(_VERSION, key_number, event_id.bytes[8:], ticket_id.bytes, revision)
    signature = _loaded(seed).sign(payload)
    return base64.b32encode(payload + signature).decode().rstrip("=")


def read_code(text: str) -> tuple[TicketClaim, bytes, bytes]:
    """Read a code without trusting it: the claim, the signed bytes, the signature.

    Raises:
        InvalidCode: the text has not the form of a ticket code.
    """
    raw = _raw_bytes(text.strip().upper())
    if raw[0] != _VERSION:
        raise InvalidCode
    payload, signature = raw[: _PAYLOAD.size], raw[_PAYLOAD.size :]
    _, key_number, event_tail, ticket, revision = _PAYLOAD.unpack(payload)
    return TicketClaim(key_number, event_tail, UUID(bytes=ticket), revision), payload, signature


def _raw_bytes(cleaned: str) -> bytes:
    # A number in base 32 with digits of its own: a tenth of what base64.b32decode takes.
    if len(cleaned) != CODE_LENGTH or not _ALPHABET.issuperset(cleaned):
        raise InvalidCode
    number = int(cleaned.translate(_DIGITS), 32)
    if number & 1:
        # 149 characters hold one bit more than 93 bytes; unless it is 0, one ticket would have two codes.
        raise InvalidCode
    return (number >> 1).to_bytes(_PAYLOAD.size + _SIGNATURE_BYTES, "big")


def check_signature(seed: bytes, payload: bytes, signature: bytes) -> None:
    """Check that a code's signature is the one that this seed makes.

    A payload has one Ed25519 signature, and whoever has the seed makes it again in a third of the time that checking it
    with the public key takes.

    Raises:
        InvalidCode: it is another one.
    """
    if not hmac.compare_digest(_loaded(seed).sign(payload), signature):
        raise InvalidCode


@lru_cache(maxsize=4_096)
def _loaded(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)
