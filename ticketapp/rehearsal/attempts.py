"""Attempts to collect a PaymentIntent: the moves between its states. It makes at most one successful charge."""

from dataclasses import dataclass

from ticketapp.rehearsal import cards, charges, disputes, errors, methods
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.cards import Decline, Ending

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
PAYABLE = (*CANCELABLE, "processing")


@dataclass(frozen=True, slots=True)
class Attempt:
    """How somebody wants to pay now."""

    method: Row
    token: Row | None
    return_url: str | None
    is_with_sdk: bool
    is_off_session: bool


def prepared(book: Book, given: Row, intent: Row | None = None) -> Attempt:
    """Look up the means of payment; nothing changes yet.

    Raises:
        Refusal: there is none, or it may not be used.
    """
    token = (
        methods.usable_token(book, given["confirmation_token"]) if given.get("confirmation_token") else None
    )
    return_url: str | None = given.get("return_url")
    if token:
        method = methods.method_of_token(book, token)
        return_url = return_url or token["return_url"]
    else:
        name: str | None = given.get("payment_method") or (intent["payment_method"] if intent else None)
        if not name:
            raise _no_method(intent)
        method = methods.method_named(book, name)
    # What a token was made for holds unless the call says otherwise.
    is_with_sdk = given.get("use_stripe_sdk", bool(token and token["use_stripe_sdk"]))
    return Attempt(method, token, return_url, is_with_sdk, bool(given.get("off_session")))


def _no_method(intent: Row | None) -> errors.Refusal:
    text = (
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
        "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
        "method or ConfirmationToken."
    )
    if intent:
        return errors.unexpected_state(text, intent)
    return errors.Refusal(text, code="parameter_missing", param="payment_method")


def check_state(intent: Row) -> None:
    if intent["status"] == "succeeded":
        text = "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
        raise errors.unexpected_state(text, intent)
    if intent["status"] not in CONFIRMABLE:
        raise errors.unexpected_state(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}.", intent
        )


def check_allowed(intent: Row, attempt: Attempt) -> None:
    """Refuse what Stripe refuses before it asks any bank."""
    kind = attempt.method["type"]
    if kind not in intent["payment_method_types"]:
        raise errors.Refusal(
            f"The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent.",
            param="payment_method",
        )
    if kind != "card" and intent["capture_method"] == "manual":
        raise errors.Refusal(f"{kind} payments cannot be captured manually.", param="capture_method")
    automatic = intent["automatic_payment_methods"]
    may_redirect = automatic and automatic["enabled"] and automatic["allow_redirects"] == "always"
    if may_redirect and not (attempt.return_url or attempt.is_with_sdk or attempt.is_off_session):
        raise errors.Refusal(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )


def confirm(call: Call, intent: Row, attempt: Attempt) -> None:
    """Try to collect.

    Raises:
        Refusal: the payment was declined; the PaymentIntent waits for another payment method.
    """
    book = call.book
    if attempt.token:
        attempt.token["payment_intent"] = intent["id"]
    intent |= {"payment_method": attempt.method["id"], "last_payment_error": None, "next_action": None}
    instrument = book.instruments[attempt.method["id"]]
    match instrument.ending:
        case Ending.PAYS:
            _collect(book, intent)
        case Ending.DECLINES:
            raise errors.card_error(decline(book, intent, instrument.decline or cards.GENERIC), intent)
        case Ending.ASKS if attempt.is_off_session:
            raise errors.card_error(decline(book, intent, cards.NOT_AUTHENTICATED), intent)
        case Ending.ASKS:
            _ask(call, intent, attempt)
        case Ending.DELAYS:
            _wait(book, intent)


def _collect(book: Book, intent: Row) -> None:
    charge = charges.add(book, intent, status="succeeded")
    intent["next_action"] = None
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        book.emit("charge.succeeded", charge)
        book.emit("payment_intent.amount_capturable_updated", intent)
        return
    _succeed(book, intent, charge)


def _succeed(book: Book, intent: Row, charge: Row) -> None:
    intent |= {"status": "succeeded", "amount_received": charge["amount_captured"], "processing": None}
    if intent["capture_method"] == "automatic":
        charges.book_balance(book, charge)
    else:
        book.later(book.manners.balance_after_ms, lambda: charges.publish_balance(book, charge))
    book.emit("charge.succeeded", charge)
    book.emit("payment_intent.succeeded", intent)
    if book.instruments[intent["payment_method"]].is_disputed:
        disputes.open_dispute(book, charge)


def decline(book: Book, intent: Row, reason: Decline) -> Row:
    """Note that the bank refused and give the error."""
    charge = charges.add(book, intent, status="failed", decline=reason)
    book.emit("charge.failed", charge)
    return _fail(book, intent, reason, charge=charge["id"])


def _fail(book: Book, intent: Row, reason: Decline, *, charge: str | None = None) -> Row:
    method = book.get("payment_method", intent["payment_method"])
    error = methods.failure(reason, payment_method=method, charge=charge)
    intent |= {
        "status": "requires_payment_method", "last_payment_error": error, "next_action": None,
        "payment_method": None, "processing": None,
    }  # fmt: skip
    book.emit("payment_intent.payment_failed", intent)
    return error


def _ask(call: Call, intent: Row, attempt: Attempt) -> None:
    page = f"{call.origin}/3ds/{intent['id']}"
    # A card's bank may ask in a frame over the shop's page; others ask on a page of their own.
    is_elsewhere = attempt.return_url and not (attempt.is_with_sdk and attempt.method["type"] == "card")
    if is_elsewhere:
        redirect = {"return_url": attempt.return_url, "url": page}
        intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
    else:
        sdk = {"type": "three_d_secure_redirect", "stripe_js": page, "source": None}
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    intent["status"] = "requires_action"
    call.book.return_urls[intent["id"]] = (attempt.return_url or "") if is_elsewhere else ""
    call.book.emit("payment_intent.requires_action", intent)


def authenticate(book: Book, intent: Row, *, is_approved: bool) -> None:
    """Let the person behind the card approve or refuse.

    Raises:
        Refusal: nobody asks them any more.
    """
    if intent["status"] != "requires_action":
        raise errors.unexpected_state(f"This PaymentIntent has a status of {intent['status']}.", intent)
    instrument = book.instruments[intent["payment_method"]]
    if not is_approved:
        _fail(book, intent, cards.AUTHENTICATION_FAILED)
    elif instrument.decline:
        decline(book, intent, instrument.decline)
    else:
        _collect(book, intent)


def _wait(book: Book, intent: Row) -> None:
    charge = charges.add(book, intent, status="pending")
    intent["status"] = "processing"
    book.emit("charge.pending", charge)
    book.emit("payment_intent.processing", intent)

    def arrive() -> None:
        if intent["status"] == "processing" and intent["latest_charge"] == charge["id"]:
            finish(book, intent, is_paid=True)

    book.later(book.manners.processing_after_ms, arrive)


def finish(book: Book, intent: Row, *, is_paid: bool) -> None:
    """Let a delayed payment arrive or fail.

    Raises:
        Refusal: it is not on its way.
    """
    if intent["status"] != "processing":
        raise errors.unexpected_state(f"This PaymentIntent has a status of {intent['status']}.", intent)
    charge = book.get("charge", intent["latest_charge"])
    if is_paid:
        charges.settle(charge)
        _succeed(book, intent, charge)
        return
    reason = cards.BANK_REFUSED
    charge |= {"status": "failed", "failure_code": reason.code, "failure_message": reason.message}
    book.emit("charge.failed", charge)
    _fail(book, intent, reason, charge=charge["id"])


def capture(book: Book, intent: Row, amount: int | None) -> None:
    """Take what was authorised, or a part of it; the rest is released.

    Raises:
        Refusal: nothing is authorised, or less than that, or the bank refuses now.
    """
    if intent["status"] != "requires_capture":
        raise errors.unexpected_state(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.", intent,
        )  # fmt: skip
    wanted = amount or intent["amount_capturable"]
    if wanted > intent["amount_capturable"]:
        raise errors.Refusal(
            f"The amount to capture ({wanted}) is greater than the capturable amount ({intent['amount_capturable']}).",
            code="amount_too_large", param="amount_to_capture", is_kept=True,
        )  # fmt: skip
    charge = book.get("charge", intent["latest_charge"])
    if intent["id"] in book.refused:
        charge |= {"refunded": True, "amount_refunded": charge["amount"]}
        intent["amount_capturable"] = 0
        raise errors.card_error(decline(book, intent, cards.GENERIC), intent)
    charge |= {"captured": True, "amount_captured": wanted, "amount_refunded": charge["amount"] - wanted}
    charges.book_balance(book, charge)
    intent |= {"status": "succeeded", "amount_received": wanted, "amount_capturable": 0}
    book.emit("charge.captured", charge)
    book.emit("payment_intent.succeeded", intent)


def cancel(book: Book, intent: Row, reason: str | None) -> None:
    """Call a PaymentIntent off; an authorisation is released.

    Raises:
        Refusal: it succeeded, is on its way, or was called off before.
    """
    if intent["status"] not in CANCELABLE:
        raise errors.unexpected_state(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(CANCELABLE)}.", intent,
        )  # fmt: skip
    if intent["status"] == "requires_capture":
        charge = book.get("charge", intent["latest_charge"])
        before = dict(charge)
        charge |= {"refunded": True, "amount_refunded": charge["amount"]}
        book.emit("charge.refunded", charge, before=before)
    intent |= {
        "status": "canceled", "canceled_at": book.clock.now(), "cancellation_reason": reason,
        "amount_capturable": 0, "next_action": None,
    }  # fmt: skip
    book.emit("payment_intent.canceled", intent)
