"""Payouts: what is available goes to the bank, and the movements of the balance that were in it are on record.

The product makes none, so they begin at the stage door; Stripe makes the automatic ones by itself.
"""

from ticketapp.rehearsal import charges, errors, listing, parameters
from ticketapp.rehearsal.book import Book, Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import LISTING, Spec

SECONDS_UNTIL_ARRIVAL = 2 * 24 * 3600
LIST: Spec = LISTING | {
    "arrival_date": parameters.period,
    "destination": parameters.text,
    "status": parameters.one_of("pending", "paid", "failed", "canceled"),
}


def pay_out(book: Book, *, currency: str, amount: int | None = None) -> Row:
    """Begin a payout: automatic and of all that is available, or by hand and of the amount named.

    Raises:
        Refusal: so much is not available.
    """
    movements = [
        movement
        for movement in book.all("balance_transaction")
        if movement["currency"] == currency and movement["status"] == "available"
    ]
    available = sum(movement["net"] for movement in movements)
    wanted = available if amount is None else amount
    if not 0 < wanted <= available:
        raise errors.Refusal(
            "You have insufficient funds in your Stripe account for this transfer.",
            code="balance_insufficient",
        )
    payout = _added(book, currency, wanted, is_automatic=amount is None)
    own = _move(book, payout, "payout", -wanted)
    payout["balance_transaction"] = own["id"]
    if payout["automatic"]:
        left = [movement for movement in movements if movement["id"] not in book.paid_out]
        book.paid_out |= {movement["id"]: payout["id"] for movement in [*left, own]}
    book.emit("payout.created", payout)
    if payout["automatic"]:
        book.emit("payout.reconciliation_completed", payout)
    return payout


def _added(book: Book, currency: str, amount: int, *, is_automatic: bool) -> Row:
    return book.add(
        "payout", amount=amount, application_fee=None, application_fee_amount=None,
        arrival_date=book.clock.now() + SECONDS_UNTIL_ARRIVAL, automatic=is_automatic, balance_transaction=None,
        currency=currency, description="STRIPE PAYOUT", destination="ba_fake", failure_balance_transaction=None,
        failure_code=None, failure_message=None, metadata={}, method="standard", original_payout=None,
        payout_method=None, reconciliation_status="completed" if is_automatic else "not_applicable",
        reversed_by=None, source_type="card", statement_descriptor=None, status="in_transit",
        trace_id=None, type="bank_account",
    )  # fmt: skip


def _move(book: Book, payout: Row, kind: str, amount: int) -> Row:
    moved = charges.move(book, payout, kind, amount)
    moved |= {"status": "available", "available_on": book.clock.now()}
    return moved


def arrive(book: Book, payout: Row) -> None:
    """Let the bank have the money.

    Raises:
        Refusal: the payout is over.
    """
    _check_under_way(payout)
    before = dict(payout)
    payout["status"] = "paid"
    book.emit("payout.paid", payout, before=before)


def fail(book: Book, payout: Row) -> None:
    """Let the bank send the money back, even after it had arrived; the next payout takes it again.

    Raises:
        Refusal: it came back before.
    """
    if payout["status"] != "paid":
        _check_under_way(payout)
    before = dict(payout)
    back = _move(book, payout, "payout_failure", payout["amount"])
    payout |= {
        "status": "failed", "failure_balance_transaction": back["id"], "failure_code": "account_closed",
        "failure_message": "The bank account has been closed.",
    }  # fmt: skip
    book.emit("payout.failed", payout, before=before)


def _check_under_way(payout: Row) -> None:
    if payout["status"] != "in_transit":
        raise errors.Refusal(f"This payout has a status of {payout['status']}.")


def movements_of(call: Call, rows: list[Row]) -> list[Row]:
    """Keep the movements of the payout that a call names.

    Raises:
        Refusal: there is no such payout, or Stripe does not know what was in it.
    """
    payout = call.book.named("payout", call.given, "payout")
    if payout is None:
        return rows
    if not payout["automatic"]:
        raise errors.Refusal(
            "Balance transaction history can only be filtered on automatic transfers, not manual.",
            param="payout",
        )
    return [row for row in rows if call.book.paid_out.get(row["id"]) == payout["id"]]


def retrieve(call: Call) -> Row:
    return call.book.get("payout", call.object_id)


def list_payouts(call: Call) -> Row:
    given = call.given
    wanted = {name: given[name] for name in ("destination", "status") if given.get(name)}
    bounds = given.get("arrival_date") or {}
    return listing.page(
        call,
        [
            row
            for row in call.book.all("payout")
            if all(row[name] == value for name, value in wanted.items())
            and listing.is_within(row["arrival_date"], bounds)
        ],
    )


def list_movements(call: Call) -> Row:
    return listing.page(call, movements_of(call, charges.movements(call)))
