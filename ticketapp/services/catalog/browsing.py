"""Everything that a page of the list of events says."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from ticketapp.services.catalog import queries
from ticketapp.services.catalog.drafts import EventFilter
from ticketapp.services.catalog.views import Choice, EventList, Facets


@dataclass(frozen=True)
class Browsing:
    """A list, the choices of its filters, and for an empty list what each filter hides."""

    events: EventList
    facets: Facets
    drops: list[Choice]


def browse(session: Session, wanted: EventFilter, *, now: datetime) -> Browsing:
    """Read one page of the list with what can be chosen beside it."""
    events = queries.list_events(session, wanted, now=now)
    drops = [] if events.total else queries.list_drops(session, wanted, now=now)
    return Browsing(events, queries.list_facets(session, now=now), drops)
