"""Decide order requests one after the other; what one takes the next one finds taken."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from ticketapp.core.errors import AppError, NotFound
from ticketapp.core.ids import new_id
from ticketapp.core.money import Currency, Money, least_chargeable, most_chargeable
from ticketapp.models import HoldStatus, OrderStatus
from ticketapp.services.ordering import rules
from ticketapp.services.ordering.errors import (
    AccountNeeded,
    AmountTooLarge,
    AmountTooSmall,
    CartEmpty,
    EventCalledOff,
    MembersOnly,
    MixedCurrencies,
    OrderAlreadyOpen,
    PaymentUnderWay,
    ReservationExpired,
    ReservationNotActive,
    TooFewInOrder,
    TooManyInOrder,
)
from ticketapp.services.ordering.facts import Facts, HoldFact
from ticketapp.services.ordering.requests import Contact, OrderedLine, PlacedOrder, PlaceOrder


@dataclass(slots=True)
class Placing:
    """The decisions of one batch: orders made, with their contacts, and open orders they replace."""

    requests: Sequence[PlaceOrder]
    now: datetime
    begins_paying: bool = False
    facts: Facts = field(default_factory=Facts)
    refused: dict[UUID, AppError] = field(default_factory=dict)
    made: dict[UUID, PlacedOrder] = field(default_factory=dict)
    contacts: dict[UUID, Contact] = field(default_factory=dict)
    replaced: list[PlacedOrder] = field(default_factory=list)

    def decide_all(self) -> list[PlacedOrder | AppError]:
        """Answer the requests in their order; a refusal changes nothing that the next one sees."""
        return [self._answer(request) for request in self.requests]

    def _answer(self, request: PlaceOrder) -> PlacedOrder | AppError:
        try:
            return self._decide(request)
        except AppError as refusal:
            return refusal

    def _decide(self, request: PlaceOrder) -> PlacedOrder:
        contact = rules.checked_contact(request.contact)
        if not request.hold_ids and request.person_id in self.refused:
            raise self.refused[request.person_id]
        chosen = self._named(request) if request.hold_ids else self._cart(request)
        if isinstance(chosen, PlacedOrder):
            return self._resumed(chosen, contact)
        earlier = self.facts.open_orders_for(request.person_id, {hold.row.event_id for hold in chosen})
        holds = [*self._joining(request, earlier, chosen[0].row.currency), *chosen]
        self._check(request.person_id, holds)
        return self._place(request.person_id, contact, holds, earlier)

    def _named(self, request: PlaceOrder) -> list[HoldFact] | PlacedOrder:
        holds = [self.facts.holds.get(hold_id) for hold_id in sorted(request.hold_ids)]
        own = [hold for hold in holds if hold is not None and hold.row.person_id == request.person_id]
        if len(own) != len(request.hold_ids):
            raise NotFound("We could not find this reservation.")
        if any(hold.row.status is HoldStatus.EXPIRED for hold in own):
            raise ReservationExpired
        orders = {hold.order_id for hold in own}
        if orders != {None}:
            return self._order_of_all(orders, request)
        if any(hold.row.status is HoldStatus.RELEASED for hold in own):
            raise ReservationNotActive
        if not all(hold.is_live(self.now) for hold in own):
            raise ReservationExpired
        if len({hold.row.currency for hold in own}) > 1:
            raise MixedCurrencies
        return own

    def _order_of_all(self, orders: set[UUID | None], request: PlaceOrder) -> PlacedOrder:
        """Give the order that has exactly the named holds already."""
        order_id = next(iter(orders)) if len(orders) == 1 else None
        order = order_id and (
            self.facts.open_orders.get(order_id)
            or self.made.get(order_id)
            or self.facts.ended_orders.get(order_id)
        )
        if not order or {line.hold_id for line in order.lines} != request.hold_ids:
            raise ReservationNotActive
        if order.status in (OrderStatus.EXPIRED, OrderStatus.EXPIRING):
            raise ReservationExpired
        if order.status is OrderStatus.CANCELLED:
            raise ReservationNotActive
        return order

    def _cart(self, request: PlaceOrder) -> list[HoldFact] | PlacedOrder:
        holds = [
            hold
            for hold in self.facts.holds.values()
            if hold.row.person_id == request.person_id and hold.order_id is None and hold.is_live(self.now)
        ]
        currencies = {hold.row.currency for hold in holds}
        if request.currency is not None:
            holds = [hold for hold in holds if hold.row.currency == request.currency]
        elif len(currencies) > 1:
            raise MixedCurrencies
        return holds or self._latest_open(request)

    def _latest_open(self, request: PlaceOrder) -> PlacedOrder:
        """Give the order that a second press of the button finds already made."""
        own = [
            order
            for order in self.facts.open_orders.values()
            if order.person_id == request.person_id
            and order.status is OrderStatus.AWAITING_PAYMENT
            and order.expires_at > self.now
            and request.currency in (None, order.currency)
        ]
        if not own:
            raise CartEmpty
        return max(own, key=lambda order: order.order_id)

    def _joining(self, request: PlaceOrder, earlier: list[PlacedOrder], currency: str) -> list[HoldFact]:
        """List the holds of open orders for the same events: they join, as there is one order per person and event.

        Whoever names holds gets exactly those in an order, so for them an open order is in the way.
        """
        for order in earlier:
            if order.is_paying or (request.hold_ids and order.order_id in self.made):
                raise PaymentUnderWay(order.reference)
            is_payable = order.status is OrderStatus.AWAITING_PAYMENT and order.expires_at > self.now
            if request.hold_ids or not is_payable or order.currency != currency:
                raise OrderAlreadyOpen(order.reference)
        return [hold for order in earlier for hold in self.facts.holds_of(order.order_id)]

    def _check(self, person_id: UUID, holds: list[HoldFact]) -> None:
        counts = Counter[UUID]()
        for hold in holds:
            counts[hold.row.tier_id] += hold.row.quantity
        for row in {hold.row.tier_id: hold.row for hold in holds}.values():
            self._check_tier(person_id, row, counts[row.tier_id])
        for hold in holds:
            if hold.is_called_off:
                raise EventCalledOff(hold.row.event_name)
            if person_id in self.facts.guests and not hold.row.allows_guests:
                raise AccountNeeded(hold.row.event_name)

    def _check_tier(self, person_id: UUID, row: Any, count: int) -> None:
        if row.max_per_order is not None and count > row.max_per_order:
            raise TooManyInOrder(row.name, row.max_per_order, "order")
        if count < row.min_per_order:
            raise TooFewInOrder(row.name, row.min_per_order)
        owned = self.facts.owned.get((person_id, row.tier_id), 0)
        if row.max_per_person is not None and owned > row.max_per_person:
            raise TooManyInOrder(row.name, row.max_per_person, "person")
        if row.required_club and (person_id, row.required_club) not in self.facts.clubs:
            raise MembersOnly(row.required_club)

    def _place(
        self, person_id: UUID, contact: Contact, holds: list[HoldFact], earlier: list[PlacedOrder]
    ) -> PlacedOrder:
        lines = tuple(_line(hold) for hold in holds)
        total_minor = sum(line.price_minor * line.quantity for line in lines)
        _check_total(Money(total_minor, Currency(holds[0].row.currency)))
        order = PlacedOrder(
            order_id=new_id(),
            reference=rules.new_reference(self.now.year),
            person_id=person_id,
            status=OrderStatus.AWAITING_PAYMENT,
            currency=holds[0].row.currency,
            total_minor=total_minor,
            expires_at=min(hold.row.expires_at for hold in holds),
            lines=lines,
            is_resumed=False,
            is_paying=self.begins_paying and total_minor > 0,
            authorises_first=any(hold.row.authorises_first for hold in holds),
        )
        for old in earlier:
            self._replace(old)
        for hold in holds:
            hold.order_id = order.order_id
        self.facts.open_orders[order.order_id] = order
        self.made[order.order_id] = order
        self.contacts[order.order_id] = contact
        return order

    def _replace(self, old: PlacedOrder) -> None:
        del self.facts.open_orders[old.order_id]
        cancelled = replace(old, status=OrderStatus.CANCELLED)
        if old.order_id in self.made:
            self.made[old.order_id] = cancelled
        else:
            self.replaced.append(cancelled)
            self.contacts.pop(old.order_id, None)

    def _resumed(self, order: PlacedOrder, contact: Contact) -> PlacedOrder:
        if order.status is OrderStatus.AWAITING_PAYMENT and not order.is_paying:
            self.contacts[order.order_id] = contact
        return replace(order, is_resumed=True)


def _check_total(total: Money) -> None:
    """Refuse what no card can be charged, before there is an order that nobody can pay."""
    if 0 < total.minor < least_chargeable(total.currency).minor:
        raise AmountTooSmall(total)
    if total.minor > most_chargeable(total.currency).minor:
        raise AmountTooLarge(total)


def _line(hold: HoldFact) -> OrderedLine:
    row = hold.row
    parts = rules.line_parts(
        price_minor=row.price_minor,
        fee_minor=min(row.fee_minor, row.price_minor),
        quantity=row.quantity,
        tax_basis_points=row.tax_basis_points,
    )
    return OrderedLine(
        line_id=new_id(),
        event_id=row.event_id,
        tier_id=row.tier_id,
        hold_id=row.id,
        seat_id=row.seat_id,
        tier_name=row.name,
        seat_label=hold.seat_label,
        quantity=row.quantity,
        price_minor=row.price_minor,
        fee_minor=parts.fee_minor,
        tax_minor=parts.tax_minor,
    )
