"""The parts of an order's desk: the sum, its tickets with a box to tick each, its money, and what happened."""

import reflex as rx

from ticketapp.components.actions import button, link, link_button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.dashboard import ORDER_TONES, has_any
from ticketapp.components.figures import (
    cell,
    fact,
    facts,
    money_line,
    money_lines,
    number_cell,
    table,
    table_row,
)
from ticketapp.components.headings import breadcrumb, page_title, section
from ticketapp.components.status import badge, notice
from ticketapp.components.tokens import CARD, show_if, show_text
from ticketapp.pages.parts.failed_refund import failed_refund_actions
from ticketapp.services.reporting.order_desk_views import DeskEntry, DeskLine, DeskTicket
from ticketapp.state.order_desk import OrderDeskState

_ORDER = OrderDeskState.order
_HAS_CHOSEN = OrderDeskState.chosen.length() > 0  # pyright: ignore[reportAttributeAccessIssue] - a Var of a list has it.


def desk_order() -> rx.Component:
    """Draw the order."""
    return rx.el.div(
        breadcrumb([("Orders", "/organizer/orders"), (_ORDER.reference, "")], class_name="-mb-6"),
        page_title(
            _ORDER.contact_name,
            over=badge(
                _ORDER.status_text,
                tone=rx.match(_ORDER.status, *ORDER_TONES, "quiet"),
                data_testid="order-status",
            ),
            lead=_ORDER.contact_email,
            actions=_refund_all(),
            class_name="mb-0",
        ),
        show_if(
            _ORDER.is_shared,
            notice(
                "This order also holds tickets of other organizers. Here is only what belongs to your events.",
                tone="ask",
                data_testid="shared-order",
            ),
        ),
        show_text(_ORDER.end_text, notice(_ORDER.end_text, tone="quiet")),
        rx.el.div(
            rx.el.div(_tickets(), _money(), _history(), class_name="grid min-w-0 content-start gap-8"),
            _sum(),
            class_name="grid gap-8 xl:grid-cols-[minmax(0,1fr)_22rem]",
        ),
        class_name="grid gap-8",
        key=_ORDER.id,
    )


def _refund_all() -> rx.Component:
    return rx.el.div(
        show_text(
            OrderDeskState.all_text,
            button(
                "Refund everything · ",
                OrderDeskState.all_text,
                on_click=OrderDeskState.ask_about_all,
                disabled=is_cut_off,
                icon_name="undo",
                data_testid="refund-all",
            ),
        )
    )


def _tickets() -> rx.Component:
    return rx.cond(
        has_any(_ORDER.tickets),
        section(
            "Tickets",
            table(
                ["", "Ticket", "For", "Attendee", "State", ("Price", "numeric")],
                rx.foreach(_ORDER.tickets, _ticket),
                caption="Tickets of this order",
            ),
            action=button(
                rx.cond(_HAS_CHOSEN, "Refund " + OrderDeskState.chosen_text, "Refund what is ticked"),
                on_click=OrderDeskState.ask_about_chosen,
                disabled=is_cut_off | ~_HAS_CHOSEN,
                size="sm",
                data_testid="refund-chosen",
            ),
        ),
        section("Tickets", notice("None: tickets are made when the order is paid.", tone="quiet")),
    )


def _ticket(ticket: DeskTicket) -> rx.Component:
    box = rx.el.label(
        rx.el.input(
            type="checkbox",
            # The browser ticks at once, without waiting for the server; a ticket that died is drawn anew.
            default_checked=OrderDeskState.chosen.contains(ticket.id),  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            key=ticket.id + ticket.status_text,
            disabled=~ticket.is_valid,
            on_change=OrderDeskState.tick(ticket.id),
            aria_label="Ticket " + ticket.serial_text,
            data_testid="tick-ticket",
            class_name="size-5 accent-(--accent-text)",
        ),
        class_name="flex size-11 items-center max-sm:-my-2 sm:justify-center",
    )
    return table_row(
        cell(box),
        cell(ticket.serial_text, class_name="code-text whitespace-nowrap"),
        cell(
            ticket.tier_name,
            show_text(ticket.seat_label, rx.el.div(ticket.seat_label, class_name="text-sm figures")),
            rx.el.div(ticket.event_name, class_name="text-sm text-soft"),
        ),
        ticket.attendee_name,
        cell(badge(ticket.status_text, tone=_tone(ticket))),
        number_cell(ticket.worth_text),
        data_testid="desk-ticket",
    )


def _tone(ticket: DeskTicket) -> rx.Var[str]:
    return rx.cond(ticket.is_used, "ask", rx.cond(ticket.is_valid, "go", "quiet"))


def _money() -> rx.Component:
    return section(
        "Money",
        rx.cond(
            has_any(_ORDER.payments),
            _entries(_ORDER.payments, test_id="desk-payments"),
            rx.el.p("Nobody has tried to pay it.", class_name="text-soft"),
        ),
        rx.cond(has_any(_ORDER.refunds), _entries(_ORDER.refunds, test_id="desk-refunds"), rx.fragment()),
    )


def _history() -> rx.Component:
    return section("What happened", _entries(_ORDER.history, test_id="desk-history"))


def _entries(entries: rx.Var[list[DeskEntry]], *, test_id: str) -> rx.Component:
    return rx.el.ol(
        rx.foreach(entries, _entry),
        class_name=[CARD, "grid divide-y divide-line px-4 py-0"],
        data_testid=test_id,
    )


def _entry(entry: DeskEntry) -> rx.Component:
    return rx.el.li(
        rx.el.span(class_name="mark mt-1.5", aria_hidden="true"),
        rx.el.div(
            rx.el.p(entry.text, class_name="font-medium figures"),
            show_text(entry.detail, rx.el.p(entry.detail, class_name="text-sm text-soft break-words")),
            show_text(entry.failed_id, failed_refund_actions(entry.failed_id)),
            class_name="min-w-0 grow",
        ),
        rx.el.span(entry.at_text, class_name="text-sm text-soft figures sm:whitespace-nowrap"),
        data_tone=entry.tone,
        class_name="tone grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 py-3 sm:grid-cols-[auto_minmax(0,1fr)_auto] [&>span:last-child]:col-start-2 sm:[&>span:last-child]:col-start-auto",
    )


def _sum() -> rx.Component:
    return rx.el.aside(
        rx.el.h2("Order", class_name="display text-xl"),
        rx.el.p(_ORDER.reference, class_name="code-text text-soft", data_testid="order-reference"),
        rx.el.ul(rx.foreach(_ORDER.lines, _line), class_name="grid gap-4"),
        money_lines(
            money_line("Total", _ORDER.total_text, is_total=True, data_testid="desk-total"),
            show_text(
                _ORDER.refunded_text,
                money_line("Given back", _ORDER.refunded_text, data_testid="desk-refunded"),
            ),
            show_text(_ORDER.refunded_text, money_line("Kept", _ORDER.kept_text, data_testid="desk-kept")),
        ),
        facts(
            fact("Ordered", _ORDER.placed_text),
            show_text(_ORDER.paid_text, fact("Paid", _ORDER.paid_text)),
            show_text(_ORDER.delivery_address, fact("Delivered to", _ORDER.delivery_address)),
            show_text(
                _ORDER.billing_name + _ORDER.billing_address,
                fact("Billed to", _ORDER.billing_name, rx.el.br(), _ORDER.billing_address),
            ),
            class_name="border-t border-line pt-4 text-sm sm:grid-cols-1 [&_dd]:break-words",
        ),
        show_text(
            _ORDER.paid_text,
            link_button("Invoice", href="/order/" + _ORDER.reference + "/invoice", icon_name="list"),
        ),
        aria_label="Order",
        class_name=[CARD, "grid gap-4 self-start p-5 xl:sticky xl:top-24"],
    )


def _line(line: DeskLine) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(f"{line.quantity} \u00d7 {line.tier_name}", class_name="font-semibold"),
            link(line.event_name, href="/organizer/events/" + line.event_slug),
            rx.el.p(line.when_text, class_name="text-sm text-soft figures"),
            show_text(line.seat_label, rx.el.p(line.seat_label, class_name="text-sm figures")),
            class_name="min-w-0",
        ),
        rx.el.span(line.total_text, class_name="numerals whitespace-nowrap"),
        class_name="flex justify-between gap-4",
    )
