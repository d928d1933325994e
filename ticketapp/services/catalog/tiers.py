"""The tiers of an event: what they cost, how many places they have, and under which rules they sell."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from ticketapp.core.errors import InvalidInput
from ticketapp.core.ids import new_id
from ticketapp.models import Event, EventSeat, Tier
from ticketapp.services.catalog import venues
from ticketapp.services.catalog.drafts import TierDraft
from ticketapp.services.catalog.naming import free_tier_key
from ticketapp.services.inventory import supply


def add_tiers(session: Session, *, event: Event, drafts: Sequence[TierDraft]) -> list[Tier]:
    """Write checked drafts as tiers of an event and put their places on offer.

    Raises:
        InvalidInput: a seated tier names a section that has no free seats here.
    """
    known = session.exec(select(Tier).where(col(Tier.event_id) == event.id)).all()
    taken, added = {tier.key for tier in known}, []
    for draft in drafts:
        tier = Tier(
            id=new_id(),
            event_id=event.id,
            key=free_tier_key(draft.name, taken),
            position=len(taken),
            is_seated=draft.is_seated,
            **tier_values(draft),
        )
        taken.add(tier.key)
        added.append(tier)
    session.add_all(added)
    session.flush()  # The stock refers to the tiers, and it is written by statements, not by the session.
    capacities = {
        tier.id: 0 if draft.is_seated else draft.capacity or 0
        for tier, draft in zip(added, drafts, strict=True)
    }
    supply.add_tiers(session, event_id=event.id, capacities=capacities)
    _add_seats(session, event, [pair for pair in zip(added, drafts, strict=True) if pair[1].is_seated])
    return added


def tier_values(draft: TierDraft) -> dict[str, Any]:
    """Give the columns of a tier that its form sets."""
    return {
        "name": draft.name,
        "description": draft.description,
        "price_minor": draft.price_minor,
        "fee_minor": draft.fee_minor,
        "currency": draft.currency,
        "sale_starts_at": draft.sale_starts_at,
        "sale_ends_at": draft.sale_ends_at,
        "min_per_order": draft.min_per_order,
        "max_per_order": draft.max_per_order,
        "max_per_person": draft.max_per_person,
        "required_club": draft.required_club or None,
        "access_code": draft.access_code or None,
    }


def _add_seats(session: Session, event: Event, pairs: Sequence[tuple[Tier, TierDraft]]) -> None:
    if not pairs:
        return
    sections = [section for _, draft in pairs for section in draft.sections]
    on_offer = select(EventSeat.section).where(col(EventSeat.event_id) == event.id).distinct()
    if len(set(sections)) < len(sections) or set(session.exec(on_offer)) & set(sections):
        raise InvalidInput(sections="Each section is sold in one tier.")
    seats = [
        supply.NewSeat(tier.id, seat.section, seat.row, seat.number, seat.place, seat.section_rank, seat.rank)
        for tier, draft in pairs
        for seat in venues.list_seats(session, venue_id=event.venue_id, sections=draft.sections)
    ]
    if {seat.section for seat in seats} != set(sections):
        raise InvalidInput(sections="This venue has no such section.")
    supply.add_seats(session, event_id=event.id, seats=seats)
