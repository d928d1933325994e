"""Write and look up many rows in one statement, the fast way of each database."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from ticketapp.models.base import UtcDateTime

Row = tuple[Any, ...]


def insert_rows(session: Session, table: sa.Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Insert rows given as tuples in the order of `columns`.

    PostgreSQL gets one COPY, which costs a fifth of one parameter per value but a round trip more, so that one row alone
    goes without; SQLite its executemany.
    """
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql" and len(rows) > 1:
        _copy(connection, table, columns, rows)
    else:
        connection.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


@dataclass(frozen=True)
class Keys:
    """A parameter that is a table: a thousand keys in one value per column.

    Statements are made once per dialect (see `dialect_of`) with `table` and `each`, and run with `given`.
    """

    name: str
    kinds: dict[str, Any]

    def table(self, dialect: str, given: dict[str, Any] | None = None) -> Any:
        """Give the table of the keys to refer to in a statement, with the keys in it if they are given."""
        values = given or {}
        columns = [sa.column(key, kind) for key, kind in self.kinds.items()]
        if dialect == "postgresql":
            arrays = [
                sa.cast(
                    sa.bindparam(f"{self.name}_{key}", values.get(f"{self.name}_{key}"), type_=sa.String()),
                    ARRAY(kind),
                )
                for key, kind in self.kinds.items()
            ]
            return sa.func.unnest(*arrays).table_valued(*columns).render_derived(name=self.name)
        texts = sa.bindparam(f"{self.name}_json", values.get(f"{self.name}_json"), type_=sa.String())
        entries = sa.func.json_each(texts).table_valued("value").alias(f"{self.name}_entries")
        picked = [
            sa.type_coerce(sa.func.json_extract(entries.c.value, f"$[{place}]"), kind).label(key)
            for place, (key, kind) in enumerate(self.kinds.items())
        ]
        return sa.select(*picked).select_from(entries).subquery(self.name)

    def each(self, dialect: str, keys: Any, rows_of_one: sa.Select[*tuple[Any, ...]]) -> Any:
        """Give a table of the rows that `rows_of_one`, a select that refers to `keys`, finds for each key.

        PostgreSQL looks each key up in an index; joined plainly, its planner reads the whole of a table it has no
        statistics of yet.
        """
        if dialect == "postgresql":
            found = rows_of_one.correlate(keys).offset(sa.literal_column("0")).lateral("found")
            return sa.select(found).select_from(keys.join(found, sa.true())).subquery("each")
        return rows_of_one.subquery("each")

    def given(self, dialect: str, rows: Iterable[Row]) -> dict[str, Any]:
        """Give the parameters that hold these keys."""
        if dialect == "postgresql":
            return {
                f"{self.name}_{key}": _array(values)
                for key, values in zip(self.kinds, zip(*rows, strict=True), strict=True)
            }
        return {f"{self.name}_json": json.dumps([[_sqlite_text(value) for value in row] for row in rows])}


class _List(sa.TypeDecorator[Any]):
    """A list as one parameter: an array's text on PostgreSQL, JSON on SQLite."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        if value is None:
            return value
        if dialect.name == "postgresql":
            return _array(value)
        return json.dumps([_sqlite_text(item) for item in value])


class _Among(FunctionElement[bool]):
    # Not Boolean: for SQLite that would be written `… = 1`, which uses no index.
    type: Any = sa.types.NULLTYPE
    inherit_cache = True


@compiles(_Among, "postgresql")
def _among_on_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    column, given = element.clauses
    kind = sa.String() if isinstance(column.type, sa.Enum) else column.type
    array = compiler.process(sa.cast(given, ARRAY(kind)), **options)
    return f"{compiler.process(column, **options)} = ANY({array})"


@compiles(_Among, "sqlite")
def _among_on_sqlite(element: _Among, compiler: Any, **options: Any) -> str:
    column, given = element.clauses
    listed = compiler.process(given, **options)
    # The parts are SQL that SQLAlchemy has written; values travel as parameters.
    return f"{compiler.process(column, **options)} IN (SELECT value FROM json_each({listed}))"  # noqa: S608


def among(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Ask for any of the values given as the parameter `name`, however many: the statement stays the same."""
    return _Among(column, sa.bindparam(name, type_=_List()))


def dialect_of(session: Session) -> str:
    return session.connection().dialect.name


def _sqlite_text(value: Any) -> Any:
    return value.hex if hasattr(value, "hex") and not isinstance(value, int | float | bytes) else value


def _array(values: Iterable[Any]) -> str:
    """Write an array as PostgreSQL reads it: psycopg does so too, item by item, at three times the cost."""
    return "{" + ",".join(map(_array_item, values)) + "}"


def _array_item(value: Any) -> str:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, str):
        return f'"{value.translate(_ARRAY_ESCAPES)}"'
    return "NULL" if value is None else str(value)


_ARRAY_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"'})
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: Any) -> str:
    return value.translate(_ESCAPES)


_NULL = "\\N"
# What writes a value in COPY's text format, by the column's type; the first that fits.
_WRITERS: tuple[tuple[type[Any], Callable[[Any], str]], ...] = (
    (sa.Uuid, lambda value: value.hex),
    (sa.Integer, str),
    (sa.Boolean, lambda value: "t" if value else "f"),
    (sa.JSON, lambda value: json.dumps(value).translate(_ESCAPES)),
    (UtcDateTime, lambda value: value.astimezone(UTC).isoformat()),
    (sa.LargeBinary, lambda value: f"\\\\x{value.hex()}"),
    (object, _text),
)


def _writer(column: sa.Column[Any]) -> Callable[[Any], str]:
    return next(write for kind, write in _WRITERS if isinstance(column.type, kind))


def _copy(connection: sa.Connection, table: sa.Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    texts = []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        write, first = _writer(table.c[name]), values[0]
        if all(value is first for value in values):
            texts.append([_NULL if first is None else write(first)] * len(values))
        else:
            texts.append([_NULL if value is None else write(value) for value in values])
    data = "\n".join(map("\t".join, zip(*texts, strict=True)))
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    try:
        with connection.connection.cursor().copy(statement) as copy:  # pyright: ignore[reportAttributeAccessIssue]
            copy.write(data + "\n")
    except psycopg.Error as error:
        # COPY goes past SQLAlchemy; its errors should look like all the others.
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, dialect=connection.dialect
        ) from error
