"""What an organizer narrows the list of orders with: a real form, so that the search stands in the address."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.fields import plain_form, select_field, text_field
from ticketapp.services.reporting.order_desk_views import EventOption
from ticketapp.state.organizer_orders import ROUTE, OrganizerOrdersState


def order_filters() -> rx.Component:
    """Draw search, event and the button that applies both."""
    return plain_form(
        text_field(
            "Reference, name or mail",
            name="q",
            type="search",
            default_value=OrganizerOrdersState.query,
            key=OrganizerOrdersState.query,
            auto_complete="off",
            enter_key_hint="search",
            data_testid="order-search",
            required=True,
            class_name="grow basis-64",
        ),
        select_field(
            "Event",
            rx.fragment(
                rx.el.option("All events", value=""),
                rx.foreach(OrganizerOrdersState.found.events, _option),
            ),
            name="event",
            default_value=OrganizerOrdersState.event,
            # The events arrive later than the page: then the choice is drawn anew.
            key=OrganizerOrdersState.event + OrganizerOrdersState.found.events.length().to_string(),  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            required=True,
            class_name="grow basis-56",
        ),
        button("Search", type="submit", icon_name="search", data_testid="search-orders"),
        action=ROUTE,
        method="get",
        no_validate=True,
        role="search",
        aria_label="Orders",
        class_name="mb-6 flex flex-wrap items-end gap-3",
    )


def _option(event: EventOption) -> rx.Component:
    return rx.el.option(event.name, value=event.slug)
