"""What is bought and what it costs, and what has to be said before it is paid."""

import reflex as rx

from ticketapp.components.actions import link, link_button
from ticketapp.components.faces import empty_state
from ticketapp.components.figures import money_line, money_lines
from ticketapp.components.headings import disclosure
from ticketapp.components.status import notice
from ticketapp.components.tokens import CARD, show_if, show_text
from ticketapp.pages.parts.open_order import change_tickets_button
from ticketapp.services.ordering.checkout_views import CheckoutLine
from ticketapp.state.checkout import CheckoutState
from ticketapp.state.viewer import ViewerState


def checkout_summary() -> rx.Component:
    shown = CheckoutState.checkout
    return rx.el.aside(
        rx.el.h2("Your order", class_name="display text-xl"),
        show_text(shown.reference, rx.el.p(shown.reference, class_name="code-text text-sm text-soft")),
        rx.el.ul(rx.foreach(shown.lines, _line), class_name="grid gap-4"),
        show_if(shown.paying == "", _change()),
        money_lines(money_line("Total", shown.total_text, is_total=True, data_testid="checkout-total")),
        disclosure(
            "Fees and taxes included",
            money_lines(
                money_line("Tickets", shown.net_text),
                money_line("Service fees", shown.fees_text),
                money_line("Taxes", shown.tax_text),
            ),
            class_name="text-sm",
            data_testid="breakdown",
        ),
        aria_label="Your order",
        class_name=[CARD, "grid gap-4 self-start p-5 lg:sticky lg:top-24"],
    )


def _change() -> rx.Component:
    shown = CheckoutState.checkout
    return rx.el.div(
        rx.cond(
            shown.reference != "",
            change_tickets_button(shown.order_id),
            link("Change tickets", href="/cart", data_testid="back-to-cart"),
        ),
        # Not while it is being paid.
        class_name="group-has-[fieldset:disabled]/checkout:invisible",
    )


def _line(line: CheckoutLine) -> rx.Component:
    return rx.el.li(
        show_if(
            line.is_first,
            rx.el.div(
                link(line.event_name, href="/event/" + line.event_slug),
                rx.el.p(line.when_text, class_name="text-sm text-soft figures"),
                rx.el.p(line.place_text, class_name="text-sm text-soft"),
                rx.el.p(line.refund_text, class_name="text-sm text-faint"),
                class_name="mb-3",
            ),
        ),
        rx.el.div(
            rx.el.div(
                rx.el.p(f"{line.quantity} \u00d7 {line.tier_name}", class_name="font-semibold"),
                show_text(line.seats_text, rx.el.p(line.seats_text, class_name="text-sm figures")),
                class_name="min-w-0",
            ),
            rx.el.span(line.total_text, class_name="numerals whitespace-nowrap"),
            class_name="flex justify-between gap-4",
        ),
        data_testid="checkout-line-" + line.key,
    )


def checkout_notices() -> rx.Component:
    shown = CheckoutState.checkout
    return rx.el.div(
        show_text(
            shown.paying,
            notice(
                rx.cond(
                    shown.deadline_text != "",
                    f"We are asking your bank. Your places are kept until {shown.deadline_text}. "
                    "Nothing is charged twice.",
                    "We are asking your bank. Nothing is charged twice.",
                ),
                tone="wait",
                title="A payment for these tickets is under way",
                action=link_button("See how it stands", href="/order/" + shown.paying),
                data_testid="payment-under-way",
                class_name="group-has-[fieldset:disabled]/checkout:hidden",
            ),
        ),
        show_if(
            shown.is_held_at_checkout,
            notice(
                "Some of these tickets are held only when you press pay. If they sell out first, nothing is charged.",
                tone="wait",
                data_testid="held-at-checkout",
            ),
        ),
        show_if(
            shown.authorises_first,
            notice(
                f"Your bank sets {shown.total_text} aside first. It is charged once your places are confirmed; "
                "if they cannot be, nothing is charged.",
                tone="quiet",
                data_testid="authorises-first",
            ),
        ),
        rx.foreach(shown.other_currencies, _other_currency),
        class_name="grid gap-3 empty:hidden",
    )


def _other_currency(currency: rx.Var[str]) -> rx.Component:
    return notice(
        f"Your tickets in {currency} are paid in an order of their own.",
        tone="ask",
        action=link_button(f"Pay in {currency} first", href=f"/checkout?currency={currency}", size="sm"),
    )


def nothing_to_pay() -> rx.Component:
    paying = CheckoutState.checkout.paying
    return rx.cond(
        paying != "",
        empty_state(
            "A payment is under way",
            "We are asking your bank. Nothing is charged twice, and you may leave: the answer comes by mail.",
            action=link_button("See order ", paying, href="/order/" + paying, tone="primary"),
            icon_name="clock",
            data_testid="payment-under-way",
        ),
        rx.cond(CheckoutState.refusal != "", _refused(), _nothing()),
    )


def _refused() -> rx.Component:
    return empty_state(
        "This was not paid",
        CheckoutState.refusal,
        action=rx.el.div(
            link_button("Go to the cart", href="/cart", tone="primary"),
            rx.cond(
                ViewerState.is_signed_in,
                rx.fragment(),
                link_button("Sign in", href="/sign-in?next=/checkout"),
            ),
            class_name="flex flex-wrap gap-2",
        ),
        icon_name="cart",
        role="alert",
        data_testid="pay-refused",
    )


def _nothing() -> rx.Component:
    return empty_state(
        rx.cond(CheckoutState.has_run_out, "Your hold ended", "There is nothing to pay"),
        rx.cond(
            CheckoutState.has_run_out,
            "The time ran out before you paid. Nothing was charged. In the cart you can take what is still free.",
            "Your cart is empty. What you have ordered is under My orders.",
        ),
        action=rx.el.div(
            link_button("Go to the cart", href="/cart", tone="primary"),
            link_button("My orders", href="/orders"),
            class_name="flex flex-wrap gap-2",
        ),
        icon_name="cart",
        data_testid="checkout-empty",
    )
