"""The mark of the house: stubs that tear along a row of holes. Only where a ticket is meant."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from ticketapp.components.actions import plain_link
from ticketapp.components.figures import price
from ticketapp.components.icons import icon
from ticketapp.components.status import badge
from ticketapp.components.tokens import Child, Flag, Text, show_text, styled


@dataclass(frozen=True, slots=True)
class EventStub:
    """What an event's card shows; every field may be a Var."""

    title: Text
    href: Text
    poster_src: Text
    venue: Text
    day: Text
    month: Text
    when: Text
    price_text: Text
    is_price_from: Flag = True
    badge_text: Text = ""
    badge_tone: Text = "quiet"
    is_spent: Flag = False


@dataclass(frozen=True, slots=True)
class TicketStub:
    """What a ticket shows; every field may be a Var. The code is an address or SVG text."""

    title: Text
    when: Text
    venue: Text
    tier: Text
    holder: Text
    serial: Text
    seat: Text = ""
    doors: Text = ""
    qr_src: Text = ""
    qr_svg: Text = ""
    status_text: Text = "Valid"
    status_tone: Text = "go"
    is_spent: Flag = False


def leaf(*children: Child, tear: str = "", is_torn: bool = False, **props: Any) -> rx.Component:
    """Draw one half of a stub; `tear` is the side where it comes off: top, right, bottom or left."""
    corner = {"data_corner": "torn"} if is_torn else {}
    return rx.el.div(*children, data_tear=tear, **corner, **styled("leaf", props))


def poster(
    src: Text, *, alt: Text = "", is_tall: bool = False, is_first: bool = False, **props: Any
) -> rx.Component:
    """Draw an event's poster at 16:9, or 3:4 when tall; the first picture of a page loads at once."""
    return rx.el.img(
        src=src,
        alt=alt,
        width="960",
        height="1280" if is_tall else "540",
        loading="eager" if is_first else "lazy",
        custom_attrs={"fetchPriority": "high" if is_first else "auto"},
        data_shape="tall" if is_tall else "wide",
        **styled("poster", props),
    )


def date_block(day: Text, month: Text, *, weekday: Text = "", **props: Any) -> rx.Component:
    """Draw a date the way tickets do: the day in big numerals."""
    return rx.el.div(
        show_text(weekday, rx.el.span(weekday, class_name="overline-text text-soft")),
        rx.el.span(day, class_name="numerals text-3xl leading-[0.85]"),
        rx.el.span(month, class_name="overline-text text-accent-text"),
        **styled("grid justify-items-center gap-1 text-center", props),
    )


def event_card(event: EventStub, *, is_first: bool = False, **props: Any) -> rx.Component:
    """Draw an event as a stub: poster above the tear, date and price below. The whole card is one link."""
    return rx.el.article(
        leaf(
            poster(event.poster_src, is_first=is_first, class_name="rounded-t-[6px]"),
            tear="bottom",
            class_name="overflow-hidden",
        ),
        leaf(
            date_block(event.day, event.month, class_name="min-w-14 content-center pe-4"),
            rx.el.div(
                rx.el.h2(
                    plain_link(event.title, href=event.href, class_name="stub-link"),
                    class_name="line-clamp-2 text-lg leading-[1.1] sm:text-xl",
                ),
                rx.el.p(event.when, class_name="mt-1.5 text-sm text-soft figures"),
                rx.el.p(event.venue, class_name="truncate text-sm text-soft"),
                rx.el.div(
                    price(event.price_text, is_from=event.is_price_from, size="sm"),
                    show_text(
                        event.badge_text,
                        badge(event.badge_text, tone=event.badge_tone, data_testid="event-badge"),
                    ),
                    data_news=event.title,
                    class_name="mt-auto flex flex-wrap items-center justify-between gap-2 pt-3",
                ),
                class_name="flex min-w-0 flex-col border-s border-dashed border-edge ps-4",
            ),
            tear="top",
            class_name="grid grid-cols-[auto_minmax(0,1fr)] p-4 pt-6",
        ),
        data_spent=event.is_spent,
        **styled("stub grid-rows-[auto_1fr] h-full", props),
    )


def cart_line(
    title: Text,
    *,
    quantity: Text,
    tier: Text,
    detail: Text,
    price_text: Text,
    note: Text = "",
    is_expired: Flag = False,
    controls: Child | None = None,
    **props: Any,
) -> rx.Component:
    """Draw one line of a cart: how many in big numerals left of the tear, what and how much right of it."""
    return rx.el.li(
        leaf(
            rx.el.span(quantity, class_name="numerals text-2xl sm:text-3xl leading-none"),
            rx.el.span("\u00d7", class_name="text-lg text-soft", aria_hidden="true"),
            tear="right",
            class_name="flex items-center justify-center gap-1 px-3 py-4",
        ),
        leaf(
            rx.el.div(
                rx.el.p(tier, class_name="font-semibold leading-snug"),
                rx.el.p(title, class_name="truncate text-sm text-soft"),
                show_text(detail, rx.el.p(detail, class_name="text-sm text-soft figures")),
                show_text(note, rx.el.p(note, class_name="mt-1 text-sm text-wait-text")),
                class_name="min-w-0 grow",
            ),
            rx.el.div(
                price(price_text),
                controls if controls is not None else rx.fragment(),
                class_name="flex flex-wrap items-center justify-between gap-3 sm:flex-col sm:items-end",
            ),
            tear="left",
            class_name="flex flex-col gap-3 p-4 ps-5 sm:flex-row sm:justify-between",
        ),
        data_spent=is_expired,
        **styled("stub grid-cols-[5rem_minmax(0,1fr)] sm:grid-cols-[7rem_minmax(0,1fr)]", props),
    )


def qr_code(*, src: Text = "", svg: Text = "", label: Text = "Ticket code", **props: Any) -> rx.Component:
    """Draw a code on white with its quiet zone, in the dark too; from an address or from SVG text."""
    picture = (
        rx.html(svg, role="img", aria_label=label)
        if not isinstance(svg, str) or svg
        else rx.el.img(src=src, alt=label, width="256", height="256", loading="lazy", decoding="async")
    )
    return rx.el.div(picture, **styled("qr", props))


def ticket(shown: TicketStub, *, actions: Child | None = None, **props: Any) -> rx.Component:
    """Draw a whole ticket: event and seat left of the tear, the code right of it; stacked on a phone."""
    body = leaf(
        rx.el.div(
            badge(shown.status_text, tone=shown.status_tone, data_testid="ticket-status"),
            rx.el.span(shown.tier, class_name="overline-text text-soft"),
            class_name="flex flex-wrap items-center gap-3",
        ),
        rx.el.h2(shown.title, class_name="mt-3 text-2xl"),
        rx.el.p(icon("calendar"), shown.when, class_name="mt-3 flex items-center gap-2 figures"),
        rx.el.p(icon("pin"), shown.venue, class_name="mt-1 flex items-center gap-2 text-soft"),
        rx.el.dl(
            show_text(shown.seat, _ticket_fact("Seat", shown.seat)),
            show_text(shown.doors, _ticket_fact("Doors", shown.doors)),
            _ticket_fact("Holder", shown.holder),
            class_name="mt-5 flex flex-wrap gap-x-8 gap-y-3",
        ),
        rx.el.div(actions, class_name="no-print mt-5 flex flex-wrap gap-2")
        if actions is not None
        else rx.fragment(),
        tear="bottom",
        class_name="p-5 pb-7 sm:p-7",
    )
    admission = leaf(
        _ticket_code(shown),
        rx.el.p(
            shown.serial,
            class_name="code-text mt-3 text-center text-sm tracking-wider",
            data_testid="ticket-serial",
        ),
        tear="top",
        is_torn=True,
        class_name="grid content-center p-5 pt-7",
    )
    return rx.el.article(
        rx.el.div(body, admission, data_spent=shown.is_spent, class_name="stub"), **styled("ticket", props)
    )


def _ticket_code(shown: TicketStub) -> Child:
    drawn = qr_code(src=shown.qr_src, svg=shown.qr_svg, class_name="mx-auto w-full max-w-60")
    if not isinstance(shown.qr_svg, str) or shown.qr_svg:
        return drawn
    none = rx.el.p(
        "This ticket no longer opens the door.", class_name="text-center text-sm text-soft measure"
    )
    return rx.cond(shown.qr_src != "", drawn, none)


def _ticket_fact(name: str, text: Text) -> rx.Component:
    return rx.el.div(
        rx.el.dt(name, class_name="overline-text text-faint"),
        rx.el.dd(text, class_name="numerals text-xl leading-tight"),
    )
