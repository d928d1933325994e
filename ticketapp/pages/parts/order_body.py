"""An order's page: the outcome, three lamps, tickets, the sum, and what can be done."""

import reflex as rx

from ticketapp.components.actions import button, file_button, link, link_button, text_button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.figures import fact, facts, money_line, money_lines
from ticketapp.components.headings import disclosure, section
from ticketapp.components.status import badge, lamp, lamps, live_region, notice
from ticketapp.components.tokens import CARD, show_if, show_text
from ticketapp.pages.parts.open_order import change_tickets_button
from ticketapp.pages.parts.ticket_card import ticket_card
from ticketapp.services.ordering.views import OrderLineView
from ticketapp.services.payments.receipt_views import OrderTicket
from ticketapp.state.order import OrderState


def order_body() -> rx.Component:
    receipt = OrderState.receipt
    return rx.el.div(
        _outcome(),
        lamps(
            lamp("Paid", receipt.paid.text, tone=receipt.paid.tone, data_testid="lamp-paid"),
            lamp("Tickets issued", receipt.issued.text, tone=receipt.issued.tone, data_testid="lamp-issued"),
            lamp("Mail sent", receipt.mailed.text, tone=receipt.mailed.tone, data_testid="lamp-mailed"),
            class_name=[CARD, "p-5"],
        ),
        rx.el.div(
            rx.el.div(
                show_text(receipt.order.paid_text, _tickets()),
                class_name="grid min-w-0 content-start gap-6 empty:hidden",
            ),
            _sum(),
            class_name="grid gap-8 lg:not-has-[>div:empty]:grid-cols-[minmax(0,1fr)_22rem]",
        ),
        class_name="grid gap-8",
    )


def _outcome() -> rx.Component:
    receipt, outcome = OrderState.receipt, OrderState.receipt.outcome
    return rx.el.header(
        rx.el.div(
            badge(outcome.status_text, tone=outcome.tone, data_testid="order-status"),
            rx.el.span(
                receipt.order.reference, class_name="code-text text-soft", data_testid="order-reference"
            ),
            class_name="flex flex-wrap items-center gap-3",
        ),
        rx.el.h1(
            outcome.heading, tab_index=-1, id="page-title", class_name="display mt-3 text-2xl sm:text-3xl"
        ),
        rx.el.p(outcome.money_text, class_name="mt-3 text-lg text-soft measure", data_testid="money-said"),
        live_region(f"{outcome.heading}. {outcome.money_text}", assertive=True),
        rx.el.ul(
            rx.foreach(receipt.refunds, lambda text: rx.el.li(text, class_name="figures")),
            class_name="mt-2 text-sm text-soft empty:hidden",
            data_testid="refunds",
        ),
        _next_steps(),
        show_if(
            (receipt.payment_id != "") & (outcome.tone != "go"),
            rx.el.p(
                "If you write to us: ",
                rx.el.span(receipt.order.reference, class_name="code-text"),
                show_text(
                    receipt.payment_ref,
                    rx.el.span(" and ", rx.el.span(receipt.payment_ref, class_name="code-text break-all")),
                ),
                ". ",
                link("About this payment", href="/payments/" + receipt.payment_id, data_testid="to-payment"),
                class_name="mt-4 text-sm text-soft",
                data_testid="order-quote",
            ),
        ),
    )


def _next_steps() -> rx.Component:
    receipt = OrderState.receipt
    return rx.el.div(
        show_text(
            receipt.bank_url,
            file_button(
                "Confirm at your bank",
                href=receipt.bank_url,
                tone="primary",
                icon_name="lock",
                data_testid="to-bank",
            ),
        ),
        show_if(
            receipt.can_pay,
            link_button(
                "Pay ", receipt.order.total_text, href="/checkout", tone="primary", data_testid="pay-order"
            ),
        ),
        show_if(
            receipt.can_pay,
            change_tickets_button(receipt.order.id),
        ),
        show_if(
            receipt.order.is_paying & receipt.can_cancel,
            button(
                "Pay with another card",
                on_click=OrderState.use_another_card,
                busy=OrderState.is_busy,
                disabled=is_cut_off,
                data_testid="another-card",
            ),
        ),
        show_if(
            receipt.can_cancel,
            button("Cancel order", tone="quiet", on_click=OrderState.ask_cancel, data_testid="cancel-order"),
        ),
        show_text(
            receipt.again_path,
            link_button("Choose tickets again", href=receipt.again_path, data_testid="choose-again"),
        ),
        class_name="mt-5 flex flex-wrap gap-2 empty:hidden",
    )


def _tickets() -> rx.Component:
    return section(
        "Tickets", rx.el.ul(rx.foreach(OrderState.receipt.tickets, _ticket), class_name="grid gap-6")
    )


def _ticket(row: OrderTicket) -> rx.Component:
    return rx.el.li(
        ticket_card(
            row.shown,
            show_text(
                row.return_text,
                text_button(
                    "Give back for ",
                    row.return_text,
                    on_click=OrderState.ask_return(row.shown.id),
                    data_testid="return-ticket",
                ),
            ),
        )
    )


def _sum() -> rx.Component:
    receipt, order = OrderState.receipt, OrderState.receipt.order
    return rx.el.aside(
        rx.el.h2("Order", class_name="display text-xl"),
        rx.el.ul(rx.foreach(order.lines, _line), class_name="grid gap-4"),
        money_lines(money_line("Total", order.total_text, is_total=True, data_testid="order-total")),
        disclosure(
            "Fees and taxes included",
            money_lines(
                money_line("Tickets", order.net_text),
                money_line("Service fees", order.fees_text),
                money_line("Taxes", order.tax_text),
            ),
            class_name="text-sm",
        ),
        facts(
            fact("Ordered", order.created_text),
            fact("For", order.contact_name, rx.el.br(), order.contact_email),
            show_text(order.delivery_address, fact("Delivered to", order.delivery_address)),
            show_text(
                order.billing_name + order.billing_address,
                fact("Billed to", order.billing_name, rx.el.br(), order.billing_address),
            ),
            class_name="border-t border-line pt-4 text-sm sm:grid-cols-1 [&_dd]:break-words",
        ),
        show_if(
            (order.paid_text != "") & ~order.is_free,
            link_button(
                "Invoice",
                href="/order/" + order.reference + "/invoice",
                icon_name="list",
                data_testid="to-invoice",
            ),
        ),
        show_text(
            receipt.return_all_text,
            button(
                "Give tickets back · ",
                receipt.return_all_text,
                on_click=OrderState.ask_return_all,
                icon_name="undo",
                data_testid="return-all",
            ),
        ),
        show_text(receipt.kept_text, notice(receipt.kept_text, tone="quiet", data_testid="return-refused")),
        aria_label="Order",
        class_name=[CARD, "grid gap-4 self-start p-5 lg:sticky lg:top-24"],
    )


def _line(line: OrderLineView) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(f"{line.quantity} \u00d7 {line.tier_name}", class_name="font-semibold"),
            link(line.event_name, href="/event/" + line.event_slug),
            rx.el.p(line.when_text, class_name="text-sm text-soft figures"),
            rx.el.p(line.place_text, class_name="text-sm text-soft"),
            show_text(line.seat_label, rx.el.p(line.seat_label, class_name="text-sm figures")),
            class_name="min-w-0",
        ),
        rx.el.span(line.total_text, class_name="numerals whitespace-nowrap"),
        class_name="flex justify-between gap-4",
    )
