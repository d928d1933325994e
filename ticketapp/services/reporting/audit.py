"""Recompute stock, orders, payments and ledger from the facts, and list every place or cent that does not agree.

Each check is one SELECT that finds nothing while all is well. They are written without the operations they check, so
that a mistake there is not repeated here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.models.base import UtcDateTime
from ticketapp.services.reporting.audit_money import AGE_CHECKS, MONEY_CHECKS
from ticketapp.services.reporting.audit_stock import STOCK_CHECKS

FINDINGS_PER_CHECK_MAX = 1_000
CHECKS = {**STOCK_CHECKS, **MONEY_CHECKS}
CHECKS_COUNT = len(CHECKS) + len(AGE_CHECKS)


@dataclass(frozen=True)
class Disagreement:
    """What does not agree: which check found it, and the facts side by side."""

    check: str
    facts: dict[str, Any]

    @property
    def text(self) -> str:
        return f"{self.check}: " + ", ".join(f"{name} {value}" for name, value in self.facts.items())


def audit(session: Session, *, now: datetime) -> list[Disagreement]:
    """Run every check on one consistent view."""
    since = sa.bindparam("an_hour_ago", now - timedelta(hours=1), type_=UtcDateTime())
    checks = [(name, sa.text(_limited(query))) for name, query in CHECKS.items()]
    checks += [(name, sa.text(_limited(query)).bindparams(since)) for name, query in AGE_CHECKS.items()]
    return [found for name, query in checks for found in _run(session, name, query)]


def _limited(query: str) -> str:
    return f"{query} LIMIT {FINDINGS_PER_CHECK_MAX}"


def _run(session: Session, name: str, query: sa.TextClause) -> Sequence[Disagreement]:
    rows = session.execute(query)
    return [
        Disagreement(name, {key: _plain(value) for key, value in row._mapping.items()})  # noqa: SLF001
        for row in rows
    ]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)
