"""Administration: what needs a person, people and their roles."""

import reflex as rx

from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.fields import search_field
from ticketapp.components.figures import table
from ticketapp.components.headings import page_title, pagination
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.alarm_board import alarm_board
from ticketapp.pages.parts.people_table import person_row, team_dialog
from ticketapp.state.alarms import AlarmsState
from ticketapp.state.people import PeopleState


@framed(
    route="/admin",
    title="Administration · Ticketapp",
    on_load=[PeopleState.load, AlarmsState.load],
    active="admin",
)
def admin() -> list[rx.Component]:
    """Find people, and give and take roles."""
    return [
        page_title("Administration", lead="What needs you, who has an account, and what they may do."),
        alarm_board(),
        rx.el.h2("People", class_name="display mb-4 text-xl"),
        search_field(
            label="Find people",
            placeholder="Name or e-mail",
            action="/admin",
            id="people-search",
            data_testid="people-search",
            class_name="mb-6 max-w-md",
        ),
        four_faces(
            is_loading=PeopleState.is_loading,
            error=PeopleState.error,
            is_empty=PeopleState.people.total == 0,
            loading_face=skeleton_table(8),
            empty_face=empty_state(
                "Nobody matches", "Try a part of the name or of the address.", icon_name="people"
            ),
            full_face=rx.el.div(
                table(
                    ["Name", "E-mail", "Since", "Teams", "Administrator", ""],
                    rx.foreach(PeopleState.people.people, person_row),
                    caption="People",
                ),
                pagination(
                    PeopleState.page_text,
                    has_previous=PeopleState.people.page > 1,
                    has_next=PeopleState.people.page < PeopleState.people.pages,
                    previous_href=PeopleState.previous_href,
                    next_href=PeopleState.next_href,
                ),
                class_name="grid gap-4",
            ),
            on_retry=PeopleState.load,
        ),
        team_dialog(),
    ]
