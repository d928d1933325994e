"""Venues with their seats, and events with their tiers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.errors import Conflict
from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, status_type


class Venue(SQLModel, table=True):
    __tablename__ = "venues"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    address: str = Field(max_length=240)
    city: str = Field(max_length=80, index=True)
    country: str = Field(max_length=2)
    timezone: str = Field(max_length=64)


class Section(SQLModel, table=True):
    """A named part of a venue; `rank` 0 is the best."""

    __tablename__ = "sections"
    __table_args__ = (sa.UniqueConstraint("venue_id", "name"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    venue_id: UUID = Field(foreign_key="venues.id")
    name: str = Field(max_length=60)
    rank: int = 0


class Seat(SQLModel, table=True):
    """A chair of a venue. `place` counts along the row, so neighbours differ by one; `rank` 0 is the best of its section."""

    __tablename__ = "seats"
    __table_args__ = (sa.UniqueConstraint("section_id", "row", "number"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    section_id: UUID = Field(foreign_key="sections.id")
    row: str = Field(max_length=8)
    number: str = Field(max_length=8)
    place: int
    rank: int = 0


class EventStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    CANCELLED = "cancelled"


EVENT_MOVES: dict[EventStatus, frozenset[EventStatus]] = {
    EventStatus.DRAFT: frozenset({EventStatus.PUBLISHED, EventStatus.CANCELLED}),
    EventStatus.PUBLISHED: frozenset({EventStatus.PAUSED, EventStatus.CANCELLED}),
    EventStatus.PAUSED: frozenset({EventStatus.PUBLISHED, EventStatus.CANCELLED}),
    EventStatus.CANCELLED: frozenset(),
}


class HoldPolicy(StrEnum):
    IN_CART = "in_cart"
    AT_CHECKOUT = "at_checkout"


class Event(SQLModel, table=True):
    """Something people come to. Sold out, over and rescheduled are read from the facts, not stored."""

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("doors_at <= starts_at", name="doors_before_start"),
        sa.CheckConstraint("hold_minutes IS NULL OR hold_minutes > 0", name="hold_minutes_positive"),
        sa.CheckConstraint("extensions_max >= 0 AND extension_minutes > 0", name="extension_sane"),
        sa.CheckConstraint("tax_basis_points >= 0", name="tax_not_negative"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organizer_id: UUID = Field(foreign_key="organizers.id", index=True)
    venue_id: UUID = Field(foreign_key="venues.id", index=True)
    slug: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=160)
    artist: str = Field(max_length=160)
    category: str = Field(max_length=40, index=True)
    description: str = Field(default="", max_length=8000)
    picture_url: str | None = Field(default=None, max_length=400)
    doors_at: datetime = Field(sa_type=UtcDateTime)
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    first_starts_at: datetime = Field(sa_type=UtcDateTime)
    timezone: str = Field(max_length=64)
    status: EventStatus = Field(default=EventStatus.DRAFT, sa_type=status_type(EventStatus))
    hold_policy: HoldPolicy = Field(
        default=HoldPolicy.IN_CART, sa_type=status_type(HoldPolicy, "hold_policy_known")
    )
    hold_minutes: int | None = None
    extensions_max: int = 2
    extension_minutes: int = 5
    allows_guests: bool = True
    refund_until_hours: int | None = None
    tax_basis_points: int = 0
    authorises_first: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def move_to(self, status: EventStatus) -> None:
        """Change the status along `EVENT_MOVES`.

        Raises:
            Conflict: the event cannot go there from where it is.
        """
        if status not in EVENT_MOVES[self.status]:
            raise Conflict(f"This event is already {self.status}.")
        self.status = status


class Tier(SQLModel, table=True):
    """A price level of an event. `price_minor` is what the fan pays, `fee_minor` the part of it that is a service fee."""

    __tablename__ = "tiers"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "key"),
        sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),
        sa.CheckConstraint("fee_minor >= 0 AND fee_minor <= price_minor", name="fee_within_price"),
        sa.CheckConstraint(
            "min_per_order >= 1 AND (max_per_order IS NULL OR min_per_order <= max_per_order)",
            name="order_limits",
        ),
        sa.CheckConstraint("max_per_person IS NULL OR max_per_person >= 1", name="person_limit"),
        sa.CheckConstraint("length(currency) = 3", name="currency_three_letters"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    event_id: UUID = Field(foreign_key="events.id")
    key: str = Field(max_length=40)
    name: str = Field(max_length=80)
    description: str = Field(default="", max_length=400)
    price_minor: int = Field(sa_type=sa.BigInteger)
    fee_minor: int = Field(default=0, sa_type=sa.BigInteger)
    currency: str = Field(max_length=3)
    sale_starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sale_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    min_per_order: int = 1
    # None is no limit; a default of the column's own would replace it at the insert.
    max_per_order: int | None = Field(default=10, sa_column_kwargs={"default": None})
    max_per_person: int | None = None
    required_club: str | None = Field(default=None, max_length=60)
    access_code: str | None = Field(default=None, max_length=40)
    is_seated: bool = False
    position: int = 0
