"""Confirmation tokens and what else a page may do with the publishable key."""

from datetime import timedelta

import pytest

from tests.rehearsal.conftest import SHOP

CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": "4242 4242 4242 4242",
    "payment_method_data[card][exp_month]": "11",
    "payment_method_data[card][exp_year]": "2031",
    "payment_method_data[card][cvc]": "123",
    "payment_method_data[billing_details][name]": "Ada",
    "return_url": SHOP,
}


def typed(browser, **changes):
    return browser.post("/v1/confirmation_tokens", data=CARD | changes)


def pay_with(client, token, **given):
    return client.v1.payment_intents.create(
        {"amount": 1200, "currency": "eur", "confirm": True, "confirmation_token": token} | given
    )


def test_a_page_collects_a_card_and_the_server_confirms_with_it(client, browser):
    token = typed(browser).json()
    assert (token["object"], token["id"][:7], token["livemode"]) == ("confirmation_token", "ctoken_", False)
    assert token["expires_at"] - token["created"] == timedelta(hours=12).total_seconds()
    assert token["payment_method_preview"]["card"]["last4"] == "4242"
    assert "4242424242424242" not in str(token)

    paid = pay_with(client, token["id"], expand=["payment_method"])

    card = paid.payment_method.card
    assert (paid.status, card.exp_month, card.exp_year) == ("succeeded", 11, 2031)
    assert paid.payment_method.billing_details.name == "Ada"
    assert client.v1.confirmation_tokens.retrieve(token["id"]).payment_intent == paid.id


def test_a_token_is_used_once(shop, client, fake):
    token = client.v1.test_helpers.confirmation_tokens.create(
        {"payment_method": "pm_card_visa", "return_url": SHOP}
    )
    first = pay_with(client, token.id)

    error = shop.refused(lambda: pay_with(client, token.id))

    assert (first.status, error.http_status, error.code) == ("succeeded", 400, "token_already_used")
    assert fake.look("sums")["charged"] == {"eur": 1200}


def test_a_declined_token_is_used_up_as_well(shop, client):
    token = client.v1.test_helpers.confirmation_tokens.create(
        {"payment_method": "pm_card_chargeDeclined", "return_url": SHOP}
    )

    declined = shop.refused(lambda: pay_with(client, token.id))
    again = shop.refused(
        lambda: client.v1.payment_intents.confirm(
            declined.error.payment_intent.id, {"confirmation_token": token.id}
        )
    )

    assert (declined.code, again.code) == ("card_declined", "token_already_used")


def test_a_token_lives_twelve_hours(shop, client, fake):
    token = client.v1.test_helpers.confirmation_tokens.create(
        {"payment_method": "pm_card_visa", "return_url": SHOP}
    )
    fake.stage("clock", advance_s=12 * 3600)

    error = shop.refused(lambda: pay_with(client, token.id))

    assert (error.http_status, error.param) == (400, "confirmation_token")
    assert fake.look("objects/payment_intent") == {"data": []}


@pytest.mark.parametrize(
    ("field", "value", "code", "param"),
    [
        ("number", "4242424242424241", "incorrect_number", "number"),
        ("number", "4111111111111111", "card_declined", "number"),
        ("exp_year", "2019", "invalid_expiry_year", "exp_year"),
    ],
)
def test_a_card_that_cannot_be_is_refused_to_the_page(browser, field, value, code, param):
    answer = typed(browser, **{f"payment_method_data[card][{field}]": value})

    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"], error["param"]) == (
        402,
        "card_error",
        code,
        param,
    )


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("4000000000000002", "declined"),
        ("4000000000003220", "requires_action"),
        ("5555555555554444", "succeeded"),
    ],
)
def test_a_typed_number_decides_as_the_test_ids_do(shop, client, browser, number, status):
    token = typed(browser, **{"payment_method_data[card][number]": number}).json()["id"]

    if status == "declined":
        assert shop.refused(lambda: pay_with(client, token)).code == "card_declined"
    else:
        assert pay_with(client, token).status == status


def test_a_typed_bank_account_takes_days(client, browser):
    token = browser.post(
        "/v1/confirmation_tokens",
        data={
            "payment_method_data[type]": "sepa_debit",
            "payment_method_data[sepa_debit][iban]": "DE89370400440532013000",
        },
    ).json()["id"]

    assert pay_with(client, token, return_url=SHOP).status == "processing"


def test_any_page_may_ask(browser):
    answer = browser.options("/v1/confirmation_tokens")

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert typed(browser).headers["access-control-allow-origin"] == "*"


def test_a_page_sees_an_intent_only_with_its_secret_and_never_all_of_it(shop, browser):
    intent = shop.intent(metadata={"order": "7"})
    path = f"/v1/payment_intents/{intent.id}"

    seen = browser.get(path, params={"client_secret": intent.client_secret}).json()
    guessed = browser.get(path, params={"client_secret": "guessed"})
    listed = browser.get("/v1/payment_intents")

    assert (seen["status"], "metadata" in seen, "customer" in seen) == (
        "requires_payment_method",
        False,
        False,
    )
    assert guessed.status_code == 404
    assert (listed.status_code, listed.json()["error"]["code"]) == (401, "secret_key_required")


def test_a_page_confirms_with_the_secret(shop, client, browser):
    intent = shop.intent()
    token = typed(browser).json()["id"]

    confirmed = browser.post(
        f"/v1/payment_intents/{intent.id}/confirm",
        data={"client_secret": intent.client_secret, "confirmation_token": token},
    ).json()

    assert (confirmed["status"], "metadata" in confirmed) == ("succeeded", False)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
