"""Add a tier to an event and change one, while it may be sold."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ticketapp.core.errors import InvalidInput, NotFound
from ticketapp.models import Event, Tier
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog import checks, tiers
from ticketapp.services.catalog.drafts import TierDraft
from ticketapp.services.catalog.operations import announce_event, locked_event
from ticketapp.services.inventory import supply
from ticketapp.services.messaging.operations import record


def create_tier(session: Session, *, actor: Actor, event_id: UUID, draft: TierDraft, now: datetime) -> Tier:
    """Add a tier to an event and put its places on offer.

    Raises:
        InvalidInput: a field is missing or wrong, or another tier has the name.
        EventIsCancelled: the event can no longer be changed.
        NotFound: it is not the actor's event.
    """
    event = locked_event(session, actor=actor, event_id=event_id)
    checks.check_tier(draft)
    others = _names(session, event_id)
    if len(others) >= checks.TIERS_MAX:
        raise InvalidInput(name=f"An event has at most {checks.TIERS_MAX} tiers.")
    _check_name(draft, others)
    tier = tiers.add_tiers(session, event=event, drafts=[draft])[0]
    _written(session, event, tier, "tier.added", {"price_minor": tier.price_minor}, actor, now)
    return tier


def update_tier(
    session: Session, *, actor: Actor, event_id: UUID, tier_id: UUID, draft: TierDraft, now: datetime
) -> Tier:
    """Change a tier. Tickets that are held or sold keep the price they were taken at.

    Raises:
        InvalidInput: a field is missing or wrong, or the capacity is below what is held and sold.
        EventIsCancelled: the event can no longer be changed.
        NotFound: it is not a tier of the actor's event.
    """
    event = locked_event(session, actor=actor, event_id=event_id)
    tier = session.get(Tier, tier_id)
    if tier is None or tier.event_id != event_id:
        raise NotFound("We could not find this tier.")
    draft = replace(draft, is_seated=tier.is_seated)
    checks.check_tier(draft)
    _check_name(draft, {name for name in _names(session, event_id) if name != tier.name.casefold()})
    before = {"price_minor": tier.price_minor, "name": tier.name}
    for name, value in tiers.tier_values(draft).items():
        setattr(tier, name, value)
    if not tier.is_seated and draft.capacity is not None:
        supply.set_capacity(session, event_id=event_id, tier_id=tier_id, capacity=draft.capacity)
    _written(session, event, tier, "tier.changed", {"before": before}, actor, now)
    return tier


def _names(session: Session, event_id: UUID) -> set[str]:
    return {name.casefold() for name in session.exec(select(Tier.name).where(col(Tier.event_id) == event_id))}


def _check_name(draft: TierDraft, others: set[str]) -> None:
    if draft.name.casefold() in others:
        raise InvalidInput(name="Another tier of this event has this name.")


def _written(
    session: Session,
    event: Event,
    tier: Tier,
    kind: str,
    data: dict[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    data = {"tier_id": str(tier.id), **data}
    record(session, kind=kind, subject=event.id, actor=actor.person_id, data=data, now=now)
    announce_event(session, event)
