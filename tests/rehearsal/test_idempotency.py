"""A key is good for one execution, and for a day it tells how that went."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from tests.harness.waiting import until
from tests.rehearsal.conftest import SHOP

SECRET = {"Authorization": "Bearer sk_test_rehearsal", "Stripe-Version": "2026-10-28.endive"}


@pytest.fixture
def once(client):
    """The library without its own repetitions, so that each call is seen as it is answered."""
    return lambda **given: client.v1.payment_intents.create(
        {"amount": 1200, "currency": "eur"} | given,
        {"idempotency_key": "order:7:1", "max_network_retries": 0},
    )


def test_the_same_call_is_answered_with_the_first_answer(once, fake):
    first = once()
    second = once()

    assert (second.id, second.last_response.body) == (first.id, first.last_response.body)
    headers = second.last_response.headers
    assert (headers["idempotent-replayed"], headers["original-request"]) == (
        "true",
        first.last_response.request_id,
    )
    assert "idempotent-replayed" not in first.last_response.headers
    assert second.last_response.request_id != first.last_response.request_id
    assert len(fake.look("objects/payment_intent")["data"]) == 1


def test_a_decline_is_told_again_and_not_tried_again(shop, fake):
    first = shop.refused(lambda: shop.pay("pm_card_chargeDeclined", key="order:7:1"))
    second = shop.refused(lambda: shop.pay("pm_card_chargeDeclined", key="order:7:1"))

    assert (second.code, second.http_body) == ("card_declined", first.http_body)
    assert len(fake.look("objects/charge")["data"]) == 1


def test_a_key_is_not_good_for_something_else(shop, once, client, fake):
    intent = once()

    other_amount = shop.refused(lambda: once(amount=1300))
    other_call = shop.refused(
        lambda: client.v1.payment_intents.cancel(intent.id, None, {"idempotency_key": "order:7:1"})
    )

    assert [(type(error), error.http_status) for error in (other_amount, other_call)] == [
        (stripe.IdempotencyError, 400)
    ] * 2
    assert other_amount.error.type == "idempotency_error"
    assert [row["status"] for row in fake.look("objects/payment_intent")["data"]] == [
        "requires_payment_method"
    ]


@pytest.mark.parametrize("held", ["hold_before", "hold_after"])
def test_a_key_in_use_is_refused_to_everybody_else(once, shop, fake, held):
    fault = fake.stage("faults", kind=held, path="/v1/payment_intents")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(once)
        until(lambda: fake.look("faults")["data"][0]["waiting"], within_s=10, what="the first call is held")

        company = shop.refused(once)
        fake.end_fault(fault)
        made = first.result(10)

    assert (company.http_status, company.error.code) == (409, "idempotency_key_in_use")
    assert company.headers["stripe-should-retry"] == "true"
    assert once().id == made.id
    assert len(fake.look("objects/payment_intent")["data"]) == 1


@pytest.mark.concurrency
def test_many_at_once_make_one(fake, client):
    def call(_):
        try:
            return client.v1.payment_intents.create(
                {
                    "amount": 1200,
                    "currency": "eur",
                    "confirm": True,
                    "payment_method": "pm_card_visa",
                    "return_url": SHOP,
                },
                {"idempotency_key": "order:7:1", "max_network_retries": 0},
            ).id
        except stripe.StripeError as error:
            return error.error.code

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(call, range(40)))

    made = [row["id"] for row in fake.look("objects/payment_intent")["data"]]
    assert len(made) == 1
    assert answers - {"idempotency_key_in_use"} == set(made)
    assert fake.look("sums")["charged"] == {"eur": 1200}


def test_what_never_began_is_not_kept(once, shop, fake):
    invalid = shop.refused(lambda: once(amount=10))
    fake.stage("faults", kind="status", status=429)
    busy = shop.refused(once)
    fake.stage("faults", kind="status", status=409)
    locked = shop.refused(once)

    assert [error.http_status for error in (invalid, busy, locked)] == [400, 429, 409]
    assert (type(busy), busy.error.code, locked.error.code) == (
        stripe.RateLimitError,
        "rate_limit",
        "lock_timeout",
    )
    assert once().status == "requires_payment_method"


@pytest.mark.parametrize(("executes", "made"), [(False, 0), (True, 1)])
def test_a_failure_of_the_server_is_kept(once, shop, fake, executes, made):
    fake.stage("faults", kind="status", status=500, executes=executes)

    first = shop.refused(once)
    second = shop.refused(once)

    assert [(type(error), error.http_status) for error in (first, second)] == [(stripe.APIError, 500)] * 2
    assert first.headers["stripe-should-retry"] == "false"
    assert second.headers["idempotent-replayed"] == "true"
    assert len(fake.look("objects/payment_intent")["data"]) == made


def test_a_key_is_forgotten_after_a_day(once, fake):
    first = once()
    fake.stage("clock", advance_s=24 * 3600 - 1)
    assert once().id == first.id

    fake.stage("clock", advance_s=2)

    assert once().id != first.id


def test_a_key_has_up_to_255_characters(fake):
    data = {"amount": "1200", "currency": "eur"}
    longest = httpx.post(
        f"{fake.url}/v1/payment_intents", data=data, headers=SECRET | {"Idempotency-Key": "k" * 255}
    )
    too_long = httpx.post(
        f"{fake.url}/v1/payment_intents", data=data, headers=SECRET | {"Idempotency-Key": "k" * 256}
    )

    assert (longest.status_code, too_long.status_code) == (200, 400)
