"""The guards of money that is set aside first, and of money that goes back."""

from tests.mutants.mutant import AFTERMATH, EXPIRING, FLOWS, OPERATIONS, REFUNDS, SETTLING, STRIPE, Mutant

SET_ASIDE_AND_GIVEN_BACK = (
    Mutant(
        "what was set aside is let go of", OPERATIONS,
        "        sa.and_(stored == PaymentStatus.AUTHORISED.value, verdict.status.in_(_OVER)),\n",
        "",
        "Money that was set aside and let go of is no longer believed to be coming.",
    ),
    Mutant(
        "capture is promised", OPERATIONS,
        "            if p.status is PaymentStatus.AUTHORISED\n",
        "            if False\n",
        "Money that was set aside is taken even when nobody lived to do it at once.",
    ),
    Mutant(
        "confirmed is not swept", EXPIRING,
        "if row.status is OrderStatus.AWAITING_PAYMENT and row.confirmed_at is None and row.expires_at <= now\n",
        "if row.status is OrderStatus.AWAITING_PAYMENT and row.expires_at <= now\n",
        "An order whose places are confirmed does not begin to expire.",
    ),
    Mutant(
        "confirmed does not expire", EXPIRING,
        "    if row.confirmed_at is not None:\n        return OrderStatus.EXPIRING\n",
        "",
        "An order whose places are confirmed waits for its money, however long.",
    ),
    Mutant(
        "asked before it is ended", FLOWS,
        "            if said.status is PaymentStatus.AUTHORISED:\n                return\n",
        "",
        "What was set aside in time is taken, not called off.",
    ),
    Mutant(
        "weighed before it is taken", FLOWS,
        "step = self.gateway.capture if authorised.is_wanted else self.gateway.cancel",
        "step = self.gateway.capture",
        "Money is not taken for an order that has no places.",
    ),
    Mutant(
        "confirmed only what is held", SETTLING,
        "all(_is_on(line) and line.hold_id in held for line in lines[row.id])",
        "all(_is_on(line) for line in lines[row.id])",
        "Places are confirmed only while they are held.",
    ),
    Mutant(
        "a refund that lives is the refund", STRIPE,
        "is_it = attempt_of(refund) == order.attempt or refund.status not in REFUND_IS_DEAD",
        "is_it = attempt_of(refund) == order.attempt",
        "A refund that lives at Stripe is not made once more under a later attempt.",
        dies_of="tests/stripe/test_refunds_again.py::test_one_that_lives_at_stripe_whatever_we_believe_is_not_made_again",
    ),
    Mutant(
        "attempt of a refund", REFUNDS,
        "            _REFUNDS.c.attempt == attempt,\n",
        "",
        "Word of an earlier attempt does not end a later one.",
        dies_of="tests/stripe/test_refunds_again.py::test_who_heard_of_the_first_one_too_late_does_not_end_the_second",
    ),
    Mutant(
        "attempt of a refund that failed", AFTERMATH,
        "    if fact.attempt < row.attempt:\n        return\n",
        "",
        "An earlier attempt's failure does not end a later one.",
        dies_of="tests/stripe/test_refunds_again.py::test_it_may_fail_a_second_time_and_a_letter_about_the_first_changes_nothing",
    ),
    Mutant(
        "settled another way", AFTERMATH,
        "            _REFUNDS.c.settled_by.is_(None),\n",
        "",
        "A refund that was settled from elsewhere does not fail any more.",
        dies_of="tests/stripe/test_refunds_again.py::test_it_is_settled_another_way_and_never_again",
    ),
    Mutant(
        "failed before it was made", AFTERMATH,
        "    if row.status is RefundStatus.ASKED:\n        raise TooEarly(",
        "    if False:\n        raise TooEarly(",
        "A failure that is told before the refund itself waits for it.",
        dies_of="tests/stripe/test_aftermath.py::test_a_refund_that_fails_before_we_heard_of_it_waits_for_that",
    ),
    Mutant(
        "valid tickets only", REFUNDS,
        "    valid = [ticket for ticket in tickets if ticket.status is TicketStatus.VALID]\n    if not valid:",
        "    valid = tickets\n    if not valid:",
        "A ticket is given back once.",
    ),
)  # fmt: skip
