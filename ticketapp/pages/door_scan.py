"""The door of one event: scan, see the verdict, go on."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.connection import connection_pill
from ticketapp.components.faces import empty_state, four_faces, loading, skeleton
from ticketapp.components.shell import door_shell
from ticketapp.live.vars import live_door
from ticketapp.pages.parts.door_desk import conflict_list, found_tickets, gate_choice, head_count, last_scans
from ticketapp.pages.parts.door_scanner import answer, offer_undo, scanner, typed_code
from ticketapp.state.door import DoorState


@rx.page(route="/door/[slug]", title="Door · Ticketapp", on_load=DoorState.load)
def door_scan() -> rx.Component:
    """Check people in: camera, hand scanner, typed code or search."""
    return door_shell(
        four_faces(
            is_loading=DoorState.is_loading,
            error=DoorState.error,
            is_empty=DoorState.is_missing,
            loading_face=loading(skeleton("h-16 w-full"), skeleton("aspect-[4/3] w-full rounded-lg")),
            empty_face=empty_state(
                "We could not find this door",
                "The address may be mistyped, or the event belongs to another team.",
                action=link_button("Choose your door", href="/door", tone="primary"),
                icon_name="scan",
                data_testid="door-missing",
            ),
            full_face=rx.el.div(
                rx.el.div(
                    head_count(live_door(), DoorState.event.id),
                    gate_choice(DoorState.gate),
                    scanner(),
                    typed_code(),
                    class_name="grid grid-cols-1 content-start gap-4",
                ),
                rx.el.div(
                    found_tickets(DoorState.found, DoorState.searched),
                    conflict_list(DoorState.conflicts),
                    last_scans(DoorState.history),
                    class_name="grid grid-cols-1 content-start gap-6",
                ),
                offer_undo(DoorState.entry),
                answer(DoorState.scan),
                class_name="grid grid-cols-1 gap-6 pb-24 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]",
            ),
            on_retry=DoorState.load,
        ),
        title=rx.cond(DoorState.event.name == "", "Door", DoorState.event.name),
        status=connection_pill(),
    )
