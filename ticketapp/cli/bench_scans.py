"""Measure how many tickets a second are redeemed over HTTP, and that each was let in once."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, select

from ticketapp.cli.bench_server import serving
from ticketapp.cli.bench_stage import Stage, make_stage
from ticketapp.cli.http_load import hammer, http_request
from ticketapp.core.ids import new_id
from ticketapp.models import DoorStock
from ticketapp.runtime import Runtime

AT_ONCE = 32
WARM_UP = 2_000
TICKETS = 20_000
PEER_PER_SECOND = 37


def measure(runtime: Runtime) -> Iterator[dict[str, Any]]:
    """Redeem distinct tickets, `AT_ONCE` at a time, beside the empty request of the same server."""
    stage = runtime.write(lambda session, now: make_stage(session, tickets=WARM_UP + TICKETS, now=now))
    scans = [_scan(stage, code) for code in stage.codes]
    with serving(runtime.database) as port:
        hammer(port, scans[:WARM_UP], at_once=AT_ONCE)
        empty = hammer(port, [http_request("GET", "/api/now")] * TICKETS, at_once=AT_ONCE)
        load = hammer(port, scans[WARM_UP:], at_once=AT_ONCE, keep_bodies=True)
    admitted = sum(b'"result":"admitted"' in body for body in load.bodies)
    assert admitted == TICKETS, f"{admitted} of {TICKETS} were admitted: {load.statuses}"
    inside = runtime.read(lambda session, now: _admitted(session, stage))
    assert inside == WARM_UP + TICKETS, f"the head count says {inside}"
    yield {
        "what": "scan redeemed over HTTP",
        "atOnce": AT_ONCE,
        "perSecond": round(load.per_second),
        "p50Ms": round(load.percentile_ms(50), 1),
        "p99Ms": round(load.percentile_ms(99), 1),
        "emptyGetPerSecond": round(empty.per_second),
        "peerPerSecond": PEER_PER_SECOND,
        "timesPeer": round(load.per_second / PEER_PER_SECOND, 1),
    }


def _scan(stage: Stage, code: str) -> bytes:
    body = {
        "code": code,
        "eventId": str(stage.event_id),
        "gate": "Gate A",
        "scanId": str(new_id()),
        "scannedAt": "2026-11-21T19:00:00Z",
    }
    return http_request("POST", "/api/checkin/redeem", token=stage.token, body=body)


def _admitted(session: Session, stage: Stage) -> int:
    return session.exec(select(DoorStock.admitted).where(DoorStock.event_id == stage.event_id)).one()
