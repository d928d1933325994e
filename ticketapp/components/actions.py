"""Things a person presses: buttons, links that look like them, and links in text."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from ticketapp.components.icons import icon
from ticketapp.components.tokens import Child, Flag, Text, either, styled


def button(
    *children: Child,
    on_click: Any = None,
    tone: Text = "plain",
    size: str = "md",
    icon_name: str = "",
    busy: Flag = False,
    disabled: Flag = False,
    type: str = "button",  # noqa: A002 - the attribute's own name
    **props: Any,
) -> rx.Component:
    """Draw a button. Tones: primary (one per screen), ink, plain, quiet, danger; sizes: sm, md, lg, xl."""
    if on_click is not None:
        props["on_click"] = on_click
    return rx.el.button(
        *_with_icon(icon_name, children),
        type=type,
        data_tone=tone,
        data_size=size,
        data_busy=busy,
        disabled=either(busy, disabled),
        **styled("btn", props),
    )


def link_button(
    *children: Child, href: Text, tone: Text = "plain", size: str = "md", icon_name: str = "", **props: Any
) -> rx.Component:
    """Draw a real link that looks like a button; it moves inside the app without a reload."""
    return ReactRouterLink.create(
        *_with_icon(icon_name, children),
        to=href,
        data_tone=tone,
        data_size=size,
        **styled("btn", props),
    )


def file_button(
    *children: Child,
    href: Text,
    tone: Text = "plain",
    size: str = "md",
    icon_name: str = "download",
    **props: Any,
) -> rx.Component:
    """Draw a link to something outside the app's pages: a download, a sign-in route, another site."""
    return rx.el.a(
        *_with_icon(icon_name, children),
        href=href,
        # Else the pages' own router would look for a page of that name.
        reload_document=True,
        data_tone=tone,
        data_size=size,
        **styled("btn", props),
    )


def link(*children: Child, href: Text, **props: Any) -> rx.Component:
    """Draw a link in running text."""
    return ReactRouterLink.create(*children, to=href, **styled("link", props))


def plain_link(*children: Child, href: Text, **props: Any) -> rx.Component:
    """Draw a link without any look of its own, for cards and menus."""
    return ReactRouterLink.create(*children, to=href, **props)


def icon_button(name: str, *, label: Text, on_click: Any = None, **props: Any) -> rx.Component:
    """Draw a button that is only an icon; the label is its name."""
    if on_click is not None:
        props["on_click"] = on_click
    return rx.el.button(
        icon(name, size=22), type="button", aria_label=label, title=label, **styled("icon-btn", props)
    )


def text_button(*children: Child, on_click: Any = None, **props: Any) -> rx.Component:
    """Draw a button that reads like a link in text, for small second choices."""
    if on_click is not None:
        props["on_click"] = on_click
    return rx.el.button(*children, type="button", **styled("link min-h-11 text-start", props))


def chip(
    *children: Child, is_chosen: Flag = False, on_click: Any = None, href: Text = "", **props: Any
) -> rx.Component:
    """Draw a filter that is on or off: a link when the choice lives in the address, else a button."""
    if not isinstance(href, str) or href:
        current = rx.cond(is_chosen, "true", "false")
        return ReactRouterLink.create(*children, to=href, aria_current=current, **styled("chip", props))
    return rx.el.button(
        *children, type="button", on_click=on_click, aria_pressed=is_chosen, **styled("chip", props)
    )


def _with_icon(name: str, children: tuple[Child, ...]) -> tuple[Child, ...]:
    return (icon(name), *children) if name else children
