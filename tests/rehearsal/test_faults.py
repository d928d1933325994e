"""Bad days on demand, as the library meets them."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from tests.harness.waiting import until

SECRET = {"Authorization": "Bearer sk_test_rehearsal", "Stripe-Version": "2026-10-28.endive"}


def create(client, retries, key="order:7:1"):
    return client.v1.payment_intents.create(
        {"amount": 1200, "currency": "eur"}, {"idempotency_key": key, "max_network_retries": retries}
    )


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_lost_connection_leaves_open_whether_it_happened(client, shop, fake, kind, made):
    fake.stage("faults", kind=kind, method="POST", path="/v1/payment_intents")

    lost = shop.refused(lambda: create(client, 0))

    assert type(lost) is stripe.APIConnectionError
    assert len(fake.look("objects/payment_intent")["data"]) == made
    asked_again = create(client, 0)
    assert [row["id"] for row in fake.look("objects/payment_intent")["data"]] == [asked_again.id]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_the_library_repeats_a_lost_call_under_its_key(client, fake, kind):
    fake.stage("faults", kind=kind, path="/v1/payment_intents")

    made = create(client, 1)

    assert [row["id"] for row in fake.look("objects/payment_intent")["data"]] == [made.id]
    assert ("idempotent-replayed" in made.last_response.headers) is (kind == "drop_after")


def test_the_library_repeats_a_conflict_and_not_a_rate_limit(client, shop, fake):
    conflict = fake.stage("faults", kind="status", status=409, key="first")
    limited = fake.stage("faults", kind="status", status=429, key="second", times=2)

    made = create(client, 1, key="first")
    busy = shop.refused(lambda: create(client, 1, key="second"))

    taken = {fault["number"]: fault["taken"] for fault in fake.look("faults")["data"]}
    assert (made.status, type(busy)) == ("requires_payment_method", stripe.RateLimitError)
    assert taken == {conflict["number"]: 1, limited["number"]: 1}


def test_a_slow_answer_runs_into_the_callers_timeout_and_has_happened(fake):
    fake.stage("faults", kind="hold_after", method="POST", path="/v1/payment_intents")

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{fake.url}/v1/payment_intents",
            data={"amount": "1200", "currency": "eur"},
            headers=SECRET,
            timeout=0.2,
        )

    assert len(fake.look("objects/payment_intent")["data"]) == 1


def test_a_delayed_call_is_answered_in_the_end(client, fake):
    fake.stage("faults", kind="delay", delay_ms=600_000, path="/v1/payment_intents")

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{fake.url}/v1/payment_intents", headers=SECRET, timeout=0.05)

    fake.stage("faults", kind="delay", delay_ms=20)
    assert client.v1.payment_intents.list().data == []


def test_success_and_cancel_in_the_same_instant_have_one_winner(client, shop, fake):
    intent = shop.intent(payment_method="pm_card_visa", payment_method_types=["card"])
    confirm = fake.stage("faults", kind="hold_before", path="/v1/payment_intents/*/confirm")
    cancel = fake.stage("faults", kind="hold_before", path="/v1/payment_intents/*/cancel")
    with ThreadPoolExecutor() as pool:
        paying = pool.submit(lambda: client.v1.payment_intents.confirm(intent.id).status)
        ending = pool.submit(lambda: shop.refused(lambda: client.v1.payment_intents.cancel(intent.id)).code)
        until(
            lambda: [fault["waiting"] for fault in fake.look("faults")["data"]] == [1, 1],
            within_s=10, what="both calls are held",
        )  # fmt: skip

        fake.end_fault(confirm)
        paid = paying.result(10)
        fake.end_fault(cancel)

        assert (paid, ending.result(10)) == ("succeeded", "payment_intent_unexpected_state")


def test_a_fault_meets_only_the_calls_it_names(client, shop, fake):
    fake.stage(
        "faults",
        kind="status",
        status=500,
        method="POST",
        path="/v1/payment_intents/*/cancel",
        skip=1,
        times=2,
    )
    intents = [shop.intent() for _ in range(4)]

    def status(intent):
        try:
            return client.v1.payment_intents.cancel(intent.id, None, {"max_network_retries": 0}).status
        except stripe.APIError as error:
            return error.http_status

    assert [status(intent) for intent in intents] == ["canceled", 500, 500, "canceled"]


def test_the_stage_door_says_what_it_does_not_understand(fake):
    unknown_name = httpx.post(f"{fake.url}/_fake/faults", json={"kind": "drop_before", "colour": "red"})
    unknown_kind = httpx.post(f"{fake.url}/_fake/faults", json={"kind": "explode"})
    unknown_call = httpx.get(f"{fake.url}/_fake/wishes")

    assert [answer.status_code for answer in (unknown_name, unknown_kind, unknown_call)] == [400, 400, 404]
    assert "explode" in unknown_kind.json()["error"]["message"]
