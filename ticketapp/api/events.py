"""What is on sale, for programs."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from ticketapp.api.answers import json_answer
from ticketapp.api.identity import Visitor
from ticketapp.api.keeping import Keeper
from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.core.ids import parse_id
from ticketapp.runtime import Runtime
from ticketapp.services.catalog import queries
from ticketapp.services.catalog.drafts import EventFilter
from ticketapp.services.catalog.rules import TierState
from ticketapp.services.catalog.views import EventCard, EventPage, TierRow
from ticketapp.services.inventory.queries import list_seats
from ticketapp.services.inventory.rules import QUANTITY_MAX

router = APIRouter(prefix="/api/events", tags=["events"])

SHORTLY = "public, max-age=2"
PRICE_MAX = 1_000_000_000

KEPT_MAX = 2_000
# How soon what another process sold shows here; what this one sold shows at once.
FRESH_SECONDS = 0.25

Code = Annotated[list[str], Query(max_length=10)]


def keep_events(runtime: Runtime) -> Keeper[EventPage]:
    """Keep events as everybody sees them."""
    return Keeper(runtime, quiet_seconds=0, fresh_seconds=FRESH_SECONDS, kept_max=KEPT_MAX)


class EventQuery(BaseModel):
    """Which events to list; `from` and `to` are days or moments, and a day in `to` is included."""

    query: str = Field("", max_length=200)
    city: str = Field("", max_length=80)
    category: str = Field("", max_length=40)
    starts_from: str = Field("", alias="from", max_length=40)
    starts_to: str = Field("", alias="to", max_length=40)
    free: bool = False
    price_max: int | None = Field(None, alias="priceMax", ge=0, le=PRICE_MAX)
    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(24, ge=1, le=queries.PAGE_SIZE_MAX)


@router.get("")
def list_events(request: Request, asked: Annotated[EventQuery, Query()]) -> Response:
    """List what is still to come, soonest first."""
    wanted = EventFilter(
        query=asked.query,
        city=asked.city,
        category=asked.category,
        starts_from=_moment(asked.starts_from, "from"),
        starts_before=_moment(asked.starts_to, "to", whole_day=timedelta(days=1)),
        is_free=asked.free,
        price_max=asked.price_max,
        page=asked.page,
        size=asked.size,
    )
    found = request.app.state.runtime.read(lambda session, now: queries.list_events(session, wanted, now=now))
    body = {
        "items": [_card(card) for card in found.items],
        "page": found.page,
        "pages": found.pages,
        "total": found.total,
    }
    return json_answer(request, body, cache=SHORTLY)


@router.get("/{slug_or_id}")
async def get_event(request: Request, slug_or_id: str, visitor: Visitor, code: Code = []) -> Response:  # noqa: B006 - FastAPI copies it.
    """Read one event with its tiers; `code` reveals the tiers behind an access code."""
    page = await _read(request, slug_or_id, visitor, code)
    if visitor is not None and any(row.state == TierState.MEMBERS_ONLY for row in page.tiers):
        page = await asyncio.to_thread(_read_for, request, slug_or_id, visitor, code)
    return json_answer(request, _event(page))


@router.get("/{slug_or_id}/availability")
async def get_availability(request: Request, slug_or_id: str, visitor: Visitor, code: Code = []) -> Response:  # noqa: B006
    """Read how many places are left; `version` grows with every change."""
    page = await _read(request, slug_or_id, visitor, code)
    body = {
        "eventId": page.id,
        "version": page.version,
        "available": page.available,
        "tiers": [
            {"id": row.id, "available": row.available, "held": row.held, "sold": row.sold}
            for row in page.tiers
        ],
    }
    return json_answer(request, body)


@router.get("/{slug_or_id}/seats")
def get_seats(
    request: Request,
    slug_or_id: str,
    visitor: Visitor,
    section: Annotated[str | None, Query(max_length=60)] = None,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    code: Code = [],  # noqa: B006
) -> Response:
    """Read the seats, of one section or all; `since` leaves out those that have not changed after a version."""

    def read(session: Any, now: datetime) -> tuple[EventPage, list[Any]]:
        page = queries.get_event(session, slug_or_id, viewer=visitor, codes=frozenset(code), now=now)
        name = None if section is None else queries.plain(section)
        return page, list_seats(session, parse_id(page.id), section=name, since_version=since)

    page, seats = request.app.state.runtime.read(read)
    shown = {row.id for row in page.tiers}
    body = {
        "version": page.version,
        "seats": [
            {
                "id": str(seat.id),
                "section": seat.section,
                "row": seat.row,
                "number": seat.number,
                "tierId": str(seat.tier_id),
                "status": seat.status.value,
            }
            for seat in seats
            if str(seat.tier_id) in shown
        ],
    }
    return json_answer(request, body)


async def _read(request: Request, slug_or_id: str, visitor: Visitor, codes: list[str]) -> EventPage:
    """Read an event as everybody sees it, from memory; drafts and what needs a code are read for their visitor."""
    if not codes:
        try:
            return await request.app.state.events.get(
                slug_or_id, lambda: _with_id(_read_for(request, slug_or_id, None, []))
            )
        except NotFound:
            if visitor is None:
                raise
    return await asyncio.to_thread(_read_for, request, slug_or_id, visitor, codes)


def _read_for(request: Request, slug_or_id: str, visitor: Visitor, codes: list[str]) -> EventPage:
    return request.app.state.runtime.read(
        lambda session, now: queries.get_event(
            session, slug_or_id, viewer=visitor, codes=frozenset(codes), now=now
        )
    )


def _with_id(page: EventPage) -> tuple[str, EventPage]:
    return page.id, page


def _moment(text: str, field: str, whole_day: timedelta = timedelta()) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == len("2026-12-31"):
            return datetime.combine(date.fromisoformat(text), time(), UTC) + whole_day
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(
            **{field: "Give a day as 2026-12-31 or a moment as 2026-12-31T20:00:00Z."}
        ) from None


def _money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amountMinor": amount_minor, "currency": currency}


def _card(card: EventCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "slug": card.slug,
        "name": card.name,
        "artist": card.artist,
        "startsAt": card.starts_at,
        "timezone": card.timezone,
        "venue": card.venue,
        "city": card.city,
        "category": card.category,
        "status": card.status,
        "state": card.state,
        "priceFrom": _money(card.price_from_minor, card.currency) if card.has_price else None,
        "badge": card.badge or None,
        "available": card.available,
    }


def _event(page: EventPage) -> dict[str, Any]:
    cheapest = min(page.tiers, key=lambda row: row.price_minor, default=None)
    return {
        "id": page.id,
        "slug": page.slug,
        "name": page.name,
        "artist": page.artist,
        "description": page.description,
        "startsAt": page.starts_at,
        "doorsAt": page.doors_at,
        "endsAt": page.ends_at,
        "timezone": page.timezone,
        "venue": page.venue,
        "address": page.address,
        "city": page.city,
        "country": page.country,
        "category": page.category,
        "organizer": page.organizer,
        "status": page.status,
        "state": page.state,
        "notice": page.notice or None,
        "priceFrom": _money(cheapest.price_minor, cheapest.currency) if cheapest else None,
        "tiers": [_tier(row) for row in page.tiers],
        "hasCodeTiers": page.has_code_tiers,
        "maxAttendees": page.max_attendees or None,
        "available": page.available,
        "version": page.version,
        "holdPolicy": page.hold_policy,
    }


def _tier(row: TierRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "price": _money(row.price_minor, row.currency),
        "capacity": row.capacity,
        "available": row.available,
        "held": row.held,
        "sold": row.sold,
        "onSale": row.rule in ("open", "members_only"),
        "state": row.state,
        "seated": row.is_seated,
        "minPerOrder": row.min_per_order,
        "maxPerOrder": row.max_per_order if row.max_per_order < QUANTITY_MAX else None,
        "requiredMembership": row.required_club or None,
    }
