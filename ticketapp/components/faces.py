"""The other faces of a list: loading, empty, failed."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.icons import icon
from ticketapp.components.tokens import Child, Text, show_text, styled


def empty_state(
    title: Text,
    text: Text = "",
    *,
    action: Child | None = None,
    icon_name: str = "ticket",
    is_whole_page: bool = False,
    **props: Any,
) -> rx.Component:
    """Say that there is nothing here and what to do about it; on a page of its own the title is the page's."""
    titled = rx.el.h1 if is_whole_page else rx.el.p
    return rx.el.div(
        rx.el.span(icon(icon_name, size=32), class_name="text-faint"),
        titled(title, class_name="display text-xl"),
        show_text(text, rx.el.p(text, class_name="text-soft measure")),
        rx.el.div(action, class_name="mt-2") if action is not None else rx.fragment(),
        **styled(
            "grid justify-items-start gap-2 rounded-lg border border-dashed border-edge p-6 sm:p-10", props
        ),
    )


def failed_state(
    text: Text,
    *,
    title: Text = "We could not load this",
    on_retry: Any = None,
    reference: Text = "",
    **props: Any,
) -> rx.Component:
    """Say what failed and offer to try again."""
    again = button("Try again", on_click=on_retry, icon_name="refresh", data_testid="retry")
    return rx.el.div(
        icon("stop", size=28, class_name="text-stop-text"),
        rx.el.p(title, class_name="display text-xl"),
        rx.el.p(text, class_name="text-soft measure"),
        show_text(
            reference,
            rx.el.p(
                "Reference ", rx.el.span(reference, class_name="code-text"), class_name="text-sm text-faint"
            ),
        ),
        again if on_retry is not None else rx.fragment(),
        role="alert",
        **styled("grid justify-items-start gap-2 rounded-lg border border-line bg-raised p-6 sm:p-10", props),
    )


def skeleton(class_name: str = "h-4 w-full") -> rx.Component:
    """Draw one grey block of a layout that is on its way."""
    return rx.el.div(aria_hidden="true", class_name=["skeleton", class_name])


def skeleton_lines(count: int = 3) -> rx.Component:
    """Draw lines of text that are on their way."""
    widths = ["w-full", "w-11/12", "w-4/5", "w-2/3"]
    return loading(
        *[skeleton(f"h-4 {widths[number % 4]}") for number in range(count)], class_name="grid gap-3"
    )


def skeleton_cards(count: int = 6) -> rx.Component:
    """Draw a wall of event cards that are on their way."""
    card = rx.el.div(
        skeleton("aspect-video w-full rounded-md"), skeleton("mt-3 h-6 w-4/5"), skeleton("mt-2 h-4 w-1/2")
    )
    return loading(*[card] * count, class_name="grid gap-6 sm:grid-cols-2 lg:grid-cols-3")


def skeleton_table(rows: int = 6) -> rx.Component:
    """Draw a table that is on its way."""
    return loading(*[skeleton("h-10 w-full")] * rows, class_name="grid gap-2")


def loading(*children: Child, **props: Any) -> rx.Component:
    """Group skeletons: shown after a moment, read aloud once as loading."""
    return rx.el.div(
        rx.el.span("Loading", class_name="sr-only"), *children, role="status", **styled("skeleton-set", props)
    )


def four_faces(
    *,
    is_loading: rx.Var[bool],
    error: rx.Var[str],
    is_empty: rx.Var[bool],
    loading_face: Child,
    empty_face: Child,
    full_face: Child,
    on_retry: Any,
) -> rx.Component:
    """Choose the face of a list: failed, loading, empty or full."""
    return rx.cond(
        error != "",
        failed_state(error, on_retry=on_retry),
        rx.cond(is_loading, loading_face, rx.cond(is_empty, empty_face, full_face)),
    )
