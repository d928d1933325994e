"""What the app says about a thing: badges, notices, refusals, lamps, messages read aloud."""

from typing import Any

import reflex as rx

from ticketapp.components.icons import icon
from ticketapp.components.tokens import Child, Text, show_text, styled

NOTICE_ICONS = (
    ("go", "check"),
    ("wait", "alert"),
    ("stop", "stop"),
    ("ask", "question"),
)


def badge(text: Text, *, tone: Text = "quiet", **props: Any) -> rx.Component:
    """Draw a short status. Tones: go, wait, stop, ask, accent, quiet; each has its own mark."""
    return rx.el.span(
        rx.el.span(class_name="mark", aria_hidden="true"), text, data_tone=tone, **styled("tone badge", props)
    )


def notice(
    *children: Child, tone: Text = "ask", title: Text = "", action: Child | None = None, **props: Any
) -> rx.Component:
    """Draw a message that stays on the page."""
    return rx.el.div(
        _tone_icon(tone),
        rx.el.div(
            show_text(title, rx.el.p(title, class_name="font-semibold")),
            rx.el.div(*children, class_name="text-sm measure"),
            rx.el.div(action, class_name="mt-3 empty:hidden") if action is not None else rx.fragment(),
            class_name="min-w-0 grow",
        ),
        data_tone=tone,
        **styled("tone notice", props),
    )


def refusal(text: Text, *, title: Text = "", action: Child | None = None, **props: Any) -> rx.Component:
    """Say why something was refused; empty text shows nothing. It is read aloud at once."""
    return rx.el.div(
        show_text(text, notice(text, tone="stop", title=title, action=action)),
        role="alert",
        **props,
    )


def live_region(text: Text, *, assertive: bool = False, **props: Any) -> rx.Component:
    """Read a text aloud when it changes, without showing it."""
    return rx.el.p(text, aria_live="assertive" if assertive else "polite", class_name="sr-only", **props)


def lamp(label: Text, detail: Text, *, tone: Text = "quiet", **props: Any) -> rx.Component:
    """Draw one lamp of a status line, such as paid, tickets issued, mail sent."""
    return rx.el.li(
        rx.el.span(class_name="mark mt-1.5 scale-125", aria_hidden="true"),
        rx.el.span(
            rx.el.span(label, class_name="block font-semibold"),
            rx.el.span(detail, class_name="block text-sm text-soft figures"),
        ),
        data_tone=tone,
        **styled("tone flex gap-3", props),
    )


def lamps(*children: Child, **props: Any) -> rx.Component:
    """Put lamps in one line, one under the other on a phone."""
    return rx.el.ul(*children, **styled("grid gap-4 sm:grid-cols-3", props))


def steps(labels: list[str], *, current: int | rx.Var[int], **props: Any) -> rx.Component:
    """Draw the steps of a flow; the current one is counted from 1."""
    return rx.el.ol(
        *[_step(number, label, current) for number, label in enumerate(labels, start=1)],
        aria_label="Steps",
        **styled("flex flex-wrap gap-x-6 gap-y-2", props),
    )


def _step(number: int, label: str, current: int | rx.Var[int]) -> rx.Component:
    is_current = rx.Var.create(current) == number
    is_done = rx.Var.create(current) > number
    return rx.el.li(
        rx.el.span(
            rx.cond(is_done, icon("check", size=16, label="Done"), rx.el.span(str(number))),
            class_name=[
                "grid size-7 place-items-center rounded-full text-sm font-bold figures",
                rx.cond(is_current, "bg-ink text-paper", "bg-sunken text-soft"),
            ],
        ),
        rx.el.span(label, class_name=rx.cond(is_current, "font-semibold", "text-soft")),
        aria_current=rx.cond(is_current, "step", "false"),
        class_name="flex items-center gap-2",
    )


def _tone_icon(tone: Text) -> Child:
    if isinstance(tone, str):
        return icon(dict(NOTICE_ICONS).get(tone, "info"))
    return rx.match(tone, *[(name, icon(drawing)) for name, drawing in NOTICE_ICONS], icon("info"))
