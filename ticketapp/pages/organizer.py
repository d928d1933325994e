"""/organizer: sales as they happen."""

import reflex as rx

from ticketapp.components.connection import is_cut_off
from ticketapp.components.dashboard import (
    figures_board,
    figures_on_their_way,
    has_any,
    no_events,
    team_choice,
)
from ticketapp.components.faces import failed_state
from ticketapp.components.headings import breadcrumb, page_title
from ticketapp.components.tokens import either
from ticketapp.live.vars import LiveSales, is_stale, live_sales
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.state.dashboard import DashboardState

CANNOT_READ = "We could not read the sales. We try again every second."


@organizer_framed(
    route="/organizer", title="Sales · Ticketapp", on_load=DashboardState.load, active="dashboard"
)
def organizer() -> list[rx.Component]:
    """Show the sales of all events of a team, or of one."""
    return [
        rx.cond(DashboardState.choice.event_id == "", rx.fragment(), _way_back()),
        page_title("Sales", lead=_whose()),
        team_choice(DashboardState.choice.teams, chosen=DashboardState.choice.team),
        rx.cond(
            DashboardState.error == "",
            _figures(),
            failed_state(DashboardState.error, on_retry=DashboardState.load),
        ),
    ]


def _figures() -> rx.Component:
    sales = live_sales()
    choice = DashboardState.choice
    is_there = (
        (sales.organizer_id == choice.team.id) & (sales.event_id == choice.event_id) & (choice.team.id != "")
    )
    return rx.cond(
        is_there,
        rx.cond(
            has_any(sales.events),
            figures_board(sales, is_stale=either(is_stale(LiveSales), is_cut_off)),
            no_events(),
        ),
        rx.cond(
            is_stale(LiveSales),
            failed_state(CANNOT_READ, on_retry=DashboardState.load),
            rx.cond(DashboardState.is_loading | (choice.team.id != ""), figures_on_their_way(), no_events()),
        ),
    )


def _whose() -> rx.Var[str]:
    choice = DashboardState.choice
    return rx.cond(choice.event_id == "", choice.team.name, choice.event_name)


def _way_back() -> rx.Component:
    choice = DashboardState.choice
    return breadcrumb([(choice.team.name, "/organizer?team=" + choice.team.id), (choice.event_name, "")])
