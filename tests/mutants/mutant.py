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
    """Code without one guard; `left_out` says what no longer holds.

    `dies_of` names the test that finds it where that needs a server beside it, which no other mutant is played with.
    """

    name: str
    file: str
    text: str
    instead: str
    left_out: str
    dies_of: str = ""

    def line(self, died: str) -> str:
        """Write the line of RESULTS.md; `died` says which test did, empty when none."""
        end = f"killed by {died}" if died else "**survives.** Nobody knows why."
        return f"| {self.name} | {self.left_out} | {end} |"
