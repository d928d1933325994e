"""Stock: counters per event and tier, seats of an event, and holds. Only `services.inventory` writes these tables."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, status_type


class EventStock(SQLModel, table=True):
    """An event's total. This row's lock orders every change of the event's stock; `version` counts the changes."""

    __tablename__ = "event_stock"
    __table_args__ = (
        sa.CheckConstraint("held >= 0 AND sold >= 0", name="not_negative"),
        sa.CheckConstraint(
            "max_attendees IS NULL OR held + sold <= max_attendees", name="never_over_capacity"
        ),
    )

    event_id: UUID = Field(foreign_key="events.id", primary_key=True)
    max_attendees: int | None = None
    held: int = 0
    sold: int = 0
    version: int = Field(default=1, sa_type=sa.BigInteger)


class TierStock(SQLModel, table=True):
    """How many places a tier has, and how many of them are held and sold."""

    __tablename__ = "tier_stock"
    __table_args__ = (
        sa.CheckConstraint("held >= 0 AND sold >= 0 AND held + sold <= capacity", name="never_oversold"),
    )

    tier_id: UUID = Field(foreign_key="tiers.id", primary_key=True)
    event_id: UUID = Field(foreign_key="events.id", index=True)
    capacity: int
    held: int = 0
    sold: int = 0


class SeatStatus(StrEnum):
    FREE = "free"
    HELD = "held"
    SOLD = "sold"
    BLOCKED = "blocked"


class EventSeat(SQLModel, table=True):
    """A seat as one event sells it; labels are copied, so a later change of the venue cannot move a ticket."""

    __tablename__ = "event_seats"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "section", "row", "number"),
        sa.Index("ix_event_seats_choice", "tier_id", "status", "section_rank", "rank"),
        sa.Index("ix_event_seats_event_id_version", "event_id", "version"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    event_id: UUID = Field(foreign_key="events.id")
    tier_id: UUID = Field(foreign_key="tiers.id")
    section: str = Field(max_length=60)
    row: str = Field(max_length=8)
    number: str = Field(max_length=8)
    place: int
    section_rank: int
    rank: int
    status: SeatStatus = Field(default=SeatStatus.FREE, sa_type=status_type(SeatStatus))
    version: int = Field(default=1, sa_type=sa.BigInteger)


class HoldStatus(StrEnum):
    LIVE = "live"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


# Expired and released holds can only become confirmed: a payment that arrives late takes the same places if they are free.
HOLD_MOVES: dict[HoldStatus, frozenset[HoldStatus]] = {
    HoldStatus.LIVE: frozenset({HoldStatus.CONFIRMED, HoldStatus.RELEASED, HoldStatus.EXPIRED}),
    HoldStatus.CONFIRMED: frozenset({HoldStatus.RELEASED}),
    HoldStatus.RELEASED: frozenset({HoldStatus.CONFIRMED}),
    HoldStatus.EXPIRED: frozenset({HoldStatus.CONFIRMED}),
}

# Only of seats: an index of every hold would tempt PostgreSQL to read it whole for each look-up of a person's holds.
_SEAT_IS_TAKEN = sa.text("seat_id IS NOT NULL AND status IN ('live', 'confirmed')")


class Hold(SQLModel, table=True):
    """Places of one tier, or one seat, set aside for a person until a moment, at the price of that moment.

    A person's cart is their holds without an order. A confirmed hold is sold; it is released when its ticket is refunded.
    """

    __tablename__ = "holds"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("seat_id IS NULL OR quantity = 1", name="one_per_seat"),
        sa.UniqueConstraint("person_id", "request_key", "line"),
        sa.Index(
            "uq_holds_one_owner_per_seat",
            "seat_id",
            unique=True,
            postgresql_where=_SEAT_IS_TAKEN,
            sqlite_where=_SEAT_IS_TAKEN,
        ),
        sa.Index(
            "ix_holds_due",
            "expires_at",
            postgresql_where=sa.text("status = 'live'"),
            sqlite_where=sa.text("status = 'live'"),
        ),
        sa.Index(
            "ix_holds_cart",
            "person_id",
            "tier_id",
            postgresql_where=sa.text("left_cart_at IS NULL"),
            sqlite_where=sa.text("left_cart_at IS NULL"),
        ),
        sa.Index(
            "ix_holds_order_id",
            "order_id",
            postgresql_where=sa.text("order_id IS NOT NULL"),
            sqlite_where=sa.text("order_id IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="people.id")
    # No foreign keys: a hold is made under the lock of this event's and this tier's own stock rows, which cannot go.
    event_id: UUID
    tier_id: UUID
    seat_id: UUID | None = Field(default=None, foreign_key="event_seats.id")
    quantity: int
    price_minor: int = Field(sa_type=sa.BigInteger)
    status: HoldStatus = Field(default=HoldStatus.LIVE, sa_type=status_type(HoldStatus))
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extensions: int = 0
    bank_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    request_key: str = Field(max_length=80)
    request_print: int = Field(sa_type=sa.BigInteger)
    line: int
    order_id: UUID | None = Field(default=None, foreign_key="orders.id")
    left_cart_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CartWish(SQLModel, table=True):
    """A cart line of an event that holds at checkout: wanted, but not set aside."""

    __tablename__ = "cart_wishes"
    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity_positive"),)

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    tier_id: UUID = Field(foreign_key="tiers.id", primary_key=True)
    event_id: UUID = Field(foreign_key="events.id")
    quantity: int
    created_at: datetime = Field(sa_type=UtcDateTime)
