"""The tables of the ledger: sums by currency, accounts by event, transfers."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.components.figures import cell, number_cell, stat, stats, table, table_row
from ticketapp.components.headings import pagination, section
from ticketapp.components.status import badge
from ticketapp.components.tokens import show_text
from ticketapp.services.reporting.ledger_views import EventAccount, LedgerSums, TransferView
from ticketapp.state.ledger import LedgerState

_BOOKS = LedgerState.books


def sums() -> rx.Component:
    """Draw for each currency what was sold, what went back, and of what is left the fees, the taxes and the due."""
    return rx.el.div(rx.foreach(_BOOKS.sums, _sum), class_name="grid gap-4")


def _sum(money: LedgerSums) -> rx.Component:
    return stats(
        stat("Sold, " + money.currency, money.sales_text, data_testid="ledger-sold-" + money.currency),
        stat("Given back", money.refunds_text, data_testid="ledger-back-" + money.currency),
        stat("Left", money.kept_text, tone="go", data_testid="ledger-left-" + money.currency),
        stat("Fees in it", money.fees_text, data_testid="ledger-fees-" + money.currency),
        stat("Taxes in it", money.taxes_text, data_testid="ledger-taxes-" + money.currency),
        stat("Due to you", money.due_text, tone="go", data_testid="ledger-due-" + money.currency),
        key=money.currency,
    )


def accounts_table() -> rx.Component:
    """Draw the accounts of each event."""
    names = ("Sold", "Given back", "Fees", "Taxes", "Due to you")
    return section(
        "By event",
        table(
            ["Event", *[(name, "numeric") for name in names]],
            rx.foreach(_BOOKS.accounts, _account),
            caption="Accounts by event",
        ),
    )


def _account(account: EventAccount) -> rx.Component:
    return table_row(
        cell(link(account.event_name, href="/organizer/ledger?event=" + account.event_slug)),
        number_cell(account.sales_text),
        number_cell(account.refunds_text),
        number_cell(account.fees_text),
        number_cell(account.taxes_text),
        number_cell(account.due_text, class_name="font-semibold"),
        data_testid="ledger-account",
    )


def transfers_table() -> rx.Component:
    """Draw a page of the transfers, newest first."""
    return section(
        "Transfers",
        table(
            ["When", "What", "Account", "Event", "Order", ("Amount", "numeric")],
            rx.foreach(_BOOKS.transfers, _transfer),
            caption="Transfers",
        ),
        pagination(
            _BOOKS.count_text,
            has_previous=_BOOKS.page > 1,
            has_next=_BOOKS.page < _BOOKS.pages,
            previous_href=LedgerState.previous_href,
            next_href=LedgerState.next_href,
        ),
    )


def _transfer(transfer: TransferView) -> rx.Component:
    return table_row(
        cell(transfer.at_text, class_name="lg:whitespace-nowrap"),
        cell(badge(transfer.what, tone=rx.cond(transfer.is_back, "ask", "go"))),
        transfer.account,
        transfer.event_name,
        cell(
            show_text(
                transfer.reference,
                link(
                    transfer.reference,
                    href="/organizer/orders/" + transfer.reference,
                    class_name="code-text whitespace-nowrap",
                ),
            )
        ),
        number_cell(transfer.amount_text),
        data_testid="ledger-transfer",
    )
