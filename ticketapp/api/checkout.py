"""The checkout's own door: the browser posts contact and card, or the token for one, here in one request, past Reflex.

Card data must not be remembered anywhere. An event of a Reflex page would carry it over the state's socket, where it
may wait in the browser's queue for a reconnect, be replayed, or be written to a log with its payload. A plain request
to our own origin is held by nobody: the card goes from this request to the provider and is gone.
"""

import asyncio
import logging
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ticketapp.api.client_address import client_address
from ticketapp.api.identity import shopper
from ticketapp.core.errors import Conflict, InvalidInput, NotSignedIn
from ticketapp.integrations.payments import Card, checked_card
from ticketapp.integrations.rate_limits import PAY, PAY_FROM
from ticketapp.models import DeliveryChoice, PaymentStatus
from ticketapp.runtime import Runtime
from ticketapp.services.accounts.views import Actor
from ticketapp.services.ordering import queries as ordering
from ticketapp.services.ordering.errors import CartEmpty, OrderAlreadyPaid, PaymentUnderWay
from ticketapp.services.ordering.operations import place_orders
from ticketapp.services.ordering.requests import Contact, PlacedOrder, PlaceOrder
from ticketapp.services.ordering.rules import checked_contact
from ticketapp.services.payments import queries as payments
from ticketapp.services.payments.errors import PaymentFailed
from ticketapp.services.payments.requests import Settlement

router = APIRouter(include_in_schema=False)

# A bank that takes longer is waited for on the order's page.
ANSWER_WITHIN_S = 8.0
JUST_ORDERED = timedelta(hours=1)
log = logging.getLogger(__name__)
_unfinished: set[asyncio.Task[Settlement]] = set()


class AmountChanged(Conflict):
    code = "amount_changed"

    def __init__(self) -> None:
        super().__init__("The amount of your order changed. Nothing was charged. Look at it, then pay again.")


class CheckoutForm(BaseModel):
    """The form as the browser sends it; `amount_minor` is what its pay button said."""

    model_config = ConfigDict(alias_generator=to_camel, hide_input_in_errors=True)

    currency: str = Field(max_length=3)
    amount_minor: int = Field(ge=0)
    name: str = Field(default="", max_length=400)
    email: str = Field(default="", max_length=400)
    delivery: DeliveryChoice = DeliveryChoice.EMAIL
    delivery_address: str = Field(default="", max_length=1000)
    billing_name: str = Field(default="", max_length=400)
    billing_address: str = Field(default="", max_length=1000)
    card_number: str = Field(default="", max_length=40, repr=False)
    card_expiry: str = Field(default="", max_length=12, repr=False)
    card_cvc: str = Field(default="", max_length=8, repr=False)
    payment_token: str = Field(default="", max_length=200, repr=False)

    @property
    def contact(self) -> Contact:
        return Contact(
            name=self.name,
            email=self.email,
            billing_name=self.billing_name,
            billing_address=self.billing_address,
            delivery=self.delivery,
            delivery_address=self.delivery_address if self.delivery is DeliveryChoice.COURIER else "",
        )


async def payer(request: Request) -> Actor:
    """Tell who pays.

    Raises:
        NotSignedIn: nobody knows any more; it says besides that nothing was charged.
    """
    try:
        return await shopper(request)
    except NotSignedIn as error:
        error.text = f"{error.text} Nothing was charged."
        raise


@router.post("/checkout/pay")
async def pay(
    form: Annotated[CheckoutForm, Form()], request: Request, actor: Annotated[Actor, Depends(payer)]
) -> dict[str, str]:
    """Make the order, or go on with the one there is, and pay it; tell the browser where to go next."""
    runtime: Runtime = request.app.state.runtime
    await runtime.limits.hit(PAY, str(actor.person_id))
    await runtime.limits.hit(PAY_FROM, client_address(request))
    contact, card = _checked(form, runtime)
    try:
        return {"next": await _check_out(runtime, actor, form, contact, card)}
    except (PaymentUnderWay, OrderAlreadyPaid) as error:
        # The button was pressed twice, or in two tabs: the other press pays or has paid, and its page tells how it ends.
        return {"next": _page_of(error.details["reference"])}
    except CartEmpty:
        return {"next": _page_of(await _just_ordered(runtime, actor))}


async def _check_out(
    runtime: Runtime, actor: Actor, form: CheckoutForm, contact: Contact, card: Card | None
) -> str:
    placed: PlacedOrder = await runtime.grouped(
        place_orders,
        PlaceOrder(actor.person_id, contact, currency=form.currency, hold_span=runtime.hold_span),
    )
    if placed.total_minor != form.amount_minor:
        raise AmountChanged
    if placed.total_minor == 0:
        await runtime.cashier.confirm_free(person_id=actor.person_id, order_id=placed.order_id)
        return _page_of(placed.reference)
    collecting = asyncio.create_task(
        runtime.cashier.pay(placed.checkout, reference=placed.reference, card=card, token=form.payment_token)
    )
    settlement = await _answer_of(collecting)
    if settlement is None:
        return _page_of(placed.reference)
    return await _next_of(runtime, actor, settlement)


async def _answer_of(collecting: asyncio.Task[Settlement]) -> Settlement | None:
    """Wait a while for the bank; whether or not it answers in time, and whoever hangs up, collecting goes on."""
    _unfinished.add(collecting)
    collecting.add_done_callback(_finished)
    done, _ = await asyncio.wait({collecting}, timeout=ANSWER_WITHIN_S)
    return collecting.result() if done else None


def _finished(collecting: asyncio.Task[Settlement]) -> None:
    _unfinished.discard(collecting)
    if not collecting.cancelled() and (error := collecting.exception()) is not None:
        # The reconciler asks the provider about the payment that is on record.
        log.warning("collecting ended with %s", type(error).__name__)


async def _next_of(runtime: Runtime, actor: Actor, settlement: Settlement) -> str:
    if settlement.status is PaymentStatus.NEEDS_ACTION:
        shown = await _read(
            runtime,
            lambda session, now: payments.get_payment(session, actor=actor, payment_id=settlement.payment_id),
        )
        return shown.action_url
    if (
        settlement.is_open
        or settlement.paid_at is not None
        or settlement.is_returned
        or settlement.is_called_off
    ):
        return _page_of(settlement.reference)
    raise PaymentFailed(
        settlement.error_code, payment_id=settlement.payment_ref, reference=settlement.reference
    )


async def _just_ordered(runtime: Runtime, actor: Actor) -> str:
    """Give the order that an old page asks for once more: its cart has become one already.

    Raises:
        CartEmpty: there is none so recent.
    """
    latest = await _read(
        runtime,
        lambda session, now: ordering.find_recent_reference(session, actor=actor, since=now - JUST_ORDERED),
    )
    if latest is None:
        raise CartEmpty
    return latest


def _checked(form: CheckoutForm, runtime: Runtime) -> tuple[Contact, Card | None]:
    """Give the contact and, where something is to be paid, the card.

    Raises:
        InvalidInput: naming every wrong field at once.
    """
    wrong: dict[str, str] = {}
    contact, card = form.contact, None
    try:
        contact = checked_contact(form.contact)
    except InvalidInput as error:
        wrong |= error.field_texts
    if form.amount_minor:
        try:
            card = _card(form, runtime)
        except InvalidInput as error:
            wrong |= error.field_texts
    if wrong:
        raise InvalidInput(**wrong)
    return contact, card


def _card(form: CheckoutForm, runtime: Runtime) -> Card | None:
    if runtime.cashier.gateway.takes_cards:
        return _typed_card(form, runtime)
    if form.card_number or form.card_cvc:
        raise InvalidInput(payment_token="This form sends no card numbers. Load the page again.")  # noqa: S106
    if not form.payment_token:
        raise InvalidInput(payment_token="Enter how you want to pay.")  # noqa: S106
    return None


def _typed_card(form: CheckoutForm, runtime: Runtime) -> Card:
    month, _, year = form.card_expiry.replace(" ", "").partition("/")
    now = runtime.clock.now()
    wrong: dict[str, str] = {}
    if not (month.isdecimal() and year.isdecimal()):
        wrong["card_expiry"] = "Enter the month and year as on the card: MM / YY."
        month, year = "12", str(now.year)
    if not form.card_cvc.strip():
        wrong["card_cvc"] = "Enter the three or four digits of the security code."
    try:
        card = checked_card(
            Card(form.card_number, int(month), int(year), form.card_cvc.strip()),
            year=now.year,
            month=now.month,
        )
    except InvalidInput as error:
        names = {"expiry_month": "card_expiry", "expiry_year": "card_expiry", "cvv": "card_cvc"}
        wrong = {names.get(name, name): text for name, text in error.field_texts.items()} | wrong
        raise InvalidInput(**wrong) from error
    if wrong:
        raise InvalidInput(**wrong)
    return card


def _page_of(reference: str) -> str:
    return f"/order/{reference}"


async def _read(runtime: Runtime, query: Any) -> Any:
    return await asyncio.to_thread(runtime.read, query)
