"""Decisions about orders, with the facts in hand."""

from dataclasses import dataclass, replace
from datetime import timedelta

from ticketapp.core.errors import InvalidInput
from ticketapp.core.ids import new_code
from ticketapp.core.money import share_of
from ticketapp.models import DeliveryChoice
from ticketapp.services.accounts.rules import checked_email
from ticketapp.services.ordering.requests import Contact

LINES_MAX = 100
# How long a seat is kept for a payment whose provider cannot say how it ended.
UNKNOWN_PAYMENT_KEEPS_SEAT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Parts:
    """What of an amount is service fee (without its tax) and what is tax; the rest is the organizer's."""

    fee_minor: int
    tax_minor: int


def line_parts(*, price_minor: int, fee_minor: int, quantity: int, tax_basis_points: int) -> Parts:
    """Split the all-in price of a line; rounding is the line's, so that the parts always sum to it."""
    fee_with_tax = fee_minor * quantity
    return Parts(
        fee_minor=fee_with_tax - share_of(fee_with_tax, tax_basis_points),
        tax_minor=share_of(price_minor * quantity, tax_basis_points),
    )


def new_reference(year: int) -> str:
    """Make the reference that people read out: TK-2026-9F3K2XQ7. Its 40 random bits are too many to guess or to repeat."""
    return f"TK-{year}-{new_code(8)}"


def checked_contact(contact: Contact) -> Contact:
    """Give the contact as it is stored.

    Raises:
        InvalidInput: the name, the e-mail address or the address for the courier is missing or too long.
    """
    wrong: dict[str, str] = {}
    cleaned = {
        field: " ".join(getattr(contact, field).split())
        for field in ("name", "billing_name", "billing_address", "delivery_address")
    }
    if not cleaned["name"]:
        wrong["name"] = "Enter the name the tickets are for."
    for field, limit in (
        ("name", 120),
        ("billing_name", 120),
        ("billing_address", 400),
        ("delivery_address", 400),
    ):
        if len(cleaned[field]) > limit:
            wrong[field] = f"At most {limit} characters."
    if contact.delivery is DeliveryChoice.COURIER and not cleaned["delivery_address"]:
        wrong["delivery_address"] = "Enter the address the tickets are sent to."
    try:
        email = checked_email(contact.email)
    except InvalidInput as error:
        wrong |= error.field_texts
        email = ""
    if wrong:
        raise InvalidInput(**wrong)
    return replace(contact, email=email, **cleaned)
