"""Invoices and the credit notes that correct them: written once, never changed (a trigger refuses)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.core.ids import new_id
from ticketapp.models.base import UtcDateTime, status_type


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceCounter(SQLModel, table=True):
    """The last number an organizer has given out of a kind; a number and its paper are one transaction, so none is missing."""

    __tablename__ = "invoice_counters"
    __table_args__ = (sa.CheckConstraint("last > 0", name="last_positive"),)

    organizer_id: UUID = Field(foreign_key="organizers.id", primary_key=True)
    kind: InvoiceKind = Field(primary_key=True, sa_type=status_type(InvoiceKind, "kind_known"))
    last: int


class Invoice(SQLModel, table=True):
    """What one organizer sold in one order, or gave back of it; names and addresses are copied. Parts sum to the total."""

    __tablename__ = "invoices"
    __table_args__ = (
        sa.UniqueConstraint("organizer_id", "kind", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("net_minor + fee_minor + tax_minor = total_minor", name="parts_sum_to_total"),
        sa.CheckConstraint(
            "total_minor > 0 AND net_minor >= 0 AND fee_minor >= 0 AND tax_minor >= 0",
            name="amounts_not_negative",
        ),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (corrects_id IS NOT NULL AND refund_id IS NOT NULL)",
            name="credit_note_corrects",
        ),
        sa.Index(
            "uq_invoices_one_per_order",
            "order_id",
            "organizer_id",
            unique=True,
            postgresql_where=sa.text("kind = 'invoice'"),
            sqlite_where=sa.text("kind = 'invoice'"),
        ),
        sa.Index(
            "uq_invoices_one_per_refund",
            "refund_id",
            "organizer_id",
            unique=True,
            postgresql_where=sa.text("kind = 'credit_note'"),
            sqlite_where=sa.text("kind = 'credit_note'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: InvoiceKind = Field(sa_type=status_type(InvoiceKind, "kind_known"))
    organizer_id: UUID = Field(foreign_key="organizers.id")
    number: int
    order_id: UUID = Field(foreign_key="orders.id", index=True)
    corrects_id: UUID | None = Field(default=None, foreign_key="invoices.id")
    refund_id: UUID | None = Field(default=None, foreign_key="refunds.id")
    issued_at: datetime = Field(sa_type=UtcDateTime)
    supplied_at: datetime = Field(sa_type=UtcDateTime)
    timezone: str = Field(max_length=64)
    currency: str = Field(max_length=3)
    total_minor: int = Field(sa_type=sa.BigInteger)
    net_minor: int = Field(sa_type=sa.BigInteger)
    fee_minor: int = Field(sa_type=sa.BigInteger)
    tax_minor: int = Field(sa_type=sa.BigInteger)
    seller_name: str = Field(max_length=120)
    seller_email: str = Field(max_length=254)
    buyer_name: str = Field(max_length=120)
    buyer_address: str = Field(default="", max_length=400)
    buyer_email: str = Field(max_length=254)
    note: str = Field(default="", max_length=200)


class InvoiceLine(SQLModel, table=True):
    """A line of an invoice or credit note: so many places of a line of the order, all-in; tax and fee are within it."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("net_minor + fee_minor + tax_minor = total_minor", name="parts_sum_to_total"),
        sa.CheckConstraint("total_minor = unit_minor * quantity", name="units_sum_to_total"),
    )

    invoice_id: UUID = Field(foreign_key="invoices.id", primary_key=True)
    position: int = Field(primary_key=True)
    order_line_id: UUID = Field(foreign_key="order_lines.id")
    event_name: str = Field(max_length=200)
    tier_name: str = Field(max_length=80)
    seat_label: str = Field(default="", max_length=90)
    quantity: int
    unit_minor: int = Field(sa_type=sa.BigInteger)
    total_minor: int = Field(sa_type=sa.BigInteger)
    net_minor: int = Field(sa_type=sa.BigInteger)
    fee_minor: int = Field(sa_type=sa.BigInteger)
    tax_minor: int = Field(sa_type=sa.BigInteger)
    tax_basis_points: int
