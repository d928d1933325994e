"""What is written to a buyer about an order; a job writes each letter when it is sent, from the facts of that moment."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.services.ordering.queries import get_order_of_record
from ticketapp.services.ordering.views import BANKS_TAKE, OrderView


@dataclass(frozen=True, slots=True)
class OrderLetter:
    to: str
    subject: str
    text: str


def write_order_letter(
    session: Session, *, order_id: UUID, about: str, back_minor: int | None = None, link: Callable[[str], str]
) -> OrderLetter | None:
    """Write the letter that an order's news asks for; None when it is no longer news.

    `back_minor` is what goes back this time; None means all that was paid.
    """
    order = get_order_of_record(session, order_id=order_id)
    subject, paragraphs = (
        _refund_words(order, order.total_minor if back_minor is None else back_minor)
        if about.startswith("refunded")
        else _words(order, about)
    )
    if not paragraphs:
        return None
    address = f"Your order: {link(f'/order/{order.reference}')}"
    text = "\n\n".join(
        [
            f"Hello {order.contact_name},",
            *paragraphs,
            f"{address}\nIt opens in the browser you bought with, and wherever you are signed in.",
            "Ticketapp",
        ]
    )
    return OrderLetter(order.contact_email, subject, text + "\n")


def _words(order: OrderView, about: str) -> tuple[str, list[str]]:
    if about == "paid":
        what = "confirmed" if order.is_free else f"paid: {order.total_text}"
        return f"Your tickets, order {order.reference}", [
            f"your order {order.reference} is {what}.",
            _lines(order),
            "Its page has your tickets, each with the code for the door, and the invoice.",
        ]
    if about == "expired" and order.status == "expired":
        return f"Order {order.reference} was not paid in time", [order.end_text]
    if about == "refused" and order.status in ("awaiting_payment", "expired"):
        left = order.end_text
        if order.is_open:
            left = f"Your places are kept until {order.deadline_text}: try another card."
        return f"Order {order.reference}: your bank refused", [
            f"your bank had set {order.total_text} aside for order {order.reference}, and refused to pay it.",
            f"Nothing was charged. {left}",
        ]
    if about == "let_go" and order.status in ("cancelled", "expired"):
        return f"Order {order.reference}: nothing was charged", [
            f"order {order.reference} is {order.status}. Your bank had set {order.total_text} aside for it.",
            "Nothing was charged, and your bank lets go of it within days.",
        ]
    return "", []


def _refund_words(order: OrderView, back_minor: int) -> tuple[str, list[str]]:
    if not back_minor:
        text = f"tickets of order {order.reference} were given back. They had cost nothing."
        return f"Tickets given back, order {order.reference}", [text]
    amount_text = money_text(Money(back_minor, Currency(order.currency)))
    in_all = f"In all, {order.refunded_text} of {order.total_text} goes back."
    return f"Money back for order {order.reference}", [
        f"{amount_text} of order {order.reference} is on its way back to you.",
        *([in_all] if order.refunded_minor > back_minor else []),
        BANKS_TAKE,
    ]


def _lines(order: OrderView) -> str:
    return "\n".join(
        "  ".join(
            part
            for part in (
                f"{line.quantity} x {line.tier_name}",
                line.seat_label,
                line.event_name,
                line.when_text,
                line.place_text,
            )
            if part
        )
        for line in order.lines
    )
