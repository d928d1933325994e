"""The top of every page: wordmark, navigation, search, connection, theme, cart and account."""

from dataclasses import dataclass

import reflex as rx

from ticketapp.components.actions import icon_button, link_button, plain_link
from ticketapp.components.connection import connection_pill
from ticketapp.components.fields import plain_form, search_field
from ticketapp.components.icons import brand_mark, icon
from ticketapp.components.tokens import Child, Flag, Number, Text, show_if


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the frame shows about the person looking; every field may be a Var."""

    name: Text = ""
    cart_count: Number = 0
    is_signed_in: Flag = False
    is_organizer: Flag = False
    is_door_staff: Flag = False
    is_admin: Flag = False
    sign_in_href: Text = "/sign-in"


def masthead(
    links: list[rx.Component], viewer: Viewer, *, is_wide: bool = False, has_search: bool = True
) -> rx.Component:
    """Draw the masthead; on a phone navigation and search move into one menu."""
    return rx.el.header(
        rx.el.div(
            plain_link(
                brand_mark(),
                rx.el.span("ticketapp", class_name="max-sm:sr-only"),
                href="/",
                class_name="wordmark",
            ),
            rx.el.nav(*links, aria_label="Main", class_name="hidden md:flex"),
            rx.el.div(_search("site-search"), class_name="mx-auto hidden w-full max-w-sm md:block")
            if has_search
            else rx.fragment(),
            rx.el.div(
                connection_pill(),
                _theme_toggle(),
                _cart_link(viewer.cart_count),
                _account(viewer),
                _menu_button("site-menu", "menu", "Menu", class_name="icon-btn md:hidden"),
                class_name="ms-auto flex items-center gap-0.5",
            ),
            class_name=["masthead-row", "mx-auto max-w-[96rem] px-4" if is_wide else "page-width"],
        ),
        _popover(
            "site-menu",
            rx.el.div(_search("menu-search"), class_name="p-2") if has_search else rx.fragment(),
            *links,
            rx.el.button(
                icon("moon"),
                "Light or dark",
                type="button",
                on_click=rx.toggle_color_mode,
                class_name="nav-link sm:hidden",
            ),
        ),
        class_name="masthead",
    )


def _search(input_id: str) -> rx.Component:
    return search_field(
        label="Search events", placeholder="Artist, event or city", id=input_id, data_testid=input_id
    )


def _theme_toggle() -> rx.Component:
    return rx.el.button(
        rx.el.span(icon("moon", size=22), class_name="dark:hidden"),
        rx.el.span(icon("sun", size=22), class_name="hidden dark:inline"),
        type="button",
        on_click=rx.toggle_color_mode,
        aria_label="Switch between light and dark",
        title="Light or dark",
        class_name="icon-btn max-sm:hidden",
        data_testid="theme",
    )


def _cart_link(count: Number) -> rx.Component:
    has_any = rx.Var.create(count) > 0
    return plain_link(
        icon("cart", size=24),
        rx.el.span(rx.cond(has_any, "Cart, tickets: ", "Cart, empty"), class_name="sr-only"),
        rx.el.span(count, class_name=["count", rx.cond(has_any, "", "hidden")], data_testid="cart-count"),
        href="/cart",
        class_name="icon-btn",
        data_testid="cart",
    )


def _account(viewer: Viewer) -> Child:
    signed_in = rx.fragment(
        _menu_button(
            "account-menu", "person", "Account", class_name="icon-btn", data_testid="account-menu-button"
        ),
        _popover(
            "account-menu",
            rx.el.p(viewer.name, class_name="truncate px-3 py-2 font-semibold", data_testid="viewer-name"),
            _menu_link("My tickets", "/tickets", "ticket"),
            _menu_link("Account", "/account", "settings"),
            show_if(viewer.is_organizer, _menu_link("Organizer", "/organizer", "chart")),
            show_if(viewer.is_door_staff, _menu_link("Door", "/door", "scan")),
            show_if(viewer.is_admin, _menu_link("Administration", "/admin", "people")),
            plain_form(
                rx.el.button(
                    icon("arrow-right"),
                    "Sign out",
                    type="submit",
                    class_name="nav-link",
                    data_testid="sign-out",
                ),
                action="/auth/sign-out",
            ),
        ),
    )
    signed_out = link_button(
        "Sign in",
        href=viewer.sign_in_href,
        size="sm",
        tone="ink",
        class_name="ms-2 whitespace-nowrap",
        data_testid="sign-in",
    )
    return show_if(viewer.is_signed_in, signed_in, signed_out)


def _menu_link(text: str, href: str, icon_name: str) -> rx.Component:
    return plain_link(icon(icon_name), text, href=href, class_name="nav-link")


def _menu_button(target: str, icon_name: str, label: str, **props: str) -> rx.Component:
    return icon_button(icon_name, label=label, custom_attrs={"popoverTarget": target}, **props)


def _popover(menu_id: str, *children: Child) -> rx.Component:
    return rx.el.div(*children, id=menu_id, custom_attrs={"popover": "auto"}, class_name="menu")
