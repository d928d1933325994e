"""The disk is full in the middle of a payment; the server is told to stop in the middle of another."""

import resource

import httpx
import pytest

from tests.harness.waiting import until
from tests.served.shopfront import Shopfront

pytestmark = [pytest.mark.served, pytest.mark.slow]

CHARGED = "payment_intents.confirm.after"
# Less than the database holds already, more than the list of failpoints passed.
FULL_AT = 16_384


def fill_disk(front: Shopfront, *, is_full: bool) -> None:
    """Let no file of the server's processes grow beyond a size, as if the disk were full."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for process in front.app.processes():
        resource.prlimit(process, resource.RLIMIT_FSIZE, (FULL_AT if is_full else hard, hard))


def in_the_middle(front: Shopfront):
    """Let somebody pay and stand where the money has moved and we have not noted it: (buyer, their answer to come)."""
    front.points.arm(CHARGED, "pause 1")
    buyer = front.buyer()
    answer = front.sends(buyer)
    front.points.wait_for(CHARGED)
    return buyer, answer


def test_a_full_disk_sells_nothing_and_takes_nothing_and_loses_nothing(open_shop):
    front = open_shop()
    front.fake.stage("webhooks", url=f"{front.app.url}/api/stripe/webhook", retry_ms=100)
    with_a_cart, new = front.buyer(), front.buyer()
    with_a_cart.hold()
    charged, answer = in_the_middle(front)

    fill_disk(front, is_full=True)
    front.points.disarm()
    refused = [answer.result(30), with_a_cart.pay(), new.hold()]
    taken = front.charged().total()
    fill_disk(front, is_full=False)

    assert [(one.status_code, one.json()["code"]) for one in refused] == [(503, "database_unavailable")] * 3
    assert taken == 1
    until(lambda: front.paid(charged), within_s=60, what="the webhook comes again and the order is paid")
    for buyer in (with_a_cart, new):
        assert buyer.buy().status_code == 200
        assert front.paid(buyer)
    assert sorted(front.charged().values()) == [1, 1, 1]
    assert front.audit() == []


@pytest.mark.postgres
def test_a_server_that_is_told_to_stop_finishes_what_it_began_while_another_goes_on(open_shop, postgres_url):
    front, other = open_shop(postgres_url), open_shop(postgres_url)
    buyer, answer = in_the_middle(front)

    front.app.tell_to_stop()
    until(lambda: not takes_more(front), within_s=60, what="it takes no more requests")
    meanwhile = other.buyer()
    bought = meanwhile.buy()
    front.points.disarm()

    assert (bought.status_code, other.paid(meanwhile)) == (200, True)
    assert answer.result(30).status_code == 200
    assert front.paid(buyer)
    assert front.app.wait() == 0
    assert sorted(front.charged().values()) == [1, 1]
    assert other.audit() == []


def takes_more(front: Shopfront) -> bool:
    try:
        httpx.get(f"{front.app.url}/api/health", timeout=0.5, verify=False)
    except httpx.TransportError:
        return False
    return True
