"""The door for scanners: redeem a ticket, take an entry back."""

import asyncio
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ticketapp.api.identity import SignedIn
from ticketapp.runtime import Runtime
from ticketapp.services.checkin import codes, operations
from ticketapp.services.checkin.requests import DEVICE_MAX, GATE_MAX, Presented, RedeemRequest
from ticketapp.services.checkin.rules import gate_name
from ticketapp.services.checkin.views import ScanView

router = APIRouter(prefix="/api/checkin", tags=["door"])

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
    scanned_at: AwareDatetime


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


@router.post("/redeem", response_model=Verdict)
async def redeem(request: Request, body: Redeem, actor: SignedIn) -> Response:
    """Let a ticket in once, or say why not. The same `scanId` again gets the same answer."""
    runtime: Runtime = request.app.state.runtime
    scan = RedeemRequest(
        scan_id=body.scan_id,
        event_id=body.event_id,
        presented=await _presented(runtime, body.code),
        actor=actor,
        scanned_at=body.scanned_at,
        gate=gate_name(body.gate),
        device=gate_name(body.device) or actor.name[:DEVICE_MAX],
    )
    view: ScanView = await runtime.grouped(operations.redeem_many, scan)
    # Written by hand: checking an answer of our own against its model would cost more than the whole decision.
    return Response(orjson.dumps(_verdict(view)), media_type="application/json")


async def _presented(runtime: Runtime, code: str) -> Presented:
    known = codes.present_known(code)
    if known is not None:
        return known
    return await asyncio.to_thread(runtime.read, lambda session, now: codes.present(session, code))


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
