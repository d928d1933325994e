"""The door's answer, full screen: four colours with four shapes and four words."""

from typing import Any

import reflex as rx

from ticketapp.components.tokens import Child, Text, show_text, styled

_OUTLINES = {
    "admit": "M60 4a56 56 0 1 0 0 112 56 56 0 0 0 0-112Z",
    "already": "M60 6 118 112H2Z",
    "refused": "M37 4h46l33 33v46l-33 33H37L4 83V37Z",
    "ask": "M60 2 118 60 60 118 2 60Z",
}
_SIGNS = {
    "admit": "M32 62 52 82 90 40",
    "already": "M60 44v32M60 92v3",
    "refused": "M40 40 80 80M80 40 40 80",
    "ask": "M46 50a14 14 0 1 1 20 13c-5 2.5-6 5-6 10M60 87v2",
}


def verdict(
    kind: Text,
    *,
    word: Text,
    title: Text = "",
    detail: Text = "",
    note: Text = "",
    actions: Child | None = None,
    **props: Any,
) -> rx.Component:
    """Draw a verdict over the whole screen; kinds: admit, already, refused, ask.

    `word` is the one big word (ADMIT, ALREADY IN …), `title` what is on the ticket, `detail` why, `note` how it was checked.
    """
    glyph = (
        _glyph(kind)
        if isinstance(kind, str)
        else rx.match(kind, *[(name, _glyph(name)) for name in _OUTLINES], _glyph("ask"))
    )
    return rx.el.div(
        glyph,
        rx.el.p(word, class_name="verdict-word", data_testid="scan-result"),
        show_text(title, rx.el.p(title, class_name="numerals text-2xl sm:text-3xl")),
        show_text(
            detail, rx.el.p(detail, class_name="text-xl font-semibold sm:text-2xl", data_testid="scan-detail")
        ),
        show_text(note, rx.el.p(note, class_name="text-lg")),
        rx.el.div(actions, class_name="verdict-actions") if actions is not None else rx.fragment(),
        data_kind=kind,
        role="alert",
        **styled("verdict", props),
    )


def counter(value: Text, *, of: Text = "", label: Text = "In", **props: Any) -> rx.Component:
    """Draw how many are in, out of how many are expected, to be read at arm's length; without `of` it is a smaller one."""
    is_main = not isinstance(of, str) or of != ""
    return rx.el.p(
        rx.el.span(label, class_name="overline-text me-2 text-soft"),
        rx.el.span(value, class_name=["numerals", "text-4xl" if is_main else "text-2xl"]),
        show_text(of, rx.el.span(" / ", of, class_name="numerals text-2xl text-soft")),
        **styled("whitespace-nowrap", props),
    )


def _glyph(kind: str) -> rx.Component:
    return rx.el.svg(
        rx.el.path(d=_OUTLINES[kind], fill="var(--on)"),
        rx.el.path(
            d=_SIGNS[kind],
            fill="none",
            stroke="var(--tone)",
            stroke_width="13",
            stroke_linecap="round",
            stroke_linejoin="round",
        ),
        view_box="0 0 120 120",
        aria_hidden="true",
        class_name="verdict-glyph",
    )
