"""The door: scans as they came, and how many people are inside."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ticketapp.models.base import UtcDateTime, status_type


class ScanResult(StrEnum):
    ADMITTED = "admitted"
    ALREADY_ADMITTED = "already_admitted"
    WRONG_EVENT = "wrong_event"
    WRONG_GATE = "wrong_gate"
    NOT_PAID = "not_paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    UNKNOWN = "unknown"
    INVALID_SIGNATURE = "invalid_signature"


class Scan(SQLModel, table=True):
    """One scan and its verdict; the id is made by the device, so a repeated scan gets the same answer."""

    __tablename__ = "scans"
    __table_args__ = (
        sa.Index(
            "uq_scans_one_admission",
            "ticket_id",
            unique=True,
            postgresql_where=sa.text("result = 'admitted' AND undone_at IS NULL"),
            sqlite_where=sa.text("result = 'admitted' AND undone_at IS NULL"),
        ),
        sa.Index("ix_scans_event_id_received_at", "event_id", "received_at"),
    )

    id: UUID = Field(primary_key=True)
    event_id: UUID = Field(foreign_key="events.id")
    ticket_id: UUID | None = Field(default=None, foreign_key="tickets.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    gate: str = Field(default="", max_length=40)
    device: str = Field(default="", max_length=60)
    result: ScanResult = Field(sa_type=status_type(ScanResult, "result_known"))
    scanned_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Somebody was let in on it by a device that could not ask.
    is_offline_entry: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class DoorStock(SQLModel, table=True):
    """An event's head count; this row's lock orders every admission of the event."""

    __tablename__ = "door_stock"
    __table_args__ = (sa.CheckConstraint("admitted >= 0", name="admitted_not_negative"),)

    event_id: UUID = Field(foreign_key="events.id", primary_key=True)
    admitted: int = 0
