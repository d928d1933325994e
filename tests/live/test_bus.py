import queue

import pytest

from tests.harness.redis import RedisServer
from tests.harness.waiting import until
from ticketapp.integrations.bus import EVERYTHING, LocalBus, RedisBus

SOLD = frozenset({"ev:1", "user:2"})


@pytest.fixture
def buses(redis_server: RedisServer):
    """Two processes' buses, each with what it heard."""
    made = [RedisBus(redis_server.url), RedisBus(redis_server.url)]
    heard = [queue.Queue(), queue.Queue()]
    for bus, inbox in zip(made, heard, strict=True):
        bus.listen(inbox.put)
    until(lambda: _are_subscribed(made[0]), within_s=5, what="both listen")
    yield made, heard
    for bus in made:
        bus.close()


def test_one_process_hears_itself():
    bus, heard = LocalBus(), []
    bus.listen(heard.append)

    bus.publish(SOLD)

    assert heard == [SOLD]


def test_every_process_hears_each_change_once(buses):
    (here, _), (heard_here, heard_there) = buses

    here.publish(SOLD)

    assert heard_here.get(timeout=5) == SOLD
    assert heard_there.get(timeout=5) == SOLD
    here.publish(frozenset({"ev:3"}))
    assert heard_here.get(timeout=5) == frozenset({"ev:3"})
    assert heard_there.get(timeout=5) == frozenset({"ev:3"})


def test_a_dead_redis_delays_only_the_others_who_then_read_everything(buses, redis_server):
    (here, _), (heard_here, heard_there) = buses
    redis_server.kill9()

    here.publish(SOLD)

    assert heard_here.get(timeout=1) == SOLD
    redis_server.start()
    assert heard_there.get(timeout=10) == EVERYTHING


def test_a_bus_opens_and_publishes_without_redis():
    bus, heard = RedisBus("redis://127.0.0.1:1/0"), queue.Queue()
    bus.listen(heard.put)

    bus.publish(SOLD)

    assert heard.get(timeout=1) == SOLD
    bus.close()


def _are_subscribed(bus: RedisBus) -> bool:
    return bus._redis.pubsub_numsub("ticketapp:changes")[0][1] == 2
