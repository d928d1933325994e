"""Titles of pages and sections, breadcrumbs, tabs and paging."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button, link_button, plain_link
from ticketapp.components.icons import icon
from ticketapp.components.tokens import Child, Flag, Text, show_text, styled


def page_title(
    title: Text, *, lead: Text = "", over: Text = "", actions: Child | None = None, **props: Any
) -> rx.Component:
    """Draw the one h1 of a page; it takes focus when a page moves it there."""
    return rx.el.div(
        rx.el.div(
            show_text(over, rx.el.p(over, class_name="overline-text mb-2 text-soft")),
            rx.el.h1(title, tab_index=-1, id="page-title", class_name="display text-2xl sm:text-3xl"),
            show_text(lead, rx.el.p(lead, class_name="mt-3 text-lg text-soft measure")),
            class_name="min-w-0",
        ),
        rx.el.div(actions, class_name="flex flex-wrap items-center gap-2")
        if actions is not None
        else rx.fragment(),
        **styled("page-title flex flex-wrap items-end justify-between gap-4", props),
    )


def beside(first: Child, second: Child, **props: Any) -> rx.Component:
    """Put two texts beside each other with a dot between, one under the other on a phone."""
    return rx.el.p(
        rx.el.span(first, class_name="max-sm:block"),
        rx.el.span(" · ", class_name="max-sm:hidden", aria_hidden="true"),
        rx.el.span(second, class_name="max-sm:block"),
        **styled("figures", props),
    )


def section(title: Text, *children: Child, action: Child | None = None, **props: Any) -> rx.Component:
    """Draw a part of a page under its own heading."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="display text-xl"),
            action if action is not None else rx.fragment(),
            class_name="flex flex-wrap items-center justify-between gap-3",
        ),
        *children,
        **styled("grid gap-4 content-start", props),
    )


def breadcrumb(items: list[tuple[Text, Text]], **props: Any) -> rx.Component:
    """Draw the way here: (text, href) pairs; the last has no link."""
    last = len(items) - 1
    return rx.el.nav(
        rx.el.ol(
            *[
                rx.el.li(
                    rx.el.span("/", class_name="text-faint", aria_hidden="true") if number else rx.fragment(),
                    rx.el.span(text, aria_current="page")
                    if number == last
                    else plain_link(
                        text, href=href, class_name="inline-flex min-h-11 items-center hover:text-ink"
                    ),
                    class_name="flex items-center gap-2",
                )
                for number, (text, href) in enumerate(items)
            ],
            class_name="flex flex-wrap items-center gap-2",
        ),
        aria_label="Breadcrumb",
        **styled("text-sm text-soft", props),
    )


def tabs(items: list[tuple[Text, Text, Flag]], *, label: str = "Sections", **props: Any) -> rx.Component:
    """Draw tabs that are links, because every view has its own address: (text, href, is_current)."""
    return rx.el.nav(
        *[
            plain_link(text, href=href, class_name="tab", aria_current=rx.cond(is_current, "page", "false"))
            for text, href, is_current in items
        ],
        aria_label=label,
        **styled("tabs", props),
    )


def pagination(
    text: Text,
    *,
    has_previous: Flag,
    has_next: Flag,
    previous_href: Text = "",
    next_href: Text = "",
    on_previous: Any = None,
    on_next: Any = None,
) -> rx.Component:
    """Draw paging: links when the page number lives in the address, else buttons; text is "1 to 20 of 134"."""
    return rx.el.nav(
        rx.el.p(text, class_name="text-sm text-soft figures", aria_live="polite"),
        rx.el.div(
            _page_step("Previous", "arrow-left", has_previous, previous_href, on_previous),
            _page_step("Next", "arrow-right", has_next, next_href, on_next),
            class_name="flex gap-2",
        ),
        aria_label="Pages",
        class_name="flex flex-wrap items-center justify-between gap-3",
    )


def disclosure(summary: Child, *children: Child, **props: Any) -> rx.Component:
    """Draw something that opens on demand, such as a price breakdown or a code box."""
    return rx.el.details(
        rx.el.summary(
            summary, class_name="link flex min-h-11 cursor-pointer list-none items-center gap-1 marker:hidden"
        ),
        rx.el.div(*children, class_name="pt-2 pb-3"),
        **props,
    )


def _page_step(text: str, icon_name: str, is_possible: Flag, href: Text, on_click: Any) -> rx.Component:
    test_id = f"page-{text.lower()}"
    if on_click is not None:
        is_blocked = (not is_possible) if isinstance(is_possible, bool) else ~is_possible
        return button(
            icon(icon_name), text, on_click=on_click, size="sm", disabled=is_blocked, data_testid=test_id
        )
    return rx.cond(
        is_possible,
        link_button(icon(icon_name), text, href=href, size="sm", data_testid=test_id),
        button(icon(icon_name), text, size="sm", disabled=True),
    )
