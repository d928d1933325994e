"""Begin payments and settle them. `settle` is the only way to a paid order, whoever brings the provider's answer."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import AppError, NotFound
from ticketapp.core.ids import new_id
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.integrations.sets import Keys, dialect_of, insert_rows
from ticketapp.models import OrderStatus, Payment, PaymentStatus
from ticketapp.models.base import table_of
from ticketapp.services.contract import PaymentResult, ResultStatus
from ticketapp.services.ledger import operations as ledger
from ticketapp.services.ordering import operations as ordering
from ticketapp.services.ordering.operations import place_orders
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

_PAYMENTS = table_of(Payment)
_PAYMENT_COLUMNS = (
    "id", "order_id", "person_id", "attempt", "key", "provider", "amount_minor", "currency", "status", "created_at",
)  # fmt: skip
_ATTEMPTS = (
    sa.select(_PAYMENTS.c.order_id, sa.func.max(_PAYMENTS.c.attempt))
    .where(_PAYMENTS.c.order_id.in_(sa.bindparam("orders", expanding=True)))
    .group_by(_PAYMENTS.c.order_id)
)
_VERDICTS = Keys(
    "verdict",
    {"key": sa.String(), "status": sa.String(), "provider_ref": sa.String(), "error_code": sa.String()},
)
_OPEN_STATUSES = (PaymentStatus.STARTED.value, PaymentStatus.NEEDS_ACTION.value)
_STATUS_OF_CHARGE = {
    ChargeStatus.SUCCEEDED: PaymentStatus.SUCCEEDED,
    ChargeStatus.FAILED: PaymentStatus.FAILED,
    ChargeStatus.CANCELLED: PaymentStatus.CANCELLED,
    ChargeStatus.NEEDS_ACTION: PaymentStatus.NEEDS_ACTION,
}
_RESULT_OF = {
    PaymentStatus.SUCCEEDED: ResultStatus.PAID,
    PaymentStatus.FAILED: ResultStatus.FAILED,
    PaymentStatus.CANCELLED: ResultStatus.EXPIRED,
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
    rows: list[tuple[Any, ...]] = []
    outcomes: list[StartedPayment | AppError] = []
    for request, outcome in zip(requests, begun, strict=True):
        if isinstance(outcome, AppError):
            outcomes.append(outcome)
            continue
        attempt = attempts.get(outcome.ref, 0) + 1
        started = StartedPayment(
            payment_id=new_id(),
            order_id=outcome.ref,
            person_id=outcome.actor,
            key=f"order:{outcome.ref}:attempt:{attempt}",
            amount_minor=outcome.amount_minor,
            currency=outcome.currency,
        )
        outcomes.append(started)
        rows.append((
            started.payment_id, started.order_id, started.person_id, attempt, started.key, request.provider,
            started.amount_minor, started.currency, PaymentStatus.STARTED, now,
        ))  # fmt: skip
    insert_rows(session, _PAYMENTS, _PAYMENT_COLUMNS, rows)
    return outcomes


def settle(session: Session, charges: Sequence[Charge], now: datetime) -> list[Settlement | AppError]:
    """Bring payments and their orders in line with what the provider says, each payment's effect exactly once.

    A charge is the provider's own object, asked for by us: never what a browser or a message claims. The same charge
    again changes nothing and gets the same answer. Money that found no place is given back.
    """
    by_key = {charge.key: charge for charge in charges}
    payments = _moved(session, by_key, now)
    results = _results(payments, by_key)
    settled = apply_results(session, list(results.values()), now)
    _book(session, payments, by_key, settled, now)
    answers = settlements(session, list(by_key))
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
    # Success is always news, whatever was believed before; anything else only while the payment is open.
    is_news = sa.or_(
        sa.and_(verdict.status == PaymentStatus.SUCCEEDED.value, stored != PaymentStatus.SUCCEEDED.value),
        sa.and_(stored.in_(_OPEN_STATUSES), stored != verdict.status),
    )
    moment = sa.bindparam("now", type_=_PAYMENTS.c.settled_at.type)
    return (
        sa.update(_PAYMENTS)
        .where(_PAYMENTS.c.key == verdict.key, is_news)
        .values(
            status=sa.type_coerce(verdict.status, _PAYMENTS.c.status.type),
            provider_ref=verdict.provider_ref,
            error_code=sa.func.nullif(verdict.error_code, ""),
            settled_at=sa.case((verdict.status != PaymentStatus.NEEDS_ACTION.value, moment), else_=None),
        )
        .returning(*_PAYMENTS.c)
    )


def _results(payments: Sequence[Any], charges: dict[str, Charge]) -> dict[UUID, PaymentResult]:
    """Say what each order hears; of several payments for one order a successful one counts."""
    results: dict[UUID, PaymentResult] = {}
    for payment in payments:
        status = _RESULT_OF.get(payment.status)
        if status is ResultStatus.PAID and not _is_as_agreed(payment, charges[payment.key]):
            status = ResultStatus.FAILED
        earlier = results.get(payment.order_id)
        if status is not None and (earlier is None or earlier.status is not ResultStatus.PAID):
            results[payment.order_id] = PaymentResult((), payment.person_id, payment.order_id, status)
    return results


def _is_as_agreed(payment: Any, charge: Charge) -> bool:
    return (charge.amount_minor, charge.currency) == (payment.amount_minor, payment.currency)


def _book(
    session: Session,
    payments: Sequence[Any],
    charges: dict[str, Charge],
    settled: dict[UUID, Settled],
    now: datetime,
) -> None:
    """Write the money that came in into the ledger, and give back what bought nothing."""
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


def place_and_start(
    session: Session, requests: Sequence[CheckOut], now: datetime
) -> list[CheckedOut | AppError]:
    """Place orders and begin to pay those that cost something, in one transaction."""
    outcomes: list[Any] = list(place_orders(session, [request.order for request in requests], now))
    to_pay = {
        index: outcome
        for index, outcome in enumerate(outcomes)
        if isinstance(outcome, PlacedOrder)
        and outcome.status is OrderStatus.AWAITING_PAYMENT
        and outcome.total_minor > 0
        and not outcome.is_paying
    }
    starts = [StartPayment(outcome.checkout, requests[index].provider) for index, outcome in to_pay.items()]
    started = dict(zip(to_pay, start_payments(session, starts, now), strict=True))
    return [
        outcome if isinstance(outcome, AppError) else _checked_out(outcome, started.get(index))
        for index, outcome in enumerate(outcomes)
    ]


def _checked_out(placed: PlacedOrder, started: StartedPayment | AppError | None) -> CheckedOut | AppError:
    return started if isinstance(started, AppError) else CheckedOut(placed, started)
