"""What each kind of transfer is to an organizer: its account, its name, and whether it adds or takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    account: str
    what: str
    part: str
    sign: int
    # What stands in an event's own account names the event; the rest concerns an order as a whole.
    is_of_event: bool = False

    @property
    def tone(self) -> str:
        return {"disputes": "stop", "costs": "wait", "owed": "quiet"}.get(
            self.part, "go" if self.sign > 0 else "ask"
        )


KINDS = {
    "sale": Kind("Tickets", "Sold", "revenue", 1, is_of_event=True),
    "sale-fee": Kind("Service fee", "Sold", "fees", 1, is_of_event=True),
    "sale-tax": Kind("Tax", "Sold", "tax", 1, is_of_event=True),
    "refund": Kind("Tickets", "Given back", "revenue", -1, is_of_event=True),
    "refund-fee": Kind("Service fee", "Given back", "fees", -1, is_of_event=True),
    "refund-tax": Kind("Tax", "Given back", "tax", -1, is_of_event=True),
    "fee": Kind("Payment fees", "Kept by provider", "costs", -1),
    "dispute-fee": Kind("Payment fees", "Dispute fee", "costs", -1),
    "fee-returned": Kind("Payment fees", "Returned by provider", "costs", 1),
    "dispute-fee-returned": Kind("Payment fees", "Dispute fee returned", "costs", 1),
    "dispute": Kind("Disputes", "Disputed", "disputes", -1),
    "dispute-returned": Kind("Disputes", "Dispute won", "disputes", 1),
    "unplaced": Kind("Owed to buyers", "Came too late", "owed", 1),
    "refund-paid": Kind("Owed to buyers", "Sent back", "owed", -1),
    "refund-failed": Kind("Owed to buyers", "Refund failed", "owed", 1),
    "refund-settled": Kind("Owed to buyers", "Paid another way", "owed", -1),
}
OF_EVENT = tuple(name for name, kind in KINDS.items() if kind.is_of_event)
OF_ORDER = tuple(name for name, kind in KINDS.items() if not kind.is_of_event)
# Money that was given back is owed until it was sent.
GIVEN_BACK = ("refund", "refund-fee", "refund-tax")
SOLD = ("sale", "sale-fee", "sale-tax")
