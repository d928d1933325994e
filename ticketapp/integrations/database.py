"""Open SQLite or PostgreSQL so that both keep the same promises."""

import threading
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from ticketapp.core.errors import UpstreamUnavailable

POOL_SIZE = 20
BUSY_TIMEOUT_MS = 10_000
CHECKPOINT_PAGES = 2_000
# Whether a connection still lives is asked only after a rest: asking costs as much as a small query.
REST_SECONDS = 1.0
RETRY_AFTER_S = 1
_USED_AT = "used_at"


class DatabaseUnavailable(UpstreamUnavailable):
    """The database did not answer; whether the last change was kept is not known."""

    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "We cannot reach our records for a moment. What was kept stays kept, and nothing is charged twice."
            " Try again in a few seconds.",
            retry_after=RETRY_AFTER_S,
        )


@dataclass(frozen=True, slots=True)
class Database:
    """Sessions that read, sessions that write, and the gate a writer passes (one at a time on SQLite)."""

    engine: sa.Engine
    readers: "sessionmaker[Session]"
    writers: "sessionmaker[Session]"
    gate: AbstractContextManager[Any]

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        for maker in (self.readers, self.writers):
            maker.kw["bind"].dispose()


def open_database(url: str) -> Database:
    """Open the database a URL names; `postgresql://` means psycopg 3."""
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    # Writers look things up by their keys. PostgreSQL keeps the plan that it made while a table was young, and would read
    # an order table whole for each batch until it has counted it, a minute into the sale.
    writer = _postgres_engine(url, options="-c enable_seqscan=off")
    return Database(
        engine=writer,
        readers=sessionmaker(_postgres_engine(url), class_=Session, expire_on_commit=False),
        writers=sessionmaker(writer, class_=Session, expire_on_commit=False),
        gate=nullcontext(),
    )


def _postgres_engine(url: str, **connect_args: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=POOL_SIZE // 2,
        max_overflow=POOL_SIZE // 2,
        hide_parameters=True,
        connect_args=connect_args,
    )
    _ping_after_rest(engine)
    return engine


def _ping_after_rest(engine: sa.Engine) -> None:
    @event.listens_for(engine, "checkin")
    def _note_use(_connection: Any, record: Any) -> None:
        record.info[_USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ping(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(_USED_AT)
        if used_at is None or time.monotonic() - used_at < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The others of the pool are as old: all of them are opened anew.
            raise InvalidatePoolError from error


def _open_sqlite(url: str) -> Database:
    path = sa.make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=2)
    reader = _sqlite_engine(url, begin="BEGIN", pool_size=POOL_SIZE)
    return Database(
        engine=writer,
        readers=sessionmaker(reader, class_=Session, expire_on_commit=False),
        writers=sessionmaker(writer, class_=Session, expire_on_commit=False),
        gate=threading.Lock(),
    )


def _sqlite_engine(url: str, *, begin: str, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=POOL_SIZE,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    # pysqlite opens transactions by itself and late; switched off, SQLAlchemy's begin event says when and how.
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            # Only the writer that holds the gate checkpoints (sqlite.org/wal.html#walresetbug).
            f"wal_autocheckpoint={CHECKPOINT_PAGES if begin != 'BEGIN' else 0}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
