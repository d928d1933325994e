"""Charges, what they move on the balance, and the balance itself."""

from typing import Any

from ticketapp.rehearsal import currencies, listing, parameters
from ticketapp.rehearsal.book import Book, Row, new_secret
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.cards import Decline
from ticketapp.rehearsal.parameters import LISTING, Spec

SECONDS_UNTIL_AVAILABLE = 2 * 24 * 3600
SECONDS_AUTHORISED = 7 * 24 * 3600
LIST: Spec = LISTING | {"payment_intent": parameters.text, "customer": parameters.text}
LIST_MOVEMENTS: Spec = LISTING | {
    "type": parameters.text,
    "source": parameters.text,
    "currency": parameters.text,
    "payout": parameters.text,
}
_OUTCOMES = {
    "succeeded": ("approved_by_network", "Payment complete.", "authorized"),
    "failed": ("declined_by_network", "The bank did not return any further details with this decline.", "issuer_declined"),
    "pending": ("approved_by_network", "Payment pending.", "authorized"),
}  # fmt: skip


def add(book: Book, intent: Row, *, status: str, decline: Decline | None = None) -> Row:
    """Write down one attempt to collect a PaymentIntent."""
    method = book.get("payment_method", intent["payment_method"])
    is_captured = status == "succeeded" and intent["capture_method"] != "manual"
    network, seller_message, kind = _OUTCOMES[status]
    charge = book.add(
        "charge", amount=intent["amount"], amount_captured=intent["amount"] if is_captured else 0,
        amount_refunded=0, balance_transaction=None, billing_details=method["billing_details"],
        calculated_statement_descriptor=_descriptor(intent), captured=is_captured, currency=intent["currency"],
        customer=intent["customer"], description=intent["description"], disputed=False,
        failure_balance_transaction=None, failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None, fraud_details={}, metadata=dict(intent["metadata"]),
        outcome={
            "network_status": network, "type": kind, "risk_level": "normal", "risk_score": 20,
            "reason": decline.decline_code if decline else None, "seller_message": seller_message,
        },
        paid=status == "succeeded", payment_intent=intent["id"], payment_method=method["id"],
        payment_method_details=_details(book, intent, method), receipt_email=intent["receipt_email"],
        receipt_number=None, receipt_url=None, refunded=False, review=None, shipping=None,
        statement_descriptor=None, statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        status=status, transfer_data=None, transfer_group=None,
    )  # fmt: skip
    intent["latest_charge"] = charge["id"]
    return charge


def _descriptor(intent: Row) -> str:
    suffix = intent["statement_descriptor_suffix"]
    return f"FAKE* {suffix}".upper() if suffix else "FAKE"


def _details(book: Book, intent: Row, method: Row) -> Row:
    told = dict(method[method["type"]])
    if method["type"] == "card":
        told |= {
            "authorization_code": new_secret(6).upper(),
            "network": told["brand"],
            "three_d_secure": None,
        }
        told["amount_authorized"] = intent["amount"]
        if intent["capture_method"] == "manual":
            told["capture_before"] = book.clock.now() + SECONDS_AUTHORISED
    return {"type": method["type"], method["type"]: told}


def settle(charge: Row) -> None:
    """Book a pending charge as paid."""
    charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}


def move(book: Book, source: Row, kind: str, amount: int, *, fee: int = 0, fee_name: str = "") -> Row:
    """Write one movement of the balance and give it."""
    now = book.clock.now()
    currency = source["currency"]
    named = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": fee_name,
        "type": "stripe_fee",
    }
    return book.add(
        "balance_transaction", amount=amount, available_on=now + SECONDS_UNTIL_AVAILABLE, balance_type="payments",
        currency=currency, description=source.get("description"), exchange_rate=None, fee=fee,
        fee_details=[named] if fee else [], net=amount - fee, reporting_category=_CATEGORIES.get(kind, kind),
        source=source["id"], status="pending", type=kind,
    )  # fmt: skip


_CATEGORIES = {"adjustment": "dispute", "payment": "charge", "payment_refund": "refund"}


def publish_balance(book: Book, charge: Row) -> None:
    """Tell what a charge brought after the fee; with asynchronous capture this comes later than the money."""
    if charge["balance_transaction"] or not charge["captured"]:
        return
    before = dict(charge)
    book_balance(book, charge)
    book.emit("charge.updated", charge, before=before)


def book_balance(book: Book, charge: Row) -> None:
    amount = charge["amount_captured"]
    fee = currencies.fee(amount, charge["currency"])
    kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    charge["balance_transaction"] = move(
        book, charge, kind, amount, fee=fee, fee_name="Stripe processing fees"
    )["id"]


def retrieve(call: Call) -> Row:
    return call.book.get("charge", call.object_id)


def list_charges(call: Call) -> Row:
    return listing.page(call, _filtered(call, "charge", ("payment_intent", "customer")))


def retrieve_movement(call: Call) -> Row:
    return call.book.get("balance_transaction", call.object_id)


def movements(call: Call) -> list[Row]:
    return _filtered(call, "balance_transaction", ("type", "source", "currency"))


def make_available(book: Book) -> None:
    """Let what is old enough be paid out."""
    now = book.clock.now()
    for movement in book.all("balance_transaction"):
        if movement["available_on"] <= now:
            movement["status"] = "available"


def _filtered(call: Call, kind: str, names: tuple[str, ...]) -> list[Row]:
    wanted = {name: call.given[name] for name in names if call.given.get(name)}
    return [row for row in call.book.all(kind) if all(row[name] == value for name, value in wanted.items())]


def balance(call: Call) -> Row:
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for movement in call.book.all("balance_transaction"):
        by_currency = sums[movement["status"]]
        by_currency[movement["currency"]] = by_currency.get(movement["currency"], 0) + movement["net"]
    return {"object": "balance", "livemode": False} | {
        name: [_portion(currency, amount) for currency, amount in sorted(by_currency.items())]
        for name, by_currency in sums.items()
    }


def _portion(currency: str, amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
