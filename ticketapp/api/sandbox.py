"""The sandbox provider's own API and its bank page. Only mounted while the sandbox takes the payments."""

import asyncio
from html import escape
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Body, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ticketapp.api import sandbox_shapes as shapes
from ticketapp.api.booking_bodies import Amount, PaymentMethodBody, decimal_amount, minor_amount, moment
from ticketapp.core.errors import InvalidInput
from ticketapp.core.ids import new_id
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.integrations import sandbox_book as book
from ticketapp.integrations.payments import ChargeStatus, PaymentUnknown
from ticketapp.integrations.sandbox_payments import SandboxGateway
from ticketapp.runtime import Runtime
from ticketapp.services.payments import queries as payments
from ticketapp.services.payments.errors import failure_words

router = APIRouter(tags=["sandbox payments"])
_STATUS_WORDS = {
    ChargeStatus.SUCCEEDED: "SUCCESS",
    ChargeStatus.FAILED: "FAILED",
    ChargeStatus.NEEDS_ACTION: "REQUIRES_ACTION",
    ChargeStatus.AUTHORISED: "AUTHORISED",
    ChargeStatus.PROCESSING: "PROCESSING",
    ChargeStatus.CANCELLED: "CANCELLED",
}


class ProcessBody(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    amount: Amount
    currency: str = Field(min_length=3, max_length=3)
    bookingReference: str = Field(min_length=1, max_length=80)  # noqa: N815
    userId: str = Field(min_length=1, max_length=80)  # noqa: N815
    paymentMethod: PaymentMethodBody  # noqa: N815


class RefundBody(BaseModel):
    amount: Amount
    reason: str = Field(default="", max_length=200)


@router.post("/api/payment/process", summary="Charge a card", responses=shapes.PROCESS)
async def process(
    body: Annotated[ProcessBody, Body(openapi_examples=shapes.PROCESS_EXAMPLES)], request: Request
) -> Response:
    """Charge a card: 200 when it succeeded, 400 with the code when it did not."""
    runtime: Runtime = request.app.state.runtime
    card = body.paymentMethod.card(runtime.clock.now())
    if card is None and not body.paymentMethod.token:
        raise InvalidInput(paymentMethod="Send a card or a token.")
    booked = await _gateway(runtime).process(
        book.Entry(
            key=f"direct:{new_id()}",
            reference=body.bookingReference,
            person=body.userId,
            amount_minor=minor_amount(body.amount, body.currency),
            currency=body.currency,
            status=ChargeStatus.PROCESSING,
        ),
        card,
    )
    if booked.charge.status is ChargeStatus.PROCESSING:
        # The bank that never answers: whoever asks has a timeout of their own.
        await asyncio.sleep(runtime.cashier.answer_within_s)
        raise PaymentUnknown(body.bookingReference)
    if booked.charge.status is ChargeStatus.FAILED:
        return _json(_failure(booked), 400)
    return _json(_payment(booked))


@router.get("/api/payment/{payment_id}", summary="Read a charge", responses=shapes.GET)
async def get_payment(payment_id: str, request: Request) -> Response:
    """Tell how a charge stands."""
    booked = await _charge(request, payment_id)
    failure = _failure(booked) if booked.charge.status is ChargeStatus.FAILED else {}
    return _json(_payment(booked) | failure)


@router.post("/api/payment/{payment_id}/refund", summary="Give a charge back", responses=shapes.REFUND)
async def refund(
    payment_id: str,
    body: Annotated[RefundBody, Body(openapi_examples=shapes.REFUND_EXAMPLES)],
    request: Request,
) -> Response:
    """Give money of a charge back; more than was paid is refused."""
    runtime: Runtime = request.app.state.runtime
    booked = await _charge(request, payment_id)
    amount_minor = minor_amount(body.amount, booked.charge.currency)
    give_back = book.GiveBack(f"direct:{new_id()}", payment_id, amount_minor)
    refund_id = await asyncio.to_thread(
        runtime.write, lambda session, now: book.refund(session, give_back, now)
    )
    amount = decimal_amount(amount_minor, booked.charge.currency)
    return _json({"refundId": refund_id, "status": "REFUNDED", "refundedAmount": amount})


@router.get("/sandbox/3ds/{payment_id}", include_in_schema=False)
async def show_bank(payment_id: str, request: Request) -> Response:
    """Show the page on which a cardholder confirms a payment at their bank."""
    booked = await _charge(request, payment_id)
    amount = money_text(Money(booked.charge.amount_minor, Currency(booked.charge.currency)))
    is_open = booked.charge.status is ChargeStatus.NEEDS_ACTION
    return Response(
        _BANK_PAGE.format(
            amount=escape(amount),
            order=escape(booked.reference),
            form=_BANK_FORM if is_open else _BANK_DONE.format(order=escape(booked.reference, quote=True)),
        ),
        media_type="text/html; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


@router.post("/sandbox/3ds/{payment_id}", include_in_schema=False)
async def answer_bank(payment_id: str, request: Request, decision: Annotated[str, Form()]) -> Response:
    """Take the cardholder's decision, settle it, and send them back to their order."""
    runtime: Runtime = request.app.state.runtime
    status, error_code = (
        (ChargeStatus.SUCCEEDED, None) if decision == "approve" else (ChargeStatus.FAILED, "ACTION_REFUSED")
    )
    booked = await asyncio.to_thread(
        runtime.write,
        lambda session, now: book.answer_action(session, payment_id, status=status, error_code=error_code),
    )
    if await asyncio.to_thread(
        runtime.read, lambda session, now: payments.find_open_payment(session, booked.charge.key, now)
    ):
        await runtime.cashier.ask(booked.charge.key)
    return Response(status_code=303, headers={"Location": f"/order/{quote(booked.reference, safe='')}"})


async def _charge(request: Request, payment_id: str) -> book.Booked:
    runtime: Runtime = request.app.state.runtime
    return await asyncio.to_thread(runtime.read, lambda session, now: book.get_charge(session, payment_id))


def _gateway(runtime: Runtime) -> SandboxGateway:
    gateway = runtime.cashier.gateway
    assert isinstance(gateway, SandboxGateway), "the sandbox API belongs to the sandbox gateway"
    return gateway


def _payment(booked: book.Booked) -> dict[str, Any]:
    charge = booked.charge
    return {
        "paymentId": booked.id,
        "status": _STATUS_WORDS[charge.status],
        "amount": decimal_amount(charge.amount_minor, charge.currency),
        "currency": charge.currency,
        "refundedAmount": decimal_amount(booked.refunded_minor, charge.currency),
        "transactionId": booked.transaction_id,
        "processedAt": moment(booked.created_at),
    }


def _failure(booked: book.Booked) -> dict[str, Any]:
    code = booked.charge.error_code
    return {
        "paymentId": booked.id,
        "status": "FAILED",
        "errorCode": code,
        "errorMessage": failure_words(code),
    }


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


_BANK_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Confirm your payment</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; display: grid; min-height: 100vh; place-items: center }}
main {{ max-width: 26rem; padding: 1.5rem; border-top: .375rem solid LinkText }}
h1 {{ font-size: 1.75rem; line-height: 1.2; margin: .5rem 0 1rem }}
button {{ font: inherit; font-weight: 600; width: 100%; padding: .75rem; margin-top: .75rem; cursor: pointer;
  border: 2px solid CanvasText; border-radius: .5rem; background: Canvas; color: CanvasText }}
button[value=approve] {{ background: CanvasText; color: Canvas }}
</style></head>
<body><main><h1>Your bank asks you</h1>
<p>Pay <strong>{amount}</strong> to Ticketapp for order {order}?</p>
<p>This is the sandbox: no money moves.</p>{form}</main></body></html>"""
_BANK_FORM = """<form method="post">
<button name="decision" value="approve" data-testid="bank-approve">Approve</button>
<button name="decision" value="decline" data-testid="bank-decline">Decline</button></form>"""
_BANK_DONE = '<p>You answered already.</p><p><a href="/order/{order}">Back to your order</a></p>'
