"""What every run starts from: one database in memory, put back to how it was, and chance that follows from a seed."""

import gc
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from tests import factories
from ticketapp.core import ids
from ticketapp.core.clock import StoppedClock
from ticketapp.integrations import stripe_calls
from ticketapp.integrations.database import Database
from ticketapp.jobs import runner
from ticketapp.rehearsal import book

NOON = factories.NOON
CAPACITY = 3
PRICE_MINOR = 45_00


class Chance:
    """Everything that the product takes from chance or from the machine's clock, out of a seed."""

    def __init__(self) -> None:
        self._random = random.Random(0)
        self._made = 0

    def begin(self, seed: int) -> None:
        self._random.seed(seed)
        self._made = 0

    def urandom(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def time_ns(self) -> int:
        # Ids made later sort later, as they nearly always do.
        self._made += 1
        return int(NOON.timestamp() * 1_000_000_000) + self._made * 1_000_000

    def choice(self, options: Any) -> Any:
        return self._random.choice(options)

    def randbelow(self, limit: int) -> int:
        return limit // 2

    @contextmanager
    def rules(self) -> Iterator[None]:
        """Let nothing else decide by chance."""
        replaced = [
            (ids, "os", SimpleNamespace(urandom=self.urandom)),
            (ids, "time", SimpleNamespace(time_ns=self.time_ns)),
            (ids, "secrets", self),
            (book, "secrets", self),
            (runner, "secrets", self),
            (stripe_calls, "secrets", self),
        ]
        before = [(module, name, getattr(module, name)) for module, name, _ in replaced]
        for module, name, value in replaced:
            setattr(module, name, value)
        try:
            yield
        finally:
            for module, name, value in before:
                setattr(module, name, value)


def open_in_memory(connection: sqlite3.Connection) -> Database:
    """Open one connection as the whole database: nothing here runs at the same time."""
    engine = sa.create_engine(
        "sqlite://", creator=lambda: connection, poolclass=sa.StaticPool, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(begun: sa.Connection) -> None:
        begun.exec_driver_sql("BEGIN")

    made = sessionmaker(engine, class_=Session, expire_on_commit=False)
    return Database(engine=engine, readers=made, writers=made, gate=nullcontext())


class Stage:
    """One event with three places and two seats, two buyers, and an organizer."""

    def __init__(self, migrated: Path) -> None:
        self.chance = Chance()
        self.live = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        with sqlite3.connect(migrated) as source:
            source.backup(self.live)
        source.close()
        self.live.execute("PRAGMA foreign_keys=ON")
        self.database = open_in_memory(self.live)
        self.sets: dict[Any, tuple[sqlite3.Connection, Any]] = {}
        with self.chance.rules():
            self.chance.begin(0)
            self._furnish()
        self.keep("empty", None)
        gc.collect()
        gc.freeze()

    def _furnish(self) -> None:
        with self.database.writers() as session, session.begin():
            self.people: list[UUID] = [factories.make_person(session).id for _ in range(2)]
            self.owner: UUID = factories.make_person(session, name="Otto Owner").id
            organizer = factories.make_organizer(session, owner_id=self.owner)
            self.organizer: UUID = organizer.id
            made = factories.make_event(
                session,
                organizer_id=organizer.id,
                starts_at=NOON + timedelta(days=90),
                refund_until_hours=1,
                tax_basis_points=1900,
            )
            self.event: UUID = made.id
            tier = factories.make_tier(
                session, event_id=made.id, capacity=CAPACITY, price_minor=PRICE_MINOR, fee_minor=2_00
            )
            free = factories.make_tier(session, event_id=made.id, name="Guests", capacity=2, price_minor=0)
            self.tier, self.free_tier = tier.id, free.id
            _, self.seats = factories.make_seated_tier(session, event_id=made.id, rows={"A": 2})

    def keep(self, name: Any, value: Any) -> None:
        """Keep how everything stands now, to start from it again."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        self.live.backup(kept)
        self.sets[name] = (kept, value)

    def put_back(self, name: Any) -> Any:
        """Let everything stand as it was kept under this name."""
        kept, value = self.sets[name]
        kept.backup(self.live)
        return value

    def close(self) -> None:
        gc.unfreeze()
        self.database.close()
        self.live.close()
        for kept, _ in self.sets.values():
            kept.close()


def new_clock() -> StoppedClock:
    return StoppedClock(NOON)
