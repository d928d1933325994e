"""The books of an organizer's events as a file."""

import asyncio
from datetime import date

from fastapi import APIRouter, Request, Response

from ticketapp.api.identity import SignedIn
from ticketapp.core.errors import NotFound
from ticketapp.core.spreadsheets import csv_bytes
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.rules import has_role
from ticketapp.services.reporting.ledger import LedgerQuestion, export_ledger, read_day

router = APIRouter(include_in_schema=False)


@router.get("/api/organizer/ledger.csv")
async def get_ledger(request: Request, actor: SignedIn) -> Response:
    """Give every transfer of the events that the caller runs, of one or of all, over a period."""
    if not has_role(actor, "organizer"):
        raise NotFound
    asked = request.query_params
    question = LedgerQuestion(
        asked.get("event", ""), read_day(asked.get("from", "")), read_day(asked.get("to", ""))
    )
    runtime: Runtime = request.app.state.runtime
    rows = await asyncio.to_thread(
        runtime.read, lambda session, now: export_ledger(session, actor=actor, asked=question)
    )
    content = await asyncio.to_thread(csv_bytes, rows)
    name = f"ledger-{asked.get('event') or 'all'}-{_today(runtime)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")


def _today(runtime: Runtime) -> date:
    return runtime.clock.now().date()
