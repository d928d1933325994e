"""What a mutant is, and the files of the settlement code."""

from dataclasses import dataclass

FLOWS, OPERATIONS = "services/payments/flows.py", "services/payments/operations.py"
ORDERING, SETTLING, EXPIRING = (
    f"services/ordering/{name}.py" for name in ("operations", "settling", "expiring")
)
REFUNDS, AFTERMATH, TOLD = (
    f"services/payments/{name}.py" for name in ("refunds", "aftermath", "told_events")
)
STRIPE, BOOK = "integrations/stripe_payments.py", "integrations/stripe_book.py"
STOCK, JOBS, LEDGER = (
    "services/inventory/orders.py",
    "services/messaging/jobs.py",
    "services/ledger/after_sale.py",
)
NEWS = "services/payments/provider_news.py"


@dataclass(frozen=True)
class Mutant:
    """Code without one guard; `left_out` says which guard, and with `masked_by` what still holds when it survives."""

    name: str
    file: str
    text: str
    instead: str
    left_out: str
    masked_by: str = ""
