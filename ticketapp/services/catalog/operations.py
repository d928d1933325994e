"""Create events, change them, put them on sale and cancel them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ticketapp.core.errors import Conflict, InvalidInput, NotFound
from ticketapp.core.signing import new_signing_seed
from ticketapp.models import DoorStock, Event, EventKey, EventStatus, Organizer, Tier, Venue
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog import checks, tiers, venues
from ticketapp.services.catalog.drafts import EventDraft, TierDraft
from ticketapp.services.catalog.errors import EventIsCancelled
from ticketapp.services.catalog.naming import free_event_slug
from ticketapp.services.inventory import supply
from ticketapp.services.messaging.changes import announce
from ticketapp.services.messaging.operations import record

_UNKNOWN = "We could not find this event."


def create_event(
    session: Session,
    *,
    actor: Actor,
    organizer_id: UUID,
    draft: EventDraft,
    tier_drafts: Sequence[TierDraft],
    now: datetime,
) -> Event:
    """Create an event as a draft, with its tiers, their stock and the key that signs its tickets.

    Raises:
        InvalidInput: the artist, a tier, a price or anything else is missing; each field is named.
        NotFound: the organizer is not the actor's.
    """
    if not may_manage(actor, organizer_id) or session.get(Organizer, organizer_id) is None:
        raise NotFound("We could not find this organizer.")
    checks.check_event(draft, tier_drafts)
    if draft.starts_at is not None and draft.starts_at <= now:
        raise InvalidInput(starts_at="Choose a start that is still to come.")
    event = add_event(session, organizer_id=organizer_id, draft=draft, tier_drafts=tier_drafts, now=now)
    record(session, kind="event.created", subject=event.id, actor=actor.person_id, data={}, now=now)
    announce(session, "org", organizer_id)
    return event


def add_event(
    session: Session,
    *,
    organizer_id: UUID,
    draft: EventDraft,
    tier_drafts: Sequence[TierDraft],
    now: datetime,
) -> Event:
    """Write a checked draft's rows: the event, its stock, head count, signing key and tiers."""
    venue = venues.find_or_add(session, draft.venue, timezone=draft.timezone)
    values = _values(draft, venue)
    event = Event(
        organizer_id=organizer_id,
        slug=draft.slug or free_event_slug(session, draft.name),
        first_starts_at=values["starts_at"],
        created_at=now,
        **values,
    )
    session.add(event)
    session.flush()  # The stock refers to the event, and it is written by statements, not by the session.
    session.add(EventKey(event_id=event.id, seed=new_signing_seed()))
    session.add(DoorStock(event_id=event.id))
    supply.create_stock(session, event_id=event.id, max_attendees=draft.max_attendees)
    tiers.add_tiers(session, event=event, drafts=tier_drafts)
    return event


def update_event(
    session: Session, *, actor: Actor, event_id: UUID, draft: EventDraft, now: datetime
) -> Event:
    """Change what an event is, where and when; what was sold stays sold.

    Raises:
        InvalidInput: a field is missing or wrong, or more people than that have places already.
        EventIsCancelled: it can no longer be changed.
        NotFound: it is not the actor's event.
    """
    event = locked_event(session, actor=actor, event_id=event_id)
    checks.check_event_alone(draft)
    before = {name: getattr(event, name) for name in ("name", "artist", "starts_at", "venue_id")}
    venue = venues.find_or_add(session, draft.venue, timezone=draft.timezone)
    for name, value in _values(draft, venue).items():
        setattr(event, name, value)
    if event.status is EventStatus.DRAFT:
        event.first_starts_at = event.starts_at
    supply.set_max_attendees(session, event_id=event_id, max_attendees=draft.max_attendees)
    changed = {name: str(old) for name, old in before.items() if getattr(event, name) != old}
    record(
        session,
        kind="event.changed",
        subject=event_id,
        actor=actor.person_id,
        data={"before": changed},
        now=now,
    )
    announce_event(session, event)
    return event


def publish_event(session: Session, *, actor: Actor, event_id: UUID, now: datetime) -> None:
    """Show an event to everybody and sell its tiers when their time comes; also ends a pause.

    Raises:
        Conflict: it is published already, over, or has no tier.
        EventIsCancelled: it can no longer be changed.
        NotFound: it is not the actor's event.
    """
    event = locked_event(session, actor=actor, event_id=event_id)
    if event.ends_at <= now:
        raise Conflict("This event is over. Give it a date that is still to come.")
    if session.exec(select(Tier.id).where(col(Tier.event_id) == event_id)).first() is None:
        raise Conflict("Add a tier before you publish.")
    _move(session, event, EventStatus.PUBLISHED, "event.published", actor, now)


def pause_event(session: Session, *, actor: Actor, event_id: UUID, now: datetime) -> None:
    """Stop sales until the event is published again; what is in a cart may still be paid.

    Raises:
        Conflict: it is not on sale.
        EventIsCancelled: it can no longer be changed.
        NotFound: it is not the actor's event.
    """
    event = locked_event(session, actor=actor, event_id=event_id)
    _move(session, event, EventStatus.PAUSED, "event.paused", actor, now)


def locked_event(session: Session, *, actor: Actor, event_id: UUID) -> Event:
    """Lock an event that may be changed, so that two changes of it come one after the other.

    Raises:
        EventIsCancelled: it can no longer be changed.
        NotFound: it is not the actor's event.
    """
    event = own_event(session, actor=actor, event_id=event_id)
    if event.status is EventStatus.CANCELLED:
        raise EventIsCancelled
    return event


def announce_event(session: Session, event: Event) -> None:
    """Tell open pages and the organizer's dashboard that an event has changed."""
    announce(session, "facts", event.id)
    announce(session, "ev", event.id)
    announce(session, "org", event.organizer_id)


def own_event(session: Session, *, actor: Actor, event_id: UUID) -> Event:
    """Lock an event of the actor's, cancelled or not.

    Raises:
        NotFound: it is not the actor's event.
    """
    # Holds refer to the event while they are made, so the lock must be one that a reference may pass.
    event = session.exec(
        select(Event)
        .where(col(Event.id) == event_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if event is None or not may_manage(actor, event.organizer_id):
        raise NotFound(_UNKNOWN)
    return event


def _move(
    session: Session, event: Event, status: EventStatus, kind: str, actor: Actor, now: datetime
) -> None:
    event.move_to(status)
    record(session, kind=kind, subject=event.id, actor=actor.person_id, data={}, now=now)
    announce_event(session, event)


def _values(draft: EventDraft, venue: Venue) -> dict[str, Any]:
    return {
        "venue_id": venue.id,
        "name": draft.name,
        "artist": draft.artist,
        "category": draft.category,
        "description": draft.description,
        "picture_url": draft.picture_url or None,
        "doors_at": draft.doors_at,
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "timezone": draft.timezone,
        "hold_policy": draft.hold_policy,
        "hold_minutes": draft.hold_minutes,
        "allows_guests": draft.allows_guests,
        "authorises_first": draft.authorises_first,
        "refund_until_hours": draft.refund_until_hours,
        "tax_basis_points": draft.tax_basis_points,
    }
