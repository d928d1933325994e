"""Secrets that are handed out once; only their hash is kept."""

import hashlib
import secrets

TOKEN_LENGTH = 43
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def new_token() -> str:
    """Make 256 random bits, written in 43 characters that a URL, a cookie and a header can carry."""
    return secrets.token_urlsafe(32)


def is_token(text: object) -> bool:
    """Has this text the form of a token? Anything else is not worth a look in the database."""
    return isinstance(text, str) and len(text) == TOKEN_LENGTH and _ALPHABET.issuperset(text)


def token_hash(token: str) -> bytes:
    """Give the 32 bytes that stand for a token in the database. A random token needs no salt."""
    return hashlib.sha256(token.encode()).digest()


def cookie_value(header: str, name: str) -> str:
    """Read one cookie out of a Cookie header, "" when it is not there.

    The standard library's parser drops every cookie after one it does not like, which would sign a person out because
    of somebody else's cookie.
    """
    for pair in header.split(";"):
        key, _, value = pair.partition("=")
        if key.strip() == name:
            return value.strip()
    return ""
