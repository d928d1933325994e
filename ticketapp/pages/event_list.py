"""The front page: what is on."""

import reflex as rx

from ticketapp.components.faces import four_faces, skeleton_cards
from ticketapp.components.headings import page_title, pagination
from ticketapp.components.spoken_news import spoken_news
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.cart_clock import cart_clock
from ticketapp.pages.parts.event_cards import card, filter_bar, nothing_found
from ticketapp.state.event_list import EventListState


@framed(
    route="/",
    title="Ticketapp · what is on",
    on_load=EventListState.load,
    active="events",
    # The list has its own, which narrows it down while one types.
    has_search=False,
)
def event_list() -> list[rx.Component]:
    """Show what is on and narrow it down."""
    events = EventListState.events
    return [
        page_title("What is on"),
        filter_bar(),
        rx.el.p(
            events.count_text,
            aria_live="polite",
            class_name="mb-4 text-sm text-soft figures",
            data_testid="event-count",
        ),
        four_faces(
            is_loading=EventListState.is_loading,
            error=EventListState.error,
            is_empty=events.total == 0,
            loading_face=skeleton_cards(6),
            empty_face=nothing_found(),
            full_face=rx.el.div(
                rx.el.ul(
                    rx.foreach(EventListState.cards, card),
                    class_name="grid gap-6 sm:grid-cols-2 lg:grid-cols-3",
                    data_testid="events",
                ),
                rx.cond(
                    events.pages > 1,
                    pagination(
                        f"Page {events.page} of {events.pages}",
                        has_previous=events.page > 1,
                        has_next=events.page < events.pages,
                        previous_href=EventListState.previous_href,
                        next_href=EventListState.next_href,
                    ),
                    rx.fragment(),
                ),
                class_name="grid gap-8",
            ),
            on_retry=EventListState.load,
        ),
        spoken_news(),
        cart_clock(),
    ]
