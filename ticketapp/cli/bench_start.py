"""Measure what it takes to be there at all: the start, an idle server's memory, the first load of an event page."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx

from ticketapp.cli.bench_server import serving, usage_of_server
from ticketapp.cli.bench_shop import open_shop
from ticketapp.runtime import Runtime

PEER_START_S = 6.8
PEER_MEGABYTES = 942
SECONDS_TO_SETTLE = 5
ROUTE = "event/:slug"
# What the page's HTML names, and what the router's manifest says of a route.
LINKED = re.compile(r"/assets/[\w.-]+\.(?:js|css)")
MANIFEST = "/manifest-"


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Start a server twice, as the first start may have something to build, and open one page."""
    shop = runtime.write(lambda session, now: open_shop(session, places=1_000, buyers=1, now=now))
    with serving(runtime.database):
        pass
    started = time.perf_counter()
    with serving(runtime.database) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        page = client.get(f"/event/{shop.slug}").raise_for_status()
        seconds_to_start = time.perf_counter() - started
        sizes = first_load(page.text, client)
        time.sleep(SECONDS_TO_SETTLE)
        idle = usage_of_server()
    yield {
        "what": "start with nothing changed",
        "seconds": round(seconds_to_start, 2),
        "peerSeconds": PEER_START_S,
    }
    yield {
        "what": "idle server, all its processes",
        "megabytesPss": round(idle.memory_kb / 1024),
        "peerMegabytesPss": PEER_MEGABYTES,
    }
    yield {
        "what": "first load of an event page",
        "files": len(sizes),
        "kilobytesGzip": round(sum(sizes) / 1000, 1),
    }


def first_load(html: str, client: httpx.Client) -> list[int]:
    """List how many bytes come over the wire for each script and style that a browser loads for an event page."""
    paths = set(LINKED.findall(html))
    manifest = client.get(next(path for path in paths if MANIFEST in path)).text
    routes = json.loads(manifest[manifest.index("{") : manifest.rindex("}") + 1])["routes"]
    route = next(route for route in routes.values() if route.get("path") == ROUTE)
    paths.update([route["module"], *route["imports"], *route["css"]])
    return [_bytes_sent(path, client) for path in paths]


def _bytes_sent(path: str, client: httpx.Client) -> int:
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        answer.raise_for_status()
        return sum(len(part) for part in answer.iter_raw())
