"""Measure how many holds a second are made by clicks: over the socket of open pages, beside a handler that does nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from time import perf_counter
from typing import Any

import orjson
import uvloop
from typing_extensions import override

from ticketapp.cli.bench_server import EMPTY_HANDLER, serving
from ticketapp.cli.bench_shop import Buyer, Shop, open_shop
from ticketapp.cli.http_load import Load
from ticketapp.cli.open_page import OpenPage
from ticketapp.cli.wire_client import EVENT, WireClient
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.rules import SESSION_COOKIE
from ticketapp.services.inventory import queries

PAGES = 64
AT_ONCE = 32
ROUNDS = 24
SECONDS_TO_ANSWER = 60

_PAGE_STATE = "reflex___state____state.ticketapp___state___event_page____event_page_state"
_CHOOSE, _HOLD = f"{_PAGE_STATE}.choose", f"{_PAGE_STATE}.add_to_cart"
# What a page is told once it has loaded, a tier is chosen, it is held, it is in the cart, and the empty handler has run.
_LOADED = b'"quantities_rx_state_":{"regular":0}'
_CHOSEN = b'"quantities_rx_state_":{"regular":1}'
_HELD = b'"said_rx_state_":"Held for you.'
_IN_CART = b'____live_cart":{"figures":'
_TURNED = b'"turns_rx_state_":'
_ASKED_TO_CALL = f'{EVENT}["event",{{"events":'.encode()


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Let signed-in people press the button of an event's page, `AT_ONCE` of them at any moment."""
    places = PAGES * (ROUNDS + 1)
    shop = runtime.write(
        lambda session, now: open_shop(
            session, places=places, buyers=PAGES, now=now, max_per_person=ROUNDS + 1
        )
    )
    with serving(runtime.database) as port:
        empty, holds = uvloop.run(_click(port, shop))
    seen = runtime.read(lambda session, _now: queries.availability(session, [shop.event_id]))
    assert seen[shop.event_id].held == places, f"{seen[shop.event_id].held} of {places} are held"
    yield {
        "what": "hold by a click, over the socket",
        "database": runtime.database.engine.dialect.name,
        "pages": PAGES,
        "atOnce": AT_ONCE,
        "perSecond": round(holds.per_second),
        "p50Ms": round(holds.percentile_ms(50), 1),
        "p99Ms": round(holds.percentile_ms(99), 1),
        "emptyHandlerPerSecond": round(empty.per_second),
        "shareOfEmptyHandler": round(holds.per_second / empty.per_second, 2),
    }


async def _click(port: int, shop: Shop) -> tuple[Load, Load]:
    """Give the load of the empty handler and that of the holds, in rounds by turns."""
    turnstile = asyncio.Semaphore(AT_ONCE)

    async def everyone(act: Callable[["_Page"], Awaitable[None]], load: Load) -> None:
        async def one(page: _Page) -> None:
            async with turnstile, asyncio.timeout(SECONDS_TO_ANSWER):
                asked = perf_counter()
                await act(page)
                load.latencies_s.append(perf_counter() - asked)

        began = perf_counter()
        await asyncio.gather(*map(one, pages))
        load.seconds += perf_counter() - began

    pages = [_Page(port, shop, buyer) for buyer in shop.buyers]
    await everyone(_Page.open, Load())
    # The first round of each warms up.
    empty, holds = Load(), Load()
    for turn in range(ROUNDS + 1):
        await everyone(lambda page: page.call(EMPTY_HANDLER, _TURNED), empty if turn else Load())
    for turn in range(ROUNDS + 1):
        await everyone(lambda page: page.call(_CHOOSE, _CHOSEN, key="regular", quantity=1), Load())
        carts = [page.expect(_IN_CART) for page in pages]
        await everyone(lambda page: page.call(_HOLD, _HELD), load := holds if turn else Load())
        # Nobody's turn lasts until the cart is on the page, but showing it is part of the work.
        began = perf_counter()
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            await asyncio.gather(*carts)
        load.seconds += perf_counter() - began
    return empty, holds


class _Page(OpenPage):
    """One person's open page."""

    def __init__(self, port: int, shop: Shop, buyer: Buyer) -> None:
        super().__init__(WireClient(port, f"/event/{shop.slug}", cookie=f"{SESSION_COOKIE}={buyer.token}"))
        self._port = port
        self._expected: list[tuple[bytes, asyncio.Future[None]]] = []

    async def open(self) -> None:
        """Load the page."""
        loaded, in_cart = self.expect(_LOADED), self.expect(_IN_CART)
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
        await asyncio.gather(loaded, in_cart)

    async def call(self, handler: str, sign: bytes, **payload: Any) -> None:
        """Call a handler and wait until the page is told what shows that it is done."""
        done = self.expect(sign)
        self.say(self.client.call_packet(handler, payload))
        await done

    def expect(self, sign: bytes) -> asyncio.Future[None]:
        """Give what is done when the page has been told something."""
        seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._expected.append((sign, seen))
        return seen

    @override
    def take(self, packet: bytes) -> None:
        for sign, seen in self._expected:
            if sign in packet and not seen.done():
                seen.set_result(None)
        self._expected = [(sign, seen) for sign, seen in self._expected if not seen.done()]
        if packet.startswith(_ASKED_TO_CALL):
            # What others changed is asked for again, as a browser does.
            for event in orjson.loads(packet[len(EVENT) :])[1]["events"]:
                self.say(self.client.call_packet(event["name"], event["payload"]))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        for _, seen in self._expected:
            if not seen.done():
                seen.set_exception(exc or ConnectionResetError("The server closed the connection."))
