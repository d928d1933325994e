"""Measure how soon a commit is on every open page, and what pushing it costs."""

import asyncio
import multiprocessing
import time
from bisect import bisect_left
from collections.abc import Iterator
from secrets import SystemRandom
from typing import Any

import httpx
import sqlalchemy as sa
from sqlmodel import Session, col

from ticketapp.cli.bench_server import serving, usage_of_server
from ticketapp.cli.bench_stage import Stage, make_stage
from ticketapp.cli.live_viewers import Seen, watch
from ticketapp.core.ids import new_id
from ticketapp.models import Event, EventStock, Tier, TierStock
from ticketapp.runtime import Runtime

VIEWERS = 1_000
PROCESSES = 2
COMMITS = 150
COMMITS_PER_SECOND = 8
SECONDS_TO_SETTLE = 3
SECONDS_IDLE = 5


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Let `VIEWERS` pages watch one event while places of it are held one after the other, at random moments."""
    stage = runtime.write(lambda session, now: make_stage(session, tickets=1, now=now))
    slug, tier_id = runtime.write(lambda session, now: _open_for_sale(session, stage))
    with serving(runtime.database) as port:
        _warm_up(port, slug)
        cpu_s_per_commit = _cpu_s_of_commits(port, stage, tier_id)
        before = usage_of_server()
        crowd = [_start_viewers(port, f"/event/{slug}") for _ in range(PROCESSES)]
        for pipe in crowd:
            assert pipe.recv() == "ready"
        time.sleep(SECONDS_TO_SETTLE)
        connected = usage_of_server()
        time.sleep(SECONDS_IDLE)
        idle = usage_of_server()
        began = time.monotonic()
        sent = asyncio.run(_hold_one_by_one(port, stage, tier_id, per_second=COMMITS_PER_SECOND))
        time.sleep(1)
        busy, busy_s = usage_of_server(), time.monotonic() - began
        seen = [numbers for pipe in crowd for numbers in _seen(pipe)]
    delays = delays_ms(sent, seen)
    pushes = sum(len(numbers) - 1 for numbers in seen)
    idle_per_s = (idle.cpu_s - connected.cpu_s) / SECONDS_IDLE
    cpu_s = busy.cpu_s - idle.cpu_s - idle_per_s * busy_s - cpu_s_per_commit * COMMITS
    yield {
        "what": "commit to every open page",
        "viewers": len(seen),
        "commits": COMMITS,
        "pushesPerViewer": round(pushes / len(seen), 1),
        "p50Ms": round(_percentile(delays, 50), 1),
        "p95Ms": round(_percentile(delays, 95), 1),
        "maxMs": round(delays[-1], 1),
        "missed": len(sent) * len(seen) - len(delays),
        "cpuMicrosecondsPerRecipientAndPush": round(cpu_s / pushes * 1e6, 1),
        "kilobytesPerViewer": round((connected.memory_kb - before.memory_kb) / len(seen)),
    }


def delays_ms(sent: list[tuple[int, float]], seen: list[Seen]) -> list[float]:
    """List, sorted, how long after each request every page showed its effect: so many places left, or fewer."""
    delays: list[float] = []
    for numbers in seen:
        falling = [-free for free, _ in numbers]
        for free, sent_at in sent:
            place = bisect_left(falling, -free)
            if place < len(numbers):
                delays.append((numbers[place][1] - sent_at) * 1000)
    return sorted(delays)


def _open_for_sale(session: Session, stage: Stage) -> tuple[str, str]:
    capacity = COMMITS * 10
    tier_id = session.execute(
        sa.select(col(Tier.id)).where(col(Tier.event_id) == stage.event_id)
    ).scalar_one()
    session.execute(
        sa.update(TierStock)
        .where(col(TierStock.event_id) == stage.event_id)
        .values(capacity=capacity, sold=0)
    )
    session.execute(sa.update(EventStock).where(col(EventStock.event_id) == stage.event_id).values(sold=0))
    session.execute(sa.update(Tier).where(col(Tier.id) == tier_id).values(max_per_order=capacity))
    slug = session.execute(sa.select(col(Event.slug)).where(col(Event.id) == stage.event_id)).scalar_one()
    return slug, str(tier_id)


def _warm_up(port: int, slug: str) -> None:
    pipe = _start_viewers(port, f"/event/{slug}", 20)
    assert pipe.recv() == "ready"
    _seen(pipe)


def _start_viewers(port: int, path: str, count: int = VIEWERS // PROCESSES) -> Any:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    context.Process(target=watch, args=(port, path, count, theirs), daemon=True).start()
    return ours


def _seen(pipe: Any) -> list[Seen]:
    pipe.send("done")
    return pipe.recv()


def _cpu_s_of_commits(port: int, stage: Stage, tier_id: str) -> float:
    """Tell what a commit costs when nobody looks."""
    before = usage_of_server()
    asyncio.run(_hold_one_by_one(port, stage, tier_id, per_second=1_000))
    return (usage_of_server().cpu_s - before.cpu_s) / COMMITS


async def _hold_one_by_one(
    port: int, stage: Stage, tier_id: str, *, per_second: int
) -> list[tuple[int, float]]:
    """Hold a place at a time; give the places left after each, and when it was asked for."""
    chance = SystemRandom()
    sent: list[tuple[int, float]] = []
    headers = {"Authorization": f"Bearer {stage.token}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        availability = await client.get(f"/api/events/{stage.event_id}/availability")
        free = int(availability.json()["available"])
        for _ in range(COMMITS):
            await asyncio.sleep(chance.expovariate(per_second))
            free -= 1
            body = {
                "eventId": str(stage.event_id),
                "items": [{"tierId": tier_id, "quantity": 1}],
                "idempotencyKey": new_id().hex,
            }
            sent.append((free, time.monotonic()))
            answer = await client.post("/api/inventory/reservations", json=body)
            answer.raise_for_status()
    return sent


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
