"""Beside the scanner: the head count, the gate, tickets by name, the last scans."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button, text_button
from ticketapp.components.charts import counted
from ticketapp.components.fields import text_field
from ticketapp.components.headings import disclosure, section
from ticketapp.components.status import badge
from ticketapp.components.tokens import show_if
from ticketapp.components.verdict import counter
from ticketapp.pages.parts.door_scanner import redeem
from ticketapp.services.checkin.views import ConflictLine, FoundTicket, HistoryLine
from ticketapp.services.reporting.views import DoorCounts, GateCount
from ticketapp.state.door import DoorState

_KIND_TONES = (("admit", "go"), ("already", "wait"), ("ask", "ask"))
_STATE_TEXTS = (
    ("in", "In"),
    ("valid", "Not in yet"),
    ("refunded", "Refunded"),
    ("transferred", "Transferred"),
)


def head_count(counts: DoorCounts, event_id: rx.Var[str] | str) -> rx.Component:
    """Show live how many are in, in total and per gate; dashes until the first news of this door."""
    is_known = rx.Var.create(counts.event_id) == event_id
    return rx.el.div(
        counter(
            rx.cond(is_known, counted(counts.admitted), "…"),
            of=rx.cond(is_known, counted(counts.expected), "…"),
            data_testid="admitted-total",
        ),
        rx.cond(is_known, rx.foreach(counts.gates, _gate_count), rx.fragment()),
        class_name="flex flex-wrap items-baseline gap-x-8 gap-y-2",
    )


def _gate_count(gate: GateCount) -> rx.Component:
    name = rx.cond(gate.gate == "", "No gate", gate.gate)
    return counter(counted(gate.admitted), label=name, data_testid="admitted-" + gate.gate)


def gate_choice(gate: rx.Var[str] | str) -> rx.Component:
    """Say which gate this device works, and change it."""
    return disclosure(
        rx.el.span("Gate: ", rx.cond(gate == "", "not set", gate), data_testid="gate-name"),
        rx.el.form(
            text_field(
                "Gate",
                name="gate",
                default_value=gate,
                key=gate,
                max_length=40,
                data_testid="gate",
            ),
            button("Set", type="submit", size="lg", data_testid="set-gate"),
            on_submit=DoorState.choose_gate,
            class_name="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3",
        ),
    )


def found_tickets(found: rx.Var[list[FoundTicket]] | list[FoundTicket], searched: Any) -> rx.Component:
    """Find a ticket by name or order, and let its holder in."""
    return section(
        "Find a ticket",
        rx.el.form(
            text_field(
                "Name, order or last characters",
                name="words",
                required=True,
                min_length=2,
                max_length=80,
                auto_complete="off",
                data_testid="search-input",
            ),
            button("Find", type="submit", size="lg", icon_name="search", data_testid="search"),
            on_submit=DoorState.search,
            class_name="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3",
        ),
        rx.cond(
            found.length() > 0,  # pyright: ignore[reportAttributeAccessIssue]
            rx.el.ul(
                rx.foreach(found, _found_ticket),
                class_name="mt-4 grid grid-cols-1 gap-3",
                data_testid="found",
            ),
            show_if(
                searched != "",
                rx.el.p(
                    "No ticket of this event fits “",
                    searched,
                    "”.",
                    class_name="mt-4 text-lg text-soft",
                    role="status",
                ),
            ),
        ),
        class_name="grid-cols-1",
    )


def _found_ticket(ticket: FoundTicket) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(ticket.attendee_name, class_name="text-xl font-semibold"),
            rx.el.p(
                rx.cond(ticket.seat == "", ticket.tier, ticket.tier + " · " + ticket.seat),
                class_name="text-soft",
            ),
            rx.el.p(
                ticket.order_reference, " · ", ticket.email_masked, class_name="code-text text-sm text-soft"
            ),
            class_name="min-w-0 grow",
        ),
        rx.cond(
            ticket.state == "valid",
            button(
                "Let in",
                tone="ink",
                size="lg",
                on_click=redeem(ticket.serial),
                data_testid="admit-" + ticket.serial,
            ),
            badge(
                rx.match(ticket.state, *_STATE_TEXTS, "Cancelled"),
                tone=rx.cond(ticket.state == "in", "wait", "stop"),
            ),
        ),
        class_name="card flex flex-wrap items-center gap-3 p-4",
    )


def last_scans(history: rx.Var[list[HistoryLine]] | list[HistoryLine]) -> rx.Component:
    """List what was scanned last; an entry can be taken back for some minutes."""
    return section(
        "Last scans",
        rx.cond(
            history.length() > 0,  # pyright: ignore[reportAttributeAccessIssue]
            rx.el.ol(
                rx.foreach(history, _history_line), class_name="divide-y divide-line", data_testid="history"
            ),
            rx.el.p("Nothing has been scanned yet.", class_name="text-lg text-soft"),
        ),
        class_name="grid-cols-1",
    )


def _history_line(line: HistoryLine) -> rx.Component:
    return rx.el.li(
        badge(
            rx.cond(line.is_undone, "Undone", line.word),
            tone=rx.cond(line.is_undone, "quiet", rx.match(line.kind, *_KIND_TONES, "stop")),
        ),
        rx.el.span(
            rx.el.span(line.label, class_name="block truncate text-lg"),
            rx.el.span(
                line.at_text,
                show_if(line.gate != "", " · " + line.gate),
                class_name="figures block text-sm text-soft",
            ),
            class_name="min-w-0 grow",
        ),
        show_if(line.can_undo, text_button("Undo", on_click=DoorState.undo(line.scan_id))),
        class_name="flex min-h-14 items-center gap-3 py-2",
    )


def conflict_list(conflicts: rx.Var[list[ConflictLine]] | list[ConflictLine]) -> rx.Component:
    """List whom devices let in while they were offline and should not have; nothing is shown when there is none."""
    return rx.cond(
        conflicts.length() > 0,  # pyright: ignore[reportAttributeAccessIssue]
        section(
            "Conflicts",
            rx.el.ul(
                rx.foreach(conflicts, _conflict), class_name="divide-y divide-line", data_testid="conflicts"
            ),
            class_name="grid-cols-1",
        ),
        rx.fragment(),
    )


def _conflict(line: ConflictLine) -> rx.Component:
    return rx.el.li(
        badge(line.word, tone="stop"),
        rx.el.span(
            rx.el.span(line.serial, class_name="code-text block"),
            rx.el.span(line.text, class_name="block text-soft"),
            class_name="min-w-0",
        ),
        class_name="flex min-h-14 items-center gap-3 py-2",
    )
