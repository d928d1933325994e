"""The checkout: what is about to be paid, the form besides the card, and what the last attempt said."""

from typing import Any, ClassVar

import reflex as rx

from ticketapp import runtime
from ticketapp.core.mail_domains import better_address
from ticketapp.live.follow import follow_person
from ticketapp.services.ordering import checkout
from ticketapp.services.ordering.checkout_views import CheckoutView
from ticketapp.state.base import Done, Refused, ServiceCalls
from ticketapp.state.viewer import ViewerState

TEXT_MAX = 400
DELIVERIES = ("email", "courier")
FIELDS = (
    "name",
    "email",
    "deliveryAddress",
    "billingName",
    "billingAddress",
    "cardNumber",
    "cardExpiry",
    "cardCvc",
    "paymentToken",
)
# What pay_form.jsx says when no answer came.
NO_ANSWER = "no_answer"
_SHOW_REFUSAL = "requestAnimationFrame(() => document.getElementById('pay-refused')?.focus())"


class CheckoutState(ServiceCalls, rx.State):
    """No card is here, and none comes by: `api.checkout` says where it goes instead."""

    REQUIRED_ROLE: ClassVar[str] = "public"

    checkout: CheckoutView = CheckoutView()
    is_loading: bool = True
    is_sandbox: bool = False
    # Of the provider's own form; empty where the card is typed into ours.
    form_script: str = ""
    form_key: str = ""
    error: str = ""
    email: str = ""
    better_email: str = ""
    taken_email: str = ""
    delivery: str = "email"
    refusal: str = ""
    # The names under which the refused attempt can be found again: the order's and the provider's.
    quote: list[str] = []
    # The answer was lost, so nobody here knows whether a payment was begun.
    is_unsure: bool = False
    has_run_out: bool = False
    _seen_order: str = ""
    field_errors: dict[str, str] = dict.fromkeys(FIELDS, "")

    @rx.var
    def errors(self) -> list[list[str]]:
        """The fields that were refused, in the order of the page."""
        return [[name, text] for name, text in self.field_errors.items() if text]

    @rx.var
    def tickets_text(self) -> str:
        """How many tickets this is about."""
        return "1 ticket" if self.checkout.quantity == 1 else f"{self.checkout.quantity} tickets"

    @rx.var
    def pay_text(self) -> str:
        """What the button says: the exact amount."""
        return "Confirm free order" if self.checkout.is_free else f"Pay {self.checkout.total_text}"

    @rx.event
    async def load(self):
        """Open the page: read what would be paid, and fill the form with what was said before."""
        self.refusal, self.field_errors, self.better_email = "", dict.fromkeys(FIELDS, ""), ""
        self.quote, self.is_unsure = [], False
        self._read_form()
        await self._read_checkout()
        self.has_run_out, self._seen_order = False, self.checkout.latest
        self.email = self.checkout.contact.email
        self.taken_email, self.delivery = "", self.checkout.contact.delivery

    @rx.event
    async def reload(self):
        """Read the sum again: the cart changed here or elsewhere, or its clock ended. The form stays as it is."""
        return await self._follow()

    @rx.event
    def check_email(self, email: str):
        """Show a typed address again beside the button, and look for a slip of the finger in it."""
        self.email = email[:TEXT_MAX]
        self.better_email = better_address(self.email)

    @rx.event
    def take_better_email(self):
        """Accept the address that was probably meant; the field is drawn anew with it."""
        if self.better_email:
            self.email = self.taken_email = self.better_email
            self.better_email = ""

    @rx.event
    def choose_delivery(self, delivery: str):
        """Choose how the tickets travel."""
        if delivery in DELIVERIES:
            self.delivery = delivery

    @rx.event
    async def refused(self, answer: dict[str, Any]):
        """Show why the payment did not happen; everything stays, so that another card can be tried."""
        fields = answer.get("fields")
        texts = fields if isinstance(fields, dict) else {}
        self.field_errors = {name: _shown(texts.get(name)) for name in FIELDS}
        self.refusal = "" if any(self.field_errors.values()) else _shown(answer.get("text"))
        self.is_unsure = answer.get("code") == NO_ANSWER
        quote = answer.get("quote")
        self.quote = [_shown(name) for name in quote[:2]] if isinstance(quote, list) else []
        lead_on = await self._follow()
        yield ViewerState.load
        yield lead_on or rx.call_script(_SHOW_REFUSAL)

    async def _follow(self) -> rx.event.EventSpec | None:
        """Read again, and go after what was here when it has become an order; else its time may be over."""
        before = self.checkout
        await self._read_checkout()
        if not before.lines or self.checkout.lines:
            return None
        made = self.checkout.latest if self.checkout.latest != self._seen_order else before.reference
        self.has_run_out = not made
        return rx.redirect(f"/order/{made}", replace=True) if made else None

    def _read_form(self) -> None:
        running = runtime.current()
        self.is_sandbox = running.cashier.gateway.name == "sandbox"
        if running.browser_form is not None:
            self.form_script = running.browser_form.script_url
            self.form_key = running.browser_form.publishable_key

    async def _read_checkout(self) -> None:
        actor = await self._actor()
        currency = str(self.router.url.query_parameters.get("currency", "")) or None
        outcome = await self._read(
            lambda session, now: checkout.get_checkout_page(session, actor=actor, currency=currency, now=now)
        )
        self.is_loading = False
        match outcome:
            case Done(view):
                self.checkout, self.error = view, ""
            case Refused(error):
                self.error = error.text
        if actor is not None:
            await follow_person(self, actor.person_id, reload=CheckoutState.reload)


def _shown(text: object) -> str:
    return text[:TEXT_MAX] if isinstance(text, str) else ""
