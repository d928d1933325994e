"""The way to the page on which a buyer's bank asks, and from there to the order."""

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from ticketapp.api.client_address import client_address
from ticketapp.core.ids import parse_id
from ticketapp.integrations.rate_limits import PAY_FROM
from ticketapp.runtime import Runtime
from ticketapp.services.payments import queries as payments

router = APIRouter(include_in_schema=False)


@router.get("/payment/{payment_id}/bank")
async def go_to_bank(payment_id: str, request: Request) -> Response:
    """Send the browser to its bank while that asks, else to the order. The id is the secret: no sign-in is asked for.

    The provider is asked each time, so that no address of its is kept and none is stale.
    """
    runtime: Runtime = request.app.state.runtime
    await runtime.limits.hit(PAY_FROM, client_address(request))
    known_id = parse_id(payment_id)
    reference = await asyncio.to_thread(
        runtime.read, lambda session, now: payments.get_reference(session, known_id)
    )
    page = await runtime.cashier.bank_page(known_id)
    return Response(
        status_code=303,
        headers={
            "Location": page or f"/order/{quote(reference, safe='')}",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )
