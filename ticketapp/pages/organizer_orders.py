"""/organizer/orders: find an order of one's own events."""

import reflex as rx

from ticketapp.components.actions import link, link_button
from ticketapp.components.charts import counted
from ticketapp.components.dashboard import ORDER_TONES
from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.figures import cell, number_cell, table, table_row
from ticketapp.components.headings import page_title, pagination
from ticketapp.components.status import badge
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.pages.parts.order_filters import order_filters
from ticketapp.services.reporting.order_desk_views import DeskOrderRow
from ticketapp.state.organizer_orders import ROUTE, OrganizerOrdersState


@organizer_framed(
    route="/organizer/orders", title="Orders · Ticketapp", on_load=OrganizerOrdersState.load, active="orders"
)
def organizer_orders() -> list[rx.Component]:
    """List the orders that match, newest first."""
    return [
        page_title("Orders", lead="Everything that was ordered for your events."),
        order_filters(),
        four_faces(
            is_loading=OrganizerOrdersState.is_loading,
            error=OrganizerOrdersState.error,
            is_empty=OrganizerOrdersState.found.total == 0,
            loading_face=skeleton_table(8),
            empty_face=rx.cond(
                OrganizerOrdersState.is_narrowed,
                empty_state(
                    "No order matches",
                    "Try a part of the name, the mail address or the reference, or all events.",
                    action=link_button("Show all orders", href=ROUTE),
                    icon_name="search",
                ),
                empty_state("No order yet", "Orders appear here as soon as somebody checks out."),
            ),
            full_face=_list(),
            on_retry=OrganizerOrdersState.load,
        ),
    ]


def _list() -> rx.Component:
    found = OrganizerOrdersState.found
    columns = ["Order", "Who", "Events", "Placed", "State", ("Tickets", "numeric"), ("Amount", "numeric")]
    return rx.el.div(
        table(columns, rx.foreach(found.orders, _row), caption="Orders"),
        pagination(
            found.count_text,
            has_previous=found.page > 1,
            has_next=found.page < found.pages,
            previous_href=OrganizerOrdersState.previous_href,
            next_href=OrganizerOrdersState.next_href,
        ),
        class_name="grid gap-4",
    )


def _row(order: DeskOrderRow) -> rx.Component:
    return table_row(
        cell(link(order.reference, href=f"{ROUTE}/{order.reference}", class_name="code-text")),
        cell(order.contact_name, rx.el.div(order.contact_email, class_name="text-sm text-soft break-all")),
        order.events_text,
        cell(order.placed_text, class_name="xl:whitespace-nowrap"),
        cell(badge(order.status_text, tone=rx.match(order.status, *ORDER_TONES, "quiet"))),
        number_cell(counted(order.tickets)),
        number_cell(order.amount_text),
        data_testid="desk-order",
    )
