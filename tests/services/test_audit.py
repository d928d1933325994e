"""The auditor is silent about what the shop does, and finds each thing that somebody does behind its back."""

import pytest
import sqlalchemy as sa

from tests.buying import CARDS, Shop

pytestmark = pytest.mark.anyio

TAMPERING = {
    "UPDATE tier_stock SET held = held + 1": {
        "tier counters are the sums of its holds",
        "event counters are the sums of its tiers",
    },
    "UPDATE event_stock SET sold = sold - 1": {"event counters are the sums of its tiers"},
    "UPDATE orders SET total_minor = total_minor + 1": {
        "an order's total is its lines'",
        "a paid order has one payment that counts",
        "a paid order is booked whole",
    },
    "UPDATE orders SET refunded_minor = 1": {"what was given back is booked and on record"},
    "UPDATE tickets SET status = 'refunded' WHERE number = 1": {"sold places are valid tickets"},
    "UPDATE tickets SET status = 'refunded'": {
        "sold places are valid tickets",
        "an order is paid while it has valid tickets",
    },
    "UPDATE payments SET amount_minor = amount_minor - 1": {
        "a paid order has one payment that counts",
        "the provider took what we say it took",
    },
    "UPDATE payments SET status = 'failed'": {
        "a paid order has one payment that counts",
        "we know of all that the provider took",
    },
    "DELETE FROM open_orders": {"open orders are those that await payment"},
    "UPDATE sandbox_charges SET status = 'failed'": {"the provider took what we say it took"},
    "UPDATE orders SET paying_at = created_at WHERE status = 'awaiting_payment'": {
        "an order that is being paid has an open payment"
    },
    "UPDATE holds SET order_id = NULL WHERE status = 'live'": {
        "an order awaiting payment holds all its places"
    },
    "UPDATE orders SET status = 'cancelled' WHERE status = 'awaiting_payment'": {
        "an order that ended unpaid holds nothing",
        "open orders are those that await payment",
    },
}


@pytest.fixture
async def shop(any_runtime):
    """A shop with one paid order of two places, and one that awaits payment."""
    shop = Shop(any_runtime)
    event = shop.event()
    tier = shop.tier(event, capacity=10)
    for buyer, is_paying in ((shop.person(), True), (shop.person(), False)):
        await shop.hold(buyer, event, tier, 2)
        placed = await shop.place(buyer)
        if is_paying:
            await shop.pay(placed, CARDS.good)
    assert shop.disagreements() == []
    return shop


@pytest.mark.parametrize(("change", "checks"), TAMPERING.items())
async def test_the_auditor_finds_what_was_tampered_with(shop, change, checks):
    shop.runtime.write(lambda session, now: session.execute(sa.text(change)))

    assert {text.split(":")[0] for text in shop.disagreements()} == checks
