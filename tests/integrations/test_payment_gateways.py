"""What every payment provider does, whichever it is: the sandbox, and Stripe at the fake."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.buying import CARDS
from tests.stripe.shop import gateway
from ticketapp.core.errors import Conflict
from ticketapp.core.ids import new_id
from ticketapp.integrations.payments import ChargeOrder, ChargeStatus, PaymentGateway, RefundOrder
from ticketapp.integrations.sandbox_payments import SandboxGateway

pytestmark = pytest.mark.anyio
_TOKENS = {
    "good": "pm_card_visa",
    "declined": "pm_card_chargeDeclined",
    "empty": "pm_card_chargeDeclinedInsufficientFunds",
    "bank_asks": "pm_card_threeDSecure2Required",
}


@dataclass
class Bank:
    """A provider, and what its buyers pay with."""

    gateway: PaymentGateway
    fake: Any = None

    def order(self, means: str = "good", *, key: str | None = None, **more: Any) -> ChargeOrder:
        means_of_payment = (
            {"token": self.fake.token(_TOKENS[means])} if self.fake else {"card": getattr(CARDS, means)}
        )
        told = {
            "key": key or f"order:{new_id()}:attempt:1", "amount_minor": 45_00, "currency": "EUR",
            "reference": "TK-2026-AAAA", "person_id": new_id(),
        }  # fmt: skip
        return ChargeOrder(**told | means_of_payment | more)


@pytest.fixture(params=["sandbox", "stripe"])
async def bank(request, any_runtime):
    if request.param == "sandbox":
        yield Bank(SandboxGateway(any_runtime, success_rate=1))
        return
    fake = request.getfixturevalue("fake")
    adapter = gateway(any_runtime, fake)
    yield Bank(adapter, fake)
    await adapter.calls.close()


async def test_a_good_card_is_charged_once_however_often_it_is_asked(bank):
    order = bank.order()

    first = await bank.gateway.charge(order)
    again = await bank.gateway.charge(order)

    assert (first.status, first.amount_minor, first.currency) == (ChargeStatus.SUCCEEDED, 45_00, "EUR")
    assert first.provider_ref
    assert again == first
    assert await bank.gateway.ask(order.key) == first


@pytest.mark.parametrize(("means", "code"), [("declined", "CARD_DECLINED"), ("empty", "INSUFFICIENT_FUNDS")])
async def test_a_refused_card_fails_for_good(bank, means, code):
    order = bank.order(means)

    refused = await bank.gateway.charge(order)

    assert (refused.status, refused.error_code) == (ChargeStatus.FAILED, code)
    assert await bank.gateway.ask(order.key) == refused
    assert (await bank.gateway.cancel(order)).status is ChargeStatus.FAILED


async def test_a_bank_that_asks_can_be_called_off(bank):
    order = bank.order("bank_asks")

    asking = await bank.gateway.charge(order)
    asked = await bank.gateway.ask(order.key)
    cancelled = await bank.gateway.cancel(order)

    assert (asking.status, asked.status) == (ChargeStatus.NEEDS_ACTION, ChargeStatus.NEEDS_ACTION)
    # A page of the bank, or what the payment form in the browser goes on with.
    assert asking.action_url or asking.client_secret
    assert (asked.action_url, asked.client_secret) == (asking.action_url, asking.client_secret)
    assert cancelled.status is ChargeStatus.CANCELLED
    assert (await bank.gateway.ask(order.key)).status is ChargeStatus.CANCELLED


async def test_what_was_paid_cannot_be_called_off(bank):
    order = bank.order()
    paid = await bank.gateway.charge(order)

    assert await bank.gateway.cancel(order) == paid


async def test_a_key_that_was_never_used_is_unknown_and_once_called_off_can_never_be_charged(bank):
    order = bank.order()

    assert await bank.gateway.ask(order.key) is None
    assert (await bank.gateway.cancel(order)).status is ChargeStatus.CANCELLED
    assert (await bank.gateway.charge(order)).status is ChargeStatus.CANCELLED
    assert (await bank.gateway.ask(order.key)).status is ChargeStatus.CANCELLED


async def test_two_buyers_of_the_same_amount_are_two_charges(bank):
    first, second = [await bank.gateway.charge(bank.order()) for _ in range(2)]

    assert first.provider_ref != second.provider_ref


async def test_money_without_cents_is_charged_in_whole_units(bank):
    paid = await bank.gateway.charge(bank.order(amount_minor=5000, currency="JPY"))

    assert (paid.status, paid.amount_minor, paid.currency) == (ChargeStatus.SUCCEEDED, 5000, "JPY")


async def test_money_goes_back_once_per_key_and_never_more_than_was_paid(bank):
    paid = await bank.gateway.charge(bank.order())

    def refund(key: str, amount_minor: int):
        return bank.gateway.refund(RefundOrder(key, paid.provider_ref, amount_minor, "EUR"))

    first = await refund("back:1", 20_00)
    assert await refund("back:1", 20_00) == first
    second = await refund("back:2", 25_00)
    with pytest.raises(Conflict):
        await refund("back:3", 1)

    assert first != second
    if bank.fake:
        assert bank.fake.look("sums")["refunded"] == {"eur": 45_00}


async def test_what_is_only_authorised_is_collected_once_when_asked_for(bank):
    order = bank.order(authorises_first=True)

    set_aside = await bank.gateway.charge(order)
    seen = await bank.gateway.ask(order.key)
    taken = await bank.gateway.capture(order)
    again = await bank.gateway.capture(order)

    assert (set_aside.status, seen.status) == (ChargeStatus.AUTHORISED, ChargeStatus.AUTHORISED)
    assert (taken.status, taken.amount_minor, taken.currency) == (ChargeStatus.SUCCEEDED, 45_00, "EUR")
    assert again == taken
    assert await bank.gateway.cancel(order) == taken


async def test_what_is_only_authorised_can_be_let_go_and_never_be_collected_then(bank):
    order = bank.order(authorises_first=True)
    await bank.gateway.charge(order)

    gone = await bank.gateway.cancel(order)

    assert gone.status is ChargeStatus.CANCELLED
    assert (await bank.gateway.capture(order)).status is ChargeStatus.CANCELLED
    assert (await bank.gateway.ask(order.key)).status is ChargeStatus.CANCELLED
    with pytest.raises(Conflict):
        await bank.gateway.refund(RefundOrder(new_id().hex, gone.provider_ref, 45_00, "EUR"))


async def test_nothing_is_collected_under_a_key_that_was_never_used(bank):
    order = bank.order(authorises_first=True)

    assert (await bank.gateway.capture(order)).status is ChargeStatus.CANCELLED
    assert (await bank.gateway.charge(order)).status is ChargeStatus.CANCELLED


async def test_a_refused_card_authorises_nothing(bank):
    refused = await bank.gateway.charge(bank.order("declined", authorises_first=True))

    assert (refused.status, refused.error_code) == (ChargeStatus.FAILED, "CARD_DECLINED")
