"""Refunds: never above the charge; some wait, some fail after all."""

from ticketapp.rehearsal import charges, errors, listing, parameters
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import LISTING, Spec, amount, one_of, text

CREATE: Spec = {
    "amount": amount,
    "charge": text,
    "metadata": parameters.metadata,
    "payment_intent": text,
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
}
LIST: Spec = LISTING | {"charge": text, "payment_intent": text}


def create(call: Call) -> Row:
    """Give back all that is left of a charge, or the amount named.

    Raises:
        Refusal: there is nothing to give back, or less than that.
    """
    book, given = call.book, call.given
    charge = _charge(call)
    left = charge["amount"] - charge["amount_refunded"]
    wanted = given.get("amount") or left
    _check(book, charge, wanted, left)
    starts = book.manners.refunds_begin
    refund = book.add(
        "refund", amount=wanted, balance_transaction=None, charge=charge["id"], currency=charge["currency"],
        destination_details={"type": "card", "card": {"reference_status": "pending", "type": "refund"}},
        failure_balance_transaction=None, failure_reason=None, metadata=parameters.merged_metadata({}, given),
        payment_intent=charge["payment_intent"], pending_reason=None if starts == "succeeded" else starts,
        reason=given.get("reason"), receipt_number=None, source_transfer_reversal=None,
        status="succeeded" if starts == "succeeded" else "pending", transfer_reversal=None,
    )  # fmt: skip
    if starts != "insufficient_funds":
        _withdraw(book, refund)
    before = dict(charge)
    charge["amount_refunded"] += wanted
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    book.emit("refund.created", refund)
    book.emit("charge.refunded", charge, before=before)
    return refund


def _charge(call: Call) -> Row:
    book, given = call.book, call.given
    if bool(given.get("charge")) == bool(given.get("payment_intent")):
        raise errors.Refusal(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing", param="charge",
        )  # fmt: skip
    if charge := book.named("charge", given, "charge"):
        return charge
    intent = book.get("payment_intent", given["payment_intent"], param="payment_intent", status=400)
    if intent["status"] != "succeeded":
        raise errors.Refusal(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent", is_kept=True,
        )  # fmt: skip
    return book.get("charge", intent["latest_charge"])


def _check(book: Book, charge: Row, wanted: int, left: int) -> None:
    name = charge["id"]
    if any(row["charge"] == name and row["status"] != "won" for row in book.all("dispute")):
        raise errors.Refusal(
            f"Charge {name} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            is_kept=True,
        )
    if not charge["captured"]:
        raise errors.Refusal(
            f"Charge {name} has not been captured.", code="charge_not_refundable", is_kept=True
        )
    if not left:
        text_ = f"Charge {name} has already been refunded."
        raise errors.Refusal(text_, code="charge_already_refunded", is_kept=True)
    if wanted > left:
        raise errors.Refusal(
            f"Refund amount ({wanted} {charge['currency']}) is greater than unrefunded amount on charge "
            f"({left} {charge['currency']})", param="amount", is_kept=True,
        )  # fmt: skip


def _withdraw(book: Book, refund: Row) -> None:
    charge = book.get("charge", refund["charge"])
    kind = "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund"
    refund["balance_transaction"] = charges.move(book, refund, kind, -refund["amount"])["id"]


def succeed(book: Book, refund: Row) -> None:
    """Let a waiting refund go through."""
    _check_status(refund, {"pending"})
    before = dict(refund)
    if refund["balance_transaction"] is None:
        _withdraw(book, refund)
    refund |= {"status": "succeeded", "pending_reason": None}
    book.emit("refund.updated", refund, before=before)


def fail(book: Book, refund: Row, reason: str) -> None:
    """Let a refund come back, even days after it succeeded: the money returns to the balance."""
    _check_status(refund, {"pending", "succeeded"})
    before = dict(refund)
    refund |= {"status": "failed", "failure_reason": reason, "pending_reason": None}
    if refund["balance_transaction"]:
        back = charges.move(book, refund, "refund_failure", refund["amount"])
        refund["failure_balance_transaction"] = back["id"]
    charge = book.get("charge", refund["charge"])
    charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
    book.emit("refund.updated", refund, before=before)
    book.emit("refund.failed", refund)


def _check_status(refund: Row, allowed: set[str]) -> None:
    if refund["status"] not in allowed:
        raise errors.Refusal(f"This refund has a status of {refund['status']}.")


def retrieve(call: Call) -> Row:
    return call.book.get("refund", call.object_id)


def list_refunds(call: Call) -> Row:
    wanted = {name: call.given[name] for name in ("charge", "payment_intent") if call.given.get(name)}
    rows = call.book.all("refund")
    return listing.page(
        call, [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    )
