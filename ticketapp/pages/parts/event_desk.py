"""The parts of an event's desk: what can be done with it, the form, and the question before it is cancelled."""

import reflex as rx

from ticketapp.components.actions import button, link_button
from ticketapp.components.dialog import dialog
from ticketapp.components.headings import breadcrumb, page_title, section
from ticketapp.components.status import notice
from ticketapp.components.tokens import CARD
from ticketapp.pages.parts.event_fields import event_fields, problem_list
from ticketapp.pages.parts.event_state import state_badge
from ticketapp.pages.parts.tier_desk import tier_desk
from ticketapp.state.event_form import EventDeskState

_EVENT = EventDeskState.event


def event_desk() -> rx.Component:
    """Draw an event with everything that can be changed about it."""
    return rx.el.div(
        breadcrumb([("Events", "/organizer/events"), (_EVENT.name, "")], class_name="-mb-6"),
        page_title(
            _EVENT.name,
            over=rx.el.span(state_badge(_EVENT.state, _EVENT.state_text), data_testid="event-state"),
            actions=_actions(),
            class_name="mb-0",
        ),
        notice(EventDeskState.impact.summary, tone="quiet", title="Who would notice a change"),
        tier_desk(),
        section("The event", _form()),
        _question(),
        class_name="grid gap-8",
        key=_EVENT.id,
    )


def _actions() -> rx.Component:
    is_over = _EVENT.status == "cancelled"
    return rx.el.div(
        link_button("See the page", href="/event/" + _EVENT.slug, icon_name="ticket"),
        rx.match(
            _EVENT.status,
            (
                "draft",
                button(
                    "Publish", tone="primary", on_click=EventDeskState.publish, data_testid="publish-event"
                ),
            ),
            (
                "paused",
                button(
                    "Sell again", tone="primary", on_click=EventDeskState.publish, data_testid="publish-event"
                ),
            ),
            ("published", button("Pause sales", on_click=EventDeskState.pause, data_testid="pause-event")),
            rx.fragment(),
        ),
        rx.cond(
            is_over,
            rx.fragment(),
            button(
                "Cancel the event",
                tone="danger",
                on_click=EventDeskState.ask_to_cancel,
                data_testid="cancel-event",
            ),
        ),
        class_name="flex flex-wrap gap-3",
    )


def _form() -> rx.Component:
    return rx.el.form(
        problem_list(EventDeskState.summary),
        *event_fields(_EVENT, EventDeskState.problems),
        rx.cond(
            _EVENT.status == "cancelled",
            rx.el.p("A cancelled event keeps the form in which its buyers knew it.", class_name="text-soft"),
            button(
                "Save",
                type="submit",
                tone="primary",
                busy=EventDeskState.is_busy,
                class_name="justify-self-start",
                data_testid="save-event",
            ),
        ),
        on_submit=EventDeskState.save,
        no_validate=True,
        class_name=[CARD, "grid max-w-4xl gap-8 p-4 sm:p-6"],
    )


def _question() -> rx.Component:
    return dialog(
        "Cancel this event?",
        rx.el.p(
            "Sales stop at once and this cannot be taken back. Every paid ticket is refunded and every buyer is told."
        ),
        rx.el.p(EventDeskState.impact.summary, class_name="font-semibold", data_testid="cancel-impact"),
        is_open=EventDeskState.is_cancelling,
        on_close=EventDeskState.keep_it,
        key="cancel-question",
        actions=rx.fragment(
            button("Keep the event", on_click=EventDeskState.keep_it),
            button(
                "Cancel and refund",
                tone="danger",
                on_click=EventDeskState.cancel,
                data_testid="confirm-cancel",
            ),
        ),
    )
