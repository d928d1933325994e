"""The tiers of an event on its desk: what they cost, how they stand, and the form that changes one."""

import reflex as rx

from ticketapp.components.actions import button, text_button
from ticketapp.components.charts import counted
from ticketapp.components.dialog import dialog
from ticketapp.components.figures import cell, number_cell, table, table_row
from ticketapp.components.headings import section
from ticketapp.components.status import notice
from ticketapp.pages.parts.event_fields import tier_fields
from ticketapp.services.catalog.views import TierFields
from ticketapp.state.event_form import TIER_FORM, EventDeskState


def tier_desk() -> rx.Component:
    """Draw the tiers and, when one is open, its form."""
    is_over = EventDeskState.event.status == "cancelled"
    add = rx.cond(
        is_over,
        rx.fragment(),
        button("Add a tier", icon_name="plus", on_click=EventDeskState.open_tier(""), data_testid="add-tier"),
    )
    return section(
        "Tiers",
        table(
            [
                "Tier",
                ("Price", "numeric"),
                ("Places", "numeric"),
                ("Held", "numeric"),
                ("Sold", "numeric"),
                "",
            ],
            rx.foreach(EventDeskState.event.tiers, _row),
            caption="Tiers",
        ),
        _form(),
        action=add,
    )


def _row(tier: TierFields) -> rx.Component:
    return table_row(
        cell(
            tier.name,
            rx.cond(
                tier.access_code != "",
                rx.el.div("Behind a code", class_name="text-sm text-soft"),
                rx.fragment(),
            ),
        ),
        number_cell(tier.price_text),
        number_cell(counted(tier.places)),
        number_cell(counted(tier.held)),
        number_cell(counted(tier.sold)),
        text_button("Edit", on_click=EventDeskState.open_tier(tier.id), aria_label="Edit " + tier.name),
    )


def _form() -> rx.Component:
    return dialog(
        rx.cond(EventDeskState.tier.id != "", EventDeskState.tier.name, "New tier"),
        rx.cond(
            EventDeskState.tier.id != "",
            notice("Tickets that are held or sold keep the price they were taken at.", tone="ask"),
            rx.fragment(),
        ),
        rx.el.form(
            *tier_fields(EventDeskState.tier, EventDeskState.tier_problems, prefix=TIER_FORM),
            rx.el.div(
                button("Close", on_click=EventDeskState.close_tier),
                button(
                    "Save the tier",
                    type="submit",
                    tone="primary",
                    busy=EventDeskState.is_busy,
                    data_testid="save-tier",
                ),
                class_name="flex flex-wrap justify-end gap-3",
            ),
            on_submit=EventDeskState.save_tier,
            no_validate=True,
            key=EventDeskState.tier_form_count.to_string(),  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            class_name="grid gap-6",
        ),
        is_open=EventDeskState.is_tier_open,
        on_close=EventDeskState.close_tier,
        key="tier-form",
    )
