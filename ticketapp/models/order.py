"""Orders, their lines, and the tickets they become."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.errors import Conflict
from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, status_type


class OrderStatus(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    EXPIRING = "expiring"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


# Expired and cancelled may still become refunded: money that arrives too late and finds no place goes back.
ORDER_MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.AWAITING_PAYMENT: frozenset({OrderStatus.PAID, OrderStatus.EXPIRING, OrderStatus.CANCELLED}),
    OrderStatus.EXPIRING: frozenset({OrderStatus.PAID, OrderStatus.EXPIRED}),
    OrderStatus.PAID: frozenset({OrderStatus.PARTLY_REFUNDED, OrderStatus.REFUNDED}),
    OrderStatus.PARTLY_REFUNDED: frozenset({OrderStatus.REFUNDED}),
    OrderStatus.REFUNDED: frozenset(),
    OrderStatus.CANCELLED: frozenset({OrderStatus.PAID, OrderStatus.REFUNDED}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.PAID, OrderStatus.REFUNDED}),
}


class DeliveryChoice(StrEnum):
    EMAIL = "email"
    COURIER = "courier"


class Order(SQLModel, table=True):
    """One buyer's purchase in one currency, possibly of several events.

    `paying_at` is set while money may move, `confirmed_at` while its places are its own and money that is set aside for
    them is being taken, `invoiced_at` once its invoices are written.
    """

    __tablename__ = "orders"
    __table_args__ = (
        sa.CheckConstraint(
            "total_minor >= 0 AND fees_minor >= 0 AND tax_minor >= 0", name="amounts_not_negative"
        ),
        sa.CheckConstraint("fees_minor + tax_minor <= total_minor", name="parts_within_total"),
        sa.CheckConstraint("refunded_minor >= 0 AND refunded_minor <= total_minor", name="never_refund_more"),
        sa.CheckConstraint(
            "status NOT IN ('paid', 'partly_refunded') OR paid_at IS NOT NULL", name="paid_has_time"
        ),
        sa.CheckConstraint(
            "delivery <> 'courier' OR length(delivery_address) > 0", name="courier_has_address"
        ),
        sa.Index("ix_orders_person_id_created_at", "person_id", "created_at"),
        sa.Index(
            "ix_orders_due",
            "expires_at",
            postgresql_where=sa.text("status IN ('awaiting_payment', 'expiring')"),
            sqlite_where=sa.text("status IN ('awaiting_payment', 'expiring')"),
        ),
        sa.Index(
            "ix_orders_to_invoice",
            "paid_at",
            postgresql_where=sa.text("paid_at IS NOT NULL AND invoiced_at IS NULL AND refunded_minor = 0"),
            sqlite_where=sa.text("paid_at IS NOT NULL AND invoiced_at IS NULL AND refunded_minor = 0"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = Field(max_length=24, unique=True)
    person_id: UUID = Field(foreign_key="people.id")
    status: OrderStatus = Field(default=OrderStatus.AWAITING_PAYMENT, sa_type=status_type(OrderStatus))
    currency: str = Field(max_length=3)
    total_minor: int = Field(sa_type=sa.BigInteger)
    fees_minor: int = Field(default=0, sa_type=sa.BigInteger)
    tax_minor: int = Field(default=0, sa_type=sa.BigInteger)
    refunded_minor: int = Field(default=0, sa_type=sa.BigInteger)
    contact_name: str = Field(max_length=120)
    contact_email: str = Field(max_length=254)
    billing_name: str = Field(default="", max_length=120)
    billing_address: str = Field(default="", max_length=400)
    delivery: DeliveryChoice = Field(
        default=DeliveryChoice.EMAIL, sa_type=status_type(DeliveryChoice, "delivery_known")
    )
    delivery_address: str = Field(default="", max_length=400)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    paying_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    invoiced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_reason: str | None = Field(default=None, max_length=40)

    def move_to(self, status: OrderStatus) -> None:
        """Change the status along `ORDER_MOVES`.

        Raises:
            Conflict: the order cannot go there from where it is.
        """
        if status not in ORDER_MOVES[self.status]:
            raise Conflict(f"This order is already {self.status.replace('_', ' ')}.")
        self.status = status


class OrderLine(SQLModel, table=True):
    """What was bought, at the price copied when it was held; one line per hold. Fee (without tax) and tax are the line's."""

    __tablename__ = "order_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint(
            "price_minor >= 0 AND fee_minor >= 0 AND tax_minor >= 0", name="amounts_not_negative"
        ),
        sa.UniqueConstraint("order_id", "hold_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id", index=True)
    event_id: UUID = Field(foreign_key="events.id", index=True)
    tier_id: UUID = Field(foreign_key="tiers.id")
    seat_id: UUID | None = Field(default=None, foreign_key="event_seats.id")
    hold_id: UUID = Field(foreign_key="holds.id", index=True)
    tier_name: str = Field(max_length=80)
    seat_label: str = Field(default="", max_length=90)
    quantity: int
    price_minor: int = Field(sa_type=sa.BigInteger)
    fee_minor: int = Field(default=0, sa_type=sa.BigInteger)
    tax_minor: int = Field(default=0, sa_type=sa.BigInteger)


class OpenOrder(SQLModel, table=True):
    """The order that awaits payment for a person and an event: at most one, which its primary key enforces."""

    __tablename__ = "open_orders"

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    event_id: UUID = Field(foreign_key="events.id", primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id", index=True)


class TicketStatus(StrEnum):
    VALID = "valid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"


TICKET_MOVES: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.VALID: frozenset({TicketStatus.REFUNDED, TicketStatus.CANCELLED, TicketStatus.TRANSFERRED}),
    TicketStatus.REFUNDED: frozenset(),
    TicketStatus.CANCELLED: frozenset(),
    TicketStatus.TRANSFERRED: frozenset(),
}


class Ticket(SQLModel, table=True):
    """One admission. `serial` is what a person types; the signed code is derived from id and revision."""

    __tablename__ = "tickets"
    __table_args__ = (
        sa.UniqueConstraint("order_line_id", "number"),
        sa.CheckConstraint("revision >= 1", name="revision_positive"),
        sa.Index("ix_tickets_event_id_status", "event_id", "status"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    serial: str = Field(max_length=12, unique=True)
    order_id: UUID = Field(foreign_key="orders.id", index=True)
    order_line_id: UUID = Field(foreign_key="order_lines.id")
    number: int
    person_id: UUID = Field(foreign_key="people.id", index=True)
    event_id: UUID = Field(foreign_key="events.id")
    tier_id: UUID = Field(foreign_key="tiers.id")
    seat_label: str = Field(default="", max_length=90)
    attendee_name: str = Field(default="", max_length=120)
    status: TicketStatus = Field(default=TicketStatus.VALID, sa_type=status_type(TicketStatus))
    revision: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class EventKey(SQLModel, table=True):
    """The key an event signs its tickets with. The seed never leaves the server."""

    __tablename__ = "event_keys"

    event_id: UUID = Field(foreign_key="events.id", primary_key=True)
    number: int = Field(default=1, primary_key=True)
    seed: bytes = Field(max_length=32)
