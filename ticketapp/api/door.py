"""The door for scanners: redeem a ticket, take an entry back, decide alone and tell later."""

import asyncio
import base64
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ticketapp.api.identity import SignedIn, signed_in
from ticketapp.api.quick_bodies import documented, read_body
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.views import Actor
from ticketapp.services.checkin import bundles, codes, operations, syncing
from ticketapp.services.checkin.requests import DEVICE_MAX, GATE_MAX, OfflineScan, Presented, RedeemRequest
from ticketapp.services.checkin.rules import gate_name
from ticketapp.services.checkin.syncing import SCANS_MAX
from ticketapp.services.checkin.views import ScanView

router = APIRouter(prefix="/api/checkin", tags=["door"])


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no calendar has this moment") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Gate = Annotated[str, Field(max_length=GATE_MAX)]
Device = Annotated[str, Field(max_length=DEVICE_MAX)]


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Redeem(_Body):
    """One scan. The scanner makes the `scanId` and sends the same one when it asks again."""

    code: str = Field(max_length=codes.TEXT_MAX)
    event_id: UUID
    scan_id: UUID
    gate: Gate = ""
    device: Device = ""
    scanned_at: Moment


class DecidedAlone(Redeem):
    """A scan that the scanner decided while it could not ask; `result` is what it told the person at the door."""

    result: Literal["admitted", "refused"] = "admitted"


class Sync(_Body):
    scans: list[DecidedAlone] = Field(min_length=1, max_length=SCANS_MAX)


class Undo(_Body):
    scan_id: UUID


class First(BaseModel):
    at: datetime
    gate: str
    device: str


class ScannedTicket(BaseModel):
    id: str
    serial: str
    tier: str
    seat: str
    attendeeName: str  # noqa: N815
    orderReference: str  # noqa: N815


class Verdict(BaseModel):
    result: str
    detail: str
    event: str
    ticket: ScannedTicket | None
    first: First | None


@router.post("/redeem", response_model=Verdict, openapi_extra=documented(Redeem))
async def redeem(request: Request) -> Response:
    """Let a ticket in once, or say why not. The same `scanId` again gets the same answer."""
    actor, body = await signed_in(request), await read_body(request, Redeem)
    runtime: Runtime = request.app.state.runtime
    scan = _scan(body, await _presented(runtime, body.code), actor)
    view: ScanView = await runtime.grouped(operations.redeem_many, scan)
    return Response(orjson.dumps(_verdict(view)), media_type="application/json")


def _scan(body: Redeem, presented: Presented, actor: Actor) -> RedeemRequest:
    return RedeemRequest(
        scan_id=body.scan_id,
        event_id=body.event_id,
        presented=presented,
        actor=actor,
        scanned_at=body.scanned_at,
        gate=gate_name(body.gate),
        device=gate_name(body.device) or actor.name[:DEVICE_MAX],
    )


async def _presented(runtime: Runtime, code: str) -> Presented:
    return codes.present_known(code) or await asyncio.to_thread(
        runtime.read, lambda session, now: codes.present(session, code)
    )


def _verdict(view: ScanView) -> dict[str, Any]:
    ticket = {
        "id": view.ticket_id,
        "serial": view.serial,
        "tier": view.tier,
        "seat": view.seat,
        "attendeeName": view.attendee_name,
        "orderReference": view.order_reference,
    }
    first = {"at": view.first_at, "gate": view.first_gate, "device": view.first_device}
    return {
        "result": view.result,
        "detail": view.text,
        "event": view.event_name,
        "ticket": ticket if view.ticket_id else None,
        "first": first if view.first_at else None,
    }


@router.post("/undo")
async def undo(request: Request, body: Undo, actor: SignedIn) -> dict[str, str]:
    """Take an entry back, so that the ticket admits again; the scan stays on record."""
    runtime: Runtime = request.app.state.runtime
    event_id = await asyncio.to_thread(
        runtime.write,
        lambda session, now: operations.undo_scan(session, actor=actor, scan_id=body.scan_id, now=now),
    )
    return {"scanId": str(body.scan_id), "eventId": str(event_id), "result": "undone"}


@router.get("/bundle")
async def take_along(
    request: Request, actor: SignedIn, event_id: Annotated[UUID, Query(alias="eventId")], since: str = ""
) -> Response:
    """Read what a scanner needs to decide alone: public keys, and the tickets without names.

    With the `version` of the list it has as `since`, it gets the tickets only if something changed.
    """
    runtime: Runtime = request.app.state.runtime
    bundle = await asyncio.to_thread(
        runtime.read,
        lambda session, now: bundles.get_bundle(session, actor=actor, event_id=event_id, since=since),
    )
    answer = {
        "version": bundle.version,
        "eventId": bundle.event_id,
        "publicKeys": [
            {"number": number, "key": base64.b64encode(key).decode()}
            for number, key in bundle.public_keys.items()
        ],
        "tickets": bundle.tickets,
        "isUnchanged": bool(since) and since == bundle.version,
        "rules": {
            "algorithm": "Ed25519",
            "eventStatus": bundle.event_status,
            "doorsAt": bundle.doors_at,
            "endsAt": bundle.ends_at,
            "unlistedTicket": "refuse",
        },
    }
    return Response(orjson.dumps(answer), media_type="application/json")


@router.post("/sync")
async def sync(request: Request, body: Sync, actor: SignedIn) -> dict[str, Any]:
    """Take in scans that were decided offline, in any order, any number of times: the outcome is the same."""
    runtime: Runtime = request.app.state.runtime
    presented = await asyncio.to_thread(
        runtime.read, lambda session, now: [codes.present(session, scan.code) for scan in body.scans]
    )
    scans = [
        OfflineScan(_scan(scan, what, actor), was_let_in=scan.result == "admitted")
        for scan, what in zip(body.scans, presented, strict=True)
    ]
    done = await asyncio.to_thread(
        runtime.write, lambda session, now: syncing.sync_scans(session, scans=scans, now=now)
    )
    return {
        "accepted": done.accepted,
        "duplicates": [
            {
                "scanId": conflict.scan_id,
                "ticketId": conflict.ticket_id,
                "wasLetIn": conflict.was_let_in,
                "first": {
                    "at": conflict.first_at,
                    "gate": conflict.first_gate,
                    "device": conflict.first_device,
                }
                if conflict.first_at
                else None,
            }
            for conflict in done.duplicates
        ],
        "refused": [{"scanId": refusal.scan_id, "result": refusal.result} for refusal in done.refused],
    }
