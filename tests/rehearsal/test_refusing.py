"""What is not right is refused in Stripe's words, and nothing happens."""

import httpx
import pytest
import stripe

from tests.rehearsal.conftest import SHOP

SECRET = {"Authorization": "Bearer sk_test_rehearsal", "Stripe-Version": "2026-10-28.endive"}


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 49, "currency": "usd"}, "amount_too_small", "amount"),
        ({"amount": 29, "currency": "gbp"}, "amount_too_small", "amount"),
        ({"amount": 49, "currency": "jpy"}, "amount_too_small", "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": "12.50"}, "parameter_invalid_integer", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"currency": "xyz"}, None, "currency"),
        ({"currency": ""}, "parameter_missing", "currency"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"automatic_payment_methods": {"enabled": True, "x": 1}}, "parameter_unknown", "automatic_payment_methods[x]"),
        ({"automatic_payment_methods": {"enabled": True}, "payment_method_types": ["card"]}, "parameters_exclusive",
         "automatic_payment_methods"),
        ({"payment_method_types": ["cheque"]}, None, "payment_method_types"),
        ({"capture_method": "later"}, None, "capture_method"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"payment_method": "pm_nothing"}, "resource_missing", "payment_method"),
        ({"receipt_email": "ada"}, "email_invalid", "receipt_email"),
        ({"statement_descriptor_suffix": "12*"}, None, "statement_descriptor_suffix"),
        ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 40}]"),
        ({"metadata": {str(number): "v" for number in range(51)}}, None, "metadata"),
        ({"return_url": SHOP}, None, "return_url"),
        ({"confirm": True, "payment_method": "pm_card_visa"}, None, "return_url"),
        ({"confirm": True, "payment_method": "pm_card_visa", "return_url": "javascript:1"}, "url_invalid", "return_url"),
        ({"confirm": True, "return_url": SHOP}, "parameter_missing", "payment_method"),
        ({"confirm": True, "return_url": SHOP, "payment_method": "pm_sepaDebit_processing", "capture_method": "manual"},
         None, "capture_method"),
        ({"confirm": True, "payment_method": "pm_sepaDebit_processing", "payment_method_types": ["card"]}, None,
         "payment_method"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_named_and_nothing_happens(shop, fake, given, code, param):
    error = shop.refused(lambda: shop.intent(**given))

    assert (type(error), error.http_status, error.code, error.param) == (
        stripe.InvalidRequestError, 400, code, param,
    )  # fmt: skip
    assert (error.error.type, error.headers["request-id"][:4]) == ("invalid_request_error", "req_")
    known = fake.look("objects")
    assert (known["payment_intent"], known["charge"], known["event"]) == ([], [], [])


@pytest.mark.parametrize(("currency", "least"), [("eur", 50), ("usd", 50), ("gbp", 30), ("jpy", 50)])
def test_the_smallest_amount_is_taken(shop, currency, least):
    assert shop.intent(amount=least, currency=currency.upper()).currency == currency


def test_what_is_not_there_is_missing(shop, client):
    lost = shop.refused(lambda: client.v1.payment_intents.retrieve("pi_nothing"))
    lost_charge = shop.refused(lambda: client.v1.charges.retrieve("ch_nothing"))

    assert (lost.http_status, lost.code, lost.user_message) == (
        404, "resource_missing", "No such payment_intent: 'pi_nothing'",
    )  # fmt: skip
    assert lost_charge.code == "resource_missing"


@pytest.mark.parametrize(
    ("authorization", "text"),
    [
        ("", "You did not provide an API key."),
        ("Bearer sk_test_somebody_else", "Invalid API Key provided: sk_test_********else"),
    ],
)
def test_only_the_secret_key_it_was_started_with_opens_it(fake, authorization, text):
    answer = httpx.get(f"{fake.url}/v1/balance", headers=SECRET | {"Authorization": authorization})

    assert (answer.status_code, answer.json()["error"]["message"].startswith(text)) == (401, True)


def test_the_secret_key_may_come_as_a_user_name(fake):
    answer = httpx.get(
        f"{fake.url}/v1/balance",
        auth=("sk_test_rehearsal", ""),
        headers={"Stripe-Version": "2026-10-28.endive"},
    )

    assert answer.json() == {"object": "balance", "livemode": False, "available": [], "pending": []}


@pytest.mark.parametrize("version", ["", "newest", "2026-10"])
def test_the_version_has_to_be_pinned(fake, version):
    answer = httpx.get(f"{fake.url}/v1/balance", headers=SECRET | {"Stripe-Version": version})

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_calls_that_stripe_does_not_have_are_refused(fake):
    answer = httpx.post(f"{fake.url}/v1/wishes", headers=SECRET)

    assert (answer.status_code, answer.json()["error"]["message"]) == (
        404, "Unrecognized request URL (POST: /v1/wishes).",
    )  # fmt: skip


def test_what_cannot_be_expanded_is_refused(shop, client):
    intent = shop.intent()

    error = shop.refused(lambda: client.v1.payment_intents.retrieve(intent.id, {"expand": ["wishes"]}))

    assert (error.http_status, error.param) == (400, "expand")


def test_a_broken_request_ends_its_connection_only(fake, client):
    broken = httpx.post(f"{fake.url}/v1/payment_intents", headers=SECRET, content=b"[a]=1&b[=2")
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{fake.url}/v1/payment_intents", headers=SECRET, content=b"x" * 1_100_000)

    assert broken.status_code == 400
    assert client.v1.balance.retrieve().object == "balance"
