"""Numbers people act on: prices, money lines, stat tiles, facts, dense tables."""

import json
from typing import Any

import reflex as rx

from ticketapp.components.actions import plain_link
from ticketapp.components.tokens import Child, Flag, Text, show_if, show_text, styled


def price(
    text: Text, *, note: Text = "", is_from: Flag = False, size: str = "md", **props: Any
) -> rx.Component:
    """Draw an all-in price. Sizes: sm, md, lg."""
    sizes = {"sm": "text-base", "md": "text-lg", "lg": "text-2xl"}
    return rx.el.span(
        show_if(is_from, rx.el.span("from ", class_name="text-sm text-soft")),
        rx.el.span(text, class_name=["numerals whitespace-nowrap", sizes[size]]),
        show_text(note, rx.el.span(" ", note, class_name="text-sm text-soft")),
        **styled("figures", props),
    )


def money_lines(*lines: Child, **props: Any) -> rx.Component:
    """Draw an itemised sum out of `money_line`s."""
    return rx.el.dl(*lines, **styled("grid gap-2 figures", props))


def money_line(label: Child, amount: Text, *, is_total: bool = False, **props: Any) -> rx.Component:
    """Draw one line of a sum; the total stands out."""
    look = "border-t border-line pt-3 text-lg font-semibold" if is_total else "text-soft"
    amount_look = "numerals text-xl text-ink" if is_total else "text-ink"
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(amount, class_name=["whitespace-nowrap", amount_look], **props),
        class_name=["flex items-baseline justify-between gap-4", look],
    )


def facts(*rows: Child, **props: Any) -> rx.Component:
    """Draw named facts (where, when, doors) out of `fact`s."""
    return rx.el.dl(*rows, **styled("grid gap-x-6 gap-y-4 sm:grid-cols-2", props))


def fact(name: Text, *children: Child, **props: Any) -> rx.Component:
    """Draw one named fact."""
    return rx.el.div(
        rx.el.dt(name, class_name="text-sm text-soft"),
        rx.el.dd(*children, class_name="font-medium figures"),
        **props,
    )


def stat(
    name: Text, value: Text, *, note: Text = "", href: Text = "", tone: Text = "quiet", data_testid: str = ""
) -> rx.Component:
    """Draw one figure of a dashboard; with an address the whole tile opens its list."""
    face = rx.el.div(
        rx.el.p(name, class_name="text-sm text-soft"),
        rx.el.p(
            value, class_name="numerals mt-1 text-xl sm:text-2xl", data_testid=data_testid, data_news=name
        ),
        show_text(
            note,
            rx.el.p(
                rx.el.span(class_name="mark mr-1.5 inline-block", aria_hidden="true"),
                note,
                class_name="mt-1 text-sm text-(--tone) figures",
            ),
        ),
        data_tone=tone,
        class_name="tone card h-full p-4",
    )
    if isinstance(href, str) and not href:
        return face
    return plain_link(face, href=href, class_name="block h-full rounded-lg hover:bg-sunken")


def stats(*tiles: Child, **props: Any) -> rx.Component:
    """Lay stat tiles out in a row that wraps."""
    return rx.el.div(*tiles, **styled("grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6", props))


def table(columns: list[Text | tuple[str, str]], *rows: Child, caption: str, **props: Any) -> rx.Component:
    """Draw a dense table. A column is its heading, or (heading, "numeric"); rows come from `table_row`.

    On a phone every row is a block of its own, each figure under its heading.
    """
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="sr-only"),
            rx.el.thead(rx.el.tr(*[_heading(column) for column in columns])),
            rx.el.tbody(*rows),
            class_name="table table-stack",
            style=_headings_for_blocks(columns),
        ),
        role="region",
        aria_label=caption,
        tab_index=0,
        **styled("table-scroll", props),
    )


def table_row(*cells: Child, **props: Any) -> rx.Component:
    """Draw one row; plain texts become cells, `number_cell` keeps figures to the right."""
    return rx.el.tr(*[_as_cell(cell) for cell in cells], **props)


def cell(*children: Child, **props: Any) -> rx.Component:
    """Draw one cell."""
    return rx.el.td(*children, **props)


def number_cell(*children: Child, **props: Any) -> rx.Component:
    """Draw one cell that holds a figure."""
    return rx.el.td(*children, data_numeric="true", **props)


def _headings_for_blocks(columns: list[Text | tuple[str, str]]) -> dict[str, str]:
    """Hand the headings to the stylesheet, which writes them above the figures on a phone."""
    names = [column[0] if isinstance(column, tuple) else column for column in columns]
    return {
        f"--heading-{place}": json.dumps(name)
        for place, name in enumerate(names, start=1)
        if isinstance(name, str) and name
    }


def _heading(column: Text | tuple[str, str]) -> rx.Component:
    if isinstance(column, tuple):
        return rx.el.th(column[0], scope="col", data_numeric="true")
    return rx.el.th(column, scope="col")


def _as_cell(content: Child) -> Child:
    is_cell = isinstance(content, rx.Component) and getattr(content, "tag", "") in ("td", "th")
    return content if is_cell else rx.el.td(content)
