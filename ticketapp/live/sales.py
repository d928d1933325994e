"""The figures of a dashboard: places on every change, sums over all orders as often as they can be afforded."""

import time
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ticketapp.live.boards import Figures
from ticketapp.services.reporting import queries
from ticketapp.services.reporting.sales import Sums

# Adding up may take a tenth of the time; but however dear it is, it is done at least this often.
REST_FACTOR = 9
REST_SECONDS_MAX = 2.0


class SalesReader:
    """Read one dashboard again and again. Sums rest after they were computed, the longer the dearer they were."""

    def __init__(self, organizer_id: UUID, event_id: UUID | None) -> None:
        self._organizer_id = organizer_id
        self._event_id = event_id
        self._sums: Sums | None = None
        self._sums_rest_until = 0.0

    def __call__(self, session: Session, now: datetime) -> Figures:
        """Read the figures of now."""
        began = time.monotonic()
        sums, is_old = self._sums, began < self._sums_rest_until
        if sums is None or not is_old:
            sums = self._sums = queries.read_sums(
                session, organizer_id=self._organizer_id, event_id=self._event_id, now=now
            )
            ended = time.monotonic()
            self._sums_rest_until = ended + min(REST_FACTOR * (ended - began), REST_SECONDS_MAX)
        sales = queries.read_dashboard(
            session, organizer_id=self._organizer_id, event_id=self._event_id, sums=sums, now=now
        )
        topics = {f"org:{self._organizer_id}", *(f"ev:{event.id}" for event in sales.events)}
        return Figures({"figures": sales, "is_failed": False}, frozenset(topics), is_partly_old=is_old)
