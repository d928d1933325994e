"""Change a cart. Places are taken and given back by the inventory alone; wishes, which hold nothing, are kept here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select
from sqlmodel import Session, col

from ticketapp.core.errors import AppError, InvalidInput, NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import CartWish, Event, EventSeat, Hold, HoldPolicy, HoldStatus, SeatStatus, Tier
from ticketapp.services.cart import views
from ticketapp.services.cart.queries import in_cart
from ticketapp.services.cart.wishes import set_wish
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.book import StockBook
from ticketapp.services.inventory.requests import HoldRequest, Line, PlacesLine, SeatLine
from ticketapp.services.inventory.rules import check_quantity
from ticketapp.services.messaging.changes import announce


def set_quantity(
    session: Session, *, person_id: UUID, tier_id: UUID, quantity: int, hold_span: timedelta, now: datetime
) -> None:
    """Make the cart hold exactly this many places of a tier it has; the same call again changes nothing.

    Raises:
        InvalidInput: the quantity is out of bounds, or below the tier's minimum.
        NotFound: the cart has nothing of this tier.
        SoldOut: more was asked for than is left; as do the inventory's other refusals.
    """
    check_quantity(quantity)
    tier = session.get(Tier, tier_id)
    event = session.get(Event, tier.event_id) if tier else None
    # Who has a tier in the cart has shown its code; nobody gets in by changing a quantity.
    if tier is None or event is None or not _has_line(session, person_id, tier_id):
        raise NotFound("These tickets are not in your cart.")
    if quantity < tier.min_per_order:
        raise InvalidInput(quantity=f"Take at least {tier.min_per_order} of these, or remove them.")
    if event.hold_policy is HoldPolicy.AT_CHECKOUT:
        set_wish(session, person_id=person_id, event=event, tier=tier, quantity=quantity, now=now)
        return
    # The lock comes first: two tabs that both count, then both add, would hold too many.
    StockBook(session, [event.id])
    more = quantity - _live_quantity(session, person_id, tier_id)
    if more < 0:
        inventory.reduce_hold(session, person_id=person_id, tier_id=tier_id, quantity=-more, now=now)
    elif more > 0:
        _hold(session, person_id, event.id, (PlacesLine(tier_id, more),), _codes([tier]), hold_span, now)


def remove_line(session: Session, *, person_id: UUID, tier_id: UUID, now: datetime) -> None:
    """Let go of everything the cart has of a tier; an empty line stays empty."""
    _let_go(session, person_id, col(Hold.tier_id) == tier_id, now)
    _drop_wishes(session, person_id, col(CartWish.tier_id) == tier_id)


def remove_seat(session: Session, *, person_id: UUID, hold_id: UUID, now: datetime) -> None:
    """Let go of one seat.

    Raises:
        NotFound: the hold is unknown or another person's.
        NotActive: its time had already ended.
    """
    inventory.release_holds(session, person_id=person_id, hold_ids=[hold_id], now=now)


def dismiss_ended(session: Session, *, person_id: UUID, event_id: UUID, now: datetime) -> None:
    """Take an event's lines whose hold has ended off the page."""
    ended = _ended_holds(session, person_id, event_id, now)
    _dismiss(session, person_id, ended, now)


def clear(session: Session, *, person_id: UUID, now: datetime) -> None:
    """Let go of the whole cart."""
    _let_go(session, person_id, col(Hold.quantity) > 0, now)
    _drop_wishes(session, person_id, col(CartWish.quantity) > 0)


def take_over(session: Session, *, from_person: UUID, to_person: UUID, now: datetime) -> None:
    """Move a guest's cart to the account they signed in with; what is held stays held.

    Of a tier wanted in both carts the larger quantity stays.
    """
    inventory.take_over(session, from_person=from_person, to_person=to_person, now=now)
    for wish in session.scalars(select(CartWish).where(col(CartWish.person_id) == from_person)).all():
        own = session.get(CartWish, (to_person, wish.tier_id))
        if own is not None:
            own.quantity = max(own.quantity, wish.quantity)
        else:
            session.add(
                CartWish(
                    person_id=to_person,
                    tier_id=wish.tier_id,
                    event_id=wish.event_id,
                    quantity=wish.quantity,
                    created_at=wish.created_at,
                )
            )
        session.delete(wish)


def extend(session: Session, *, person_id: UUID, event_id: UUID, deadline_ms: int, now: datetime) -> None:
    """Give the person's holds of an event more time, by the event's rule; holds that end at another moment have had it.

    Raises:
        NoMoreExtensions: they had all the extensions the event allows.
        NotActive: there is no hold left to extend.
    """
    inventory.extend_holds(session, person_id=person_id, event_id=event_id, deadline_ms=deadline_ms, now=now)


def take_again(
    session: Session, *, person_id: UUID, event_id: UUID, hold_span: timedelta, now: datetime
) -> views.TakenAgain:
    """Hold again what is still free of an event's ended lines; what is gone stays greyed.

    Raises:
        NotOnSale: the event sells nothing any more; as do the inventory's other refusals.
    """
    book = StockBook(session, [event_id])
    ended = _ended_holds(session, person_id, event_id, now)
    # The expiry job has not come round to these yet: their places are given back here, then taken anew.
    late = [hold.id for hold in ended if hold.status is HoldStatus.LIVE]
    if late:
        inventory.release_holds(session, person_id=person_id, hold_ids=late, now=now)
        book = StockBook(session, [event_id])
    lines, taken_holds = _still_free(session, book, event_id, ended)
    wanted = sum(hold.quantity for hold in ended)
    taken = sum(line.quantity if isinstance(line, PlacesLine) else 1 for line in lines)
    if lines:
        tiers = session.scalars(select(Tier).where(col(Tier.event_id) == event_id)).all()
        _hold(session, person_id, event_id, tuple(lines), _codes(tiers), hold_span, now)
        left_over = [hold for hold in ended if hold.id in taken_holds and hold.id not in late]
        _dismiss(session, person_id, left_over, now)
    return views.TakenAgain(taken=taken, gone=wanted - taken, text=_taken_text(taken, wanted))


def _hold(
    session: Session,
    person_id: UUID,
    event_id: UUID,
    lines: tuple[Line, ...],
    codes: frozenset[str],
    hold_span: timedelta,
    now: datetime,
) -> None:
    request = HoldRequest(person_id, event_id, lines, f"cart:{new_id()}", hold_span, codes)
    outcome = inventory.hold_many(session, [request], now)[0]
    if isinstance(outcome, AppError):
        raise outcome


def _codes(tiers: Sequence[Tier]) -> frozenset[str]:
    return frozenset(tier.access_code for tier in tiers if tier.access_code)


def _has_line(session: Session, person_id: UUID, tier_id: UUID) -> bool:
    holds = select(col(Hold.id)).where(in_cart(person_id), col(Hold.tier_id) == tier_id)
    return (
        session.get(CartWish, (person_id, tier_id)) is not None or session.scalar(holds.limit(1)) is not None
    )


def _live_quantity(session: Session, person_id: UUID, tier_id: UUID) -> int:
    live = (in_cart(person_id), col(Hold.tier_id) == tier_id, col(Hold.status) == HoldStatus.LIVE)
    return int(session.scalar(select(func.coalesce(func.sum(Hold.quantity), 0)).where(*live)) or 0)


def _ended_holds(session: Session, person_id: UUID, event_id: UUID, now: datetime) -> Sequence[Row[Any]]:
    ended = (col(Hold.status) == HoldStatus.EXPIRED) | (col(Hold.expires_at) <= now)
    return session.execute(
        select(
            col(Hold.id),
            col(Hold.tier_id),
            col(Hold.seat_id),
            col(Hold.quantity),
            col(Hold.status),
        )
        .where(in_cart(person_id), col(Hold.event_id) == event_id, ended)
        .order_by(col(Hold.created_at), col(Hold.id))
    ).all()


def _still_free(
    session: Session, book: StockBook, event_id: UUID, ended: Sequence[Row[Any]]
) -> tuple[list[Line], set[UUID]]:
    """Choose what of the ended holds can be had again, and say which holds that answers."""
    event = book.events.get(event_id)
    if event is None:
        return [], set()
    seat_ids = [hold.seat_id for hold in ended if hold.seat_id]
    free_seats = set(
        session.scalars(
            select(col(EventSeat.id)).where(
                col(EventSeat.id).in_(seat_ids), col(EventSeat.status) == SeatStatus.FREE
            )
        )
    )
    room = event.left
    places: dict[UUID, int] = {}
    lines: list[Line] = []
    answered: set[UUID] = set()
    for hold in ended:
        left = event.tiers[hold.tier_id].left - places.get(hold.tier_id, 0)
        left = left if room is None else min(left, room)
        if hold.seat_id is not None:
            left = left if hold.seat_id in free_seats else 0
        quantity = min(hold.quantity, left)
        if quantity <= 0:
            continue
        if hold.seat_id is not None:
            lines.append(SeatLine(hold.seat_id))
        places[hold.tier_id] = places.get(hold.tier_id, 0) + quantity
        room = None if room is None else room - quantity
        answered.add(hold.id)
    seated = {hold.tier_id for hold in ended if hold.seat_id}
    lines += [PlacesLine(tier_id, count) for tier_id, count in places.items() if tier_id not in seated]
    return lines, answered


def _dismiss(session: Session, person_id: UUID, holds: Sequence[Row[Any]], now: datetime) -> None:
    expired = [hold.id for hold in holds if hold.status is HoldStatus.EXPIRED]
    if expired:
        inventory.leave_cart(session, person_id=person_id, hold_ids=expired, now=now)
    late = [hold.id for hold in holds if hold.status is HoldStatus.LIVE]
    if late:
        inventory.release_holds(session, person_id=person_id, hold_ids=late, now=now)


def _let_go(session: Session, person_id: UUID, which: Any, now: datetime) -> None:
    holds = session.execute(
        select(col(Hold.id), col(Hold.status)).where(in_cart(person_id), which).order_by(col(Hold.id))
    ).all()
    _dismiss(session, person_id, holds, now)


def _drop_wishes(session: Session, person_id: UUID, which: Any) -> None:
    session.execute(delete(CartWish).where(col(CartWish.person_id) == person_id, which))
    announce(session, "user", person_id)


def _taken_text(taken: int, wanted: int) -> str:
    if taken == wanted:
        return "They are yours again." if taken != 1 else "It is yours again."
    if taken == 0:
        return "Somebody else has taken them meanwhile."
    return f"{taken} of {wanted} are yours again. The rest went to somebody else."
