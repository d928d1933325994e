"""Every state of a PaymentIntent, as stripe-python sees it."""

import httpx
import pytest
import stripe

from tests.rehearsal.conftest import SHOP

CREATED_AND_PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
DECLINES = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
]


def test_a_good_card_pays_at_once(shop, client):
    customer = client.v1.customers.create({"email": "ada@example.com"})

    paid = shop.pay(
        customer=customer.id, metadata={"order": "7"}, description="2 tickets", statement_descriptor_suffix="GALA",
        receipt_email="ada@example.com", expand=["latest_charge", "payment_method", "customer"],
    )  # fmt: skip

    assert (paid.object, paid.status, paid.amount_received, paid.livemode) == (
        "payment_intent",
        "succeeded",
        1200,
        False,
    )
    assert (paid.id[:3], paid.client_secret.startswith(f"{paid.id}_secret_")) == ("pi_", True)
    assert (paid.latest_charge.id[:3], paid.latest_charge.amount_captured) == ("ch_", 1200)
    assert (paid.latest_charge.paid, paid.latest_charge.payment_intent) == (True, paid.id)
    assert paid.latest_charge.calculated_statement_descriptor == "FAKE* GALA"
    assert (paid.payment_method.id[:3], paid.payment_method.card.last4) == ("pm_", "4242")
    assert paid.customer.email == "ada@example.com"
    assert paid.metadata.to_dict() == {"order": "7"}
    assert shop.event_types() == ["customer.created", *CREATED_AND_PAID]


async def test_the_async_methods_of_the_library_work_as_well(fake):
    library = stripe.HTTPXClient(timeout=10)
    client = stripe.StripeClient("sk_test_rehearsal", base_addresses={"api": fake.url}, http_client=library)

    intent = await client.v1.payment_intents.create_async({"amount": 500, "currency": "jpy"})
    await library.close_async()

    assert (intent.status, intent.amount, intent.currency) == ("requires_payment_method", 500, "jpy")


@pytest.mark.parametrize(("method", "code", "decline_code"), DECLINES)
def test_a_declined_card_leaves_the_intent_waiting_for_another(shop, client, method, code, decline_code):
    error = shop.refused(lambda: shop.pay(method))

    told = error.error
    assert (type(error), error.http_status, error.code) == (stripe.CardError, 402, code)
    assert (told.type, told.decline_code, told.payment_intent.status) == (
        "card_error", decline_code, "requires_payment_method",
    )  # fmt: skip
    intent = client.v1.payment_intents.retrieve(told.payment_intent.id)
    assert (intent.last_payment_error.code, intent.last_payment_error.decline_code) == (code, decline_code)
    assert (intent.payment_method, intent.latest_charge) == (None, told.charge)
    charge = client.v1.charges.retrieve(told.charge)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert shop.event_types() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_after_a_decline_another_card_pays_and_nothing_pays_twice(shop, client, fake):
    declined = shop.refused(lambda: shop.pay("pm_card_visa_chargeDeclined")).error.payment_intent

    paid = client.v1.payment_intents.confirm(
        declined.id, {"payment_method": "pm_card_mastercard", "return_url": SHOP}
    )
    again = shop.refused(
        lambda: client.v1.payment_intents.confirm(
            declined.id, {"payment_method": "pm_card_visa", "return_url": SHOP}
        )
    )

    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    assert (again.http_status, again.code) == (400, "payment_intent_unexpected_state")
    assert again.error.payment_intent.status == "succeeded"
    assert fake.look("sums")["charged"] == {"eur": 1200}
    charges = client.v1.charges.list({"payment_intent": declined.id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


def test_an_intent_walks_through_its_states_one_call_at_a_time(shop, client):
    intent = shop.intent(payment_method_types=["card"])
    assert intent.status == "requires_payment_method"
    missing = shop.refused(lambda: client.v1.payment_intents.confirm(intent.id))
    assert missing.code == "payment_intent_unexpected_state"

    chosen = client.v1.payment_intents.update(
        intent.id, {"payment_method": "pm_card_visa", "amount": 900, "metadata": {"a": "1", "b": "2"}}
    )
    renamed = client.v1.payment_intents.update(intent.id, {"metadata": {"a": "", "b": "3"}})
    paid = client.v1.payment_intents.confirm(intent.id)

    assert (chosen.status, chosen.amount) == ("requires_confirmation", 900)
    assert renamed.metadata.to_dict() == {"b": "3"}
    assert (paid.status, paid.amount_received) == ("succeeded", 900)
    late = shop.refused(lambda: client.v1.payment_intents.update(intent.id, {"amount": 100}))
    assert late.code == "payment_intent_unexpected_state"


def test_an_intent_that_waits_can_be_called_off_once(shop, client, fake):
    intent = shop.intent()

    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (canceled.status, canceled.cancellation_reason, canceled.canceled_at > 0) == (
        "canceled",
        "abandoned",
        True,
    )
    again = shop.refused(lambda: client.v1.payment_intents.cancel(intent.id))
    confirm = shop.refused(
        lambda: client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    )
    assert (again.code, confirm.code) == ("payment_intent_unexpected_state",) * 2
    assert fake.look("sums")["payable"] == []


def test_a_paid_intent_cannot_be_called_off(shop, client):
    paid = shop.pay()

    error = shop.refused(lambda: client.v1.payment_intents.cancel(paid.id))

    assert (error.code, error.error.payment_intent.status) == ("payment_intent_unexpected_state", "succeeded")


def test_manual_capture_authorises_first_and_takes_a_part(shop, client):
    held = shop.pay(capture_method="manual", expand=["latest_charge"])
    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 1200, 0)
    assert (held.latest_charge.captured, held.latest_charge.balance_transaction) == (False, None)
    too_much = shop.refused(lambda: client.v1.payment_intents.capture(held.id, {"amount_to_capture": 1201}))

    taken = client.v1.payment_intents.capture(
        held.id, {"amount_to_capture": 1000, "expand": ["latest_charge"]}
    )

    assert too_much.code == "amount_too_large"
    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 1000, 0)
    assert (taken.latest_charge.amount_captured, taken.latest_charge.amount_refunded) == (1000, 200)
    assert shop.event_types() == [
        "payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated",
        "charge.captured", "payment_intent.succeeded",
    ]  # fmt: skip


def test_an_authorisation_runs_out_by_itself(shop, client, fake):
    held = shop.pay(capture_method="manual")

    fake.stage(f"payment_intents/{held.id}/lapse")

    intent = client.v1.payment_intents.retrieve(held.id)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "automatic")
    assert fake.look("sums")["charged"] == {}


def test_a_bank_may_refuse_to_pay_what_it_authorised(shop, client, fake):
    held = shop.pay(capture_method="manual")
    fake.stage(f"payment_intents/{held.id}/refuse")

    refused = shop.refused(lambda: client.v1.payment_intents.capture(held.id))

    intent = client.v1.payment_intents.retrieve(held.id)
    assert (refused.code, refused.http_status) == ("card_declined", 402)
    assert (intent.status, intent.amount_capturable) == ("requires_payment_method", 0)
    assert fake.look("sums")["charged"] == {}


def test_an_authorisation_is_released_when_the_intent_is_called_off(shop, client, fake):
    held = shop.pay(capture_method="manual")

    client.v1.payment_intents.cancel(held.id)

    charge = client.v1.charges.retrieve(held.latest_charge)
    assert (charge.refunded, charge.amount_captured) == (True, 0)
    assert fake.look("sums")["charged"] == {}
    late = shop.refused(lambda: client.v1.payment_intents.capture(held.id))
    assert late.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(("is_paid", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
def test_a_delayed_method_is_decided_days_later(shop, client, fake, is_paid, status):
    waiting = shop.pay("pm_sepaDebit_processing", expand=["latest_charge"])
    assert (waiting.status, waiting.latest_charge.status) == ("processing", "pending")
    cannot_cancel = shop.refused(lambda: client.v1.payment_intents.cancel(waiting.id))
    assert cannot_cancel.code == "payment_intent_unexpected_state"

    fake.stage(f"payment_intents/{waiting.id}/finish", paid=is_paid)

    decided = client.v1.payment_intents.retrieve(waiting.id)
    ending = (
        ["charge.succeeded", "payment_intent.succeeded"]
        if is_paid
        else ["charge.failed", "payment_intent.payment_failed"]
    )
    assert (decided.status, decided.latest_charge) == (status, waiting.latest_charge.id)
    assert shop.event_types()[-4:] == ["charge.pending", "payment_intent.processing", *ending]


@pytest.mark.parametrize(
    ("decision", "redirect_status", "status"),
    [("approve", "succeeded", "succeeded"), ("refuse", "failed", "requires_payment_method")],
)
def test_the_bank_asks_on_a_page_and_sends_the_browser_back(shop, client, decision, redirect_status, status):
    asked = shop.pay("pm_card_threeDSecure2Required")
    redirect = asked.next_action.redirect_to_url
    assert (asked.status, asked.next_action.type) == ("requires_action", "redirect_to_url")
    assert (asked.latest_charge, redirect.return_url) == (None, SHOP)

    page = httpx.get(redirect.url)
    back = httpx.post(redirect.url, data={"decision": decision})

    assert (page.status_code, "12.00 EUR" in page.text, ">Approve<" in page.text, ">Refuse<" in page.text) == (
        200, True, True, True,
    )  # fmt: skip
    target = httpx.URL(back.headers["location"])
    assert (back.status_code, target.copy_with(query=None)) == (303, "https://shop.example/orders/7")
    assert dict(target.params) == {
        "tab": "tickets", "payment_intent": asked.id, "payment_intent_client_secret": asked.client_secret,
        "redirect_status": redirect_status,
    }  # fmt: skip
    decided = client.v1.payment_intents.retrieve(asked.id)
    assert (decided.status, decided.next_action) == (status, None)
    again = httpx.get(redirect.url)
    assert (again.status_code, ">Approve<" in again.text) == (200, False)


def test_a_refused_authentication_says_so(shop, client, fake):
    asked = shop.pay("pm_card_authenticationRequired", use_stripe_sdk=True)
    assert (asked.next_action.type, asked.next_action.use_stripe_sdk.stripe_js[-len(asked.id) :]) == (
        "use_stripe_sdk", asked.id,
    )  # fmt: skip

    fake.stage(f"payment_intents/{asked.id}/authenticate", approved=False)

    refused = client.v1.payment_intents.retrieve(asked.id)
    assert refused.last_payment_error.code == "payment_intent_authentication_failure"
    assert shop.event_types() == [
        "payment_intent.created", "payment_intent.requires_action", "payment_intent.payment_failed"
    ]  # fmt: skip


def test_an_approved_card_may_still_lack_the_money(shop, client, fake):
    asked = shop.pay("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")

    fake.stage(f"payment_intents/{asked.id}/authenticate", approved=True)

    intent = client.v1.payment_intents.retrieve(asked.id)
    assert (intent.status, intent.last_payment_error.decline_code) == (
        "requires_payment_method",
        "insufficient_funds",
    )


def test_nobody_is_asked_off_session_or_after_the_intent_was_called_off(shop, client):
    off_session = shop.refused(lambda: shop.pay("pm_card_authenticationRequired", off_session=True))
    asked = shop.pay("pm_card_authenticationRequired")
    client.v1.payment_intents.cancel(asked.id)

    late = httpx.post(asked.next_action.redirect_to_url.url, data={"decision": "approve"})

    assert (off_session.http_status, off_session.code) == (402, "authentication_required")
    assert (late.status_code, "decided: failed" in late.text) == (200, True)
    assert client.v1.payment_intents.retrieve(asked.id).status == "canceled"
