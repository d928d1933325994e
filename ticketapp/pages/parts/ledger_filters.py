"""What an organizer narrows the books with: a real form, so that the choice stands in the address."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.fields import plain_form, select_field, text_field
from ticketapp.services.reporting.order_desk_views import EventOption
from ticketapp.state.ledger import ROUTE, LedgerState

_DAY = "grow basis-36"


def ledger_filters() -> rx.Component:
    """Draw event, first and last day, and the button that applies them."""
    return plain_form(
        select_field(
            "Event",
            rx.fragment(
                rx.el.option("All events", value=""),
                rx.foreach(LedgerState.books.events, _option),
            ),
            name="event",
            default_value=LedgerState.event,
            # The events arrive later than the page: then the choice is drawn anew.
            key=LedgerState.event + LedgerState.books.events.length().to_string(),  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            required=True,
            class_name="grow-[2] basis-56",
        ),
        text_field(
            "From",
            name="from",
            type="date",
            default_value=LedgerState.first_day,
            key="from" + LedgerState.first_day,
            required=True,
            class_name=_DAY,
        ),
        text_field(
            "To (days in UTC)",
            name="to",
            type="date",
            default_value=LedgerState.last_day,
            key="to" + LedgerState.last_day,
            required=True,
            class_name=_DAY,
        ),
        button("Show", type="submit", icon_name="filter", data_testid="narrow-ledger"),
        action=ROUTE,
        method="get",
        no_validate=True,
        aria_label="Ledger",
        class_name="mb-6 flex flex-wrap items-end gap-3",
    )


def _option(event: EventOption) -> rx.Component:
    return rx.el.option(event.name, value=event.slug)
