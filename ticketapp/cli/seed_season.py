"""Turn a line of the season into an event with its tiers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from ticketapp.cli.seed_venues import VENUES
from ticketapp.models import Event, EventStatus, HoldPolicy, Organizer
from ticketapp.services.catalog import checks, operations
from ticketapp.services.catalog.drafts import EventDraft, TierDraft

HALL_TAX = {"DE": 700, "NL": 900, "GB": 2000, "JP": 1000}


@dataclass(frozen=True, slots=True)
class SeasonEvent:
    """An event so many days after the day of seeding, at an hour of its venue's clock."""

    slug: str
    name: str
    artist: str
    category: str
    venue: str
    days: int
    hour: int
    tiers: tuple[TierDraft, ...]
    description: str
    minute: int = 0
    hours_long: int = 3
    status: EventStatus = EventStatus.PUBLISHED
    hold_policy: HoldPolicy = HoldPolicy.IN_CART
    refund_until_hours: int | None = None
    authorises_first: bool = False
    max_attendees: int | None = None
    moved_by_days: int = 0
    starts_in: timedelta | None = field(default=None)


def tier(
    name: str, price_minor: int, capacity: int | None, currency: str = "EUR", **more: object
) -> TierDraft:
    """Draft a tier; a tenth of the price is the fee."""
    return TierDraft(
        name=name,
        price_minor=price_minor,
        currency=currency,
        capacity=capacity,
        fee_minor=price_minor // 10,
        **more,  # pyright: ignore[reportArgumentType]
    )


def existing_slugs(session: Session) -> set[str]:
    """Name the events that are there already."""
    return set(session.exec(select(Event.slug)))


def organizer_id(session: Session, slug: str) -> UUID:
    """Find an organizer of the season."""
    return session.exec(select(Organizer.id).where(col(Organizer.slug) == slug)).one()


def add_event(
    session: Session, season_event: SeasonEvent, *, organizer: UUID, announced: datetime, today: datetime
) -> Event:
    """Write one event of the season, announced some time ago, in the state it should be in."""
    draft = _draft(season_event, today)
    checks.check_event(draft, season_event.tiers)
    event = operations.add_event(
        session, organizer_id=organizer, draft=draft, tier_drafts=season_event.tiers, now=announced
    )
    event.first_starts_at = event.starts_at - timedelta(days=season_event.moved_by_days)
    if season_event.status is not EventStatus.DRAFT:
        event.move_to(EventStatus.PUBLISHED)
    if season_event.status is EventStatus.PAUSED:
        event.move_to(EventStatus.PAUSED)
    return event


def _draft(season_event: SeasonEvent, today: datetime) -> EventDraft:
    venue, timezone = VENUES[season_event.venue]
    starts_at = _start(season_event, today, timezone)
    return EventDraft(
        name=season_event.name,
        artist=season_event.artist,
        category=season_event.category,
        venue=venue,
        timezone=timezone,
        doors_at=starts_at - timedelta(hours=1),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=season_event.hours_long),
        description=season_event.description,
        slug=season_event.slug,
        hold_policy=season_event.hold_policy,
        refund_until_hours=season_event.refund_until_hours,
        tax_basis_points=HALL_TAX.get(venue.country, 0),
        max_attendees=season_event.max_attendees,
        authorises_first=season_event.authorises_first,
    )


def _start(season_event: SeasonEvent, today: datetime, timezone: str) -> datetime:
    if season_event.starts_in is not None:
        return (today + season_event.starts_in).replace(second=0, microsecond=0)
    day = (today + timedelta(days=season_event.days)).astimezone(ZoneInfo(timezone))
    return day.replace(hour=season_event.hour, minute=season_event.minute, second=0, microsecond=0)
