"""Every guard of the settlement code, and the same code without it."""

from tests.mutants.mutant import (
    AFTERMATH,
    BOOK,
    EXPIRING,
    FLOWS,
    JOBS,
    LEDGER,
    NEWS,
    OPERATIONS,
    ORDERING,
    REFUNDS,
    SETTLING,
    STOCK,
    STRIPE,
    TOLD,
    Mutant,
)
from tests.mutants.set_aside import SET_ASIDE_AND_GIVEN_BACK

_MARK = "        await self._write(lambda session, now: told_events.mark_handled(session, event_id, now))\n"

MUTANTS = (
    Mutant(
        "success is news once", OPERATIONS,
        "sa.and_(verdict.status == PaymentStatus.SUCCEEDED.value, stored != PaymentStatus.SUCCEEDED.value)",
        "verdict.status == PaymentStatus.SUCCEEDED.value",
        "A success that was told before changes nothing.",
    ),
    Mutant(
        "success is always news", OPERATIONS,
        "sa.and_(verdict.status == PaymentStatus.SUCCEEDED.value, stored != PaymentStatus.SUCCEEDED.value)",
        "sa.and_(verdict.status == PaymentStatus.SUCCEEDED.value, stored.in_(_UNDECIDED))",
        "Money that moved after all is recorded even when the payment was believed over.",
    ),
    Mutant(
        "over is over", OPERATIONS,
        "sa.and_(stored.in_(_UNDECIDED), stored != verdict.status)",
        "stored != verdict.status",
        "What fails or waits is news only while the payment is open.",
    ),
    Mutant(
        "amount", OPERATIONS,
        "    return (charge.amount_minor, charge.currency) == (payment.amount_minor, payment.currency)",
        "    return True",
        "A payment of another amount or currency buys nothing.",
    ),
    Mutant(
        "one payment counts", OPERATIONS,
        "if order.is_placed and is_first and _is_as_agreed(",
        "if is_first and _is_as_agreed(",
        "Only the payment that placed the order is booked as its sale.",
    ),
    Mutant(
        "money that bought nothing goes back", OPERATIONS,
        "    _give_back(session, unplaced, charges, now)\n",
        "",
        "What bought nothing is given back.",
    ),
    Mutant(
        "paid once", SETTLING,
        "[row for row in paid if OrderStatus.PAID in ORDER_MOVES[row.status]]",
        "paid",
        "An order that is paid or refunded is not placed again.",
    ),
    Mutant(
        "called off means no sale", SETTLING,
        "possible = [row.id for row in rows if all(_is_on(line) for line in lines[row.id])]",
        "possible = [row.id for row in rows]",
        "Nobody gets tickets of a cancelled event.",
    ),
    Mutant(
        "paying is over", SETTLING,
        "values(paying_at=None, confirmed_at=None)",
        "values(confirmed_at=None)",
        "After a failure the order can be paid again, or ended.",
    ),
    Mutant(
        "places are looked for again", STOCK,
        "if taken_again.has_room_for([row for row in open_holds if row.status is not HoldStatus.LIVE]):",
        "if True:",
        "Ended holds are taken again only where the places are free.",
    ),
    Mutant(
        "one payment at a time", ORDERING,
        "if row.paying_at is not None or row.id in begun:",
        "if row.id in begun:",
        "No payment begins while another is under way.",
    ),
    Mutant(
        "one payment at a time, in one batch", ORDERING,
        "if row.paying_at is not None or row.id in begun:",
        "if row.paying_at is not None:",
        "Two of one batch cannot begin to pay the same order.",
    ),
    Mutant(
        "only what awaits payment is payable", ORDERING,
        "    if row.status is not OrderStatus.AWAITING_PAYMENT:\n        return OrderNotPayable(",
        "    if False:\n        return OrderNotPayable(",
        "No payment begins for an order that ended or was paid.",
    ),
    Mutant(
        "no payment begins too late", ORDERING,
        "    if row.expires_at <= now:\n        return ReservationExpired()\n    if (row.total_minor",
        "    if (row.total_minor",
        "No payment begins after the hold is over, even before the sweep.",
    ),
    Mutant(
        "who pays is not cancelled", ORDERING,
        "    return PaymentUnderWay(row.reference) if row.paying_at is not None else None",
        "    return None",
        "An order is cancelled only after its payment was called off.",
    ),
    Mutant(
        "cancel before free", EXPIRING,
        '    _expire(session, [row for row in rows if row.paying_at is None], "not_paid_in_time", now)\n',
        '    _expire(session, rows, "not_paid_in_time", now)\n    return len(rows)\n',
        "Places of an order that is being paid are freed only after the payment was called off.",
    ),
    Mutant(
        "never free on an unknown answer", EXPIRING,
        "if row.paying_at is not None and now < row.expires_at + UNKNOWN_PAYMENT_KEEPS_SEAT:",
        "if False:",
        "While nobody knows, the places are kept for an hour.",
    ),
    Mutant(
        "not for ever", EXPIRING,
        "if row.paying_at is not None and now < row.expires_at + UNKNOWN_PAYMENT_KEEPS_SEAT:",
        "if row.paying_at is not None:",
        "After an hour the places are free whatever the provider says.",
    ),
    Mutant(
        "it is still expiring", EXPIRING,
        "    if row is None or row.status is not OrderStatus.EXPIRING:\n        return row and row.status\n",
        "    if row is None:\n        return row and row.status\n",
        "Who was paid meanwhile stays paid.",
    ),
    Mutant(
        "call off first", FLOWS,
        "        for key in await self._open_keys(order_id):\n            await self._end(key)\n        status",
        "        status",
        "The provider is asked to call the payment off before an order expires.",
    ),
    Mutant(
        "forgotten payments are called off", FLOWS,
        "                is_forlorn = payment.is_older_than(ASK_AFTER)",
        "                is_forlorn = False",
        "A payment that the provider never heard of does not stay open.",
    ),
    Mutant(
        "not while it may be under way", FLOWS,
        "                is_forlorn = payment.is_older_than(ASK_AFTER)",
        "                is_forlorn = True",
        "A payment that may be being told at this moment is not called off.",
    ),
    Mutant(
        "asked after the order's end", FLOWS,
        "is_forlorn = charge.status is ChargeStatus.NEEDS_ACTION and payment.is_order_over",
        "is_forlorn = False",
        "A bank's question about an order that ended is called off.",
    ),
    Mutant(
        "refund that is done", FLOWS,
        "        if refund.is_done:\n            return\n",
        "",
        "A refund that was carried out is not asked for again.",
    ),
    Mutant(
        "refund under its key", STRIPE,
        "                if _key_of(refund) == order.key and is_it:\n                    return refund.id\n",
        "                pass\n",
        "A refund that was made before its answer was lost is found again.",
        dies_of="tests/stripe/test_other_money.py::test_a_refund_whose_answer_was_lost_is_found_although_its_key_is_over",
    ),
    Mutant(
        "refund booked once", REFUNDS,
        "            _REFUNDS.c.status == RefundStatus.ASKED,\n        )\n        .values(status=RefundStatus.DONE",
        "        )\n        .values(status=RefundStatus.DONE",
        "A refund is booked as done once.",
    ),
    Mutant(
        "a failed refund is booked once", AFTERMATH,
        "            _REFUNDS.c.status == RefundStatus.DONE,\n",
        "",
        "A refund that came back is booked once.",
        dies_of="tests/stripe/test_refunds_again.py::test_one_that_we_believe_refused_and_that_comes_back_was_never_booked",
    ),
    Mutant(
        "fee once", LEDGER,
        'insert.on_conflict_do_nothing(index_elements=["kind", "ref"])',
        "insert",
        "A fee, a failed refund, a dispute is booked once, however often it is told.",
    ),
    Mutant(
        "event once", TOLD,
        'insert.on_conflict_do_nothing(index_elements=["id"])',
        "insert",
        "An event that comes twice is kept once.",
    ),
    Mutant(
        "found in the list", TOLD,
        '    missed = keep_events(session, events, is_sent=False, now=now)\n',
        "    missed = 0\n",
        "What never came is found in the provider's list.",
        dies_of="tests/stripe/test_what_never_came.py::test_events_that_never_came_are_found_once_and_acted_on",
    ),
    Mutant(
        "handled after it was acted on", NEWS,
        f"        await act(event)\n{_MARK}",
        f"{_MARK}        await act(event)\n",
        "An event is marked as handled only after that is so.",
        dies_of="tests/stripe/test_webhooks.py::test_an_event_about_a_payment_that_nobody_knows_is_kept_and_tried_again",
    ),
    Mutant(
        "job's token", JOBS,
        "sa.tuple_(_JOBS.c.id, _JOBS.c.lease_token).in_(held), _OPEN",
        "_JOBS.c.id.in_([job.id for job in jobs]), _OPEN",
        "Who lost the lease cannot finish the job of another.",
    ),
    Mutant(
        "job's token, put back", JOBS,
        ".where(_JOBS.c.id == job.id, _JOBS.c.lease_token == job.token, _OPEN)",
        ".where(_JOBS.c.id == job.id, _OPEN)",
        "Who lost the lease cannot put the job of another back.",
    ),
    Mutant(
        "job's lease", JOBS,
        "            sa.or_(_JOBS.c.lease_until.is_(None), _JOBS.c.lease_until <= now),\n",
        "",
        "A job that somebody works on is not given to another.",
    ),
    Mutant(
        "declined is called off", STRIPE,
        "        except stripe.CardError:\n            intent = await self._called_off(intent_id)\n"
        "        except _REFUSED as error:\n"
        "            intent = await self._looked_up(intent_id)\n",
        "        except stripe.CardError as error:\n            return Charge(order.key, intent_id, ChargeStatus.FAILED, 0,"
        ' "", error.code)\n        except _REFUSED as error:\n            intent = await self._looked_up(intent_id)\n',
        "What was declined is called off before anybody hears of it.",
    ),
    Mutant(
        "declined at the bank is called off", STRIPE,
        "        intent = await self._looked_up(intent_id)\n        if has_failed(intent):\n"
        "            intent = await self._called_off(intent_id)\n        return None if",
        "        intent = await self._looked_up(intent_id)\n        return None if",
        "What the bank declined after its question is called off when we hear of it.",
    ),
    Mutant(
        "on record before it is confirmed", STRIPE,
        "        kept = await self._keep(order.key, intent.id)\n        if kept is None:\n"
        "            await self._called_off(intent.id)\n        return kept",
        "        return intent.id",
        "No intent is confirmed that is not on record under its key.",
    ),
    Mutant(
        "who comes too late calls off its own", STRIPE,
        "        if kept is None:\n            await self._called_off(intent.id)\n        return kept",
        "        return kept",
        "An intent made for a key that was called off meanwhile is called off.",
    ),
    Mutant(
        "a key without an intent gets none", STRIPE,
        "        intent_id = await self._keep(order.key, None)\n        if intent_id is None:\n            leftover",
        "        intent_id = await self._read(lambda session, now: book.find_intent(session, order.key))\n"
        "        if intent_id is None:\n            leftover",
        "A key is closed before it is said to be called off.",
        dies_of="tests/stripe/test_bad_days.py::test_a_key_that_was_called_off_is_not_confirmed_by_a_late_creation",
    ),
    Mutant(
        "leftovers are called off", STRIPE,
        "            if leftover is not None:\n                await self._called_off(leftover)\n",
        "",
        "An intent that was made and never written down is called off with its key.",
    ),
    Mutant(
        "leftovers are looked for", STRIPE,
        "        found = await self._listed(order.key, customer)\n        if found is not None:\n"
        "            return found\n        try:\n            # One",
        "        try:\n            # One",
        "An intent that a broken call left behind is found in the list.",
        dies_of="tests/stripe/test_other_money.py::test_a_creation_that_was_lost_is_not_repeated_blindly_when_its_key_is_over",
    ),
    Mutant(
        "closed when nothing is left", STRIPE,
        "            is_closed = await self._read(lambda session, now: book.is_closed(session, key))\n",
        "            is_closed = await self._read(lambda session, now: book.is_known(session, key))\n",
        "A key is over only when it is known that nothing was left behind.",
    ),
    Mutant(
        "the first word holds", BOOK,
        "    return find_intent(session, key)\n\n\ndef is_closed",
        "    return intent_id\n\n\ndef is_closed",
        "Whoever writes second hears what the first wrote.",
    ),
    *SET_ASIDE_AND_GIVEN_BACK,
)  # fmt: skip
