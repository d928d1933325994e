"""Measure a flash sale: many more buyers than places, all at once, from hold to paid order."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any

from ticketapp.cli.bench_orders import hold_request, pay_request
from ticketapp.cli.bench_server import serving
from ticketapp.cli.bench_shop import Buyer, Shop, open_shop
from ticketapp.cli.http_load import Talk, converse, hammer
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import queries

PLACES = 500
BUYERS = 2_000
AT_ONCE = 64
WARM_UP = 200
PEER_SECONDS = {"sold out": 8.5, "all answered": 25}


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Let every buyer ask once; who holds a place pays it, who does not is told."""
    rehearsal, shop = (
        runtime.write(
            lambda session, now, places=places, buyers=buyers: open_shop(
                session, places=places, buyers=buyers, now=now
            )
        )
        for places, buyers in ((WARM_UP, WARM_UP), (PLACES, BUYERS))
    )
    paid_at: list[float] = []
    with serving(runtime.database) as port:
        converse(port, [_buy(rehearsal, buyer, []) for buyer in rehearsal.buyers], at_once=AT_ONCE)
        hammer(port, [hold_request(rehearsal, shop.buyers[0])])
        started = perf_counter()
        load = converse(port, (_buy(shop, buyer, paid_at) for buyer in shop.buyers), at_once=AT_ONCE)
    sold = runtime.read(lambda session, _now: queries.availability(session, [shop.event_id]))[
        shop.event_id
    ].sold
    assert sold == PLACES == len(paid_at), f"{sold} sold, {len(paid_at)} paid, {load.statuses}"
    yield {
        "what": "flash sale over HTTP, hold and pay",
        "database": runtime.database.engine.dialect.name,
        "places": PLACES,
        "buyers": BUYERS,
        "atOnce": AT_ONCE,
        "sold": sold,
        "refused": load.statuses[409],
        "soldOutAfterS": round(max(paid_at) - started, 2),
        "allAnsweredAfterS": round(load.seconds, 2),
        "peerSoldOutAfterS": PEER_SECONDS["sold out"],
        "peerAllAnsweredAfterS": PEER_SECONDS["all answered"],
    }


def _buy(shop: Shop, buyer: Buyer, paid_at: list[float]) -> Talk:
    held = yield hold_request(shop, buyer)
    if held.status == 201:
        paid = yield pay_request(buyer, held.body)
        if paid.status == 201:
            paid_at.append(perf_counter())
