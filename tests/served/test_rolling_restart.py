"""Two servers over one database are restarted in turn while people buy: whoever is sent away presses again at the other."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle

import pytest

from tests.harness.waiting import until
from tests.served.shopfront import Buyer, Shopfront

pytestmark = [pytest.mark.served, pytest.mark.slow, pytest.mark.postgres]

CROWD = 8
BOUGHT_BETWEEN = 10


@dataclass
class Crowd:
    """Who has bought, and what each was answered by whichever server took the request."""

    fronts: tuple[Shopfront, ...]
    bought: list[Buyer] = field(default_factory=list)
    answers: set[int] = field(default_factory=set)
    is_over: threading.Event = field(default_factory=threading.Event)

    def buy_again_and_again(self, first: int) -> None:
        servers = cycle([*self.fronts[first:], *self.fronts[:first]])
        buyer = self.fronts[0].buyer()
        while not self.is_over.is_set():
            buyer.url = next(servers).app.url
            if (answer := buyer.buy()) is not None:
                self.answers.add(answer.status_code)
                self.bought.append(buyer)
                buyer = self.fronts[0].buyer()

    def has_bought_more(self) -> None:
        enough = len(self.bought) + BOUGHT_BETWEEN
        until(lambda: len(self.bought) >= enough, within_s=120, what="the shop sells")


def test_a_rolling_restart_refuses_nobody_and_charges_nobody_twice(open_shop, postgres_url):
    fronts = (open_shop(postgres_url), open_shop(postgres_url))
    crowd = Crowd(fronts)

    with ThreadPoolExecutor(CROWD) as buyers:
        buying = [buyers.submit(crowd.buy_again_and_again, number % 2) for number in range(CROWD)]
        try:
            for front in fronts:
                crowd.has_bought_more()
                assert front.app.stop() == 0
                crowd.has_bought_more()
                front.app.start()
        finally:
            crowd.is_over.set()
    for one in buying:
        one.result()

    assert crowd.answers == {200}
    assert all(fronts[0].paid(buyer) for buyer in crowd.bought)
    assert sorted(fronts[0].charged().values()) == [1] * len(crowd.bought)
    assert fronts[0].tickets() == len(crowd.bought)
    assert (fronts[0].open_payments(), fronts[0].audit()) == (0, [])
