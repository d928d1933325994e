"""The form of the checkout: contact, delivery, billing, card."""

import reflex as rx

from ticketapp.components.actions import link, link_button, text_button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.fields import error_summary, fieldset, radio_group, text_area, text_field
from ticketapp.components.headings import disclosure
from ticketapp.components.pay_form import card_fields, pay_form, stripe_fields
from ticketapp.components.status import notice, refusal
from ticketapp.components.tokens import show_if, show_text
from ticketapp.state.checkout import CheckoutState
from ticketapp.state.viewer import ViewerState

WAITING = "Do not close this page. Your tickets stay held while your bank answers."


def checkout_form() -> rx.Component:
    return rx.cond(CheckoutState.checkout.account_needed_for != "", _sign_in_first(), _form())


def _form() -> rx.Component:
    shown = CheckoutState.checkout
    return pay_form(
        rx.el.input(type="hidden", name="currency", value=shown.currency),
        rx.el.input(type="hidden", name="amountMinor", value=f"{shown.total_minor}"),
        _contact(),
        _delivery(),
        _billing(),
        rx.cond(shown.is_free, rx.fragment(), _payment()),
        rx.el.div(
            rx.el.div(
                refusal(
                    CheckoutState.refusal,
                    title="This was not paid",
                    action=_after(),
                    data_testid="pay-refused",
                ),
                error_summary(CheckoutState.errors, title="Nothing was charged. Check these fields"),
                id="pay-refused",
                tab_index=-1,
                # While the next attempt is under way, the last one is no news.
                class_name="empty:hidden group-has-[fieldset:disabled]/checkout:hidden",
            ),
            show_text(
                CheckoutState.email,
                rx.el.p(
                    "The link to your tickets and invoice goes to ",
                    rx.el.strong(CheckoutState.email, class_name="break-all"),
                    ".",
                    class_name="text-sm text-soft",
                    data_testid="address-again",
                ),
            ),
            class_name="grid gap-3",
        ),
        action="/checkout/pay",
        pay_text=CheckoutState.pay_text,
        waiting_text=WAITING,
        is_blocked=is_cut_off | (shown.paying != ""),
        on_refused=CheckoutState.refused,
        aria_label="Checkout",
    )


def _after() -> rx.Component:
    shown = CheckoutState.checkout
    return rx.el.div(
        show_if(CheckoutState.is_unsure, link("My orders", href="/orders", data_testid="look-at-orders")),
        show_text(shown.deadline_text, rx.el.p(f"Your tickets stay held until {shown.deadline_text}.")),
        show_if(
            CheckoutState.quote.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.
            rx.el.p(
                "If you write to us: ",
                rx.foreach(
                    CheckoutState.quote, lambda name: rx.el.span(name, class_name="code-text me-2 break-all")
                ),
                data_testid="pay-quote",
            ),
        ),
        class_name="grid gap-1 text-sm empty:hidden",
    )


def _contact() -> rx.Component:
    contact, wrong = CheckoutState.checkout.contact, CheckoutState.field_errors
    return fieldset(
        "Contact",
        rx.cond(
            ViewerState.is_signed_in,
            rx.fragment(),
            rx.el.p(
                "No account needed. ",
                rx.el.a(
                    "Sign in", href="/sign-in?next=/checkout", class_name="link", data_testid="offer-sign-in"
                ),
                " to find your tickets on every device.",
                class_name="text-sm text-soft",
            ),
        ),
        text_field(
            "Name",
            name="name",
            required=True,
            auto_complete="name",
            default_value=contact.name,
            error=wrong["name"],
        ),
        rx.el.div(
            text_field(
                "E-mail",
                name="email",
                type="email",
                required=True,
                auto_complete="email",
                # Not bound to a var: what is typed while an answer is on its way would be lost.
                default_value=rx.cond(
                    CheckoutState.taken_email != "", CheckoutState.taken_email, contact.email
                ),
                key="email-" + CheckoutState.taken_email,
                on_blur=CheckoutState.check_email,
                error=wrong["email"],
            ),
            rx.el.div(
                show_text(
                    CheckoutState.better_email,
                    rx.el.p(
                        "Did you mean ",
                        text_button(
                            CheckoutState.better_email,
                            on_click=CheckoutState.take_better_email,
                            data_testid="better-email",
                        ),
                        "?",
                        class_name="text-sm",
                    ),
                ),
                aria_live="polite",
            ),
        ),
    )


def _delivery() -> rx.Component:
    return fieldset(
        "Delivery",
        radio_group(
            "How your tickets travel",
            [
                ("email", "By e-mail", "A link to your tickets, at once, to show on your phone."),
                (
                    "courier",
                    "By courier, printed",
                    "The organizer sends them to the address you give, once paid.",
                ),
            ],
            name="delivery",
            value=CheckoutState.delivery,
            on_change=CheckoutState.choose_delivery,
        ),
        rx.cond(
            CheckoutState.delivery == "courier",
            text_area(
                "Delivery address",
                name="deliveryAddress",
                rows=3,
                required=True,
                auto_complete="shipping street-address",
                default_value=CheckoutState.checkout.contact.delivery_address,
                error=CheckoutState.field_errors["deliveryAddress"],
            ),
            rx.fragment(),
        ),
    )


def _billing() -> rx.Component:
    contact, wrong = CheckoutState.checkout.contact, CheckoutState.field_errors
    return disclosure(
        "Another name or address for the bill",
        rx.el.div(
            text_field(
                "Billing name",
                name="billingName",
                auto_complete="billing name",
                default_value=contact.billing_name,
                error=wrong["billingName"],
            ),
            text_area(
                "Billing address",
                name="billingAddress",
                rows=3,
                auto_complete="billing street-address",
                default_value=contact.billing_address,
                error=wrong["billingAddress"],
            ),
            class_name="grid gap-4",
        ),
    )


def _payment() -> rx.Component:
    return rx.cond(CheckoutState.form_key != "", _stripe(), _card())


def _stripe() -> rx.Component:
    shown = CheckoutState.checkout
    return fieldset(
        "Payment",
        stripe_fields(
            script_url=CheckoutState.form_script,
            publishable_key=CheckoutState.form_key,
            amount_minor=shown.total_minor,
            currency=shown.currency,
            error=CheckoutState.field_errors["paymentToken"],
            capture_method=rx.cond(shown.authorises_first, "manual", "automatic_async"),
        ),
    )


def _card() -> rx.Component:
    return fieldset(
        "Card",
        rx.cond(
            CheckoutState.is_sandbox,
            notice(
                "No money moves here. 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined, "
                "4000 0000 0000 3220 asks you at the bank; any date to come, any code.",
                tone="ask",
                title="Sandbox",
            ),
            rx.fragment(),
        ),
        card_fields(errors=CheckoutState.field_errors),
    )


def _sign_in_first() -> rx.Component:
    event = CheckoutState.checkout.account_needed_for
    return notice(
        f"{event} sells only to people with an account. Your tickets stay held while you sign in.",
        tone="ask",
        title="Sign in to order",
        action=rx.el.div(
            link_button(
                "Sign in", href="/sign-in?next=/checkout", tone="primary", data_testid="must-sign-in"
            ),
            link_button("Make an account", href="/register?next=/checkout"),
            class_name="flex flex-wrap gap-2",
        ),
    )
