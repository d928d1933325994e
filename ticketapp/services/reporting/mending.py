"""What an administrator does about work that was given up, and how they look through the books."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import NotFound
from ticketapp.models import Job
from ticketapp.models.base import table_of
from ticketapp.services.accounts.views import Actor
from ticketapp.services.reporting.audit import audit

SHOWN_MAX = 20
_JOBS = table_of(Job)


def try_parked_jobs(session: Session, *, actor: Actor | None, now: datetime) -> int:
    """Take up all jobs again that were given up, and tell how many they are.

    Raises:
        NotFound: whoever asks is no administrator.
    """
    _check_admin(actor)
    taken = session.execute(
        sa.update(_JOBS)
        .where(_JOBS.c.parked_at.is_not(None))
        .values(parked_at=None, attempts=0, run_at=now)
        .returning(_JOBS.c.id)
    )
    return len(taken.all())


def compare_books(session: Session, *, actor: Actor | None, now: datetime) -> list[str]:
    """Recompute stock, orders, payments and ledger and list the first differences.

    Raises:
        NotFound: whoever asks is no administrator.
    """
    _check_admin(actor)
    return [found.text for found in audit(session, now=now)[:SHOWN_MAX]]


def _check_admin(actor: Actor | None) -> None:
    if actor is None or not actor.is_admin:
        raise NotFound
