"""What an organizer sees of its own events: the list, the form, and what a change would touch."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ticketapp.core.errors import NotFound
from ticketapp.core.money import Currency, Money, minor_digits, money_text
from ticketapp.models import (
    Event,
    EventStatus,
    HoldPolicy,
    OpenOrder,
    Order,
    OrderLine,
    OrderStatus,
    Organizer,
    TeamRole,
    Ticket,
    TicketStatus,
    Tier,
    Venue,
)
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog import showing
from ticketapp.services.catalog.queries import find_event, tiers_of
from ticketapp.services.catalog.views import Choice, EventFields, Impact, OrganizerEvent, TierFields
from ticketapp.services.inventory.queries import TierNumbers, availability

EVENTS_MAX = 500
_SETTLED = (OrderStatus.PAID, OrderStatus.PARTLY_REFUNDED)


def list_organizers(session: Session, *, actor: Actor) -> list[Choice]:
    """List the organizers whose events this person may change; an administrator may change all."""
    query = (
        select(Organizer.id, Organizer.name)
        .order_by(col(Organizer.name), col(Organizer.id))
        .limit(EVENTS_MAX)
    )
    if not actor.is_admin:
        query = query.where(col(Organizer.id).in_(_managed(actor)))
    return [Choice(str(organizer_id), name) for organizer_id, name in session.exec(query)]


def list_own_events(session: Session, *, actor: Actor, now: datetime) -> list[OrganizerEvent]:
    """List the events this person may change: those to come first, soonest first, then the past."""
    query = (
        select(Event, Venue, Organizer)
        .join(Venue)
        .join(Organizer)
        .order_by(col(Event.ends_at) <= now, col(Event.starts_at), col(Event.id))
        .limit(EVENTS_MAX)
    )
    if not actor.is_admin:
        query = query.where(col(Event.organizer_id).in_(_managed(actor)))
    found = session.exec(query).all()
    ids = [event.id for event, _, _ in found]
    tiers, stocks = tiers_of(session, ids), availability(session, ids)
    rows = []
    for event, venue, organizer in found:
        stock = stocks.get(event.id)
        codes = frozenset(tier.access_code for tier in tiers[event.id] if tier.access_code)
        seen = showing.shown(event, tiers[event.id], stock, now, codes=codes)
        rows.append(_organizer_event(event, venue, organizer, seen))
    return rows


def get_desk(session: Session, slug_or_id: str, *, actor: Actor, now: datetime) -> tuple[EventFields, Impact]:
    """Read an event as its form shows it, and whom changing it would touch.

    Raises:
        NotFound: it is not the actor's event.
    """
    fields = get_fields(session, slug_or_id, actor=actor, now=now)
    return fields, get_impact(session, actor=actor, event_id=UUID(fields.id))


def get_fields(session: Session, slug_or_id: str, *, actor: Actor, now: datetime) -> EventFields:
    """Read an event as its form shows it.

    Raises:
        NotFound: it is not the actor's event.
    """
    event, venue, _ = find_event(session, slug_or_id, viewer=actor)
    if not may_manage(actor, event.organizer_id):
        raise NotFound("We could not find this event.")
    tiers = tiers_of(session, [event.id])[event.id]
    stock = availability(session, [event.id]).get(event.id)
    numbers = showing.numbers_of(tiers, stock)
    codes = frozenset(tier.access_code for tier in tiers if tier.access_code)
    seen = showing.shown(event, tiers, stock, now, codes=codes)
    return EventFields(
        id=str(event.id),
        slug=event.slug,
        status=event.status.value,
        state=seen.state.value,
        state_text=showing.state_text(seen.state),
        name=event.name,
        artist=event.artist,
        category=event.category,
        description=event.description,
        picture_url=event.picture_url or "",
        venue=venue.name,
        address=venue.address,
        city=venue.city,
        country=venue.country,
        timezone=event.timezone,
        doors_at=_local(event.doors_at, event.timezone),
        starts_at=_local(event.starts_at, event.timezone),
        ends_at=_local(event.ends_at, event.timezone),
        holds_at_checkout=event.hold_policy is HoldPolicy.AT_CHECKOUT,
        hold_minutes=_number(event.hold_minutes),
        allows_guests=event.allows_guests,
        authorises_first=event.authorises_first,
        refund_until_hours=_number(event.refund_until_hours),
        tax_percent=_percent(event.tax_basis_points),
        max_attendees=_number(stock.max_attendees if stock else None),
        tiers=[_tier_fields(event, tier, numbers[tier.id]) for tier in tiers],
    )


def get_impact(session: Session, *, actor: Actor, event_id: UUID) -> Impact:
    """Count whom cancelling or moving an event would touch.

    Raises:
        NotFound: it is not the actor's event.
    """
    event = session.get(Event, event_id)
    if event is None or not may_manage(actor, event.organizer_id):
        raise NotFound("We could not find this event.")
    valid = (col(Ticket.event_id) == event_id, col(Ticket.status) == TicketStatus.VALID)
    tickets, orders, holders = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.distinct(col(Ticket.order_id))),
            sa.func.count(sa.distinct(col(Ticket.person_id))),
        ).where(*valid)
    ).one()
    money = session.execute(
        sa.select(col(Order.currency), sa.func.sum(col(OrderLine.price_minor)))
        .select_from(Ticket)
        .join(OrderLine, col(OrderLine.id) == col(Ticket.order_line_id))
        .join(Order, col(Order.id) == col(Ticket.order_id))
        .where(*valid, col(Order.status).in_(_SETTLED))
        .group_by(col(Order.currency))
        .order_by(col(Order.currency))
    ).all()
    open_orders = session.execute(
        sa.select(sa.func.count()).where(col(OpenOrder.event_id) == event_id)
    ).scalar_one()
    stock = availability(session, [event_id]).get(event_id)
    texts = [money_text(Money(int(total), Currency(currency))) for currency, total in money if total]
    return _impact(tickets, orders, holders, stock.held if stock else 0, open_orders, texts)


def _impact(tickets: int, orders: int, holders: int, held: int, open_orders: int, money: list[str]) -> Impact:
    parts = [_count(tickets, "ticket") + f" of {_count(holders, 'person', 'people')}"] if tickets else []
    parts += [f"{' and '.join(money)} to refund"] if money else []
    parts += [f"{_count(held, 'place')} held in carts and checkouts"] if held else []
    parts += [_count(open_orders, "order") + " being paid"] if open_orders else []
    return Impact(
        ticket_count=tickets,
        order_count=orders,
        holder_count=holders,
        held_count=held,
        open_order_count=open_orders,
        money_text=" and ".join(money),
        summary=", ".join(parts) or "Nobody has tickets.",
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _managed(actor: Actor) -> list[UUID]:
    return [
        organizer_id
        for organizer_id, role in actor.organizers.items()
        if role in (TeamRole.OWNER, TeamRole.MANAGER)
    ]


def _organizer_event(event: Event, venue: Venue, organizer: Organizer, seen: showing.Shown) -> OrganizerEvent:
    numbers = [figures for _, figures, _ in seen.tiers]
    return OrganizerEvent(
        id=str(event.id),
        slug=event.slug,
        name=event.name,
        artist=event.artist,
        organizer=organizer.name,
        venue=venue.name,
        city=venue.city,
        starts_text=showing.moment_text(event.starts_at, event.timezone),
        status=event.status.value,
        state=seen.state.value,
        state_text=showing.state_text(seen.state),
        capacity=seen.capacity,
        held=sum(figures.held for figures in numbers),
        sold=sum(figures.sold for figures in numbers),
        available=0 if event.status is EventStatus.CANCELLED else seen.available,
    )


def _tier_fields(event: Event, tier: Tier, numbers: TierNumbers) -> TierFields:
    return TierFields(
        id=str(tier.id),
        name=tier.name,
        description=tier.description,
        price=_price(tier.price_minor, tier.currency),
        fee=_price(tier.fee_minor, tier.currency) if tier.fee_minor else "",
        currency=tier.currency,
        capacity=str(numbers.capacity),
        sale_starts_at=_local(tier.sale_starts_at, event.timezone),
        sale_ends_at=_local(tier.sale_ends_at, event.timezone),
        min_per_order=str(tier.min_per_order),
        max_per_order=_number(tier.max_per_order),
        max_per_person=_number(tier.max_per_person),
        required_club=tier.required_club or "",
        access_code=tier.access_code or "",
        is_seated=tier.is_seated,
        price_text=showing.amount_text(tier.price_minor, tier.currency),
        places=numbers.capacity,
        held=numbers.held,
        sold=numbers.sold,
    )


def _local(moment: datetime | None, timezone: str) -> str:
    if moment is None:
        return ""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _price(minor: int, currency: str) -> str:
    digits = minor_digits(Currency(currency))
    return f"{Money(minor, Currency(currency)).decimal:.{digits}f}"


def _percent(basis_points: int) -> str:
    return f"{Decimal(basis_points).scaleb(-2).normalize():f}" if basis_points else ""
