"""Password hashes: argon2id with the cost OWASP recommends for 19 MiB."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

HASHES_AT_ONCE = 2
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Each hash takes 19 MiB and a core for 30 ms: many sign-ins at once wait for each other, not for memory.
_threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="argon2")
# Checked when nobody has the address, so that the answer takes as long as for somebody.
_NOBODYS_HASH = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Turn a password into what is stored. Takes about 30 ms, so never inside a transaction."""
    return _HASHER.hash(password)


def is_right_password(password: str, password_hash: str | None) -> bool:
    """Check a password in the same time whether or not there is anything to check it against."""
    try:
        _HASHER.verify(password_hash or _NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


async def in_turn(slow: Callable[..., T], *arguments: Any) -> T:
    """Await one of the two above without stopping the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, slow, *arguments)
