"""/organizer/events/new: announce something."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.fields import fieldset, select_field
from ticketapp.components.headings import breadcrumb, page_title
from ticketapp.components.tokens import CARD
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.pages.parts.event_fields import event_fields, problem, problem_list, tier_fields
from ticketapp.services.catalog.views import EventFields, TierFields
from ticketapp.state.event_form import FIRST_TIERS_MAX, NewEventState


@organizer_framed(
    route="/organizer/events/new",
    title="New event · Ticketapp",
    on_load=NewEventState.load,
    active="events",
)
def organizer_new_event() -> list[rx.Component]:
    """Fill in what an event needs; it stays a draft until it is published."""
    return [
        breadcrumb([("Events", "/organizer/events"), ("New event", "")]),
        page_title("New event", lead="Nobody sees it until you publish it."),
        rx.el.form(
            problem_list(NewEventState.summary),
            _organizer(),
            *event_fields(EventFields(), NewEventState.problems),
            *[_tier(number) for number in range(FIRST_TIERS_MAX)],
            rx.el.div(
                rx.cond(
                    NewEventState.tier_count < FIRST_TIERS_MAX,
                    button("Add another tier", on_click=NewEventState.add_tier, icon_name="plus"),
                    rx.fragment(),
                ),
                button(
                    "Create the event",
                    type="submit",
                    tone="primary",
                    busy=NewEventState.is_busy,
                    # Until the page has been read there is no organizer to send.
                    disabled=NewEventState.organizers.length() == 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
                    data_testid="create-event",
                ),
                class_name="flex flex-wrap justify-between gap-3",
            ),
            on_submit=NewEventState.create,
            no_validate=True,
            class_name=[CARD, "grid max-w-4xl gap-8 p-4 sm:p-6"],
        ),
    ]


def _organizer() -> rx.Component:
    return select_field(
        "Organizer",
        rx.foreach(NewEventState.organizers, lambda one: rx.el.option(one.label, value=one.value)),
        name="organizer",
        required=True,
        error=problem(NewEventState.problems, "organizer"),
    )


def _tier(number: int) -> rx.Component:
    title = "Tickets" if number == 0 else f"Tier {number + 1}"
    block = fieldset(
        title,
        *tier_fields(TierFields(), NewEventState.problems, prefix=f"tiers.{number}."),
        data_tier=str(number),
    )
    return block if number == 0 else rx.cond(NewEventState.tier_count > number, block, rx.fragment())
