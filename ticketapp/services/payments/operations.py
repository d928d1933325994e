"""Begin payments and settle them. `settle` is the only way to a paid order, whoever brings the provider's answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.core.ids import new_id
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.integrations.sets import Keys, among, dialect_of, insert_rows
from ticketapp.integrations.transactions import takes_turns
from ticketapp.models import OrderLine, OrderStatus, Payment, PaymentStatus
from ticketapp.models.base import table_of
from ticketapp.services.contract import CheckoutRequest, PaymentResult, ResultStatus
from ticketapp.services.ledger import operations as ledger
from ticketapp.services.messaging.jobs import NewJob, enqueue_many
from ticketapp.services.ordering import operations as ordering
from ticketapp.services.ordering.requests import PlacedOrder
from ticketapp.services.ordering.settling import PAID_BUT_NO_HOLD, Settled, apply_results
from ticketapp.services.payments.amounts import parts_by_event
from ticketapp.services.payments.queries import settlements
from ticketapp.services.payments.refunds import NewRefund, ask_refunds
from ticketapp.services.payments.requests import (
    CheckedOut,
    CheckOut,
    Settlement,
    StartedPayment,
    StartPayment,
)

_PAYMENTS, _LINES = table_of(Payment), table_of(OrderLine)
_PAYMENT_COLUMNS = (
    "id", "order_id", "person_id", "attempt", "key", "provider", "amount_minor", "currency", "status", "authorises_first",
    "created_at",
)  # fmt: skip
_ATTEMPTS = (
    sa.select(_PAYMENTS.c.order_id, sa.func.max(_PAYMENTS.c.attempt))
    .where(among(_PAYMENTS.c.order_id, "orders"))
    .group_by(_PAYMENTS.c.order_id)
)
_EVENTS = sa.select(_LINES.c.order_id, _LINES.c.event_id).where(among(_LINES.c.order_id, "orders")).distinct()
_VERDICTS = Keys(
    "verdict",
    {"key": sa.String(), "status": sa.String(), "provider_ref": sa.String(), "error_code": sa.String()},
)
CAPTURE_JOB = "capture"
# Whoever heard of the authorisation goes on with it at once; the job is for when they did not live to.
CAPTURE_BY_JOB_AFTER = timedelta(seconds=30)
_UNDECIDED = (PaymentStatus.STARTED.value, PaymentStatus.NEEDS_ACTION.value)
_OVER = (PaymentStatus.FAILED.value, PaymentStatus.CANCELLED.value)
_WAITING = (PaymentStatus.NEEDS_ACTION.value, PaymentStatus.AUTHORISED.value)
_STATUS_OF_CHARGE = {
    ChargeStatus.AUTHORISED: PaymentStatus.AUTHORISED,
    ChargeStatus.SUCCEEDED: PaymentStatus.SUCCEEDED,
    ChargeStatus.FAILED: PaymentStatus.FAILED,
    ChargeStatus.CANCELLED: PaymentStatus.CANCELLED,
    ChargeStatus.NEEDS_ACTION: PaymentStatus.NEEDS_ACTION,
}
_RESULT_OF = {
    PaymentStatus.NEEDS_ACTION: ResultStatus.ASKED,
    PaymentStatus.AUTHORISED: ResultStatus.AUTHORISED,
    PaymentStatus.SUCCEEDED: ResultStatus.PAID,
    PaymentStatus.FAILED: ResultStatus.FAILED,
    PaymentStatus.CANCELLED: ResultStatus.EXPIRED,
}
# Of another amount: what was set aside is let go of first, until then the order is still being paid.
_RESULT_IF_NOT_AS_AGREED: dict[ResultStatus | None, ResultStatus | None] = {
    ResultStatus.PAID: ResultStatus.FAILED,
    ResultStatus.AUTHORISED: None,
}


def start_payments(
    session: Session, requests: Sequence[StartPayment], now: datetime
) -> list[StartedPayment | AppError]:
    """Write down attempts to collect, before any money can move; refused when an order is no longer payable."""
    begun = ordering.begin_paying(session, [request.checkout for request in requests], now)
    accepted = [outcome.ref for outcome in begun if not isinstance(outcome, AppError)]
    attempts: dict[UUID, int] = {}
    if accepted:
        attempts = {row[0]: row[1] for row in session.execute(_ATTEMPTS, {"orders": accepted})}
    outcomes = [
        outcome
        if isinstance(outcome, AppError)
        else _attempt(outcome, request.provider, attempts.get(outcome.ref, 0) + 1)
        for request, outcome in zip(requests, begun, strict=True)
    ]
    _write_started(session, [outcome for outcome in outcomes if isinstance(outcome, StartedPayment)], now)
    return outcomes


def _attempt(checkout: CheckoutRequest, provider: str, attempt: int) -> StartedPayment:
    return StartedPayment(
        payment_id=new_id(),
        order_id=checkout.ref,
        person_id=checkout.actor,
        provider=provider,
        attempt=attempt,
        key=f"order:{checkout.ref}:attempt:{attempt}",
        amount_minor=checkout.amount_minor,
        currency=checkout.currency,
        authorises_first=checkout.authorises_first,
    )


def _write_started(session: Session, payments: Sequence[StartedPayment], now: datetime) -> None:
    insert_rows(
        session,
        _PAYMENTS,
        _PAYMENT_COLUMNS,
        [
            (
                p.payment_id, p.order_id, p.person_id, p.attempt, p.key, p.provider, p.amount_minor, p.currency,
                PaymentStatus.STARTED, p.authorises_first, now,
            )
            for p in payments
        ],
    )  # fmt: skip


@takes_turns
def place_and_start(
    session: Session, requests: Sequence[CheckOut], now: datetime
) -> list[CheckedOut | AppError]:
    """Place orders and begin to pay those that cost something, in one transaction."""
    placed = ordering.place_orders_to_pay(session, [request.order for request in requests], now)
    started: dict[int, StartedPayment | AppError] = {}
    resumed: dict[int, StartPayment] = {}
    for index, (request, order) in enumerate(zip(requests, placed, strict=True)):
        if isinstance(order, AppError) or order.total_minor == 0:
            continue
        if not order.is_resumed:
            started[index] = _attempt(order.checkout, request.provider, 1)
        elif order.status is OrderStatus.AWAITING_PAYMENT and not order.is_paying:
            resumed[index] = StartPayment(order.checkout, request.provider)
    _write_started(
        session, [payment for payment in started.values() if isinstance(payment, StartedPayment)], now
    )
    if resumed:
        started |= zip(resumed, start_payments(session, list(resumed.values()), now), strict=True)
    return [
        order if isinstance(order, AppError) else _checked_out(order, started.get(index))
        for index, order in enumerate(placed)
    ]


def _checked_out(placed: PlacedOrder, started: StartedPayment | AppError | None) -> CheckedOut | AppError:
    return started if isinstance(started, AppError) else CheckedOut(placed, started)


@takes_turns
def settle(session: Session, charges: Sequence[Charge], now: datetime) -> list[Settlement | AppError]:
    """Bring payments and their orders in line with what the provider says, each payment's effect exactly once.

    A charge is the provider's own object, asked for by us: never what a browser or a message claims. The same charge
    again changes nothing and gets the same answer. Money that found no place is given back. Money that is set aside
    confirms the places; a job sees to it that it is taken or let go of.
    """
    by_key = {charge.key: charge for charge in charges}
    payments = _moved(session, by_key, now)
    results = _results(payments, by_key, _occurrences(session, payments))
    settled = apply_results(session, list(results.values()), now)
    unplaced = _book(session, payments, by_key, settled, now)
    _promise_capture(session, payments, now)
    answers = {
        payment.key: _settlement(payment, settled[payment.order_id], unplaced)
        for payment in payments
        if payment.order_id in settled
    }
    if told_before := [key for key in by_key if key not in answers]:
        answers |= settlements(session, told_before)
    return [answers.get(charge.key) or NotFound("We could not find this payment.") for charge in charges]


def _moved(session: Session, charges: dict[str, Charge], now: datetime) -> list[Any]:
    """Write the provider's verdicts and give the payments for which that was news."""
    verdicts = [
        (charge.key, _STATUS_OF_CHARGE[charge.status].value, charge.provider_ref, charge.error_code or "")
        for charge in charges.values()
        if charge.status in _STATUS_OF_CHARGE
    ]
    if not verdicts:
        return []
    dialect = dialect_of(session)
    return list(session.execute(_move(dialect), _VERDICTS.given(dialect, verdicts) | {"now": now}))


@cache
def _move(dialect: str) -> Any:
    verdict = _VERDICTS.table(dialect).c
    stored = sa.type_coerce(_PAYMENTS.c.status, sa.String())
    # Success is always news, whatever was believed before; anything else only while the payment is open, and what was
    # set aside is either taken or let go of.
    is_news = sa.or_(
        sa.and_(verdict.status == PaymentStatus.SUCCEEDED.value, stored != PaymentStatus.SUCCEEDED.value),
        sa.and_(stored.in_(_UNDECIDED), stored != verdict.status),
        sa.and_(stored == PaymentStatus.AUTHORISED.value, verdict.status.in_(_OVER)),
    )
    moment = sa.bindparam("now", type_=_PAYMENTS.c.settled_at.type)
    return (
        sa.update(_PAYMENTS)
        .where(_PAYMENTS.c.key == verdict.key, is_news)
        .values(
            status=sa.type_coerce(verdict.status, _PAYMENTS.c.status.type),
            provider_ref=sa.func.nullif(verdict.provider_ref, ""),
            error_code=sa.func.nullif(verdict.error_code, ""),
            authorised_at=sa.case(
                (verdict.status == PaymentStatus.AUTHORISED.value, moment), else_=_PAYMENTS.c.authorised_at
            ),
            settled_at=sa.case((verdict.status.not_in(_WAITING), moment), else_=None),
        )
        .returning(*_PAYMENTS.c)
    )


def _occurrences(session: Session, payments: Sequence[Any]) -> dict[UUID, tuple[UUID, ...]]:
    """List the events that each order is of."""
    events: dict[UUID, tuple[UUID, ...]] = {}
    if payments:
        for order_id, event_id in session.execute(_EVENTS, {"orders": [p.order_id for p in payments]}):
            events[order_id] = (*events.get(order_id, ()), event_id)
    return events


def _results(
    payments: Sequence[Any], charges: dict[str, Charge], occurrences: dict[UUID, tuple[UUID, ...]]
) -> dict[UUID, PaymentResult]:
    """Say what each order hears; of several payments for one order a successful one counts."""
    results: dict[UUID, PaymentResult] = {}
    for payment in payments:
        status = _RESULT_OF.get(payment.status)
        if status in _RESULT_IF_NOT_AS_AGREED and not _is_as_agreed(payment, charges[payment.key]):
            status = _RESULT_IF_NOT_AS_AGREED[status]
        earlier = results.get(payment.order_id)
        if status is not None and (earlier is None or earlier.status is not ResultStatus.PAID):
            of = occurrences[payment.order_id]
            results[payment.order_id] = PaymentResult(of, payment.person_id, payment.order_id, status)
    return results


def _is_as_agreed(payment: Any, charge: Charge) -> bool:
    return (charge.amount_minor, charge.currency) == (payment.amount_minor, payment.currency)


def _book(
    session: Session,
    payments: Sequence[Any],
    charges: dict[str, Charge],
    settled: dict[UUID, Settled],
    now: datetime,
) -> set[UUID]:
    """Write the money that came in into the ledger, give back what bought nothing, and tell which payments those are."""
    sales: list[ledger.Sale] = []
    unplaced: list[Any] = []
    for payment in payments:
        if payment.status is not PaymentStatus.SUCCEEDED:
            continue
        order = settled[payment.order_id]
        is_first = payment.order_id not in {sale.order_id for sale in sales}
        if order.is_placed and is_first and _is_as_agreed(payment, charges[payment.key]):
            parts = parts_by_event(order.lines)
            sales.append(ledger.Sale(payment.id, order.order_id, payment.provider, payment.currency, parts))
        else:
            unplaced.append(payment)
    ledger.post_sales(session, sales, now)
    _give_back(session, unplaced, charges, now)
    return {payment.id for payment in unplaced}


def _promise_capture(session: Session, payments: Sequence[Any], now: datetime) -> None:
    enqueue_many(
        session,
        [
            NewJob(CAPTURE_JOB, f"{CAPTURE_JOB}:{p.key}", {"key": p.key}, run_at=now + CAPTURE_BY_JOB_AFTER)
            for p in payments
            if p.status is PaymentStatus.AUTHORISED
        ],
    )


def _settlement(payment: Any, order: Settled, unplaced: set[UUID]) -> Settlement:
    return Settlement(
        payment_id=payment.id,
        payment_ref=payment.provider_ref or "",
        status=payment.status,
        error_code=payment.error_code,
        order_id=order.order_id,
        reference=order.reference,
        order_status=order.status,
        is_returned=payment.id in unplaced,
        paid_at=order.paid_at,
    )


def _give_back(session: Session, payments: Sequence[Any], charges: dict[str, Charge], now: datetime) -> None:
    if not payments:
        return
    ledger.post_unplaced(
        session,
        [
            ledger.Unplaced(
                p.id, p.order_id, p.provider, charges[p.key].amount_minor, charges[p.key].currency
            )
            for p in payments
        ],
        now,
    )
    ask_refunds(
        session,
        [
            NewRefund(
                payment_id=p.id,
                order_id=p.order_id,
                key=f"payment:{p.id}:returned",
                amount_minor=charges[p.key].amount_minor,
                currency=charges[p.key].currency,
                reason=PAID_BUT_NO_HOLD,
            )
            for p in payments
        ],
        now,
    )
