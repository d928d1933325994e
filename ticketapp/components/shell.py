"""The frame around every page, in three moods: fan, organizer (side navigation), door (bare and dark)."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from ticketapp.components.actions import plain_link
from ticketapp.components.icons import brand_mark, icon
from ticketapp.components.masthead import Viewer, masthead
from ticketapp.components.tokens import Child, Text


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of a navigation: where it goes, what it says, which icon."""

    text: Text
    href: Text
    icon_name: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class SideNav:
    """The organizer's side navigation: a heading above its entries."""

    heading: Text
    items: list[NavItem] = field(default_factory=list)


FAN_NAV = [NavItem("Events", "/", key="events"), NavItem("My tickets", "/tickets", key="tickets")]
FOOTER = [
    NavItem("Events", "/"),
    NavItem("My tickets", "/tickets"),
    NavItem("For organizers", "/organizer"),
    NavItem("Door", "/door"),
]


def shell(
    *children: Child,
    viewer: Viewer | None = None,
    active: str = "",
    side: SideNav | None = None,
    is_wide: bool = False,
    has_search: bool = True,
    **props: Any,
) -> rx.Component:
    """Draw a fan's page, or an organizer's when `side` is given; `active` is the key of the current entry."""
    width = "w-full" if is_wide else "page-width"
    content = rx.el.main(
        *children,
        id="main",
        tab_index=-1,
        class_name=[width, "flex flex-col pt-6 pb-16 sm:pt-10" if side is None else "min-w-0 pt-6 pb-16"],
        **props,
    )
    return rx.el.div(
        skip_link(),
        masthead(
            # An organizer has events of their own: there the side navigation says where one is.
            [_nav_link(item, active if side is None else "") for item in FAN_NAV],
            viewer or Viewer(),
            is_wide=side is not None,
            has_search=has_search,
        ),
        content if side is None else _beside(side, active, content),
        footer(is_wide=side is not None),
        class_name="flex min-h-dvh flex-col [&>main]:grow",
    )


def door_shell(*children: Child, title: Text, status: Child | None = None, **props: Any) -> rx.Component:
    """Draw a page for the door: dark whatever the device prefers, nothing but the work."""
    return rx.el.div(
        rx.el.header(
            plain_link(
                brand_mark(), rx.el.span("Door", class_name="sr-only"), href="/door", class_name="icon-btn"
            ),
            rx.el.h1(title, class_name="display line-clamp-2 min-w-0 text-lg sm:text-xl"),
            rx.el.div(status, class_name="ms-auto") if status is not None else rx.fragment(),
            class_name="flex min-h-16 items-center gap-3 border-b border-line px-4",
        ),
        rx.el.main(
            *children, id="main", tab_index=-1, class_name="mx-auto w-full min-w-0 max-w-5xl grow p-4"
        ),
        class_name="dark door flex min-h-dvh flex-col bg-paper text-ink",
        **props,
    )


def skip_link() -> rx.Component:
    """Let keyboards jump over the masthead."""
    return rx.el.a("Skip to content", href="#main", class_name="skip-link")


def footer(*, is_wide: bool = False) -> rx.Component:
    """Draw the foot of every page."""
    return rx.el.footer(
        rx.el.div(
            rx.el.div(
                rx.el.span(brand_mark(), "ticketapp", class_name="wordmark"),
                rx.el.p(
                    "All-in prices. Your seat is yours while the clock runs.", class_name="text-sm text-soft"
                ),
                class_name="grid gap-1",
            ),
            rx.el.nav(
                *[plain_link(item.text, href=item.href, class_name="nav-link text-sm") for item in FOOTER],
                aria_label="Footer",
                class_name="-mx-3 flex flex-wrap",
            ),
            class_name=[
                "flex flex-wrap items-center justify-between gap-6 py-8",
                "mx-auto max-w-[96rem] px-4" if is_wide else "page-width",
            ],
        ),
        class_name="border-t border-line bg-sunken",
    )


def _nav_link(item: NavItem, active: str) -> rx.Component:
    current = {"aria_current": "page"} if item.key and item.key == active else {}
    drawn = icon(item.icon_name) if item.icon_name else rx.fragment()
    return plain_link(drawn, item.text, href=item.href, class_name="nav-link", **current)


def _beside(side: SideNav, active: str, content: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.nav(
            rx.el.p(side.heading, class_name="overline-text px-3 pb-2 text-faint max-lg:sr-only"),
            *[_nav_link(item, active) for item in side.items],
            aria_label="Organizer",
            class_name="side-nav flex gap-1 overflow-x-auto border-line py-2 max-lg:border-b lg:sticky lg:top-20 lg:flex-col lg:self-start lg:py-8",
        ),
        content,
        class_name="mx-auto grid w-full max-w-[96rem] grow grid-rows-[auto_1fr] px-4 lg:grid-cols-[13rem_minmax(0,1fr)] lg:grid-rows-1 lg:gap-4 [&>main]:max-w-none [&>main]:px-0",
    )
