"""Fees, refunds, disputes and the balance: the fake's books agree with themselves."""

import pytest


def test_the_fee_is_told_later_unless_capture_is_synchronous(shop, client, fake):
    async_charge = client.v1.charges.retrieve(shop.pay().latest_charge)
    sync = shop.pay(capture_method="automatic", expand=["latest_charge.balance_transaction"])
    assert async_charge.balance_transaction is None
    movement = sync.latest_charge.balance_transaction
    assert (movement.id[:4], movement.amount, movement.fee, movement.net) == ("txn_", 1200, 43, 1157)
    assert (movement.type, movement.source, movement.fee_details[0].type) == (
        "charge",
        sync.latest_charge.id,
        "stripe_fee",
    )

    fake.stage(f"charges/{async_charge.id}/publish_balance")
    fake.stage(f"charges/{async_charge.id}/publish_balance")

    known = client.v1.charges.retrieve(async_charge.id, {"expand": ["balance_transaction"]})
    assert (known.balance_transaction.fee, known.balance_transaction.status) == (43, "pending")
    updates = client.v1.events.list({"types": ["charge.updated"]}).data
    assert [event.data.object.balance_transaction for event in updates] == [known.balance_transaction.id]
    assert updates[0].data.previous_attributes.to_dict() == {"balance_transaction": None}


def test_the_fee_comes_of_its_own_accord_when_a_while_is_named(shop, post, fake):
    fake.stage("manners", balance_after_ms=0)

    shop.pay()

    assert post.types(4) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
    ]


def test_refunds_add_up_to_the_charge_and_no_further(shop, client, fake):
    paid = shop.pay(capture_method="automatic")
    part = client.v1.refunds.create({"payment_intent": paid.id, "amount": 500, "metadata": {"n": "1"}})
    too_much = shop.refused(lambda: client.v1.refunds.create({"payment_intent": paid.id, "amount": 701}))
    rest = client.v1.refunds.create({"charge": paid.latest_charge, "reason": "requested_by_customer"})
    again = shop.refused(lambda: client.v1.refunds.create({"payment_intent": paid.id}))

    assert (part.id[:3], part.status, part.amount, part.charge) == (
        "re_",
        "succeeded",
        500,
        paid.latest_charge,
    )
    assert (too_much.http_status, too_much.param) == (400, "amount")
    assert "greater than unrefunded amount on charge (700 eur)" in too_much.user_message
    assert (rest.amount, again.code) == (700, "charge_already_refunded")
    charge = client.v1.charges.retrieve(paid.latest_charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 1200)
    assert [refund.id for refund in client.v1.refunds.list({"payment_intent": paid.id}).data] == [
        rest.id,
        part.id,
    ]
    assert client.v1.refunds.retrieve(part.id).metadata.to_dict() == {"n": "1"}
    assert shop.event_types()[3:] == ["refund.created", "charge.refunded"] * 2
    assert fake.look("sums")["balance"] == {"eur": -43}


def test_only_what_was_collected_is_given_back(shop, client):
    waiting = shop.intent()

    error = shop.refused(lambda: client.v1.refunds.create({"payment_intent": waiting.id}))
    neither = shop.refused(lambda: client.v1.refunds.create({"amount": 1}))

    assert (error.http_status, error.param) == (400, "payment_intent")
    assert neither.code == "parameter_missing"


@pytest.mark.parametrize(("begins", "has_moved"), [("processing", True), ("insufficient_funds", False)])
def test_a_refund_may_wait_and_fail_after_all(shop, client, fake, begins, has_moved):
    paid = shop.pay(capture_method="automatic")
    fake.stage("manners", refunds_begin=begins)
    waiting = client.v1.refunds.create({"payment_intent": paid.id, "amount": 200})
    assert (waiting.status, waiting.pending_reason) == ("pending", begins)
    assert (waiting.balance_transaction is not None) is has_moved

    fake.stage(f"refunds/{waiting.id}/fail", reason="expired_or_canceled_card")

    failed = client.v1.refunds.retrieve(waiting.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    back = failed.failure_balance_transaction
    assert (back.type, back.amount) == ("refund_failure", 200) if has_moved else back is None
    assert client.v1.charges.retrieve(paid.latest_charge).amount_refunded == 0
    assert shop.event_types()[-2:] == ["refund.updated", "refund.failed"]
    assert (fake.look("sums")["balance"], fake.look("sums")["refunded"]) == ({"eur": 1157}, {})


def test_a_waiting_refund_goes_through(shop, client, fake):
    paid = shop.pay(capture_method="automatic")
    fake.stage("manners", refunds_begin="insufficient_funds")
    waiting = client.v1.refunds.create({"payment_intent": paid.id})

    fake.stage(f"refunds/{waiting.id}/succeed")

    done = client.v1.refunds.retrieve(waiting.id)
    assert (done.status, done.pending_reason, done.balance_transaction[:4]) == ("succeeded", None, "txn_")
    assert shop.event_types()[-1] == "refund.updated"


@pytest.mark.parametrize(
    ("is_won", "ending", "balance"),
    [
        (True, ["charge.dispute.closed", "charge.dispute.funds_reinstated"], -2043 + 1200),
        (False, ["charge.dispute.closed"], -2043),
    ],
)
def test_a_dispute_takes_the_money_and_perhaps_returns_it(shop, client, fake, is_won, ending, balance):
    paid = shop.pay("pm_card_createDispute", capture_method="automatic")
    dispute = client.v1.disputes.list({"payment_intent": paid.id}).data[0]
    assert (dispute.id[:3], dispute.status, dispute.amount) == ("dp_", "needs_response", 1200)
    (withdrawn,) = dispute.balance_transactions
    assert (withdrawn.amount, withdrawn.fee, withdrawn.net) == (-1200, 2000, -3200)
    assert client.v1.charges.retrieve(paid.latest_charge).disputed is True
    refused = shop.refused(lambda: client.v1.refunds.create({"payment_intent": paid.id}))
    assert (refused.code, dispute.is_charge_refundable) == ("charge_disputed", False)

    fake.stage(f"disputes/{dispute.id}/close", won=is_won)

    assert client.v1.disputes.retrieve(dispute.id).status == ("won" if is_won else "lost")
    assert shop.event_types()[3:] == [
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.updated", *ending
    ]  # fmt: skip
    assert fake.look("sums")["balance"] == {"eur": balance}


def test_a_dispute_can_be_opened_for_a_part_at_any_time(shop, client, fake):
    paid = shop.pay()

    opened = fake.stage(f"charges/{paid.latest_charge}/dispute", amount=300, reason="product_not_received")

    dispute = client.v1.disputes.retrieve(opened["id"])
    assert (dispute.amount, dispute.reason, dispute.charge) == (
        300,
        "product_not_received",
        paid.latest_charge,
    )


def test_the_balance_is_the_sum_of_all_movements(shop, client, fake):
    paid = shop.pay(capture_method="automatic")
    shop.pay(amount=5000, currency="jpy", capture_method="automatic")
    client.v1.refunds.create({"payment_intent": paid.id, "amount": 200})
    pending = {part.currency: part.amount for part in client.v1.balance.retrieve().pending}
    movements = client.v1.balance_transactions.list().data

    fake.stage("clock", advance_s=2 * 24 * 3600)

    available = {part.currency: part.amount for part in client.v1.balance.retrieve().available}
    assert pending == available == {"eur": 957, "jpy": 4820}
    assert [(row.type, row.net) for row in movements] == [
        ("refund", -200),
        ("charge", 4820),
        ("charge", 1157),
    ]
    assert client.v1.balance_transactions.retrieve(movements[0].id).status == "available"
    assert fake.look("sums") == {
        "charged": {"eur": 1200, "jpy": 5000}, "refunded": {"eur": 200}, "fees": {"eur": 43, "jpy": 180},
        "balance": {"eur": 957, "jpy": 4820}, "payable": [],
        "charges": {paid.id: 1200, fake.look("objects/payment_intent")["data"][1]["id"]: 5000},
    }  # fmt: skip
