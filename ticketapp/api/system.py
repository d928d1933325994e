"""What machines ask about the server itself."""

import asyncio

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ticketapp.api.errors import problem
from ticketapp.integrations.database import DatabaseUnavailable

READY_WITHIN_S = 3

router = APIRouter(tags=["system"])


@router.get("/api/now")
async def get_now(request: Request) -> dict[str, int]:
    """Tell the server's time in epoch milliseconds; browsers measure their skew with it."""
    return {"now": round(request.app.state.runtime.clock.now().timestamp() * 1000)}


@router.get("/api/health")
async def get_health() -> dict[str, str]:
    """Answer while the process runs; whether it can work is what `ready` says."""
    return {"status": "ok"}


@router.get("/api/ready", responses={503: {"description": "The database does not answer."}})
async def get_ready(request: Request) -> Response:
    """Answer when the database does, so that a proxy may send people here."""
    runtime = request.app.state.runtime
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await asyncio.to_thread(
                runtime.read, lambda session, _now: session.execute(sa.text("SELECT 1 FROM people LIMIT 1"))
            )
    except (TimeoutError, DatabaseUnavailable):
        return problem(status=503, code="not_ready", detail="The database does not answer.")
    return Response('{"status":"ok"}', media_type="application/json")


@router.get("/metrics", include_in_schema=False)
async def get_metrics(request: Request) -> Response:
    """Give the figures that Prometheus collects."""
    text = await asyncio.to_thread(request.app.state.metrics.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
