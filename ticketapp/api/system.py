"""What machines ask about the server itself."""

import sqlalchemy as sa
from fastapi import APIRouter, Request

router = APIRouter(prefix="/api", tags=["system"])


@router.get("/now")
async def get_now(request: Request) -> dict[str, int]:
    """Tell the server's time in epoch milliseconds; browsers measure their skew with it."""
    return {"now": round(request.app.state.runtime.clock.now().timestamp() * 1000)}


@router.get("/health")
def get_health(request: Request) -> dict[str, str]:
    """Answer when the process runs and its database answers."""
    request.app.state.runtime.read(lambda session, _now: session.execute(sa.text("SELECT 1")))
    return {"status": "ok"}
