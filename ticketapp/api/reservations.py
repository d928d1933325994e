"""Reservations and the cart, for machines."""

import asyncio
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from ticketapp.api.identity import Shopper, shopper
from ticketapp.api.quick_bodies import documented, read_body
from ticketapp.core.errors import InvalidInput, NotAllowed
from ticketapp.core.ids import parse_id
from ticketapp.models import HoldStatus
from ticketapp.services.cart import queries
from ticketapp.services.cart.views import CartView
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.errors import NotActive
from ticketapp.services.inventory.requests import (
    BestSeatsLine,
    HeldLine,
    HoldRequest,
    Line,
    PlacesLine,
    SeatLine,
)
from ticketapp.services.inventory.rules import KEY_LENGTH_MAX, LINES_MAX

router = APIRouter(prefix="/api", tags=["reservations"])

IDS_MAX = queries.RESERVATIONS_MAX
STATUS_WORDS = {
    HoldStatus.LIVE: "ACTIVE",
    HoldStatus.CONFIRMED: "CONFIRMED",
    HoldStatus.RELEASED: "CANCELLED",
    HoldStatus.EXPIRED: "EXPIRED",
}


class ItemBody(BaseModel):
    """Places of a tier, one seat, or the best seats of a tier side by side."""

    model_config = ConfigDict(extra="forbid")

    tierId: UUID | None = None  # noqa: N815
    quantity: StrictInt | None = None
    seatId: UUID | None = None  # noqa: N815
    bestAvailable: bool = False  # noqa: N815

    def line(self) -> Line:
        if self.seatId is not None and self.tierId is None and self.quantity is None:
            return SeatLine(self.seatId)
        if self.tierId is None or self.quantity is None or self.seatId is not None:
            raise InvalidInput(items="Each item names a tierId with a quantity, or a seatId.")
        return (BestSeatsLine if self.bestAvailable else PlacesLine)(self.tierId, self.quantity)


class HoldBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    eventId: UUID  # noqa: N815
    items: list[ItemBody] = Field(min_length=1, max_length=LINES_MAX)
    idempotencyKey: str = Field(min_length=1, max_length=KEY_LENGTH_MAX)  # noqa: N815
    accessCodes: list[str] = Field(default=[], max_length=10)  # noqa: N815


class ReservationIdsBody(BaseModel):
    reservationIds: list[UUID] = Field(min_length=1, max_length=IDS_MAX)  # noqa: N815


class ConfirmBody(ReservationIdsBody):
    bookingId: UUID  # noqa: N815


@router.post("/inventory/reservations", status_code=201, openapi_extra=documented(HoldBody))
async def hold(request: Request) -> Response:
    """Hold all the items, or none of them; 200 with the same body when the request is repeated."""
    actor, body = await shopper(request), await read_body(request, HoldBody)
    state = request.app.state
    held = await state.runtime.grouped(
        inventory.hold_many,
        HoldRequest(
            person_id=actor.person_id,
            event_id=body.eventId,
            lines=tuple([item.line() for item in body.items]),
            key=body.idempotencyKey,
            hold_span=state.settings.hold_span,
            access_codes=frozenset(body.accessCodes),
        ),
    )
    answer = {"status": "held", "reservations": [_reservation(line) for line in held.lines]}
    return _json(answer, status=200 if held.is_repeat else 201)


@router.get("/inventory/reservations")
async def list_reservations(
    request: Request, actor: Shopper, ids: Annotated[str, Query(max_length=40 * IDS_MAX)]
) -> Response:
    """Read reservations by their ids, separated by commas; another person's is not found."""
    hold_ids = [parse_id(text.strip()) for text in ids.split(",") if text.strip()]
    if not 1 <= len(hold_ids) <= IDS_MAX:
        raise InvalidInput(ids=f"Name from 1 to {IDS_MAX} reservations.")
    lines = await _read_reservations(request, actor.person_id, hold_ids)
    user = {"userId": str(actor.person_id)}
    return _json({"reservations": [_reservation(line) | user for line in lines]})


@router.post("/inventory/reservations/cancel")
async def cancel(body: ReservationIdsBody, request: Request, actor: Shopper) -> Response:
    """Let go of reservations that are still active: all of them or none."""
    runtime = request.app.state.runtime
    await asyncio.to_thread(
        runtime.write,
        lambda session, now: inventory.release_holds(
            session, person_id=actor.person_id, hold_ids=body.reservationIds, now=now
        ),
    )
    lines = await _read_reservations(request, actor.person_id, body.reservationIds)
    return _json({"reservations": [_reservation(line) for line in lines]})


@router.put("/inventory/reservations/confirm")
async def confirm(body: ConfirmBody, request: Request) -> Response:
    """Tell a trusted service that these reservations are confirmed by that booking's payment.

    Only a settled payment confirms; asking for more is answered with 409.
    """
    _check_service_key(request)
    lines = await asyncio.to_thread(
        request.app.state.runtime.read,
        lambda session, _now: queries.list_order_reservations(
            session, order_id=body.bookingId, hold_ids=body.reservationIds
        ),
    )
    if any(line.status is not HoldStatus.CONFIRMED for line in lines):
        raise NotActive
    return _json({"reservations": [_reservation(line) for line in lines]})


@router.get("/cart/summary")
async def get_summary(request: Request, actor: Shopper) -> Response:
    """Count what the cart holds and what it costs, per event and in all."""
    cart = await asyncio.to_thread(
        request.app.state.runtime.read,
        lambda session, now: queries.get_cart(session, person_id=actor.person_id, now=now),
    )
    return _json(_summary(cart))


def _check_service_key(request: Request) -> None:
    key = request.app.state.settings.service_key
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if key is None or not hmac.compare_digest(given.encode(), key.get_secret_value().encode()):
        raise NotAllowed("This call needs the service key.")


async def _read_reservations(request: Request, person_id: UUID, hold_ids: Sequence[UUID]) -> list[HeldLine]:
    return await asyncio.to_thread(
        request.app.state.runtime.read,
        lambda session, _now: queries.list_reservations(session, person_id=person_id, hold_ids=hold_ids),
    )


def _reservation(line: HeldLine) -> dict[str, Any]:
    price = _money(line.price_minor, line.currency)
    return {
        "reservationId": line.hold_id,
        "eventId": line.event_id,
        "tierId": line.tier_id,
        "seat": line.seat_id
        and {
            "seatId": line.seat_id,
            "section": line.section,
            "row": line.row,
            "number": line.number,
            "price": price,
        },
        "quantity": line.quantity,
        "price": price,
        "status": STATUS_WORDS[line.status],
        "expiresAt": _moment(line.expires_at),
    }


def _summary(cart: CartView) -> dict[str, Any]:
    totals = [_money(total.total_minor, total.currency) for total in cart.totals]
    return {
        "count": cart.quantity,
        "ticketCount": cart.quantity,
        "ticketTotal": totals[0] if totals else None,
        "total": totals[0] if totals else None,
        "totals": totals,
        "expiresAt": _moment(datetime.fromtimestamp(cart.deadline_ms / 1000, UTC))
        if cart.deadline_ms
        else None,
        "events": [
            {
                "eventId": event.id,
                "slug": event.slug,
                "name": event.name,
                "ticketCount": event.quantity,
                "total": _money(event.total_minor, event.currency) if event.currency else None,
                "items": [
                    {
                        "tierId": line.tier_id,
                        "name": line.name,
                        "quantity": line.quantity,
                        "total": _money(line.total_minor, event.currency),
                    }
                    for line in event.lines
                ],
            }
            for event in cart.events
        ],
    }


def _money(minor: int, currency: str) -> dict[str, Any]:
    return {"amountMinor": minor, "currency": currency}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status_code=status, media_type="application/json")
