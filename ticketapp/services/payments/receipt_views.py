"""What an order's page says: one heading for the outcome, whether money moved, three lamps, tickets, what can be done."""

from dataclasses import dataclass, field
from typing import Any

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import moment_text
from ticketapp.models import OrderStatus, PaymentStatus, RefundStatus
from ticketapp.services.messaging.jobs import JobState
from ticketapp.services.ordering.settling import NOT_CONFIRMED, PAID_BUT_NO_HOLD
from ticketapp.services.ordering.views import BANKS_TAKE, END_TEXTS, OrderView
from ticketapp.services.payments.errors import failure_words
from ticketapp.services.payments.views import LET_GO, PaymentView
from ticketapp.services.payments.worth import EVENT_CANCELLED
from ticketapp.services.ticketing.views import TicketView

_OWED = "A refund did not reach you and is still owed to you."
_TOLD = "The organizer was told: they try again or ask you."


@dataclass(frozen=True)
class Lamp:
    """One lamp of the status line."""

    text: str = ""
    tone: str = "quiet"


@dataclass(frozen=True)
class Outcome:
    """How the order stands, in a few words, in a heading, and what that means for the money."""

    status_text: str = ""
    heading: str = ""
    money_text: str = ""
    tone: str = "quiet"


@dataclass(frozen=True)
class OrderTicket:
    """A ticket of the order; `return_text` is what giving it back returns, "" when that is not possible."""

    shown: TicketView = field(default_factory=TicketView)
    return_text: str = ""


@dataclass(frozen=True)
class ReceiptView:
    """An order as its buyer sees it."""

    order: OrderView = field(default_factory=OrderView)
    outcome: Outcome = field(default_factory=Outcome)
    paid: Lamp = field(default_factory=Lamp)
    issued: Lamp = field(default_factory=Lamp)
    mailed: Lamp = field(default_factory=Lamp)
    tickets: list[OrderTicket] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    bank_url: str = ""
    # The last attempt to pay: its id here, and the provider's name for it.
    payment_id: str = ""
    payment_ref: str = ""
    is_asking: bool = False
    can_pay: bool = False
    can_cancel: bool = False
    # Where to choose anew, once this order gives no places.
    again_path: str = ""
    return_all_text: str = ""
    returnable_ids: list[str] = field(default_factory=list)
    kept_text: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything a receipt is written from; `kept` says per ticket why it cannot be given back, "" when it can."""

    order: OrderView
    tickets: list[TicketView]
    attempts: list[PaymentView]
    refunds: list[Any]
    mail: JobState | None
    worth_minor: dict[str, int]
    kept: dict[str, str]
    timezone: str

    @property
    def last(self) -> PaymentView | None:
        return self.attempts[0] if self.attempts else None


def receipt_view(papers: Papers) -> ReceiptView:
    """Write the receipt; pure."""
    order, last = papers.order, papers.last
    valid = [shown for shown in papers.tickets if shown.is_valid]
    returnable = [shown for shown in valid if not papers.kept[shown.id]]
    is_asking = order.is_paying or order.status == OrderStatus.EXPIRING
    return ReceiptView(
        order=order,
        outcome=_outcome(papers),
        paid=_paid(papers, is_asking=is_asking),
        issued=_issued(papers),
        mailed=_mailed(papers),
        tickets=[
            OrderTicket(
                shown,
                _amount(papers, [shown]) if shown in returnable and len(papers.tickets) > 1 else "",
            )
            for shown in papers.tickets
        ],
        refunds=[refund_text(refund, papers.timezone) for refund in papers.refunds],
        bank_url=last.action_url if last is not None and order.is_paying else "",
        payment_id=last.id if last is not None else "",
        payment_ref=last.provider_ref if last is not None else "",
        is_asking=is_asking,
        can_pay=order.is_open and not order.is_paying,
        can_cancel=order.is_open and not order.is_confirmed,
        again_path=_again_path(order),
        return_all_text=_amount(papers, returnable) if returnable else "",
        returnable_ids=[shown.id for shown in returnable],
        kept_text=next((papers.kept[shown.id] for shown in valid if papers.kept[shown.id]), ""),
    )


def _outcome(papers: Papers) -> Outcome:
    order = papers.order
    match OrderStatus(order.status):
        case OrderStatus.AWAITING_PAYMENT:
            return _awaiting(papers)
        case OrderStatus.EXPIRING:
            return Outcome(
                order.status_text,
                "We are asking your bank",
                "Your time to pay is up, and your bank has not said how the payment ended. "
                "If you were charged, you get your tickets or your money back.",
                "wait",
            )
        case OrderStatus.PAID:
            charged = (
                "Nothing was charged: it is free." if order.is_free else f"{order.total_text} was charged."
            )
            return Outcome(order.status_text, "Your tickets are ready", charged, "go")
        case OrderStatus.PARTLY_REFUNDED:
            return _partly_refunded(papers)
        case OrderStatus.REFUNDED:
            return _refunded(papers)
        case OrderStatus.CANCELLED:
            return Outcome(order.status_text, "This order is cancelled", _end_text(papers), "quiet")
        case OrderStatus.EXPIRED:
            return Outcome(order.status_text, "This order expired", _end_text(papers), "stop")


def _end_text(papers: Papers) -> str:
    order, last = papers.order, papers.last
    if order.end_text == END_TEXTS[EVENT_CANCELLED]:
        # Whatever was charged for it is an order that was given back.
        return f"{order.end_text} Nothing was charged."
    is_said = order.end_text == END_TEXTS[NOT_CONFIRMED]
    let_go = LET_GO if last is not None and last.was_let_go and not is_said else ""
    return f"{order.end_text} {let_go}".rstrip()


def _again_path(order: OrderView) -> str:
    is_over = order.status in (OrderStatus.EXPIRED, OrderStatus.CANCELLED, OrderStatus.REFUNDED)
    if not is_over or order.end_text == END_TEXTS[EVENT_CANCELLED]:
        return ""
    return f"/event/{order.lines[0].event_slug}"


def _awaiting(papers: Papers) -> Outcome:
    order, last = papers.order, papers.last
    if order.is_confirmed:
        return Outcome(
            "Confirmed",
            "Your places are confirmed",
            f"Your bank has set {order.total_text} aside, and it is being charged now. You may leave this page: your "
            f"tickets come by themselves, and a mail to {order.contact_email}.",
            "wait",
        )
    if order.is_paying and last is not None and last.status == PaymentStatus.NEEDS_ACTION:
        return Outcome(
            "Awaiting payment",
            "Confirm this payment at your bank",
            f"Nothing was charged yet. Your bank is asking: your places are kept until {order.deadline_text}.",
            "ask",
        )
    if order.is_paying:
        return Outcome(
            "Awaiting payment",
            "We are asking your bank",
            f"Nothing is charged twice. You may leave this page: order {order.reference} "
            f"goes on by itself, and the answer comes to {order.contact_email}.",
            "wait",
        )
    if last is not None:
        held = f"Your tickets stay held until {order.deadline_text}."
        said = f"{failure_words(last.error_code)} {held}"
        return Outcome("Awaiting payment", "The payment did not go through", said, "stop")
    return Outcome("Awaiting payment", "This order awaits payment", "Nothing was charged yet.", "wait")


def _is_back(papers: Papers) -> bool:
    return all(refund.status is RefundStatus.DONE for refund in papers.refunds)


def _has_failed(papers: Papers) -> bool:
    return any(refund.status is RefundStatus.FAILED for refund in papers.refunds)


def _partly_refunded(papers: Papers) -> Outcome:
    order, heading = papers.order, "Part of this order was given back"
    if not papers.refunds:
        return Outcome(order.status_text, heading, "Nothing had been charged for it.", "wait")
    part = f"{order.refunded_text} of {order.total_text}"
    if _has_failed(papers):
        return Outcome(order.status_text, heading, f"{part} is to go back to you. {_OWED} {_TOLD}", "stop")
    money = f"{part} was paid back." if _is_back(papers) else f"{part} goes back to you."
    return Outcome(order.status_text, heading, f"{money} {BANKS_TAKE}", "wait")


def _refunded(papers: Papers) -> Outcome:
    order = papers.order
    is_too_late = any(refund.reason == PAID_BUT_NO_HOLD for refund in papers.refunds)
    heading = "Your tickets were gone" if is_too_late else "This order was given back"
    if not papers.refunds:
        return Outcome("Refunded", heading, "Nothing had been charged for it.", "quiet")
    if _is_back(papers):
        money = f"{order.total_text} was charged and paid back."
        return Outcome("Refunded", heading, f"{money} {order.end_text} {BANKS_TAKE}", "quiet")
    if _has_failed(papers):
        money = f"{order.total_text} was charged. {_OWED}"
        return Outcome("Refund failed", heading, f"{money} {_TOLD}", "stop")
    money = f"{order.total_text} was charged, and its refund has started."
    return Outcome("Refund started", heading, f"{money} {order.end_text} {BANKS_TAKE}", "wait")


def _paid(papers: Papers, *, is_asking: bool) -> Lamp:
    order = papers.order
    if order.paid_text:
        return Lamp(order.paid_text, "go")
    if any(attempt.status == PaymentStatus.SUCCEEDED for attempt in papers.attempts):
        return Lamp("Too late, so it goes back", "stop")
    if order.is_confirmed:
        return Lamp("Set aside, being charged", "wait")
    if is_asking:
        return Lamp("Waiting for your bank", "wait")
    return Lamp("Not yet" if order.is_open else "No", "quiet")


def _issued(papers: Papers) -> Lamp:
    count = len(papers.tickets)
    if not count:
        return Lamp("After payment" if papers.order.is_open else "None", "quiet")
    valid = sum(shown.is_valid for shown in papers.tickets)
    if valid < count:
        return Lamp(f"{valid} of {count} still valid", "wait" if valid else "quiet")
    return Lamp("1 ticket" if count == 1 else f"{count} tickets", "go")


def _mailed(papers: Papers) -> Lamp:
    mail = papers.mail
    if mail is None:
        return Lamp("After payment" if papers.order.is_open else "No", "quiet")
    if mail.done_at is not None:
        return Lamp(moment_text(mail.done_at, papers.timezone), "go")
    if mail.is_parked:
        return Lamp("Could not be sent. Your tickets are below.", "stop")
    return Lamp(f"On its way to {papers.order.contact_email}", "wait")


def _amount(papers: Papers, tickets: list[TicketView]) -> str:
    total = sum(papers.worth_minor[shown.id] for shown in tickets)
    return money_text(Money(total, Currency(papers.order.currency)))


def refund_text(refund: Any, timezone: str) -> str:
    """Say how far a refund has come."""
    amount = money_text(Money(refund.amount_minor, Currency(refund.currency)))
    if refund.status is RefundStatus.DONE and refund.settled_by is not None:
        return (
            f"{amount} paid back another way {moment_text(refund.done_at, timezone)}: {refund.settled_note}"
        )
    if refund.status is RefundStatus.DONE:
        return f"{amount} paid back {moment_text(refund.done_at, timezone)}"
    if refund.status is RefundStatus.FAILED:
        return f"{amount} did not reach you and is still owed to you. The organizer was told."
    return f"{amount} refund started {moment_text(refund.created_at, timezone)}"
