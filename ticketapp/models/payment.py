"""Payments, refunds, the ledger, and the sandbox provider's own book."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, big_key, status_type


class PaymentStatus(StrEnum):
    STARTED = "started"
    NEEDS_ACTION = "needs_action"
    AUTHORISED = "authorised"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# Without a last word: money may still move, or is set aside.
OPEN_PAYMENTS = (PaymentStatus.STARTED, PaymentStatus.NEEDS_ACTION, PaymentStatus.AUTHORISED)

# Failed and cancelled may still succeed: money that moves after all is recorded, and placed or returned.
PAYMENT_MOVES: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.STARTED: frozenset(
        {
            PaymentStatus.NEEDS_ACTION,
            PaymentStatus.AUTHORISED,
            PaymentStatus.SUCCEEDED,
            PaymentStatus.FAILED,
            PaymentStatus.CANCELLED,
        }
    ),
    PaymentStatus.NEEDS_ACTION: frozenset(
        {PaymentStatus.AUTHORISED, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.CANCELLED}
    ),
    PaymentStatus.AUTHORISED: frozenset(
        {PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.CANCELLED}
    ),
    PaymentStatus.SUCCEEDED: frozenset(),
    PaymentStatus.FAILED: frozenset({PaymentStatus.SUCCEEDED}),
    PaymentStatus.CANCELLED: frozenset({PaymentStatus.SUCCEEDED}),
}


class Payment(SQLModel, table=True):
    """One attempt to pay an order. Its `key` is what the provider recognises a repeated call by.

    Where it authorises first, the money is set aside, then the places are confirmed, then it is taken.
    """

    __tablename__ = "payments"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "attempt"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.Index(
            "uq_payments_one_open",
            "order_id",
            unique=True,
            postgresql_where=sa.text("status IN ('started', 'needs_action', 'authorised')"),
            sqlite_where=sa.text("status IN ('started', 'needs_action', 'authorised')"),
        ),
        sa.Index(
            "ix_payments_open",
            "created_at",
            postgresql_where=sa.text("status IN ('started', 'needs_action', 'authorised')"),
            sqlite_where=sa.text("status IN ('started', 'needs_action', 'authorised')"),
        ),
        sa.Index("ix_payments_settled_at", "settled_at", "status"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")
    person_id: UUID = Field(foreign_key="people.id", index=True)
    attempt: int
    key: str = Field(max_length=80, unique=True)
    provider: str = Field(max_length=16)
    provider_ref: str | None = Field(default=None, max_length=80, unique=True)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    status: PaymentStatus = Field(default=PaymentStatus.STARTED, sa_type=status_type(PaymentStatus))
    error_code: str | None = Field(default=None, max_length=40)
    authorises_first: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    authorised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RefundStatus(StrEnum):
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


class Refund(SQLModel, table=True):
    """Money on its way back to a buyer; each `key` and attempt happens once at the provider.

    One that failed may be tried again, or be settled by somebody who paid it another way and says how.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        # Few of many: those that whoever watches over the system counts.
        sa.Index(
            "ix_refunds_failed",
            "created_at",
            postgresql_where=sa.text("status = 'failed'"),
            sqlite_where=sa.text("status = 'failed'"),
        ),
        sa.Index(
            "ix_refunds_compensating",
            "created_at",
            postgresql_where=sa.text("reason = 'paid_but_no_hold'"),
            sqlite_where=sa.text("reason = 'paid_but_no_hold'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payments.id", index=True)
    order_id: UUID = Field(foreign_key="orders.id", index=True)
    key: str = Field(max_length=80, unique=True)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    reason: str = Field(max_length=40)
    status: RefundStatus = Field(default=RefundStatus.ASKED, sa_type=status_type(RefundStatus))
    provider_ref: str | None = Field(default=None, max_length=80)
    attempt: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    settled_by: UUID | None = None
    settled_note: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LedgerEntry(SQLModel, table=True):
    """One transfer from the credit to the debit account; balanced by construction, never changed (a trigger refuses)."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        sa.UniqueConstraint("kind", "ref"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint("debit <> credit", name="two_accounts"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=big_key())
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str = Field(max_length=24)
    ref: str = Field(max_length=80)
    debit: str = Field(max_length=80)
    credit: str = Field(max_length=80)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    order_id: UUID | None = Field(default=None, foreign_key="orders.id", index=True)


class SandboxCharge(SQLModel, table=True):
    """The sandbox provider's own record of a charge; the product reads it only through the gateway."""

    __tablename__ = "sandbox_charges"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= amount_minor", name="never_refund_more"
        ),
    )

    id: str = Field(primary_key=True, max_length=40)
    key: str = Field(max_length=80, unique=True)
    reference: str = Field(max_length=80)
    person: str = Field(max_length=80)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    status: str = Field(max_length=24)
    error_code: str | None = Field(default=None, max_length=40)
    transaction_id: str | None = Field(default=None, max_length=40)
    refunded_minor: int = Field(default=0, sa_type=sa.BigInteger)
    authorises_first: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class SandboxRefund(SQLModel, table=True):
    """The sandbox provider's own record of a refund."""

    __tablename__ = "sandbox_refunds"

    id: str = Field(primary_key=True, max_length=40)
    key: str = Field(max_length=80, unique=True)
    charge_id: str = Field(foreign_key="sandbox_charges.id", index=True, max_length=40)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
