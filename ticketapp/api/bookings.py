"""Bookings for machines: pay reservations in one call, read and cancel what was bought."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Body, Request, Response

from ticketapp.api import booking_bodies as bodies
from ticketapp.api import booking_shapes as shapes
from ticketapp.api.booking_bodies import ConfirmBody
from ticketapp.api.identity import SignedIn
from ticketapp.api.turns import Turns
from ticketapp.core.errors import AppError, InvalidInput
from ticketapp.core.ids import parse_id
from ticketapp.integrations.payments import Card, PaymentUnknown
from ticketapp.models import OrderStatus, PaymentStatus
from ticketapp.runtime import Runtime
from ticketapp.services.messaging.answers import Claim, Earlier, Given, keep_many
from ticketapp.services.ordering import queries as ordering
from ticketapp.services.ordering.errors import NotCancellable, PaymentUnderWay, ReservationNotActive
from ticketapp.services.ordering.requests import Contact, PlacedOrder, PlaceOrder
from ticketapp.services.payments import queries as payments
from ticketapp.services.payments import refunds
from ticketapp.services.payments.booking import (
    BeginBooking,
    Begun,
    SettleBooking,
    begin_bookings,
    settle_bookings,
)
from ticketapp.services.payments.errors import (
    NotConfirmed,
    NothingToRefund,
    PaidTooLate,
    RefundNotAllowed,
    failure_words,
)
from ticketapp.services.payments.operations import place_and_start
from ticketapp.services.payments.requests import CheckedOut, CheckOut, Settlement
from ticketapp.services.payments.views import bank_path
from ticketapp.services.ticketing import queries as ticketing

router = APIRouter(prefix="/api/bookings", tags=["bookings"])
_turns = Turns()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body to be sent; `is_final` ones answer every repetition, `is_kept` ones are stored for that already."""

    status: int
    body: dict[str, Any]
    is_final: bool = True
    is_kept: bool = False


@router.post("/confirm", status_code=201, summary="Pay reservations", responses=shapes.CONFIRM)
async def confirm(
    body: Annotated[ConfirmBody, Body(openapi_examples=shapes.CONFIRM_EXAMPLES)],
    request: Request,
    actor: SignedIn,
) -> Response:
    """Pay reservations and get the booking; the same key and body again, for 24 hours, get the same answer.

    A refused payment (402) gives the places back.
    """
    runtime: Runtime = request.app.state.runtime
    contact = Contact(name=actor.name or actor.email or "", email=actor.email or "")
    booking = Booking(
        claim=Claim(actor.person_id, body.idempotencyKey, body.fingerprint()),
        check_out=CheckOut(
            PlaceOrder(actor.person_id, contact, frozenset(body.reservationIds)), runtime.cashier.gateway.name
        ),
        card=_card(body, runtime),
        token=body.paymentMethod.token or "",
    )
    begun = await runtime.grouped(begin_bookings, BeginBooking(booking.claim, booking.check_out))
    if isinstance(begun, Earlier):
        return _json(begun.answer, 200 if begun.status == 201 else begun.status)
    try:
        answer = await _book(runtime, booking, begun)
    except BaseException:
        await _keep(runtime, booking.claim, None)
        raise
    if not answer.is_kept:
        await _keep(runtime, booking.claim, answer if answer.is_final else None)
    return _json(answer.body, answer.status)


@dataclass(frozen=True, slots=True)
class Booking:
    """What a caller asks for, under which key, and how it is paid."""

    claim: Claim
    check_out: CheckOut
    card: Card | None
    token: str

    @property
    def person_id(self) -> UUID:
        return self.claim.person_id


def _card(body: ConfirmBody, runtime: Runtime) -> Card | None:
    """Give the card, if one was sent.

    Raises:
        InvalidInput: it could not exist, there is no way to pay, or the provider wants a token and no card.
    """
    if runtime.cashier.gateway.takes_cards:
        card = body.paymentMethod.card(runtime.clock.now())
        if card is None and not body.paymentMethod.token:
            raise InvalidInput(paymentMethod="Send a card or a token.")
        return card
    if body.paymentMethod.cardNumber is not None or not body.paymentMethod.token:
        raise InvalidInput(paymentMethod="Send the token of the payment form, and never a card number.")
    return None


async def _keep(runtime: Runtime, claim: Claim, answer: Answer | None) -> None:
    await runtime.grouped(keep_many, _given(claim, answer))


def _given(claim: Claim, answer: Answer | None) -> Given:
    return Given(
        claim.person_id, claim.key, answer.status if answer else None, answer.body if answer else None
    )


async def _book(runtime: Runtime, booking: Booking, begun: Begun) -> Answer:
    checked_out = await _checked_out(runtime, booking, begun)
    placed, started = checked_out.placed, checked_out.started
    if started is None:
        return await _look_up(runtime, placed)
    with _turns.paying(booking.person_id, placed.order_id):
        charge = await runtime.cashier.charge(
            started, reference=placed.reference, card=booking.card, token=booking.token
        )
        if charge is None:
            return await _answer(runtime, placed, await runtime.cashier.look_up(started.key))

        def write(settlement: Settlement) -> Given | None:
            answer = _confirmed(placed, settlement)
            return answer and _given(booking.claim, answer)

        settlement = await runtime.grouped(settle_bookings, SettleBooking(charge, write))
        confirmed = _confirmed(placed, settlement)
        return replace(confirmed, is_kept=True) if confirmed else await _answer(runtime, placed, settlement)


async def _checked_out(runtime: Runtime, booking: Booking, begun: Begun) -> CheckedOut:
    """Give the order; while another payment of this person is in its way, wait for that one and ask again."""
    outcomes = [begun.outcome]

    async def attempt() -> CheckedOut:
        outcome = outcomes.pop() if outcomes else await runtime.grouped(place_and_start, booking.check_out)
        if isinstance(outcome, AppError):
            raise outcome
        if outcome.started is None and _turns.is_paying(outcome.placed.order_id):
            raise PaymentUnderWay(outcome.placed.reference)
        return outcome

    return await _turns.take(booking.person_id, attempt)


async def _look_up(runtime: Runtime, placed: PlacedOrder) -> Answer:
    """Answer for an order without a payment of this call: it is free, or an earlier call paid or began to pay it."""
    if placed.status is OrderStatus.AWAITING_PAYMENT and placed.total_minor == 0:
        free = await runtime.cashier.confirm_free(person_id=placed.person_id, order_id=placed.order_id)
        if free.paid_at is None:
            raise ReservationNotActive
        return Answer(201, bodies.confirmed_booking(placed, payment_ref="", paid_at=free.paid_at))
    key = await _read(runtime, lambda session, now: payments.latest_key(session, order_id=placed.order_id))
    if key is None:
        raise ReservationNotActive
    return await _answer(runtime, placed, await runtime.cashier.ask(key))


async def _answer(runtime: Runtime, placed: PlacedOrder, settlement: Settlement) -> Answer:
    if confirmed := _confirmed(placed, settlement):
        return confirmed
    if settlement.is_returned:
        raise PaidTooLate(placed.reference)
    if settlement.is_called_off:
        raise NotConfirmed(placed.reference)
    if settlement.status is PaymentStatus.NEEDS_ACTION:
        provider = runtime.cashier.gateway.name
        return Answer(202, _pending(placed, settlement, provider), is_final=False)
    if settlement.is_open:
        raise PaymentUnknown(placed.reference)
    # An order whose time ran out meanwhile has ended already.
    with suppress(NotCancellable):
        await runtime.cashier.cancel_order(
            person_id=placed.person_id, order_id=placed.order_id, reason="payment_failed"
        )
    return Answer(
        402,
        {
            "error": "PAYMENT_FAILED",
            "message": failure_words(settlement.error_code),
            "paymentId": settlement.payment_ref,
            "code": settlement.error_code,
        },
    )


def _confirmed(placed: PlacedOrder, settlement: Settlement) -> Answer | None:
    if settlement.paid_at is None or settlement.is_returned:
        return None
    body = bodies.confirmed_booking(placed, payment_ref=settlement.payment_ref, paid_at=settlement.paid_at)
    return Answer(201, body)


def _pending(placed: PlacedOrder, settlement: Settlement, provider: str) -> dict[str, Any]:
    return {
        "bookingId": str(placed.order_id),
        "bookingReference": placed.reference,
        "status": "PENDING",
        "paymentId": settlement.payment_ref,
        "paymentStatus": "REQUIRES_ACTION",
        "actionUrl": bank_path(provider, settlement.payment_id, settlement.payment_ref),
    }


@router.get("/me", summary="List my bookings", responses=shapes.LIST)
async def list_mine(request: Request, actor: SignedIn) -> Response:
    """List the caller's bookings, newest first."""
    runtime: Runtime = request.app.state.runtime
    orders = await _read(runtime, lambda session, now: ordering.list_my_orders(session, actor=actor))
    paid = await _read(runtime, lambda session, now: payments.list_my_payments(session, actor=actor))
    by_order = {payment.order_id: payment for payment in reversed(paid)}
    return _json({"bookings": [_booking(order, by_order.get(order.id)) for order in orders]})


@router.get("/{booking_id}", summary="Read a booking", responses=shapes.GET)
async def get_one(booking_id: str, request: Request, actor: SignedIn) -> Response:
    """Give one booking with its tickets; another person's is not found."""
    runtime: Runtime = request.app.state.runtime
    order = await _read(
        runtime, lambda session, now: ordering.get_order(session, actor=actor, key=parse_id(booking_id))
    )
    order_id = parse_id(order.id)
    tickets = await _read(
        runtime, lambda session, now: ticketing.list_order_tickets(session, order_id=order_id)
    )
    attempts = await _read(
        runtime, lambda session, now: payments.list_order_payments(session, order_id=order_id)
    )
    body = _booking(order, attempts[0] if attempts else None)
    return _json(body | {"tickets": [bodies.ticket(ticket) for ticket in tickets]})


@router.post("/{booking_id}/cancel", summary="Cancel a booking", responses=shapes.CANCEL)
async def cancel(booking_id: str, request: Request, actor: SignedIn) -> Response:
    """Cancel a booking: an unpaid one at once, a paid one by the event's refund rule."""
    runtime: Runtime = request.app.state.runtime
    order_id = parse_id(booking_id)
    order = await _read(runtime, lambda session, now: ordering.get_order(session, actor=actor, key=order_id))
    if not order.is_paid:
        await runtime.cashier.cancel_order(person_id=actor.person_id, order_id=order_id)
        return _json({"status": "CANCELLED", "refund": None})
    try:
        asked = await asyncio.to_thread(
            runtime.write,
            lambda session, now: refunds.refund_tickets(session, actor=actor, order_id=order_id, now=now),
        )
    except (RefundNotAllowed, NothingToRefund) as error:
        raise NotCancellable(error.text) from error
    refund = {
        "refundId": str(asked.refund_id),
        "amount": bodies.decimal_amount(asked.amount_minor, asked.currency),
        "currency": asked.currency,
        "status": "REQUESTED",
    }
    return _json({"status": "CANCELLED", "refund": refund if asked.refund_id else None})


def _booking(order: Any, payment: Any) -> dict[str, Any]:
    words = {
        "started": "PROCESSING",
        "needs_action": "REQUIRES_ACTION",
        "authorised": "PROCESSING",
        "succeeded": "SUCCESS",
        "failed": "FAILED",
        "cancelled": "CANCELLED",
    }
    return bodies.booking(
        order,
        payment_ref=payment.provider_ref if payment else "",
        payment_status=words[payment.status]
        if payment
        else ("SUCCESS" if order.is_free and order.is_paid else "NONE"),
    )


async def _read(runtime: Runtime, query: Any) -> Any:
    return await asyncio.to_thread(runtime.read, query)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
