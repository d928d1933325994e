"""The way to where a buyer's bank asks, and from there to the order."""

import asyncio
from html import escape
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from ticketapp.api.client_address import client_address
from ticketapp.core.ids import parse_id
from ticketapp.core.money import Currency, Money, money_text
from ticketapp.integrations.payments import BrowserForm, Charge
from ticketapp.integrations.rate_limits import PAY_FROM
from ticketapp.runtime import Runtime
from ticketapp.services.payments import queries as payments

router = APIRouter(include_in_schema=False)
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.get("/payment/{payment_id}/bank")
async def go_to_bank(payment_id: str, request: Request) -> Response:
    """Let the bank ask while it wants to, then go to the order. The id is the secret: no sign-in is asked for.

    The provider is asked each time, so that nothing of its answer is kept and none is stale: an address of the bank's,
    or a client secret, which stands in this page and nowhere else.
    """
    runtime: Runtime = request.app.state.runtime
    await runtime.limits.hit(PAY_FROM, client_address(request))
    known_id = parse_id(payment_id)
    reference = await asyncio.to_thread(
        runtime.read, lambda session, now: payments.get_reference(session, known_id)
    )
    charge = await runtime.cashier.bank_question(known_id)
    if charge is None or (not charge.action_url and runtime.browser_form is None):
        return _sent_to(f"/order/{quote(reference, safe='')}")
    if charge.action_url:
        return _sent_to(charge.action_url)
    assert runtime.browser_form is not None
    return Response(
        _asked_here(charge, runtime.browser_form, reference),
        media_type="text/html; charset=utf-8",
        headers=PRIVATE,
    )


@router.get("/order/{reference}/back")
def come_back(reference: str) -> Response:
    """Take whoever comes from their bank to their order, and leave behind what the address says of the payment.

    It is not believed, and the client secret in it shall stand in no history and in no page's state.
    """
    return _sent_to(f"/order/{quote(reference, safe='')}")


def _sent_to(address: str) -> Response:
    return Response(status_code=303, headers=PRIVATE | {"Location": address})


def _asked_here(charge: Charge, form: BrowserForm, reference: str) -> str:
    return _PAGE.format(
        amount=escape(money_text(Money(charge.amount_minor, Currency(charge.currency)))),
        reference=escape(reference, quote=True),
        order=escape(f"/order/{quote(reference, safe='')}", quote=True),
        script=escape(form.script_url, quote=True),
        key=escape(form.publishable_key, quote=True),
        secret=escape(charge.client_secret or "", quote=True),
    )


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Your bank asks you · Ticketapp</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/bank.css">
<script src="/bank.js" defer></script></head>
<body><main id="bank" data-script="{script}" data-key="{key}" data-secret="{secret}" data-order="{order}">
<p class="reference">{reference}</p>
<h1>Your bank asks you</h1>
<p class="money">Confirm <strong>{amount}</strong> in the window of your bank. Nothing was charged yet, and your tickets stay
held while you answer.</p>
<p id="said" role="status" data-testid="bank-said">Opening the window of your bank …</p>
<p class="ways"><button type="button" id="again" data-testid="ask-again" hidden>Try again</button>
<a href="{order}" data-testid="to-order">Back to the order</a></p>
<noscript><p>Your bank asks by JavaScript, which is switched off here.</p></noscript>
</main></body></html>"""
