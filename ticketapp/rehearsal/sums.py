"""What an auditor counts: money taken and given back, and which PaymentIntents could still take some."""

from collections.abc import Iterable
from typing import Any

from ticketapp.rehearsal.attempts import PAYABLE
from ticketapp.rehearsal.book import Book, Row


def totals(book: Book) -> dict[str, Any]:
    """Sum by currency; `payable` names the PaymentIntents that may still come to take money."""
    paid = [charge for charge in book.all("charge") if charge["captured"]]
    given_back = [refund for refund in book.all("refund") if refund["status"] != "failed"]
    movements = book.all("balance_transaction")
    return {
        "charged": _by_currency(paid, "amount_captured"),
        "refunded": _by_currency(given_back, "amount"),
        "fees": _by_currency(movements, "fee"),
        "balance": _by_currency(movements, "net"),
        "charges": {charge["payment_intent"]: charge["amount_captured"] for charge in paid},
        "payable": [intent["id"] for intent in book.all("payment_intent") if intent["status"] in PAYABLE],
    }


def _by_currency(rows: Iterable[Row], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row["currency"]] = found.get(row["currency"], 0) + row[name]
    return found
