"""The parts of the administrator's page."""

import reflex as rx

from ticketapp.components.actions import button, text_button
from ticketapp.components.dialog import dialog
from ticketapp.components.fields import select_field
from ticketapp.components.figures import cell, table_row
from ticketapp.components.status import badge
from ticketapp.components.tokens import show_text
from ticketapp.services.accounts.views import OrganizerChoice, PersonRow
from ticketapp.state.people import PeopleState


def person_row(person: PersonRow) -> rx.Component:
    """Draw one person with what may be done about them."""
    return table_row(
        cell(rx.el.span(person.name, class_name="font-semibold")),
        cell(
            person.email,
            rx.cond(person.is_verified, rx.fragment(), badge("not confirmed", class_name="ms-2")),
        ),
        cell(person.since_text, class_name="whitespace-nowrap"),
        cell(show_text(person.teams_text, rx.el.span(person.teams_text))),
        cell(
            rx.cond(
                person.is_admin,
                rx.fragment(
                    badge("Administrator", tone="accent", class_name="me-3"),
                    text_button(
                        "Take away",
                        on_click=PeopleState.unmake_admin(person.id),
                        aria_label="Take administration away from " + person.name,
                    ),
                ),
                text_button(
                    "Make administrator",
                    on_click=PeopleState.make_admin(person.id),
                    aria_label="Make administrator: " + person.name,
                ),
            )
        ),
        cell(text_button("Team role", on_click=PeopleState.choose(person.id, person.name))),
    )


def team_dialog() -> rx.Component:
    """Ask for somebody's role at an organizer."""
    return dialog(
        "Role at an organizer",
        rx.el.p(PeopleState.chosen_name, class_name="font-semibold"),
        rx.el.form(
            select_field(
                "Organizer", rx.foreach(PeopleState.organizers, _organizer), name="organizer", required=True
            ),
            select_field(
                "Role",
                [("owner", "Owner"), ("manager", "Manager"), ("door", "Door staff"), ("none", "None")],
                name="role",
                required=True,
            ),
            button(
                "Save", type="submit", tone="primary", class_name="justify-self-end", data_testid="save-role"
            ),
            on_submit=PeopleState.set_team_role,
            class_name="grid gap-4",
        ),
        is_open=PeopleState.chosen_id != "",
        on_close=PeopleState.let_go,
        key="team-role",
    )


def _organizer(organizer: OrganizerChoice) -> rx.Component:
    return rx.el.option(organizer.name, value=organizer.id)
