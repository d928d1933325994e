"""A form that pays, and the card fields in it. What is typed into them goes from the browser to the server's own route."""

from typing import Any

import reflex as rx

from ticketapp.components.tokens import Child, Flag, Number, Text, styled

_SCRIPT = rx.asset("islands/pay_form.jsx")
_STRIPE_FORM = rx.asset("islands/stripe_form.jsx")


def _refusal_spec(answer: rx.Var[dict[str, Any]]) -> list[rx.Var[Any]]:
    return [answer]


class PayForm(rx.Component):
    """A React island: it sends once a press, freezes until the answer, and goes where the answer says."""

    library = _SCRIPT.importable_path
    tag = "PayForm"

    action: rx.Var[str]
    pay_text: rx.Var[str]
    waiting_text: rx.Var[str]
    is_blocked: rx.Var[bool]
    on_refused: rx.EventHandler[_refusal_spec]


class CardFields(rx.Component):
    """A React island: number, expiry and security code, each with a hint when it cannot be right."""

    library = _SCRIPT.importable_path
    tag = "CardFields"

    errors: rx.Var[dict[str, str]]


class StripeFields(rx.NoSSRComponent):
    """A React island around Stripe's Payment Element; it is loaded only where it is drawn."""

    library = _STRIPE_FORM.importable_path
    tag = "StripeFields"
    lib_dependencies: list[str] = ["@stripe/stripe-js@10.2.1", "@stripe/react-stripe-js@7.0.1"]

    script_url: rx.Var[str]
    publishable_key: rx.Var[str]
    amount_minor: rx.Var[int]
    currency: rx.Var[str]
    capture_method: rx.Var[str]
    error: rx.Var[str]


def pay_form(
    *children: Child,
    action: str,
    pay_text: Text,
    waiting_text: Text,
    on_refused: Any,
    is_blocked: Flag = False,
    **props: Any,
) -> rx.Component:
    """Draw a form whose button (test id `pay`) pays; `on_refused` gets {code, text, fields, quote} and never what was typed."""
    return PayForm.create(
        *children,
        action=action,
        pay_text=pay_text,
        waiting_text=waiting_text,
        is_blocked=is_blocked,
        on_refused=on_refused,
        **styled("grid gap-8", props),
    )


def card_fields(*, errors: rx.Var[dict[str, str]]) -> rx.Component:
    """Draw the fields of a card; `errors` are the server's, by field name."""
    return CardFields.create(errors=errors)


def stripe_fields(
    *,
    script_url: Text,
    publishable_key: Text,
    amount_minor: Number,
    currency: Text,
    error: Text,
    capture_method: Text,
) -> rx.Component:
    """Draw Stripe's own form for cards and wallets; its token is sent as `paymentToken` by the form around it.

    It offers only what can be collected in the way that `capture_method` names, in Stripe's words.
    """
    return rx.fragment(
        rx.el.input(type="hidden", name="paymentToken", value=""),
        StripeFields.create(
            script_url=script_url,
            publishable_key=publishable_key,
            amount_minor=amount_minor,
            currency=currency,
            capture_method=capture_method,
            error=error,
        ),
    )
