"""An event's page besides its tickets: what, when, where, and what stands there while it loads or is missing."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, loading, skeleton
from ticketapp.components.figures import fact, facts, price
from ticketapp.components.headings import breadcrumb, section
from ticketapp.components.icons import icon
from ticketapp.components.local_time import local_time
from ticketapp.components.spoken_news import spoken_news
from ticketapp.components.status import badge, notice
from ticketapp.components.stubs import poster
from ticketapp.components.tokens import CARD, show_text
from ticketapp.pages.parts.seat_list import seat_picker
from ticketapp.pages.parts.ticket_shop import ticket_shop
from ticketapp.state.event_page import EventPageState

STATE_TONES = (
    ("on_sale", "go"),
    ("not_yet", "ask"),
    ("needs_code", "ask"),
    ("held_by_others", "wait"),
    ("paused", "wait"),
    ("sold_out", "stop"),
    ("cancelled", "stop"),
)


def event_body() -> rx.Component:
    event = EventPageState.event
    return rx.el.div(
        _head(),
        rx.cond(event.is_seated & EventPageState.is_selling, seat_picker(), rx.fragment()),
        rx.el.div(
            rx.el.div(
                ticket_shop(),
                _about(),
                class_name="grid min-w-0 content-start gap-10",
            ),
            _practical(),
            class_name="grid gap-10 lg:grid-cols-[minmax(0,1fr)_20rem]",
        ),
        spoken_news(key="news-" + event.id),
        class_name="grid gap-8",
    )


def _head() -> rx.Component:
    event = EventPageState.event
    return rx.el.header(
        rx.el.div(
            breadcrumb([("Events", "/"), (event.name, "")]),
            rx.el.div(
                badge(
                    event.state_text,
                    tone=rx.match(event.state, *STATE_TONES, "quiet"),
                    data_testid="event-state",
                ),
                rx.el.span(event.category_text, class_name="overline-text text-soft"),
                class_name="mt-2 flex flex-wrap items-center gap-3",
            ),
            rx.el.h1(
                event.name, tab_index=-1, id="page-title", class_name="display mt-3 text-3xl sm:text-4xl"
            ),
            rx.el.p(event.artist, class_name="mt-3 text-lg text-soft"),
            rx.el.p(icon("calendar"), event.starts_text, class_name="mt-5 flex items-center gap-2 figures"),
            local_time(event.starts_at, zone=event.timezone, class_name="ps-7"),
            rx.el.p(
                icon("pin"),
                event.venue + ", " + event.city,
                class_name="mt-1 flex items-center gap-2 text-soft",
            ),
            rx.el.div(
                price(event.price_text, is_from=event.has_higher_prices, size="lg"),
                show_text(event.price_note, rx.el.span(event.price_note, class_name="text-sm text-soft")),
                class_name="mt-5 flex items-baseline gap-2",
            ),
            class_name="min-w-0",
        ),
        poster(event.picture_url, alt="", is_first=True, class_name="w-full self-start rounded-lg"),
        rx.cond(
            event.notice != "",
            notice(
                event.notice,
                tone=rx.cond(event.state == "cancelled", "stop", "wait"),
                class_name="lg:col-span-2",
                data_testid="event-notice",
            ),
            rx.fragment(),
        ),
        class_name="grid gap-6 lg:grid-cols-2 lg:gap-10",
    )


def _about() -> rx.Component:
    event = EventPageState.event
    return rx.cond(
        event.description != "",
        section("About", rx.el.p(event.description, class_name="measure whitespace-pre-line")),
        rx.fragment(),
    )


def _practical() -> rx.Component:
    event = EventPageState.event
    return rx.el.aside(
        facts(
            fact("Doors", event.doors_text),
            fact("Start", event.starts_text),
            fact("End", event.ends_text),
            fact("Venue", event.venue, rx.el.br(), event.address, rx.el.br(), event.city),
            fact("Organizer", event.organizer),
            fact("Refunds", event.refund_text),
            class_name="sm:grid-cols-2 lg:grid-cols-1",
        ),
        show_text(event.tax_text, rx.el.p(event.tax_text, class_name="mt-4 text-sm text-soft")),
        aria_label="Good to know",
        class_name=[CARD, "self-start p-5 lg:sticky lg:top-24"],
    )


def missing_event() -> rx.Component:
    return empty_state(
        "We could not find this event",
        "The address may be mistyped, or the event was taken down.",
        action=link_button("See what is on", href="/", tone="primary"),
        icon_name="search",
        data_testid="event-missing",
        is_whole_page=True,
    )


def event_skeleton() -> rx.Component:
    return loading(
        rx.el.div(
            rx.el.div(
                skeleton("h-5 w-40"), skeleton("h-16 w-4/5"), skeleton("h-5 w-64"), class_name="grid gap-5"
            ),
            skeleton("aspect-video w-full rounded-lg"),
            class_name="grid gap-6 lg:grid-cols-2 lg:gap-10",
        ),
        skeleton("h-24 w-full rounded-lg"),
        skeleton("h-24 w-full rounded-lg"),
        class_name="grid gap-8",
    )
