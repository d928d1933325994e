"""Run migrations, on SQLite and PostgreSQL, one runner at a time."""

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import ticketapp.models  # noqa: F401  (registers every table)
from ticketapp.integrations.database import open_database
from ticketapp.models.base import UtcDateTime
from ticketapp.settings import Settings

# Any constant serves, as long as every migration of this product takes the same one.
_ADVISORY_LOCK = 7_184_205


def _render(kind: str, item: object, _context: object) -> str | bool:
    # A revision must not import the app: it has to run when the app has long changed.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    database = open_database(Settings().database_url)
    try:
        with database.engine.connect() as connection:
            _migrate(connection)
    finally:
        database.close()


def _migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=True,
        render_item=_render,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(sa.text("SET LOCAL statement_timeout = '10min'"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        context.run_migrations()


run()
