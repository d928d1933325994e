"""Payouts as stripe-python meets them: what was in one, which Stripe tells of its own payouts alone."""

import pytest

TWO_DAYS_S = 2 * 24 * 3600


@pytest.fixture
def sold(shop, client, fake):
    """€12 and €20 sold, €5 of the first given back, all of it available."""
    first = shop.pay(capture_method="automatic")
    second = shop.pay(capture_method="automatic", amount=2000)
    client.v1.refunds.create({"payment_intent": first.id, "amount": 500})
    fake.stage("clock", advance_s=TWO_DAYS_S)
    return first, second


def in_payout(client, payout):
    return [
        (moved.type, moved.net)
        for moved in client.v1.balance_transactions.list({"payout": payout, "limit": 100}).data
    ]


def test_an_automatic_payout_is_the_sum_of_what_is_in_it(sold, client, fake, shop):
    made = fake.stage("payouts", currency="eur")
    later = shop.pay(capture_method="automatic", expand=["latest_charge"])

    payout = client.v1.payouts.retrieve(made["id"])

    fees = fake.look("sums")["fees"]["eur"] - 43
    assert (payout.amount, payout.status, payout.automatic) == (2700 - fees, "in_transit", True)
    assert (payout.reconciliation_status, payout.arrival_date - payout.created) == ("completed", TWO_DAYS_S)
    moved = in_payout(client, payout.id)
    assert [kind for kind, _ in moved] == ["payout", "refund", "charge", "charge"]
    assert sum(net for _, net in moved) == 0
    assert moved[0][1] == -payout.amount
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 1200 - 43)
    assert later.latest_charge.balance_transaction is not None
    assert shop.event_types()[-5:-3] == ["payout.created", "payout.reconciliation_completed"]


def test_it_arrives_or_comes_back_and_goes_out_again(sold, client, fake, shop):
    payout = fake.stage("payouts", currency="eur")
    fake.stage(f"payouts/{payout['id']}/arrive")
    fake.stage(f"payouts/{payout['id']}/fail")
    again = fake.stage("payouts", currency="eur")

    came_back = client.v1.payouts.retrieve(payout["id"], {"expand": ["failure_balance_transaction"]})
    assert (came_back.status, came_back.failure_code) == ("failed", "account_closed")
    assert came_back.failure_balance_transaction.net == payout["amount"]
    assert in_payout(client, again["id"]) == [
        ("payout", -payout["amount"]),
        ("payout_failure", payout["amount"]),
    ]
    assert [event for event in shop.event_types() if event.startswith("payout.")] == [
        "payout.created",
        "payout.reconciliation_completed",
        "payout.paid",
        "payout.failed",
        "payout.created",
        "payout.reconciliation_completed",
    ]


def test_what_was_in_a_payout_by_hand_nobody_knows(sold, client, fake, shop):
    payout = fake.stage("payouts", currency="eur", amount=1000)

    refused = shop.refused(lambda: client.v1.balance_transactions.list({"payout": payout["id"]}))

    assert (refused.http_status, refused.param) == (400, "payout")
    assert "automatic transfers, not manual" in refused.user_message
    assert client.v1.payouts.retrieve(payout["id"]).reconciliation_status == "not_applicable"


def test_only_what_is_available_is_paid_out(shop, client, fake):
    shop.pay(capture_method="automatic")

    for body in ({"currency": "eur"}, {"currency": "eur", "amount": 1}, {"currency": "jpy"}):
        with pytest.raises(AssertionError, match="balance_insufficient"):
            fake.stage("payouts", **body)

    assert client.v1.payouts.list().data == []


def test_payouts_are_listed_by_day_and_status(sold, client, fake, shop):
    payout = fake.stage("payouts", currency="eur")
    after = {"gte": payout["arrival_date"]}

    assert [one.id for one in client.v1.payouts.list({"arrival_date": after}).data] == [payout["id"]]
    assert client.v1.payouts.list({"arrival_date": {"gt": payout["arrival_date"]}}).data == []
    assert client.v1.payouts.list({"status": "paid"}).data == []
    assert shop.refused(lambda: client.v1.payouts.list({"status": "gone"})).http_status == 400
    assert shop.refused(lambda: client.v1.payouts.retrieve("po_none")).code == "resource_missing"
    nothing = shop.refused(lambda: client.v1.balance_transactions.list({"payout": "po_none"}))
    assert nothing.code == "resource_missing"


def test_a_movement_tells_what_it_is_of(sold, client):
    charge, refund = (
        next(
            moved
            for moved in client.v1.balance_transactions.list({"expand": ["data.source"]}).data
            if moved.type == kind
        )
        for kind in ("charge", "refund")
    )

    assert (charge.source.payment_intent, refund.source.object) == (sold[1].id, "refund")
