"""The parts of an organizer's dashboard."""

from typing import Any

import reflex as rx

from ticketapp.components.actions import chip, link, link_button
from ticketapp.components.charts import StockShare, counted, sales_chart, stock_bar
from ticketapp.components.faces import empty_state, loading, skeleton
from ticketapp.components.figures import cell, number_cell, stat, stats, table, table_row
from ticketapp.components.headings import section
from ticketapp.components.spoken_news import spoken_news
from ticketapp.components.status import badge, notice
from ticketapp.components.tokens import Flag, Number, Text
from ticketapp.services.reporting.concerns import Concern
from ticketapp.services.reporting.views import Dashboard, EventSales, LatestOrder, MoneySums, Team, TierSales

ORDER_TONES = [
    ("paid", "go"),
    ("awaiting_payment", "wait"),
    ("expiring", "wait"),
    ("refunded", "ask"),
    ("partly_refunded", "ask"),
]
EVENT_TONES = [("published", "go"), ("sold_out", "accent"), ("paused", "wait"), ("cancelled", "stop")]


def figures_board(sales: Dashboard, *, is_stale: Flag) -> rx.Component:
    """Draw all figures of a dashboard; stale ones are marked with their time."""
    return rx.el.div(
        rx.cond(is_stale, _stale_notice(sales), rx.fragment()),
        concerns(sales.concerns),
        rx.el.div(
            _headline(sales),
            rx.el.div(_over_time(sales), _stock(sales), class_name="grid gap-8 xl:grid-cols-2"),
            _money(sales.money),
            rx.cond(sales.event_id == "", _events(sales), rx.fragment()),
            _orders(sales.orders),
            class_name=["grid gap-8", rx.cond(is_stale, "opacity-60", "")],
        ),
        rx.el.p("Figures of ", sales.read_at_text, class_name="text-sm text-soft figures"),
        spoken_news(key="news-" + sales.event_id),
        class_name="grid gap-6",
    )


def concerns(rows: list[Concern]) -> rx.Component:
    """Draw what needs a person, each with the way to it; nothing while all is well."""
    return rx.cond(
        has_any(rows), rx.el.div(rx.foreach(rows, _concern), class_name="grid gap-3"), rx.fragment()
    )


def _concern(concern: Concern) -> rx.Component:
    return notice(
        concern.step,
        title=concern.title,
        tone="stop",
        action=link_button("Open the order", href=concern.href, size="sm"),
        key=concern.key,
        data_testid="concern",
    )


def team_choice(teams: list[Team], *, chosen: Team) -> rx.Component:
    """Let somebody of several teams choose whose sales to see."""
    return rx.cond(
        several(teams),
        rx.el.nav(
            rx.foreach(teams, lambda team: _team_chip(team, chosen)),
            aria_label="Teams",
            class_name="mb-6 flex flex-wrap gap-2",
        ),
        rx.fragment(),
    )


def _team_chip(team: Team, chosen: Team) -> rx.Component:
    return chip(team.name, is_chosen=team.id == chosen.id, href="/organizer?team=" + team.id)


def figures_on_their_way() -> rx.Component:
    """Draw the outline of a dashboard that is being read."""
    tile = skeleton("h-24 w-full rounded-lg")
    return loading(
        rx.el.div(*[tile] * 6, class_name="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6"),
        rx.el.div(*[skeleton("h-64 w-full rounded-lg")] * 2, class_name="grid gap-8 xl:grid-cols-2"),
        class_name="grid gap-8",
    )


def no_events() -> rx.Component:
    """Say how to begin."""
    return empty_state(
        "No event is on sale yet",
        "Create an event and publish it. Its sales appear here as they happen.",
        action=link_button("Create an event", href="/organizer/events/new"),
        icon_name="chart",
    )


def has_any(rows: Any) -> rx.Var[bool]:
    """Say whether a list that arrives later has a row."""
    return rows.length() > 0


def several(rows: Any) -> rx.Var[bool]:
    """Say whether a list that arrives later has more than one row."""
    return rows.length() > 1


def _stale_notice(sales: Dashboard) -> rx.Component:
    return notice(
        "These figures are from ",
        sales.read_at_text,
        ". We are trying to read newer ones.",
        tone="wait",
        data_testid="stale",
    )


def _headline(sales: Dashboard) -> rx.Component:
    paid = sales.payments
    return stats(
        stat("Sold", counted(sales.sold), note=_of(sales.capacity), tone="go", data_testid="sold-total"),
        stat("Held now", counted(sales.held), tone="wait", data_testid="held-total"),
        stat("Available", counted(sales.available), data_testid="available-total"),
        stat("Gross", _each_currency(sales.gross_text), note=_refunds(sales), data_testid="gross-total"),
        stat(
            "Payments that succeed",
            rx.cond(paid.success_text == "", "None yet", paid.success_text),
            note=_payments_note(sales),
            data_testid="payment-success",
        ),
        stat("Checked in", counted(sales.admitted), note=_of(sales.sold), data_testid="admitted-total"),
    )


def _over_time(sales: Dashboard) -> rx.Component:
    return section(
        "Sales over time",
        rx.cond(
            has_any(sales.points),
            sales_chart("Tickets sold, " + sales.points_text, points=sales.points),
            empty_state(
                "No ticket is sold yet", "The line starts with the first payment.", icon_name="chart"
            ),
        ),
    )


def _stock(sales: Dashboard) -> rx.Component:
    whole = StockShare("All tickets", sales.sold, sales.held, sales.available)
    return section(
        "Where the places are",
        rx.cond(
            sales.event_id == "",
            stock_bar(whole),
            rx.el.div(rx.foreach(sales.tiers, _tier_bar), class_name="grid gap-6"),
        ),
    )


def _tier_bar(tier: TierSales) -> rx.Component:
    share = StockShare(
        tier.name,
        tier.sold,
        tier.held,
        tier.available,
        capacity_text=tier.price_text + " · " + counted(tier.capacity),
    )
    return stock_bar(share, data_testid="stock-" + tier.key)


def _money(money: list[MoneySums]) -> rx.Component:
    columns = ["Currency", *[(name, "numeric") for name in ("Gross", "Refunds", "Fees", "Taxes", "Net")]]
    return rx.cond(
        has_any(money),
        section("Money", table(columns, rx.foreach(money, _money_row), caption="Money by currency")),
        rx.fragment(),
    )


def _money_row(sums: MoneySums) -> rx.Component:
    return table_row(
        sums.currency,
        number_cell(sums.gross_text),
        number_cell(rx.cond(sums.refunds_text == "", "None", sums.refunds_text)),
        number_cell(sums.fees_text),
        number_cell(sums.taxes_text),
        number_cell(sums.net_text, data_testid="net-" + sums.currency),
    )


def _events(sales: Dashboard) -> rx.Component:
    columns = [
        "Event",
        "Starts",
        "State",
        *[(name, "numeric") for name in ("Sold", "Held", "Available", "In", "Gross")],
    ]
    return section(
        "Events",
        table(
            columns,
            rx.foreach(sales.events, lambda event: _event_row(event, sales.organizer_id)),
            caption="Sales by event",
        ),
    )


def _event_row(event: EventSales, team: str) -> rx.Component:
    return table_row(
        cell(link(event.name, href="/organizer?team=" + team + "&event=" + event.slug)),
        cell(event.starts_text, class_name="lg:whitespace-nowrap"),
        cell(badge(event.state_text, tone=rx.match(event.state, *EVENT_TONES, "quiet"))),
        number_cell(counted(event.sold), " of ", counted(event.capacity), data_testid="sold-" + event.slug),
        number_cell(counted(event.held)),
        number_cell(counted(event.available)),
        number_cell(counted(event.admitted)),
        number_cell(_or_none(event.gross_text)),
    )


def _orders(orders: list[LatestOrder]) -> rx.Component:
    columns = ["Order", "Placed", "Events", "State", ("Tickets", "numeric"), ("Amount", "numeric")]
    return section(
        "Latest orders",
        rx.cond(
            has_any(orders),
            table(columns, rx.foreach(orders, _order_row), caption="Latest orders"),
            empty_state("No order yet", "Orders appear here as they land."),
        ),
    )


def _order_row(order: LatestOrder) -> rx.Component:
    return table_row(
        cell(
            link(
                order.reference,
                href="/organizer/orders/" + order.reference,
                class_name="code-text whitespace-nowrap",
            )
        ),
        cell(order.at_text, class_name="lg:whitespace-nowrap"),
        order.events_text,
        cell(badge(order.status_text, tone=rx.match(order.status, *ORDER_TONES, "quiet"))),
        number_cell(counted(order.tickets)),
        number_cell(order.amount_text),
    )


def _of(whole: Number) -> Text:
    return "of " + counted(whole)


def _or_none(text: Text) -> Any:
    return rx.cond(text == "", "None yet", text)


def _each_currency(amounts: Text) -> Any:
    """Put the sums of several currencies below each other."""
    parts = rx.Var.create(amounts).to(str).split(" · ")
    drawn = rx.foreach(parts, lambda part: rx.el.span(part, class_name="block"))
    return rx.cond(amounts == "", "None yet", rx.fragment(drawn))


def _refunds(sales: Dashboard) -> Text:
    return rx.cond(sales.refunds_text == "", "", "refunded " + sales.refunds_text)


def _payments_note(sales: Dashboard) -> Text:
    return counted(sales.payments.failed) + " failed, " + counted(sales.payments.open) + " open"
