"""Invoices and credit notes as files."""

import asyncio

from fastapi import APIRouter, Request, Response

from ticketapp.api.identity import Visitor
from ticketapp.core.ids import parse_id
from ticketapp.runtime import Runtime
from ticketapp.services.invoicing import queries
from ticketapp.services.invoicing.pdf import invoice_pdf

router = APIRouter(include_in_schema=False)

# It names a person and where they live, so no cache keeps it, shared or not.
FOR_NOBODY_ELSE = {"Cache-Control": "private, no-store", "Vary": "Cookie"}


@router.get("/api/invoices/{invoice_id}.pdf")
async def get_pdf(invoice_id: str, request: Request, visitor: Visitor) -> Response:
    """Give one invoice or credit note as PDF to its buyer or its organizer."""
    runtime: Runtime = request.app.state.runtime
    shown = await asyncio.to_thread(
        runtime.read,
        lambda session, now: queries.get_invoice(session, actor=visitor, invoice_id=parse_id(invoice_id)),
    )
    content = await asyncio.to_thread(invoice_pdf, shown)
    name = f"{shown.reference}-{shown.number_text}.pdf"
    headers = FOR_NOBODY_ELSE | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="application/pdf")
