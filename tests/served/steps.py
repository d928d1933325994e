"""Where processes are killed: each named failpoint, and which test kills there.

A step is a failpoint's name and its side: `settle.before`. See ticketapp/integrations/failpoints.py.
"""


def around(*names: str) -> tuple[str, ...]:
    """Give both sides of each."""
    return tuple(f"{name}.{side}" for name in names for side in ("before", "after"))


# A buyer who stands at one of these holds up nobody else.
AT_CALLS = around(
    "payment_intents.capture", "payment_intents.confirm", "payment_intents.create", "customers.create"
)
BEHIND_TRANSACTIONS = ("StripeGateway._keep.after", "StripeGateway._customer.after")
# Nor at one of these, where a transaction holds no more than its own rows.
IN_TRANSACTIONS = ("StripeGateway._keep.before", "StripeGateway._customer.before")
# Here a buyer holds up those who come as far; so each next one comes less far, and the last one kills.
BEHIND_BATCHES = ("start_payments.after", "hold_many.after")
IN_THE_MIDDLE = (*AT_CALLS, *BEHIND_TRANSACTIONS, *BEHIND_BATCHES)
IN_BATCHES = (
    "hold_many.before",
    *around("place_orders"),
    "start_payments.before",
    *around("settle"),
)
NEWS = ("ProviderNews.keep.before", "ProviderNews.keep.after")

# The worker's calls that it makes all at once, and the transactions that it dies around one by one.
WORKERS_CALLS = ("payment_intents.cancel", "refunds.create", "charges.retrieve", "mail.send")
# The first of this job's transactions finds nobody who has not paid, the second gives back to some.
OF_MANY_REFUNDS = {
    "event_cancelled.before": 2, "event_cancelled.after": 2, "refunds.create.after": 3, "refunds.create.before": 5
}  # fmt: skip
WORKERS_TRANSACTIONS = (
    "Runner.expire_holds",
    "Runner.expire_orders",
    "Runner.issue_invoices",
    "Runner.count_on",
    "Runner.forget_answers",
    "Runner._run_some",
    "Runner._do",
    "finish_many",
    "account_letter",
    "Cashier.expire_order",
    "Cashier.carry_out_refund",
    "Cashier._followed",
    "StripeGateway._keep",
    "StripeGateway._customer",
    "StripeGateway._closed",
    "ProviderNews.catch_up",
    "ProviderNews.handle",
    "ProviderNews._fee_told",
    "ProviderNews._refunded",
    "ProviderNews._disputed",
    "PayoutReader.read",
    "PayoutReader._keep",
)

KILLED_AT = frozenset(
    (
        *IN_THE_MIDDLE, *IN_TRANSACTIONS, *IN_BATCHES, *NEWS, *OF_MANY_REFUNDS,
        *around(*WORKERS_CALLS, *WORKERS_TRANSACTIONS),
    )
)  # fmt: skip
