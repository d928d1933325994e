"""The cart's events with their lines, held and ended, and what they cost together."""

import reflex as rx

from ticketapp.components.actions import button, link, link_button, text_button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.figures import money_line, money_lines
from ticketapp.components.headings import beside
from ticketapp.components.status import notice
from ticketapp.components.stepper import stepper
from ticketapp.components.stubs import cart_line
from ticketapp.components.tokens import CARD
from ticketapp.live.vars import live_cart
from ticketapp.services.cart.views import CartEvent, CartLine, CartSeat, CartTotal
from ticketapp.state.cart import CartState


def event_group(event: CartEvent) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(link(event.name, href="/event/" + event.slug), class_name="display text-xl"),
            beside(event.when_text, event.place_text, class_name="text-sm text-soft"),
            rx.el.p("By ", event.organizer, class_name="text-sm text-faint"),
            rx.cond(event.deadline_ms > 0, _held_until(event), rx.fragment()),
        ),
        rx.cond(
            event.is_held_at_checkout,
            notice(
                "These tickets are not held until you check out. If it sells out before you pay, you are refunded.",
                tone="wait",
                data_testid="held-at-checkout",
            ),
            rx.fragment(),
        ),
        rx.el.ul(rx.foreach(event.lines, _line), class_name="grid gap-4"),
        rx.cond(event.ended_quantity > 0, _ended(event), rx.fragment()),
        data_testid="cart-event-" + event.slug,
        class_name="grid gap-4",
    )


def _held_until(event: CartEvent) -> rx.Component:
    return rx.el.p(
        rx.el.span(f"Held for you until {event.deadline_text}", class_name="figures"),
        rx.cond(
            event.extensions_left > 0,
            text_button(
                f"{event.extension_minutes} more minutes",
                on_click=CartState.extend(event.id, event.deadline_ms),
                data_testid="more-time",
            ),
            rx.fragment(),
        ),
        class_name="flex flex-wrap items-center gap-x-4 text-sm text-soft",
    )


def _line(line: CartLine) -> rx.Component:
    return cart_line(
        line.price_text + " each, all fees included",
        quantity=f"{line.quantity}",
        tier=line.name,
        detail="",
        price_text=line.total_text,
        controls=rx.cond(
            line.is_seated,
            rx.el.ul(rx.foreach(line.seats, _seat), class_name="grid gap-1"),
            rx.el.div(
                stepper(
                    line.name,
                    value=line.quantity,
                    min_value=1,
                    max_value=line.quantity_max,
                    on_change=lambda quantity: CartState.change_quantity(line.tier_id, quantity),
                    disabled=is_cut_off,
                    data_testid="quantity-" + line.key,
                ),
                text_button(
                    "Remove",
                    on_click=CartState.remove_line(line.tier_id),
                    aria_label="Remove " + line.name,
                    data_testid="remove-" + line.key,
                ),
                class_name="flex items-center gap-3",
            ),
        ),
        data_testid="cart-line-" + line.key,
    )


def _seat(seat: CartSeat) -> rx.Component:
    return rx.el.li(
        rx.el.span(seat.label, class_name="text-sm figures"),
        text_button(
            "Remove", on_click=CartState.remove_seat(seat.hold_id), aria_label="Remove " + seat.label
        ),
        class_name="flex items-center justify-between gap-4",
    )


def _ended(event: CartEvent) -> rx.Component:
    return rx.fragment(
        notice(
            event.ended_text,
            tone="wait",
            title="Your hold ended",
            action=rx.el.div(
                rx.cond(
                    event.still_free > 0,
                    button(
                        "Take them again",
                        tone="primary",
                        icon_name="undo",
                        on_click=CartState.take_again(event.id),
                        disabled=is_cut_off,
                        data_testid="take-again",
                    ),
                    link_button("Look for other tickets", href="/event/" + event.slug),
                ),
                button(
                    "Dismiss", tone="quiet", on_click=CartState.dismiss(event.id), data_testid="dismiss-ended"
                ),
                class_name="flex flex-wrap gap-2",
            ),
            data_testid="hold-ended",
        ),
        rx.el.ul(rx.foreach(event.ended_lines, _ended_line), class_name="grid gap-4"),
    )


def _ended_line(line: CartLine) -> rx.Component:
    return cart_line(
        rx.cond(line.is_seated, line.seats_text, line.price_text),
        quantity=f"{line.quantity}",
        tier=line.name,
        detail="",
        price_text=line.total_text,
        note=line.note,
        is_expired=True,
        data_testid="ended-line-" + line.key,
    )


def cart_summary() -> rx.Component:
    cart = live_cart()
    return rx.el.aside(
        rx.el.h2("Summary", class_name="display text-xl"),
        money_lines(rx.foreach(cart.totals, _total)),
        rx.el.p("All fees and taxes included.", class_name="text-sm text-soft"),
        rx.foreach(cart.totals, _checkout_button),
        button(
            "Let everything go",
            tone="quiet",
            on_click=CartState.clear,
            class_name="justify-self-center",
            data_testid="clear-cart",
        ),
        aria_label="Summary",
        class_name=[CARD, "grid gap-4 self-start p-5 lg:sticky lg:top-24"],
    )


def _total(total: CartTotal) -> rx.Component:
    return money_line("Total", total.total_text, is_total=True, data_testid="cart-total")


def _checkout_button(total: CartTotal) -> rx.Component:
    return link_button(
        "Check out · ",
        total.total_text,
        href="/checkout?currency=" + total.currency,
        tone="primary",
        size="lg",
        class_name="w-full",
        data_testid="checkout",
    )
