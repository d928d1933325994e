"""Checks of money: orders, payments, refunds, the ledger, and what the sandbox provider says of them."""

_RETURNED = "reason = 'paid_but_no_hold'"


def _ledger_sum(kinds: str) -> str:
    return f"(SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries WHERE order_id = orders.id AND kind IN ({kinds}))"


def _refund_sum(condition: str) -> str:
    return f"(SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE order_id = orders.id AND {condition})"


MONEY_CHECKS = {
    "an order's total is its lines'": """
        SELECT orders.reference, orders.total_minor, orders.fees_minor, orders.tax_minor,
            coalesce(sum(order_lines.price_minor * order_lines.quantity), 0) AS lines_total,
            coalesce(sum(order_lines.fee_minor), 0) AS lines_fees, coalesce(sum(order_lines.tax_minor), 0) AS lines_tax
        FROM orders LEFT JOIN order_lines ON order_lines.order_id = orders.id
        GROUP BY orders.id, orders.reference, orders.total_minor, orders.fees_minor, orders.tax_minor
        HAVING orders.total_minor <> coalesce(sum(order_lines.price_minor * order_lines.quantity), 0)
            OR orders.fees_minor <> coalesce(sum(order_lines.fee_minor), 0)
            OR orders.tax_minor <> coalesce(sum(order_lines.tax_minor), 0) OR count(order_lines.id) = 0""",
    "a paid line has all its tickets, an unpaid one has none": """
        SELECT orders.reference, orders.status, order_lines.id AS line, order_lines.quantity,
            count(tickets.id) AS tickets
        FROM orders JOIN order_lines ON order_lines.order_id = orders.id
        LEFT JOIN tickets ON tickets.order_line_id = order_lines.id
        GROUP BY orders.id, orders.reference, orders.status, orders.paid_at, order_lines.id, order_lines.quantity
        HAVING count(tickets.id) <> CASE WHEN orders.paid_at IS NULL THEN 0 ELSE order_lines.quantity END""",
    "an order is paid while it has valid tickets": """
        SELECT orders.reference, orders.status, count(tickets.id) AS valid_tickets
        FROM orders LEFT JOIN tickets ON tickets.order_id = orders.id AND tickets.status = 'valid'
        GROUP BY orders.id, orders.reference, orders.status
        HAVING (count(tickets.id) > 0) <> (orders.status IN ('paid', 'partly_refunded'))""",
    "a paid order has one payment that counts": f"""
        SELECT orders.reference, orders.total_minor, coalesce(p.payments, 0) AS payments, coalesce(p.amount, 0) AS amount
        FROM orders LEFT JOIN (
            SELECT order_id, count(*) AS payments, sum(amount_minor) AS amount FROM payments
            WHERE status = 'succeeded' AND id NOT IN (SELECT payment_id FROM refunds WHERE {_RETURNED})
            GROUP BY order_id) p ON p.order_id = orders.id
        WHERE coalesce(p.amount, 0) <> CASE WHEN orders.paid_at IS NULL THEN 0 ELSE orders.total_minor END
            OR coalesce(p.payments, 0) > 1""",
    "a paid order is booked whole": f"""
        SELECT * FROM (SELECT orders.reference, orders.status,
            CASE WHEN orders.paid_at IS NULL THEN 0 ELSE orders.total_minor END AS paid_minor,
            {_ledger_sum("'sale', 'sale-fee', 'sale-tax'")} AS booked_minor FROM orders) sums
        WHERE paid_minor <> booked_minor""",
    "money that bought nothing goes back": f"""
        SELECT * FROM (SELECT orders.reference, {_ledger_sum("'unplaced'")} AS unplaced_minor,
            {_refund_sum(_RETURNED)} AS returned_minor FROM orders) sums
        WHERE unplaced_minor <> returned_minor""",
    "what was given back is booked and on record": f"""
        SELECT * FROM (SELECT orders.reference, orders.refunded_minor,
            {_refund_sum(f"NOT ({_RETURNED})")} AS refunds_minor,
            {_ledger_sum("'refund', 'refund-fee', 'refund-tax'")} AS booked_minor FROM orders
            WHERE orders.paid_at IS NOT NULL) sums
        WHERE refunded_minor <> refunds_minor OR refunds_minor <> booked_minor""",
    "refunds that were carried out are booked": f"""
        SELECT * FROM (SELECT orders.reference, {_refund_sum("status = 'done'")} AS done_minor,
            {_ledger_sum("'refund-paid', 'refund-settled'")} - {_ledger_sum("'refund-failed'")} AS booked_minor FROM orders) sums
        WHERE done_minor <> booked_minor""",
    "never more is given back than was paid": """
        SELECT payments.key AS payment, payments.amount_minor, sum(refunds.amount_minor) AS refunds_minor
        FROM payments JOIN refunds ON refunds.payment_id = payments.id
        GROUP BY payments.id, payments.key, payments.amount_minor, payments.status
        HAVING sum(refunds.amount_minor) > payments.amount_minor OR payments.status <> 'succeeded'""",
    "what we owe buyers is what was asked for and not carried out": """
        SELECT currency, sum(owed) AS owed_minor, sum(asked) AS asked_minor FROM (
            SELECT currency, amount_minor AS owed, 0 AS asked FROM ledger_entries WHERE credit = 'refunds'
            UNION ALL SELECT currency, -amount_minor, 0 FROM ledger_entries WHERE debit = 'refunds'
            UNION ALL SELECT currency, 0, amount_minor FROM refunds WHERE status <> 'done') balances
        GROUP BY currency HAVING sum(owed) <> sum(asked)""",
    "an order's invoices are what was paid": """
        SELECT * FROM (SELECT orders.reference, orders.invoiced_at,
            CASE WHEN orders.invoiced_at IS NULL OR orders.paid_at IS NULL THEN 0 ELSE orders.total_minor END AS paid_minor,
            (SELECT coalesce(sum(total_minor), 0) FROM invoices
                WHERE order_id = orders.id AND kind = 'invoice') AS invoiced_minor FROM orders) sums
        WHERE paid_minor <> invoiced_minor""",
    "an order's credit notes are what was given back": """
        SELECT * FROM (SELECT orders.reference, orders.refunded_minor,
            (SELECT coalesce(sum(total_minor), 0) FROM invoices
                WHERE order_id = orders.id AND kind = 'credit_note') AS credited_minor FROM orders
            WHERE orders.invoiced_at IS NOT NULL) sums
        WHERE credited_minor <> refunded_minor""",
    "an invoice is its lines'": """
        SELECT invoices.id AS invoice, invoices.number, invoices.total_minor, invoices.net_minor, invoices.fee_minor,
            invoices.tax_minor, coalesce(sum(invoice_lines.total_minor), 0) AS lines_total
        FROM invoices LEFT JOIN invoice_lines ON invoice_lines.invoice_id = invoices.id
        GROUP BY invoices.id, invoices.number, invoices.total_minor, invoices.net_minor, invoices.fee_minor,
            invoices.tax_minor
        HAVING invoices.total_minor <> coalesce(sum(invoice_lines.total_minor), 0)
            OR invoices.net_minor <> coalesce(sum(invoice_lines.net_minor), 0)
            OR invoices.fee_minor <> coalesce(sum(invoice_lines.fee_minor), 0)
            OR invoices.tax_minor <> coalesce(sum(invoice_lines.tax_minor), 0)""",
    "numbers of invoices have no gap": """
        SELECT invoice_counters.organizer_id AS organizer, invoice_counters.kind, invoice_counters.last,
            count(invoices.id) AS papers, max(invoices.number) AS highest
        FROM invoice_counters LEFT JOIN invoices ON invoices.organizer_id = invoice_counters.organizer_id
            AND invoices.kind = invoice_counters.kind
        GROUP BY invoice_counters.organizer_id, invoice_counters.kind, invoice_counters.last
        HAVING count(invoices.id) <> invoice_counters.last OR max(invoices.number) <> invoice_counters.last
        UNION ALL
        SELECT invoices.organizer_id, invoices.kind, 0, count(*), max(invoices.number) FROM invoices
        LEFT JOIN invoice_counters ON invoice_counters.organizer_id = invoices.organizer_id
            AND invoice_counters.kind = invoices.kind
        WHERE invoice_counters.last IS NULL GROUP BY invoices.organizer_id, invoices.kind""",
    "an order that is being paid has an open payment": """
        SELECT orders.reference, orders.status, orders.paying_at, payments.key AS payment
        FROM orders LEFT JOIN payments ON payments.order_id = orders.id
            AND payments.status IN ('started', 'needs_action', 'authorised')
        WHERE (orders.status IN ('awaiting_payment', 'expiring') AND (orders.paying_at IS NULL) <> (payments.id IS NULL))
            OR (orders.status = 'cancelled' AND payments.status <> 'authorised')""",
    "places are confirmed while money for them is set aside": """
        SELECT orders.reference, orders.status, orders.confirmed_at, payments.key AS payment
        FROM orders LEFT JOIN payments ON payments.order_id = orders.id AND payments.status = 'authorised'
        WHERE orders.confirmed_at IS NOT NULL
            AND (orders.status NOT IN ('awaiting_payment', 'expiring') OR payments.id IS NULL)""",
    "a job takes what is set aside, or lets go of it": """
        SELECT payments.key AS payment, payments.authorised_at FROM payments LEFT JOIN jobs
            ON jobs.dedupe_key = 'capture:' || payments.key AND jobs.done_at IS NULL AND jobs.parked_at IS NULL
        WHERE payments.status = 'authorised' AND (payments.authorised_at IS NULL OR jobs.id IS NULL)""",
    "nothing is set aside for a payment that is over": """
        SELECT sandbox_charges.id AS charge, sandbox_charges.key AS payment, payments.status
        FROM sandbox_charges JOIN payments ON payments.key = sandbox_charges.key
        WHERE sandbox_charges.status = 'authorised' AND payments.status IN ('succeeded', 'failed', 'cancelled')""",
    "open orders are those that await payment": """
        SELECT open_orders.order_id AS orders_id, orders.status FROM open_orders
        JOIN orders ON orders.id = open_orders.order_id
        WHERE orders.status NOT IN ('awaiting_payment', 'expiring') OR orders.person_id <> open_orders.person_id
        UNION ALL
        SELECT orders.id, orders.status FROM orders JOIN order_lines ON order_lines.order_id = orders.id
        LEFT JOIN open_orders ON open_orders.order_id = orders.id AND open_orders.event_id = order_lines.event_id
        WHERE orders.status IN ('awaiting_payment', 'expiring') AND open_orders.order_id IS NULL""",
    "the provider took what we say it took": """
        SELECT payments.key AS payment, payments.status, payments.amount_minor, payments.currency,
            sandbox_charges.status AS provider_status, sandbox_charges.amount_minor AS provider_minor
        FROM payments LEFT JOIN sandbox_charges ON sandbox_charges.key = payments.key
        WHERE payments.provider = 'sandbox' AND payments.status = 'succeeded' AND (sandbox_charges.id IS NULL
            OR sandbox_charges.status <> 'succeeded' OR sandbox_charges.amount_minor <> payments.amount_minor
            OR sandbox_charges.currency <> payments.currency)""",
    "we know of all that the provider took": """
        SELECT sandbox_charges.id AS charge, sandbox_charges.key AS payment, sandbox_charges.amount_minor, payments.status
        FROM sandbox_charges LEFT JOIN payments ON payments.key = sandbox_charges.key
        WHERE sandbox_charges.status = 'succeeded' AND sandbox_charges.key LIKE 'order:%'
            AND (payments.id IS NULL OR payments.status IN ('failed', 'cancelled'))""",
    "the provider gave back what we say it gave back": """
        SELECT refunds.key AS refund, refunds.amount_minor, sandbox_refunds.amount_minor AS provider_minor
        FROM refunds JOIN payments ON payments.id = refunds.payment_id
        LEFT JOIN sandbox_refunds ON sandbox_refunds.key = refunds.key
        WHERE payments.provider = 'sandbox' AND (sandbox_refunds.amount_minor <> refunds.amount_minor
            OR (refunds.status = 'done' AND sandbox_refunds.id IS NULL))""",
    "the provider gave back nothing else": """
        SELECT sandbox_refunds.key AS refund, sandbox_refunds.amount_minor FROM sandbox_refunds
        LEFT JOIN refunds ON refunds.key = sandbox_refunds.key
        WHERE sandbox_refunds.key LIKE 'order:%' AND refunds.id IS NULL
        UNION ALL
        SELECT sandbox_refunds.key, sandbox_refunds.amount_minor FROM sandbox_refunds
        LEFT JOIN refunds ON refunds.key = sandbox_refunds.key
        WHERE sandbox_refunds.key LIKE 'payment:%' AND refunds.id IS NULL""",
}

# What may be so for a while; they ask what was before `:an_hour_ago`.
AGE_CHECKS = {
    "what is set aside is soon taken or let go of": """
        SELECT payments.key AS payment, payments.authorised_at, orders.reference, orders.status
        FROM payments JOIN orders ON orders.id = payments.order_id
        WHERE payments.status = 'authorised' AND payments.authorised_at < :an_hour_ago""",
}
