"""The doors somebody may work: choose one."""

import reflex as rx

from ticketapp.components.actions import plain_link
from ticketapp.components.connection import connection_pill
from ticketapp.components.faces import empty_state, four_faces, loading, skeleton
from ticketapp.components.headings import beside
from ticketapp.components.shell import door_shell
from ticketapp.components.status import badge
from ticketapp.components.tokens import show_if
from ticketapp.services.checkin.views import DoorEventView
from ticketapp.state.door import DoorListState


@rx.page(route="/door", title="Door · Ticketapp", on_load=DoorListState.load)
def door() -> rx.Component:
    """Choose the event to check people in at; today's come first."""
    return door_shell(
        four_faces(
            is_loading=DoorListState.is_loading,
            error=DoorListState.error,
            is_empty=DoorListState.events.length() == 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            loading_face=loading(*[skeleton("h-24 w-full rounded-lg")] * 3, class_name="grid gap-4"),
            empty_face=empty_state(
                "No door to work",
                "Events of your team appear here from two weeks before they start. Ask its owner to add you as door staff.",
                icon_name="scan",
            ),
            full_face=rx.el.ul(
                rx.foreach(DoorListState.events, _event), class_name="grid gap-4", data_testid="door-events"
            ),
            on_retry=DoorListState.load,
        ),
        title="Choose your door",
        status=connection_pill(),
    )


def _event(event: DoorEventView) -> rx.Component:
    return rx.el.li(
        plain_link(
            rx.el.div(
                rx.el.p(event.name, class_name="display text-2xl"),
                beside(event.starts_text, event.venue, class_name="text-lg text-soft"),
                class_name="min-w-0",
            ),
            show_if(event.is_today, badge("Today", tone="go", class_name="ms-auto text-lg")),
            href="/door/" + event.slug,
            class_name="card flex min-h-24 items-center gap-4 p-5",
            data_testid="door-" + event.slug,
        )
    )
