"""The sandbox provider's book: its own two tables and transactions, shared with nobody."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from ticketapp.core.errors import Conflict, NotFound
from ticketapp.integrations.payments import Charge, ChargeStatus
from ticketapp.integrations.sets import among, insert_rows
from ticketapp.models import SandboxCharge, SandboxRefund
from ticketapp.models.base import table_of

_CHARGES, _REFUNDS = table_of(SandboxCharge), table_of(SandboxRefund)
_COLUMNS = (
    "id", "key", "reference", "person", "amount_minor", "currency", "status", "error_code", "transaction_id",
    "refunded_minor", "authorises_first", "created_at",
)  # fmt: skip
_UNDECIDED = (ChargeStatus.NEEDS_ACTION, ChargeStatus.PROCESSING)
_BY_KEY = sa.select(_CHARGES).where(among(_CHARGES.c.key, "keys"))


class ExceedsPaid(Conflict):
    code = "exceeds_paid"

    def __init__(self) -> None:
        super().__init__("More than was paid cannot be given back.")


@dataclass(frozen=True, slots=True)
class Entry:
    """A charge to write, with the verdict that it gets when it is new."""

    key: str
    reference: str
    person: str
    amount_minor: int
    currency: str
    status: ChargeStatus
    error_code: str | None = None
    authorises_first: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """A charge as the book has it."""

    id: str
    charge: Charge
    reference: str
    transaction_id: str | None
    refunded_minor: int
    created_at: datetime


def charge_many(session: Session, entries: Sequence[Entry], now: datetime) -> list[Booked]:
    """Write charges; a key that is there already keeps its first verdict."""
    known = _by_key(session, [entry.key for entry in entries])
    rows: list[tuple[Any, ...]] = []
    for entry in entries:
        if entry.key not in known:
            booked = _book(entry, now)
            known[entry.key] = booked
            rows.append((
                booked.id, entry.key, entry.reference, entry.person, entry.amount_minor, entry.currency,
                booked.charge.status, entry.error_code, booked.transaction_id, 0, entry.authorises_first, now,
            ))  # fmt: skip
    insert_rows(session, _CHARGES, _COLUMNS, rows)
    return [known[entry.key] for entry in entries]


def _book(entry: Entry, now: datetime) -> Booked:
    charge_id = f"pay_{secrets.token_hex(12)}"
    status = _taken_or_set_aside(entry.status, entry)
    charge = Charge(entry.key, charge_id, status, entry.amount_minor, entry.currency, _said(status, entry))
    transaction_id = f"txn_{secrets.token_hex(12)}" if status is ChargeStatus.SUCCEEDED else None
    return Booked(charge_id, charge, entry.reference, transaction_id, 0, now)


def _taken_or_set_aside(status: ChargeStatus, agreed: Any) -> ChargeStatus:
    is_set_aside = status is ChargeStatus.SUCCEEDED and agreed.authorises_first
    return ChargeStatus.AUTHORISED if is_set_aside else status


def _said(status: ChargeStatus, agreed: Any) -> str | None:
    return None if status is ChargeStatus.AUTHORISED else agreed.error_code


def _by_key(session: Session, keys: Sequence[str]) -> dict[str, Booked]:
    return {row.key: _booked(row) for row in session.execute(_BY_KEY, {"keys": list(keys)})}


def _booked(row: Any) -> Booked:
    status = ChargeStatus(row.status)
    charge = Charge(row.key, row.id, status, row.amount_minor, row.currency, _said(status, row))
    return Booked(row.id, charge, row.reference, row.transaction_id, row.refunded_minor, row.created_at)


def find_by_key(session: Session, key: str) -> Booked | None:
    """Look a charge up by the key it was made with."""
    row = session.execute(sa.select(_CHARGES).where(_CHARGES.c.key == key)).first()
    return None if row is None else _booked(row)


def get_charge(session: Session, charge_id: str) -> Booked:
    """Look a charge up by its id.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(sa.select(_CHARGES).where(_CHARGES.c.id == charge_id)).first()
    if row is None:
        raise NotFound("We could not find this payment.")
    return _booked(row)


def cancel(session: Session, entry: Entry, now: datetime) -> Booked:
    """Call a charge off; one nobody has heard of is written as cancelled, so that a late call finds it so."""
    [booked] = charge_many(session, [entry], now)
    return _decide(session, booked.id, (*_UNDECIDED, ChargeStatus.AUTHORISED), ChargeStatus.CANCELLED)


def capture(session: Session, key: str) -> Booked | None:
    """Collect what was set aside, once; None for a key that nobody has heard of."""
    row = session.execute(sa.select(_CHARGES).where(_CHARGES.c.key == key)).first()
    if row is None:
        return None
    # A card that is refused only now was written with the reason.
    status = ChargeStatus.FAILED if row.error_code else ChargeStatus.SUCCEEDED
    return _decide(session, row.id, (ChargeStatus.AUTHORISED,), status, row.error_code)


def answer_action(
    session: Session, charge_id: str, *, status: ChargeStatus, error_code: str | None
) -> Booked:
    """Write what the cardholder decided at their bank; only the first decision counts.

    Raises:
        NotFound: there is no such charge.
    """
    agreed = session.execute(sa.select(_CHARGES).where(_CHARGES.c.id == charge_id)).first()
    if agreed is None:
        raise NotFound("We could not find this payment.")
    return _decide(session, charge_id, _UNDECIDED, _taken_or_set_aside(status, agreed), error_code)


def _decide(
    session: Session,
    charge_id: str,
    of: Sequence[ChargeStatus],
    status: ChargeStatus,
    error_code: str | None = None,
) -> Booked:
    row = session.execute(
        sa.update(_CHARGES)
        .where(_CHARGES.c.id == charge_id, _CHARGES.c.status.in_(of))
        .values(
            status=status,
            error_code=error_code,
            transaction_id=f"txn_{secrets.token_hex(12)}" if status is ChargeStatus.SUCCEEDED else None,
        )
        .returning(_CHARGES)
    ).first()
    return get_charge(session, charge_id) if row is None else _booked(row)


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Money to give back of a charge, once per key."""

    key: str
    charge_id: str
    amount_minor: int


def refund(session: Session, request: GiveBack, now: datetime) -> str:
    """Give money back and tell the refund's id; a repeated key gets the first answer.

    Raises:
        NotFound: there is no such charge.
        ExceedsPaid: more than is left of it.
    """
    # The row lock makes a concurrent repetition wait until the first one is written.
    charge = session.execute(
        sa.select(_CHARGES).where(_CHARGES.c.id == request.charge_id).with_for_update()
    ).first()
    if charge is None:
        raise NotFound("We could not find this payment.")
    made = sa.select(_REFUNDS.c.id).where(_REFUNDS.c.key == request.key)
    found = session.execute(made).scalar()
    if found is not None:
        return found
    left = charge.amount_minor - charge.refunded_minor
    if charge.status != ChargeStatus.SUCCEEDED or request.amount_minor > left:
        raise ExceedsPaid
    session.execute(
        sa.update(_CHARGES)
        .where(_CHARGES.c.id == request.charge_id)
        .values(refunded_minor=charge.refunded_minor + request.amount_minor)
    )
    refund_id = f"ref_{secrets.token_hex(12)}"
    insert_rows(
        session,
        _REFUNDS,
        ("id", "key", "charge_id", "amount_minor", "created_at"),
        [(refund_id, request.key, request.charge_id, request.amount_minor, now)],
    )
    return refund_id
