"""Disputes: the bank takes the money back at once, and perhaps returns it."""

from ticketapp.rehearsal import charges, currencies, errors, listing, parameters
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import LISTING, Spec

SECONDS_TO_ANSWER = 7 * 24 * 3600
LIST: Spec = LISTING | {"charge": parameters.text, "payment_intent": parameters.text}


def open_dispute(book: Book, charge: Row, *, amount: int | None = None, reason: str = "fraudulent") -> Row:
    """Take a charge back, with a fee.

    Raises:
        Refusal: the charge was not paid, or is disputed already.
    """
    if charge["disputed"] or not charge["captured"]:
        raise errors.Refusal(f"Charge {charge['id']} cannot be disputed now.", param="charge")
    details = charge["payment_method_details"]
    dispute = book.add(
        "dispute", amount=amount or charge["amount_captured"], balance_transactions=[], charge=charge["id"],
        currency=charge["currency"], enhanced_eligibility_types=[], evidence={},
        evidence_details={
            "due_by": book.clock.now() + SECONDS_TO_ANSWER, "has_evidence": False, "past_due": False,
            "submission_count": 0, "enhanced_eligibility": {}, "submission_method": "not_submitted",
        },
        is_charge_refundable=False, metadata={}, payment_intent=charge["payment_intent"],
        payment_method_details={
            "type": "card",
            "card": {"brand": details["card"]["brand"], "case_type": "chargeback", "network_reason_code": "83"},
        } if details["type"] == "card" else {"type": details["type"]},
        reason=reason, status="needs_response",
    )  # fmt: skip
    before = dict(charge)
    charge["disputed"] = True
    _move(book, dispute, -dispute["amount"], fee=currencies.dispute_fee(charge["currency"]))
    book.emit("charge.dispute.created", dispute)
    book.emit("charge.dispute.funds_withdrawn", dispute)
    book.emit("charge.updated", charge, before=before)
    return dispute


def close(book: Book, dispute: Row, *, is_won: bool) -> None:
    """Decide a dispute: won, and the money (not the fee) comes back; or lost.

    Raises:
        Refusal: it was decided before.
    """
    if dispute["status"] in {"won", "lost"}:
        raise errors.Refusal(f"This dispute is already {dispute['status']}.")
    dispute["status"] = "won" if is_won else "lost"
    if is_won:
        _move(book, dispute, dispute["amount"], fee=0)
    book.emit("charge.dispute.closed", dispute)
    if is_won:
        book.emit("charge.dispute.funds_reinstated", dispute)


def _move(book: Book, dispute: Row, amount: int, *, fee: int) -> None:
    moved = charges.move(book, dispute, "adjustment", amount, fee=fee, fee_name="Dispute fee")
    dispute["balance_transactions"].append(moved)


def retrieve(call: Call) -> Row:
    return call.book.get("dispute", call.object_id)


def list_disputes(call: Call) -> Row:
    wanted = {name: call.given[name] for name in ("charge", "payment_intent") if call.given.get(name)}
    rows = call.book.all("dispute")
    return listing.page(
        call, [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    )
