"""The web process is killed at each step of a checkout: whoever paid has a ticket, once, and nobody else has one.

In each life of the server some buyers are held up at steps that hold up nobody else, and the last one's step kills it
while all of them stand there.
"""

import pytest

from tests.harness.waiting import until
from tests.served.shopfront import Buyer, Shopfront
from tests.served.steps import IN_BATCHES, IN_THE_MIDDLE, IN_TRANSACTIONS, NEWS

pytestmark = [pytest.mark.served, pytest.mark.slow]

LIVES = [IN_THE_MIDDLE, *((step,) for step in IN_BATCHES)]
EVERYBODY = sum(len(steps) for steps in LIVES)
ASKED_BY_BANK = "pm_card_threeDSecure2Required"


def live(front: Shopfront, steps: tuple[str, ...]) -> list[Buyer]:
    """Let a server live until somebody's step kills it; give those who were in the middle of a checkout."""
    buyers = []
    for step in steps:
        front.points.arm(step, "kill" if step == steps[-1] else "pause 1")
        buyers.append(front.buyer(authorises_first=".capture." in step))
        front.sends(buyers[-1])
        if step != steps[-1]:
            front.points.wait_for(step)
    front.app.wait()
    front.points.disarm()
    return buyers


def test_buyers_who_press_again_get_one_ticket_for_one_charge(open_shop):
    front = open_shop()
    front.fake.stage("webhooks", url=f"{front.app.url}/api/stripe/webhook", hold=True, retry_ms=50)

    for steps in LIVES:
        buyers = live(front, steps)
        front.let_time_pass()
        front.app.start()
        front.fake.stage("webhooks/release", order="reversed")
        for buyer in buyers:
            press_until_paid(front, buyer)

    approve_while_it_dies(front, NEWS[0])
    assert sorted(front.charged().values()) == [1] * (EVERYBODY + 1)
    assert front.intents().keys() == {"succeeded", "canceled"}
    assert (front.tickets(), front.open_payments()) == (EVERYBODY + 1, 0)
    assert front.audit() == []


@pytest.mark.postgres
def test_with_no_buyer_and_no_webhook_the_shop_finds_out_alone(open_shop, postgres_url):
    front = open_shop(postgres_url)

    for steps in ((*IN_TRANSACTIONS, *IN_THE_MIDDLE), ("settle.before",)):
        live(front, steps)
        front.let_time_pass()
        front.app.start()
        until(
            lambda: front.open_payments() == 0, within_s=60, what="the provider was asked about each payment"
        )

    # Whose money had moved or was set aside: one stood behind the confirmation, two at the capture, one in the settlement.
    assert sorted(front.charged().values()) == [1] * 4
    # Called off: what stood between there and the note that somebody pays, with an intent or, to close its key, by one.
    assert front.intents() == {"succeeded": 4, "canceled": 10}
    front.fake.stage("webhooks", url=f"{front.app.url}/api/stripe/webhook", retry_ms=50)
    approve_while_it_dies(front, NEWS[1])
    assert front.tickets() == 5
    assert front.audit() == []


def press_until_paid(front: Shopfront, buyer: Buyer) -> None:
    """Send the same forms again, as somebody does whose page says that the connection is gone."""

    def press() -> bool:
        answer = buyer.buy()
        assert answer is not None
        assert answer.status_code == 200, answer.text
        return front.paid(buyer)

    until(press, within_s=60, what="the order is paid")


def approve_while_it_dies(front: Shopfront, step: str) -> None:
    """Let a bank approve, the server die over the webhook that tells of it, and the webhook come again."""
    front.fake.stage("webhooks", hold=False)
    buyer = front.buyer(ASKED_BY_BANK)
    buyer.buy()
    (intent,) = [
        one["id"]
        for one in front.fake.look("objects/payment_intent")["data"]
        if one["status"] == "requires_action"
    ]
    front.points.arm(step, "kill")
    front.fake.stage(f"payment_intents/{intent}/authenticate", approved=True)
    front.app.wait()
    front.points.disarm()
    front.app.start()
    until(lambda: front.paid(buyer), within_s=60, what="the webhook comes again and the order is paid")
