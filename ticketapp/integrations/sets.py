"""Write and look up many rows in one statement, the fast way of each database."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session


def insert_rows(
    session: Session, table: sa.Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows given as tuples in the order of `columns`.

    PostgreSQL gets one array per column, a third of the cost of a parameter per value; SQLite its executemany.
    """
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        arrays = {
            name: [json.dumps(value) for value in values] if _is_json(table.c[name]) else list(values)
            for name, values in zip(columns, zip(*rows, strict=True), strict=True)
        }
        connection.execute(_unnest_insert(table, columns), arrays)
    else:
        connection.execute(
            _plain_insert(table, columns), [dict(zip(columns, row, strict=True)) for row in rows]
        )


def key_set(session: Session, name: str, types: dict[str, Any], rows: Iterable[tuple[Any, ...]]) -> Any:
    """Give a table of the rows to join with, so that a thousand keys are one parameter per column."""
    rows = list(rows)
    if session.connection().dialect.name == "postgresql":
        arrays = [
            sa.bindparam(None, list(values), type_=ARRAY(kind))
            for values, kind in zip(zip(*rows, strict=True), types.values(), strict=True)
        ]
        given = sa.func.unnest(*arrays).table_valued(*(sa.column(key, kind) for key, kind in types.items()))
        return given.render_derived(name=name)
    texts = json.dumps([[_sqlite_text(value) for value in row] for row in rows])
    entries = sa.func.json_each(texts).table_valued("value").alias(f"{name}_json")
    picked = [
        sa.type_coerce(sa.func.json_extract(entries.c.value, f"$[{place}]"), kind).label(key)
        for place, (key, kind) in enumerate(types.items())
    ]
    return sa.select(*picked).select_from(entries).subquery(name)


def _sqlite_text(value: Any) -> Any:
    return value.hex if hasattr(value, "hex") and not isinstance(value, int | float | bytes) else value


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


def _array_type(column: sa.Column[Any]) -> Any:
    # Statuses are text with a CHECK; JSON travels as text and is cast on the way in.
    return sa.String() if isinstance(column.type, sa.Enum | sa.JSON) else column.type


_UNNEST: dict[tuple[str, tuple[str, ...]], sa.Insert] = {}
_PLAIN: dict[tuple[str, tuple[str, ...]], sa.Insert] = {}


def _unnest_insert(table: sa.Table, columns: tuple[str, ...]) -> sa.Insert:
    statement = _UNNEST.get((table.name, columns))
    if statement is None:
        kinds = {name: _array_type(table.c[name]) for name in columns}
        arrays = [sa.bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()]
        given = sa.func.unnest(*arrays).table_valued(*(sa.column(name, kind) for name, kind in kinds.items()))
        given = given.render_derived(name="given")
        picked = [
            sa.cast(given.c[name], sa.JSON) if _is_json(table.c[name]) else given.c[name] for name in columns
        ]
        statement = sa.insert(table).from_select(list(columns), sa.select(*picked))
        _UNNEST[table.name, columns] = statement
    return statement


def _plain_insert(table: sa.Table, columns: tuple[str, ...]) -> sa.Insert:
    statement = _PLAIN.get((table.name, columns))
    if statement is None:
        statement = sa.insert(table).values({name: sa.bindparam(name) for name in columns})
        _PLAIN[table.name, columns] = statement
    return statement
