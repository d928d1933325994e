"""Charts that answer a question: how sales run over time, and where the stock is."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.vars.function import FunctionStringVar

from ticketapp.components.tokens import Number, Text, styled

_SCRIPT = rx.asset("islands/charts.jsx")
_THOUSANDS_APART = FunctionStringVar.create("((count) => count.toLocaleString('en'))")


class SalesChart(rx.Component):
    """A React island: a stepped area with its figures as a table."""

    library = _SCRIPT.importable_path
    tag = "SalesChart"

    title: rx.Var[str]
    points: rx.Var[list[Any]]
    pace: rx.Var[list[Any]]
    pace_name: rx.Var[str]
    value_name: rx.Var[str]


@dataclass(frozen=True, slots=True)
class StockShare:
    """Where the places of one tier or section are; the parts add up to its capacity."""

    name: Text
    sold: Number
    held: Number
    free: Number
    blocked: Number = 0
    capacity_text: Text = ""


def sales_chart(
    title: Text,
    *,
    points: Any,
    pace: Any = (),
    pace_name: Text = "Pace",
    value_name: Text = "Tickets",
    **props: Any,
) -> rx.Component:
    """Draw sums over time; points have `label`, `value` (a whole number) and may have `text` to show instead."""
    return SalesChart.create(
        title=title,
        points=points,
        pace=list(pace) if isinstance(pace, tuple) else pace,
        pace_name=pace_name,
        value_name=value_name,
        **props,
    )


def stock_bar(share: StockShare, **props: Any) -> rx.Component:
    """Draw one bar of stock: sold, held, blocked, free, each with its own pattern and its number below."""
    parts = (
        ("sold", "Sold", share.sold),
        ("held", "Held", share.held),
        ("blocked", "Blocked", share.blocked),
        ("free", "Free", share.free),
    )
    return rx.el.div(
        rx.el.div(
            rx.el.span(share.name, class_name="font-semibold"),
            rx.el.span(share.capacity_text, class_name="text-sm text-soft figures"),
            class_name="flex items-baseline justify-between gap-3",
        ),
        rx.el.div(
            *[rx.el.span(data_part=part, style={"flexGrow": amount}) for part, _, amount in parts],
            aria_hidden="true",
            class_name="stock-bar",
        ),
        rx.el.dl(
            *[_stock_figure(part, name, amount) for part, name, amount in parts], class_name="stock-key"
        ),
        **styled("grid gap-2", props),
    )


def counted(number: Number) -> rx.Var[str] | str:
    """Write a count with its thousands apart, for plain numbers and Vars alike."""
    if isinstance(number, int):
        return f"{number:,}"
    return _THOUSANDS_APART.call(number).to(str)


def _stock_figure(part: str, name: str, amount: Number) -> rx.Component:
    return rx.el.div(
        rx.el.span(data_part=part, aria_hidden="true", class_name="stock-swatch"),
        rx.el.dt(name),
        rx.el.dd(counted(amount), class_name="font-semibold text-ink figures"),
        class_name="flex items-center gap-1.5",
    )
