"""Stripe's side, as far as we keep it: the adapter's own book, and the events that Stripe sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.models.base import UtcDateTime


class StripeCustomer(SQLModel, table=True):
    """Which customer at Stripe a buyer is; the product reads it only through the gateway."""

    __tablename__ = "stripe_customers"

    person_id: UUID = Field(primary_key=True)
    customer_id: str = Field(max_length=80, unique=True)


class StripeIntent(SQLModel, table=True):
    """The PaymentIntent of a key, written before it is confirmed; without one the key was called off and stays so.

    Such a key is closed when it is known that nothing was left behind at Stripe under it either.
    """

    __tablename__ = "stripe_intents"

    key: str = Field(primary_key=True, max_length=80)
    intent_id: str | None = Field(default=None, max_length=80, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StripeEvent(SQLModel, table=True):
    """An event as Stripe told it, kept with the job that acts on it. What it says is never believed, only asked about."""

    __tablename__ = "stripe_events"
    __table_args__ = (
        sa.Index(
            "ix_stripe_events_unhandled",
            "received_at",
            postgresql_where=sa.text("handled_at IS NULL"),
            sqlite_where=sa.text("handled_at IS NULL"),
        ),
        sa.Index("ix_stripe_events_received_at", "received_at"),
    )

    id: str = Field(primary_key=True, max_length=80)
    type: str = Field(max_length=60)
    object_id: str = Field(max_length=80)
    intent_id: str | None = Field(default=None, max_length=80)
    # Told by Stripe itself, or found in its list of events because that never came.
    is_sent: bool
    body: dict[str, Any] = Field(sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StripeDispute(SQLModel, table=True):
    """Money that a cardholder's bank took back, until it is decided whose it is."""

    __tablename__ = "stripe_disputes"

    id: str = Field(primary_key=True, max_length=80)
    payment_id: UUID = Field(foreign_key="payments.id", index=True)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    status: str = Field(max_length=40)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def move_to(self, status: str) -> None:
        """Take over Stripe's own word for how it stands; what moves where is for Stripe to decide."""
        self.status = status


class StripePayout(SQLModel, table=True):
    """Money that Stripe sent to the bank; itemised when Stripe tells what was in it, and read once that is kept."""

    __tablename__ = "stripe_payouts"
    __table_args__ = (sa.Index("ix_stripe_payouts_arrives_at", "arrives_at"),)

    id: str = Field(primary_key=True, max_length=80)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    status: str = Field(max_length=20)
    is_itemised: bool
    arrives_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StripeMovement(SQLModel, table=True):
    """A movement of the balance at Stripe; without an order it is none of ours."""

    __tablename__ = "stripe_movements"
    __table_args__ = (sa.Index("ix_stripe_movements_created_at", "created_at"),)

    id: str = Field(primary_key=True, max_length=80)
    kind: str = Field(max_length=40)
    amount_minor: int = Field(sa_type=sa.BigInteger)
    fee_minor: int = Field(sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    source_id: str | None = Field(default=None, max_length=80)
    order_id: UUID | None = Field(default=None, foreign_key="orders.id", index=True)
    refund_id: UUID | None = Field(default=None, foreign_key="refunds.id", index=True)
    payout_id: str | None = Field(default=None, foreign_key="stripe_payouts.id", index=True, max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)


class StripeReading(SQLModel, table=True):
    """How far Stripe's own list of events was read; one row."""

    __tablename__ = "stripe_readings"

    id: int = Field(default=1, primary_key=True)
    read_until: datetime = Field(sa_type=UtcDateTime)
