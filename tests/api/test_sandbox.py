"""The sandbox provider's own API."""

import asyncio
from dataclasses import replace

import pytest

pytestmark = pytest.mark.anyio


def body(card="4242424242424242", **more):
    method = {"type": "card", "cardNumber": card, "expiryMonth": 12, "expiryYear": 2030, "cvv": "123"}
    return {
        "amount": 150.00,
        "currency": "EUR",
        "bookingReference": "TK-2026-TEST",
        "userId": "somebody",
        "paymentMethod": method,
    } | more


async def charge(client, **more):
    return await client.post("/api/payment/process", json=body(**more))


async def test_a_charge_succeeds_and_can_be_looked_up(client):
    answer = await charge(client)

    paid = answer.json()
    assert answer.status_code == 200
    assert (paid["status"], paid["amount"], paid["currency"]) == ("SUCCESS", 150.00, "EUR")
    assert (paid["paymentId"][:4], paid["transactionId"][:4]) == ("pay_", "txn_")
    assert paid["processedAt"] == "2026-11-21T12:00:00Z"
    assert (await client.get(f"/api/payment/{paid['paymentId']}")).json() == paid
    assert (await charge(client)).json()["paymentId"] != paid["paymentId"]


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("4000000000000002", "CARD_DECLINED"),
        ("4000000000009995", "INSUFFICIENT_FUNDS"),
        ("4000 0000 0000 0069", "EXPIRED_CARD"),
    ],
)
async def test_the_card_decides_how_a_charge_fails(client, card, code):
    answer = await charge(client, card=card)

    failed = answer.json()
    assert (answer.status_code, failed["status"], failed["errorCode"]) == (400, "FAILED", code)
    assert failed["errorMessage"].endswith("Nothing was charged. Try another card.")
    looked_up = await client.get(f"/api/payment/{failed['paymentId']}")
    assert (looked_up.status_code, looked_up.json()["status"]) == (200, "FAILED")


async def test_money_is_given_back_up_to_what_was_paid(client):
    payment = (await charge(client)).json()["paymentId"]

    part = await client.post(f"/api/payment/{payment}/refund", json={"amount": 100, "reason": "asked"})
    too_much = await client.post(f"/api/payment/{payment}/refund", json={"amount": 50.01})
    rest = await client.post(f"/api/payment/{payment}/refund", json={"amount": 50})

    assert (part.status_code, part.json()["status"], part.json()["refundedAmount"]) == (
        200,
        "REFUNDED",
        100,
    )
    assert part.json()["refundId"].startswith("ref_")
    assert (too_much.status_code, too_much.json()["code"]) == (409, "exceeds_paid")
    assert rest.status_code == 200
    assert (await client.get(f"/api/payment/{payment}")).json()["refundedAmount"] == 150


@pytest.mark.parametrize("amount", [0, -1, 1.001, "2", True, None, [], 1e9])
async def test_a_wrong_amount_gives_nothing_back(client, amount):
    payment = (await charge(client)).json()["paymentId"]

    answer = await client.post(f"/api/payment/{payment}/refund", json={"amount": amount, "reason": "asked"})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["amount"])
    assert (await client.get(f"/api/payment/{payment}")).json()["refundedAmount"] == 0


async def test_the_bank_that_never_answers_is_waited_for_until_time_is_up(client, app_runtime):
    app_runtime.cashier = replace(app_runtime.cashier, answer_within_s=0.1)

    answer = await charge(client, card="4000000000000119")

    assert (answer.status_code, answer.json()["code"]) == (503, "payment_unknown")


async def test_many_refunds_at_once_give_back_no_more_than_was_paid(client):
    payment = (await charge(client)).json()["paymentId"]

    answers = await asyncio.gather(
        *(client.post(f"/api/payment/{payment}/refund", json={"amount": 40}) for _ in range(10))
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 7
    assert (await client.get(f"/api/payment/{payment}")).json()["refundedAmount"] == 120


async def test_a_failed_charge_gives_nothing_back(client):
    payment = (await charge(client, card="4000000000000002")).json()["paymentId"]

    answer = await client.post(f"/api/payment/{payment}/refund", json={"amount": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "exceeds_paid")


@pytest.mark.parametrize("path", ["/api/payment/pay_nothing", "/sandbox/3ds/pay_nothing"])
async def test_an_unknown_charge_is_not_found(client, path):
    assert (await client.get(path)).status_code == 404
    assert (await client.post("/api/payment/pay_nothing/refund", json={"amount": 1})).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 1.001}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "2"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": []}, "amount"),
        ({"amount": 1e9}, "amount"),
        ({"amount": 1_000_000}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "KWD"}, "currency"),
        ({"paymentMethod": {"type": "card"}}, "paymentMethod"),
        ({"paymentMethod": {"type": "card", "token": ""}}, "paymentMethod"),
        ({"paymentMethod": body()["paymentMethod"] | {"expiryMonth": 0}}, "expiryMonth"),
        ({"currency": "XTS"}, "currency"),
        ({"currency": "JPY", "amount": 10.5}, "amount"),
        ({"card": "4242424242424241"}, "cardNumber"),
        ({"card": "4242"}, "cardNumber"),
        ({"userId": ""}, "userId"),
    ],
)
async def test_a_wrong_request_names_its_field(client, wrong, field):
    answer = await charge(client, **wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert field in answer.json()["fields"]


async def test_a_card_that_has_run_out_is_refused_before_it_is_sent(client):
    method = body()["paymentMethod"] | {"expiryMonth": 10, "expiryYear": 2026}

    answer = await charge(client, paymentMethod=method)

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"expiryYear"})


async def test_yen_have_no_decimals(client):
    assert (await charge(client, currency="JPY", amount=6800)).json()["amount"] == 6800
