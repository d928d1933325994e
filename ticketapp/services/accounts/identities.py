"""Remember for a few seconds who a token belongs to, so that most requests need no database."""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ticketapp.core.tokens import is_token, token_hash
from ticketapp.services.accounts import queries
from ticketapp.services.accounts.views import Actor, KnownSession

# `runtime.looked_up_together`: a query that answers many keys, and one key.
LookUp = Callable[[Callable[..., Any], Any], Awaitable[Any]]

TRUST_SPAN = timedelta(seconds=5)
REMEMBERED_MAX = 20_000
TOPIC = "who:"


class Identities:
    """Tell who a token belongs to.

    An answer is at most `TRUST_SPAN` old. A change made by this process (sign-out, another role) drops it at once, by
    the topic `who:<person id>`; in other processes it counts after the span.
    """

    def __init__(self, *, look_up: LookUp, now: Callable[[], datetime]) -> None:
        self._look_up = look_up
        self._now = now
        self._lock = threading.Lock()
        self._changes = 0
        self._known: OrderedDict[bytes, tuple[datetime, Actor]] = OrderedDict()
        self._hashes_of: dict[UUID, set[bytes]] = {}

    def remembered(self, token: str) -> Actor | None:
        """Give the token's owner if that is known without asking."""
        entry = self._known.get(token_hash(token))
        return entry[1] if entry is not None and entry[0] > self._now() else None

    async def actor_for(self, token: str) -> Actor | None:
        """Give the token's owner: from memory, else from the database, with others who are asked for now."""
        if not is_token(token):
            return None
        actor = self.remembered(token)
        return actor if actor is not None else await self._ask(token_hash(token))

    async def _ask(self, hashed: bytes) -> Actor | None:
        changes_before = self._changes
        known: KnownSession | None = await self._look_up(queries.find_sessions, hashed)
        if known is None:
            return None
        with self._lock:
            # Somebody changed while we read: what we read may be what they changed.
            if self._changes == changes_before:
                self._remember(hashed, known)
        return known.actor

    def _remember(self, hashed: bytes, known: KnownSession) -> None:
        self._known[hashed] = (min(self._now() + TRUST_SPAN, known.expires_at), known.actor)
        self._hashes_of.setdefault(known.actor.person_id, set()).add(hashed)
        while len(self._known) > REMEMBERED_MAX:
            oldest, (_, actor) = self._known.popitem(last=False)
            hashes = self._hashes_of.get(actor.person_id, set())
            hashes.discard(oldest)
            if not hashes:
                self._hashes_of.pop(actor.person_id, None)

    def forget_changed(self, topics: frozenset[str]) -> None:
        """Listen to commits: drop what is remembered of the people they changed."""
        people = [UUID(topic.removeprefix(TOPIC)) for topic in topics if topic.startswith(TOPIC)]
        if not people:
            return
        with self._lock:
            self._changes += 1
            for person_id in people:
                for hashed in self._hashes_of.pop(person_id, set()):
                    self._known.pop(hashed, None)
