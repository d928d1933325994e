"""What somebody has paid, and what was invoiced for it. Another person's is not found."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from ticketapp.api import statement_shapes as shapes
from ticketapp.api.answers import json_answer
from ticketapp.api.identity import SignedIn
from ticketapp.core.ids import parse_id
from ticketapp.services.invoicing import queries as invoicing
from ticketapp.services.invoicing.views import InvoiceView
from ticketapp.services.payments.statement import PaymentStatement, get_my_statement, list_my_statements

T = TypeVar("T")
router = APIRouter(tags=["payments and invoices"])


@router.get("/api/payments/me", summary="List my payments", responses=shapes.PAYMENTS)
async def list_payments(request: Request, actor: SignedIn) -> Response:
    """List the caller's attempts to pay, newest first, each with what went back."""
    found = await _read(request, lambda session, now: list_my_statements(session, actor=actor))
    return json_answer(request, {"payments": [_payment(one) for one in found]})


@router.get("/api/payments/{payment_id}", summary="Read a payment", responses=shapes.PAYMENT)
async def get_payment(payment_id: str, request: Request, actor: SignedIn) -> Response:
    """Give one of the caller's attempts to pay."""
    found = await _read(
        request,
        lambda session, now: get_my_statement(session, actor=actor, payment_id=parse_id(payment_id)),
    )
    return json_answer(request, _payment(found))


@router.get("/api/invoices/me", summary="List my invoices", responses=shapes.INVOICES)
async def list_invoices(request: Request, actor: SignedIn) -> Response:
    """List the invoices and credit notes of what the caller bought, newest first."""
    found = await _read(request, lambda session, now: invoicing.list_my_invoices(session, actor=actor))
    return json_answer(request, {"invoices": [_invoice(one) for one in found]})


@router.get("/api/invoices/{invoice_id}", summary="Read an invoice", responses=shapes.INVOICE)
async def get_invoice(invoice_id: str, request: Request, actor: SignedIn) -> Response:
    """Give one invoice or credit note to its buyer, or to who runs its events."""
    found = await _read(
        request,
        lambda session, now: invoicing.get_invoice(session, actor=actor, invoice_id=parse_id(invoice_id)),
    )
    return json_answer(request, _invoice(found))


async def _read(request: Request, query: Callable[[Session, datetime], T]) -> T:
    return await asyncio.to_thread(request.app.state.runtime.read, query)


def _payment(shown: PaymentStatement) -> dict[str, Any]:
    return {
        "paymentId": shown.id,
        "bookingReference": shown.reference,
        "title": shown.title,
        "amount": shown.amount_text,
        "status": shown.short_text,
        "detail": shown.status_text,
        "attempt": shown.attempt,
        "startedAt": shown.started_text,
        "settledAt": shown.settled_text or None,
        "refunds": shown.refunds,
        "returned": shown.returned_text or None,
    }


def _invoice(shown: InvoiceView) -> dict[str, Any]:
    return {
        "invoiceId": shown.id,
        "kind": "CREDIT_NOTE" if shown.is_credit else "INVOICE",
        "number": shown.number_text,
        "corrects": shown.corrects_text or None,
        "bookingReference": shown.reference,
        "issuedOn": shown.issued_text,
        "seller": {"name": shown.seller_name, "email": shown.seller_email},
        "buyer": {"name": shown.buyer_name, "address": shown.buyer_lines, "email": shown.buyer_email},
        "lines": [
            {
                "what": line.what,
                "detail": line.detail,
                "quantity": line.quantity,
                "price": line.unit_text,
                "amount": line.total_text,
            }
            for line in shown.lines
        ],
        "net": shown.net_text,
        "serviceFee": shown.fee_text,
        "taxes": [
            {"rate": tax.rate_text, "on": tax.base_text, "amount": tax.tax_text} for tax in shown.taxes
        ],
        "total": shown.total_text,
        "pdf": shown.pdf_path,
    }
