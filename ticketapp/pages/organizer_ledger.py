"""/organizer/ledger: what came in for one's own events, what went back, and what is left."""

import reflex as rx

from ticketapp.components.actions import file_button, link_button
from ticketapp.components.faces import empty_state, four_faces, skeleton_table
from ticketapp.components.headings import page_title
from ticketapp.pages.organizer_frame import organizer_framed
from ticketapp.pages.parts.ledger_filters import ledger_filters
from ticketapp.pages.parts.ledger_tables import accounts_table, payouts_table, sums, transfers_table
from ticketapp.state.ledger import ROUTE, LedgerState


@organizer_framed(
    route="/organizer/ledger", title="Ledger · Ticketapp", on_load=LedgerState.load, active="ledger"
)
def organizer_ledger() -> list[rx.Component]:
    """Show balances and the transfers behind them."""
    return [
        page_title(
            "Ledger",
            lead="Every cent your events took in, gave back and are owed.",
            actions=file_button("CSV", href=LedgerState.file_href, data_testid="ledger-csv"),
        ),
        ledger_filters(),
        rx.cond(
            LedgerState.books.limits_text != "",
            rx.el.p(
                LedgerState.books.limits_text,
                class_name="mb-6 text-sm text-soft",
                data_testid="ledger-limits",
            ),
            rx.fragment(),
        ),
        four_faces(
            is_loading=LedgerState.is_loading,
            error=LedgerState.error,
            is_empty=LedgerState.books.total == 0,
            loading_face=skeleton_table(8),
            empty_face=rx.cond(
                LedgerState.is_narrowed,
                empty_state(
                    "Nothing was booked then",
                    "Choose a longer period, or all events.",
                    action=link_button("Show everything", href=ROUTE),
                    icon_name="search",
                ),
                empty_state(
                    "Nothing is booked yet", "The first sale of your events appears here.", icon_name="chart"
                ),
            ),
            full_face=rx.el.div(
                sums(), accounts_table(), payouts_table(), transfers_table(), class_name="grid gap-10"
            ),
            on_retry=LedgerState.load,
        ),
    ]
