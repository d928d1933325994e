"""Measure how many orders a second are paid over HTTP: order, sandbox payment, settlement, tickets."""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa

from ticketapp.cli.bench_server import EMPTY_PATH, serving
from ticketapp.cli.bench_shop import Buyer, Shop, open_shop
from ticketapp.cli.http_load import hammer, http_request
from ticketapp.core.ids import new_id
from ticketapp.models import Ticket
from ticketapp.runtime import Runtime

AT_ONCE = 32
WARM_UP = 500
ORDERS = 4_000
PEER_PER_SECOND = 12
CARD = {"type": "card", "cardNumber": "4242424242424242", "expiryMonth": 12, "expiryYear": 2030, "cvv": "123"}


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Pay one held place per order, each by a buyer of their own."""
    buyers = WARM_UP + ORDERS
    shop = runtime.write(lambda session, now: open_shop(session, places=buyers, buyers=buyers, now=now))
    with serving(runtime.database) as port:
        holds = hammer(
            port, [hold_request(shop, buyer) for buyer in shop.buyers], at_once=1, keep_bodies=True
        )
        pays = [pay_request(buyer, body) for buyer, body in zip(shop.buyers, holds.bodies, strict=True)]
        hammer(port, pays[:WARM_UP], at_once=AT_ONCE)
        empty_body = {"name": "bench", "quantity": 1}
        empty = http_request("POST", EMPTY_PATH, token=shop.buyers[0].token, body=empty_body)
        floor = hammer(port, [empty] * ORDERS, at_once=AT_ONCE)
        load = hammer(port, pays[WARM_UP:], at_once=AT_ONCE)
    assert load.statuses == {201: ORDERS}, load.statuses
    tickets = runtime.read(
        lambda session, _now: session.scalar(sa.select(sa.func.count()).select_from(Ticket))
    )
    assert tickets is not None
    assert tickets >= buyers, f"{tickets} tickets for {buyers} paid orders"
    yield {
        "what": "order paid over HTTP",
        "database": runtime.database.engine.dialect.name,
        "atOnce": AT_ONCE,
        "perSecond": round(load.per_second),
        "p50Ms": round(load.percentile_ms(50), 1),
        "p99Ms": round(load.percentile_ms(99), 1),
        "emptyPostPerSecond": round(floor.per_second),
        "peerPerSecond": PEER_PER_SECOND,
        "timesPeer": round(load.per_second / PEER_PER_SECOND, 1),
    }


def hold_request(shop: Shop, buyer: Buyer) -> bytes:
    """Write the request that holds one place for a buyer."""
    body = {
        "eventId": str(shop.event_id),
        "items": [{"tierId": str(shop.tier_id), "quantity": 1}],
        "idempotencyKey": new_id().hex,
    }
    return http_request("POST", "/api/inventory/reservations", token=buyer.token, body=body)


def pay_request(buyer: Buyer, held: bytes) -> bytes:
    """Write the request that pays what the answer `held` says is held."""
    ids = [reservation["reservationId"] for reservation in orjson.loads(held)["reservations"]]
    body = {"reservationIds": ids, "paymentMethod": CARD, "idempotencyKey": new_id().hex}
    return http_request("POST", "/api/bookings/confirm", token=buyer.token, body=body)
