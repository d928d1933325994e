"""Payment methods and confirmation tokens: what the browser collects and the server confirms with, once."""

from datetime import UTC, datetime
from typing import Any

from ticketapp.rehearsal import cards, errors, parameters
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.cards import Decline, Instrument
from ticketapp.rehearsal.parameters import Spec, group, integer, one_of, text

TOKEN_HOURS = 12
_ADDRESS: Spec = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text)
_BILLING: Spec = {"address": group(_ADDRESS), "email": text, "name": text, "phone": text, "tax_id": text}
METHOD_DATA = group(
    {
        "type": one_of("card", "ideal", "sepa_debit", "us_bank_account"),
        "billing_details": group(_BILLING),
        "card": group({"number": text, "exp_month": integer, "exp_year": integer, "cvc": text}, ("number",)),
        "ideal": group({"bank": text}),
        "sepa_debit": group({"iban": text}),
        "us_bank_account": group(
            {"account_number": text, "routing_number": text, "account_holder_type": text}
        ),
        "allow_redisplay": text,
        "metadata": parameters.metadata,
    },
    ("type",),
)
TOKEN: Spec = {
    "payment_method": text,
    "payment_method_data": METHOD_DATA,
    "return_url": parameters.url,
    "setup_future_usage": one_of("off_session", "on_session"),
}
_ACCOUNTS = {"ideal": cards.IDEAL, "sepa_debit": cards.SEPA, "us_bank_account": cards.US_BANK}


def retrieve_method(call: Call) -> Row:
    return call.book.get("payment_method", call.object_id)


def method_named(book: Book, name: str, *, param: str = "payment_method") -> Row:
    """Give the payment method of this id; one of Stripe's test ids makes a new one each time."""
    if instrument := cards.BY_ID.get(name):
        return _add(book, instrument, {})
    if name not in book.instruments:
        raise errors.missing("PaymentMethod", name, param=param, status=400)
    return book.get("payment_method", name)


def method_of_data(book: Book, data: Row) -> Row:
    """Make a payment method of what a person typed.

    Raises:
        Refusal: the number or the year cannot be a card's.
    """
    if data["type"] == "card":
        return _add(book, _typed_card(book, data.get("card")), data)
    return _add(book, _ACCOUNTS[data["type"]], data)


def _typed_card(book: Book, typed: Row | None) -> Instrument:
    if typed is None:
        raise errors.Refusal(
            "Missing required param: payment_method_data[card].", code="parameter_missing", param="card"
        )
    found = cards.of_number(typed["number"])
    this_year = datetime.fromtimestamp(book.clock.now(), UTC).year
    if isinstance(found, Instrument) and typed.get("exp_year", this_year) < this_year:
        found = cards.WRONG_YEAR
    if isinstance(found, Decline):
        param = "exp_year" if found is cards.WRONG_YEAR else "number"
        raise errors.card_error(failure(found) | {"param": param})
    return found


def failure(decline: Decline, **details: Any) -> Row:
    """Write a decline as a PaymentIntent keeps it and as an error tells it."""
    error = {
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": errors.DOCS + decline.code.replace("_", "-"),
        "message": decline.message,
        "type": "card_error",
    }
    return {name: value for name, value in (error | details).items() if value is not None}


def _add(book: Book, instrument: Instrument, data: Row) -> Row:
    row = book.add(
        "payment_method", allow_redisplay="unspecified", customer=None, metadata={}, **_face(instrument, data)
    )
    book.instruments[row["id"]] = instrument
    return row


def _face(instrument: Instrument, data: Row) -> Row:
    billing = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}
    billing |= data.get("billing_details") or {}
    return {"type": instrument.kind, "billing_details": billing, instrument.kind: details(instrument, data)}


def details(instrument: Instrument, data: Row | None = None) -> Row:
    """Describe the card or account as far as Stripe shows it."""
    if instrument.kind != "card":
        return {"last4": instrument.last4, "fingerprint": f"fake{instrument.last4}"}
    typed = (data or {}).get("card") or {}
    return {
        "brand": instrument.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": instrument.brand,
        "exp_month": typed.get("exp_month", 12),
        "exp_year": typed.get("exp_year", 2034),
        "fingerprint": f"fake{instrument.last4}",
        "funding": "credit",
        "last4": instrument.last4,
        "networks": {"available": [instrument.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def create_token(call: Call) -> Row:
    """Make a confirmation token, out of a test id or out of what a person typed."""
    given = call.given
    if given.get("payment_method"):
        method = method_named(call.book, given["payment_method"])
    elif given.get("payment_method_data"):
        method = method_of_data(call.book, given["payment_method_data"])
    else:
        raise errors.Refusal(
            "Missing required param: payment_method_data.",
            code="parameter_missing",
            param="payment_method_data",
        )
    preview = {name: method[name] for name in ("billing_details", "type", method["type"], "customer")}
    token = call.book.add(
        "confirmation_token", expires_at=call.book.clock.now() + TOKEN_HOURS * 3600, mandate_data=None,
        payment_intent=None, payment_method_options=None, payment_method_preview=preview,
        return_url=given.get("return_url"), setup_future_usage=given.get("setup_future_usage"),
        setup_intent=None, shipping=None, use_stripe_sdk=True,
    )  # fmt: skip
    call.book.token_methods[token["id"]] = method["id"]
    return token


def retrieve_token(call: Call) -> Row:
    return call.book.get("confirmation_token", call.object_id)


def usable_token(book: Book, name: str) -> Row:
    """Give a token that may still be used.

    Raises:
        Refusal: there is no such token, it was used before, or it is older than 12 hours.
    """
    token = book.get("confirmation_token", name, param="confirmation_token", status=400)
    if token["payment_intent"]:
        text_ = f"This ConfirmationToken was already used with the PaymentIntent {token['payment_intent']}."
        raise errors.Refusal(text_, code="token_already_used", param="confirmation_token")
    if token["expires_at"] <= book.clock.now():
        text_ = f"The ConfirmationToken {name} has expired."
        raise errors.Refusal(text_, code="resource_missing", param="confirmation_token")
    return token


def method_of_token(book: Book, token: Row) -> Row:
    return book.get("payment_method", book.token_methods[token["id"]])
