"""Redis is emptied, killed and started again while a hundred people buy: nobody notices."""

from collections.abc import Callable

import pytest

from tests.harness.waiting import until

pytestmark = [pytest.mark.served, pytest.mark.slow, pytest.mark.postgres]

BUYERS = 100


def test_no_sale_hold_or_payment_changes_when_redis_goes(open_shop, postgres_url, redis_server):
    front = open_shop(postgres_url, redis_url=redis_server.url)
    nemeses: dict[int, Callable[[], object]] = {
        20: redis_server.flush, 40: redis_server.kill9, 70: redis_server.start
    }  # fmt: skip
    buyers = [front.buyer() for _ in range(BUYERS)]
    buying = []

    for number, buyer in enumerate(buyers):
        if number in nemeses:
            most = buying[: number - 10]
            until(lambda most=most: all(one.done() for one in most), within_s=60, what="most have bought")
            nemeses[number]()
        buying.append(front.sends(buyer))

    assert [one.result(60).status_code for one in buying] == [200] * BUYERS
    assert all(front.paid(buyer) for buyer in buyers)
    assert sorted(front.charged().values()) == [1] * BUYERS
    assert front.tickets() == BUYERS
    assert front.audit() == []
