"""The front page's filters, cards, and what it says when nothing matches."""

import reflex as rx

from ticketapp.components.actions import chip, link_button
from ticketapp.components.faces import empty_state
from ticketapp.components.fields import search_field, select_field
from ticketapp.components.stubs import EventStub, event_card
from ticketapp.live.vars import places_left
from ticketapp.services.catalog.views import Choice, EventCard
from ticketapp.state.event_list import EventListState, FilterLink
from ticketapp.state.filters import PRICES

BADGE_TONES = (
    ("cancelled", "stop"),
    ("sold_out", "stop"),
    ("few", "accent"),
    ("rescheduled", "wait"),
    ("held_by_others", "wait"),
    ("not_yet", "ask"),
    ("presale", "ask"),
)


def filter_bar() -> rx.Component:
    filters = EventListState.filters
    return rx.el.div(
        search_field(
            label="Search events",
            placeholder="Artist, event, venue or city",
            class_name="col-span-full lg:max-w-md lg:grow",
            default_value=filters.q,
            key=EventListState.search_round,
            on_change=EventListState.search.debounce(250),
            id="list-search",
            data_testid="search",
        ),
        _select("City", "city", "All", EventListState.facets.cities),
        _select("Category", "category", "All", EventListState.facets.categories),
        select_field(
            "Price",
            [("", "Any"), *PRICES],
            name="price",
            required=True,
            value=filters.price,
            on_change=lambda value: EventListState.choose("price", value),
            data_testid="filter-price",
        ),
        rx.el.div(
            rx.foreach(EventListState.period_links, _chip),
            chip(
                "Free",
                is_chosen=filters.free == "1",
                on_click=EventListState.choose("free", rx.cond(filters.free == "1", "", "1")),
                data_testid="filter-free",
            ),
            class_name="chip-row col-span-full",
        ),
        role="group",
        aria_label="Filters",
        class_name="mb-6 grid grid-cols-3 items-end gap-x-2 gap-y-4 sm:gap-4 lg:flex lg:flex-wrap lg:[&_select]:min-w-36",
    )


def _select(label: str, name: str, anything: str, choices: rx.Var[list[Choice]]) -> rx.Component:
    return select_field(
        label,
        rx.fragment(
            rx.el.option(anything, value=""),
            rx.foreach(
                choices,
                lambda choice: rx.el.option(f"{choice.label} ({choice.count})", value=choice.value),
            ),
        ),
        name=name,
        required=True,
        value=getattr(EventListState.filters, name),
        on_change=lambda value: EventListState.choose(name, value),
        data_testid=f"filter-{name}",
    )


def _chip(choice: FilterLink) -> rx.Component:
    return chip(choice.label, href=choice.href, is_chosen=choice.is_chosen)


def card(card: EventCard) -> rx.Component:
    left = places_left(card.id, otherwise=card.available, version=card.version)
    is_gone = (card.state == "on_sale") & (left == 0)
    return rx.el.li(
        event_card(
            EventStub(
                title=card.name,
                href="/event/" + card.slug,
                poster_src=card.picture_url,
                venue=card.venue + ", " + card.city,
                day=card.day,
                month=card.month,
                when=card.starts_text,
                price_text=card.price_from_text,
                is_price_from=card.has_higher_prices,
                badge_text=rx.cond(is_gone, "All held or sold", card.badge),
                badge_tone=rx.cond(is_gone, "wait", rx.match(card.badge_kind, *BADGE_TONES, "quiet")),
                is_spent=(card.state == "cancelled") | (card.state == "over"),
            ),
            data_testid="event-card-" + card.slug,
        ),
    )


def nothing_found() -> rx.Component:
    return rx.el.div(
        empty_state(
            "No event matches",
            "Drop a filter to see more.",
            action=rx.el.div(
                rx.foreach(
                    EventListState.drops,
                    lambda drop: link_button(f"{drop.label} ({drop.count})", href=drop.href, size="sm"),
                ),
                link_button("Show everything", href="/", size="sm", tone="ink"),
                class_name="flex flex-wrap gap-2",
            ),
            icon_name="search",
            data_testid="no-events",
        ),
    )
