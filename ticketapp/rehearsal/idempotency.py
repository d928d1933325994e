"""Idempotency keys: the first answer once execution began, for a day; other parameters and company are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ticketapp.rehearsal import errors
from ticketapp.rehearsal.book import MovingClock

KEY_LENGTH_MAX = 255
SECONDS_KEPT = 24 * 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer that belongs to a key, and the call that it was given to."""

    fingerprint: str
    status: int
    body: bytes
    request_id: str
    kept_at: int


@dataclass
class Keys:
    clock: MovingClock
    _kept: dict[str, Kept] = field(default_factory=dict)
    _in_use: dict[str, str] = field(default_factory=dict)

    def find(self, key: str, fingerprint: str) -> Kept | None:
        """Give the answer that was kept for this key, None when the call has to be executed.

        Raises:
            Refusal: the key is being used at this moment, or was used for something else.
        """
        if len(key) > KEY_LENGTH_MAX:
            raise errors.Refusal("Idempotency keys have up to 255 characters.", kind="idempotency_error")
        if self._in_use.get(key, fingerprint) != fingerprint:
            raise errors.key_misused(key)
        if key in self._in_use:
            raise errors.key_in_use(key)
        kept = self._kept.get(key)
        if kept and kept.kept_at + SECONDS_KEPT <= self.clock.now():
            del self._kept[key]
            return None
        if kept and kept.fingerprint != fingerprint:
            raise errors.key_misused(key)
        return kept

    @contextmanager
    def used(self, key: str, fingerprint: str) -> Iterator[None]:
        """Keep everybody else from using the key meanwhile."""
        if not key:
            yield
            return
        self._in_use[key] = fingerprint
        try:
            yield
        finally:
            del self._in_use[key]

    def keep(self, key: str, fingerprint: str, *, status: int, body: bytes, request_id: str) -> None:
        if key:
            self._kept[key] = Kept(fingerprint, status, body, request_id, self.clock.now())
