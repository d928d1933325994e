"""Measure how many event pages a second are served as HTML with live numbers."""

import gzip
from collections.abc import Iterator
from typing import Any

from ticketapp.cli.bench_server import serving
from ticketapp.cli.bench_shop import open_shop
from ticketapp.cli.http_load import hammer, http_request
from ticketapp.runtime import Runtime

AT_ONCE = 32
PAGES = 20_000
PEER_PER_SECOND = 59


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Fetch one event's page again and again, beside the smallest answer of the same server."""
    shop = runtime.write(lambda session, now: open_shop(session, places=1_000, buyers=1, now=now))
    with serving(runtime.database) as port:
        page = http_request("GET", f"/event/{shop.slug}")
        first = hammer(port, [page], keep_bodies=True)
        assert first.statuses == {200: 1}, first.statuses
        floor = hammer(port, [http_request("GET", "/api/now")] * PAGES, at_once=AT_ONCE)
        load = hammer(port, [page] * PAGES, at_once=AT_ONCE)
    assert load.statuses == {200: PAGES}, load.statuses
    yield {
        "what": "event page HTML with live numbers",
        "database": runtime.database.engine.dialect.name,
        "atOnce": AT_ONCE,
        "perSecond": round(load.per_second),
        "p99Ms": round(load.percentile_ms(99), 1),
        "bytesGzip": len(gzip.compress(first.bodies[0])),
        "smallestGetPerSecond": round(floor.per_second),
        "peerPerSecond": PEER_PER_SECOND,
        "timesPeer": round(load.per_second / PEER_PER_SECOND, 1),
    }
