"""PostgreSQL is killed and started again while twenty people buy; the web process is not touched."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest

from tests.harness.databases import PostgresDatabases
from tests.harness.postgres import Options, PostgresServer
from tests.harness.waiting import until
from tests.served.shopfront import Buyer, Shopfront, stripe_settings

pytestmark = [pytest.mark.served, pytest.mark.slow, pytest.mark.postgres]

CROWD = 20
BOUGHT_BEFORE, BOUGHT_AFTER = 40, 40


@pytest.fixture
def server():
    # What was answered must survive: a server that does not wait for its log would lose it.
    started = PostgresServer(Options(is_durable=True)).start()
    yield started
    started.close()


@pytest.fixture
def front(server, open_shop, tmp_path):
    return open_shop(server.url(PostgresDatabases(server, tmp_path).create(seeded=False)))


@dataclass
class History:
    """What every buyer was told, one answer per call; an answer that never came is None."""

    answers: list[tuple[Buyer, httpx.Response | None]] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def buy_again_and_again(self, front: Shopfront) -> None:
        while not self.is_over.is_set():
            buyer = front.buyer()
            for call in (buyer.hold, buyer.pay):
                answer = call()
                self.answers.append((buyer, answer))
                if not answer.is_success:
                    break

    def bought(self) -> int:
        return sum(answer.url.path == "/checkout/pay" and answer.is_success for _, answer in self.answers)

    def refusals(self) -> list[httpx.Response]:
        return [answer for _, answer in self.answers if not answer.is_success]


def test_a_database_that_dies_under_buyers_costs_nobody_anything(front, server, start_worker):
    history = History()

    with ThreadPoolExecutor(CROWD) as crowd:
        buying = [crowd.submit(history.buy_again_and_again, front) for _ in range(CROWD)]
        try:
            restart_under(history, server)
        finally:
            history.is_over.set()
    for one in buying:
        one.result()
    front.let_time_pass()
    start_worker(front.app.database_url, **stripe_settings(front.fake))
    until(lambda: front.open_payments() == 0, within_s=60, what="the provider was asked about each payment")

    assert {told(answer) for answer in history.refusals()} == {(503, "database_unavailable", "1")}
    check(front, history)
    assert front.audit() == []


def restart_under(history: History, server: PostgresServer) -> None:
    until(lambda: history.bought() >= BOUGHT_BEFORE, within_s=60, what="the shop sells")
    server.kill9()
    until(lambda: len(history.refusals()) >= CROWD, within_s=60, what="everybody hears of it")
    server.start()
    before = history.bought()
    until(lambda: history.bought() >= before + BOUGHT_AFTER, within_s=60, what="the shop sells again")


def told(answer: httpx.Response) -> tuple[int, str, str | None]:
    return answer.status_code, answer.json().get("code", ""), answer.headers.get("retry-after")


def check(front: Shopfront, history: History) -> None:
    """Compare what everybody was told with what is: yes means bought; an error means bought whole or not at all."""
    charged = front.charged()
    assert set(charged.values()) == {1}
    bought = 0
    for buyer in {id(buyer): buyer for buyer, _ in history.answers}.values():
        orders = front.orders_of(buyer)
        bought += "paid" in orders
        assert ("paid" in orders) == any(reference in charged for reference in orders.values())
    for buyer, answer in history.answers:
        if answer.is_success and answer.url.path == "/checkout/pay":
            assert answer.json()["next"].removeprefix("/order/") in front.orders_of(buyer).values()
    assert bought == front.tickets() == charged.total()
