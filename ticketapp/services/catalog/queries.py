"""Read events: the list, one event's page, and what their organizers see."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.errors import NotFound
from ticketapp.core.ids import parse_id
from ticketapp.core.money import Currency, minor_digits
from ticketapp.models import Event, EventStatus, Membership, Organizer, Tier, Venue
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog import search, showing
from ticketapp.services.catalog.drafts import EventFilter
from ticketapp.services.catalog.views import Choice, EventCard, EventList, EventPage, Facets
from ticketapp.services.inventory.queries import availability

PAGE_SIZE_MAX = 100
LISTED_MAX = 5_000
_UNKNOWN = "We could not find this event."
_CENTS = 100
_WHOLE_UNITS = [currency.value for currency in Currency if minor_digits(currency) == 0]


def list_events(session: Session, wanted: EventFilter, *, now: datetime) -> EventList:
    """List what is still to come, soonest first; a search puts exact finds before near ones."""
    size = min(max(wanted.size, 1), PAGE_SIZE_MAX)
    found = _find(session, wanted, now)
    pages = -(-len(found) // size)
    page = max(wanted.page, 1)
    ids = found[(page - 1) * size : page * size]
    return EventList(
        items=list_cards(session, ids, now=now),
        page=page,
        pages=pages,
        total=len(found),
        count_text="1 event" if len(found) == 1 else f"{len(found)} events",
    )


def list_cards(session: Session, event_ids: Sequence[UUID], *, now: datetime) -> list[EventCard]:
    """Show these events as cards, in this order."""
    found = session.exec(select(Event, Venue).join(Venue).where(col(Event.id).in_(event_ids))).all()
    by_id = {event.id: (event, venue) for event, venue in found}
    tiers = tiers_of(session, event_ids)
    stocks = availability(session, event_ids)
    cards = []
    for event_id in event_ids:
        event, venue = by_id[event_id]
        stock = stocks.get(event_id)
        cards.append(
            showing.event_card(event, venue, showing.shown(event, tiers[event_id], stock, now), stock)
        )
    return cards


def list_drops(session: Session, wanted: EventFilter, *, now: datetime) -> list[Choice]:
    """Say how many events each filter hides, for a list that came out empty: `value` is the filter to drop."""
    without = {
        "query": replace(wanted, query=""),
        "city": replace(wanted, city=""),
        "category": replace(wanted, category=""),
        "date": replace(wanted, starts_from=None, starts_before=None),
        "price": replace(wanted, is_free=False, price_max=None),
    }
    labels = {"query": "the search", "city": "the city", "category": "the category", "date": "the date"}
    counts = {name: len(_find(session, one, now)) for name, one in without.items() if one != wanted}
    return [Choice(name, labels.get(name, "the price"), count) for name, count in counts.items() if count]


def list_facets(session: Session, *, now: datetime) -> Facets:
    """List the cities and categories in which something is still to come."""
    rows = session.exec(
        select(Venue.city, Event.category).join(Event).where(*_still_to_come(now)).limit(LISTED_MAX)
    ).all()
    cities, categories = Counter(city for city, _ in rows), Counter(category for _, category in rows)
    return Facets(
        cities=[Choice(city, city, cities[city]) for city in sorted(cities)],
        categories=sorted(
            (Choice(one, showing.category_text(one), count) for one, count in categories.items()),
            key=lambda choice: choice.label,
        ),
    )


def get_event(
    session: Session,
    slug_or_id: str,
    *,
    viewer: Actor | None = None,
    codes: frozenset[str] = frozenset(),
    now: datetime,
) -> EventPage:
    """Read one event as this visitor may see it.

    Raises:
        NotFound: there is no such event, or it is a draft of somebody else's.
    """
    event, venue, organizer = find_event(session, slug_or_id, viewer=viewer)
    tiers = tiers_of(session, [event.id])[event.id]
    stock = availability(session, [event.id]).get(event.id)
    clubs = clubs_of(session, viewer, now) if any(tier.required_club for tier in tiers) else frozenset()
    seen = showing.shown(event, tiers, stock, now, clubs=clubs, codes=cleaned_codes(codes))
    return showing.event_page(event, venue, organizer, seen, stock)


def find_event(
    session: Session, slug_or_id: str, *, viewer: Actor | None = None
) -> tuple[Event, Venue, Organizer]:
    """Read an event with where it is and who runs it, by its slug or its id.

    Raises:
        NotFound: there is no such event, or it is a draft of somebody else's.
    """
    is_it = col(Event.slug) == plain(slug_or_id)
    with suppress(NotFound):
        is_it = sa.or_(is_it, col(Event.id) == parse_id(slug_or_id))
    found = session.exec(select(Event, Venue, Organizer).join(Venue).join(Organizer).where(is_it)).first()
    if found is None or (
        found[0].status is EventStatus.DRAFT and not may_manage(viewer, found[0].organizer_id)
    ):
        raise NotFound(_UNKNOWN)
    return found[0], found[1], found[2]


def tiers_of(session: Session, event_ids: Iterable[UUID]) -> dict[UUID, list[Tier]]:
    """Read the tiers of many events, each event's in the order its organizer chose."""
    tiers: dict[UUID, list[Tier]] = defaultdict(list)
    query = (
        select(Tier).where(col(Tier.event_id).in_(list(event_ids))).order_by(col(Tier.position), col(Tier.id))
    )
    for tier in session.exec(query):
        tiers[tier.event_id].append(tier)
    return tiers


def clubs_of(session: Session, viewer: Actor | None, now: datetime) -> frozenset[str]:
    """Name the clubs a person is a member of."""
    if viewer is None:
        return frozenset()
    query = select(Membership.club).where(
        col(Membership.person_id) == viewer.person_id,
        sa.or_(col(Membership.until).is_(None), col(Membership.until) > now),
    )
    return frozenset(session.exec(query).all())


def plain(text: str) -> str:
    """Give text from outside as a database takes it: bounded, without what cannot be printed."""
    return "".join(sign for sign in text[:200] if sign.isprintable())


def cleaned_codes(codes: Iterable[str]) -> frozenset[str]:
    """Read access codes as they are stored: in capitals, without spaces around."""
    return frozenset(plain(code).strip().upper() for code in codes) - {""}


def list_slugs(session: Session, *, now: datetime) -> list[str]:
    """List the events that search engines may know, the newest first."""
    query = (
        select(Event.slug)
        .where(*_still_to_come(now))
        .order_by(col(Event.created_at).desc(), col(Event.id))
        .limit(LISTED_MAX)
    )
    return list(session.exec(query))


def _still_to_come(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (col(Event.status) != EventStatus.DRAFT, col(Event.ends_at) > now)


def _find(session: Session, wanted: EventFilter, now: datetime) -> list[UUID]:
    words = search.query_words(wanted.query)
    rows = session.execute(_listed(wanted, now)).all()
    if not words:
        return [row.id for row in rows]
    ranked = []
    for place, row in enumerate(rows):
        texts = f"{row.name} {row.artist} {row.venue} {row.city}"
        away = search.distance(words, texts)
        if away is not None:
            ranked.append((away, place, row.id))
    return [event_id for _, _, event_id in sorted(ranked)]


def _listed(wanted: EventFilter, now: datetime) -> sa.Select[UUID, str, str, str, str]:
    query = (
        sa.select(
            col(Event.id), col(Event.name), col(Event.artist), col(Venue.name).label("venue"), col(Venue.city)
        )
        .join(Venue, col(Venue.id) == col(Event.venue_id))
        .where(*_still_to_come(now))
        .order_by(col(Event.starts_at), col(Event.id))
        .limit(LISTED_MAX)
    )
    if wanted.city:
        city = plain(wanted.city)
        query = query.where(sa.or_(col(Venue.city) == city, sa.func.lower(col(Venue.city)) == city.lower()))
    if wanted.category:
        query = query.where(col(Event.category) == plain(wanted.category))
    if wanted.starts_from is not None:
        query = query.where(col(Event.starts_at) >= wanted.starts_from)
    if wanted.starts_before is not None:
        query = query.where(col(Event.starts_at) < wanted.starts_before)
    if wanted.is_free:
        query = query.where(_has_tier(col(Tier.price_minor) == 0))
    if wanted.price_max is not None:
        query = query.where(_has_tier(_price_in_cents() <= wanted.price_max * _CENTS))
    return query


def _has_tier(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(Tier.event_id) == col(Event.id), col(Tier.access_code).is_(None), condition)


def _price_in_cents() -> sa.ColumnElement[int]:
    # A limit of 50 means €50 and ¥50 alike: whole units of whatever the event is priced in.
    price = col(Tier.price_minor)
    return sa.case((col(Tier.currency).in_(_WHOLE_UNITS), price * _CENTS), else_=price)
