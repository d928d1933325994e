"""The tables of the ledger: sums by currency, accounts by event, transfers."""

import reflex as rx

from ticketapp.components.actions import link
from ticketapp.components.figures import cell, number_cell, table, table_row
from ticketapp.components.headings import pagination, section
from ticketapp.components.status import badge
from ticketapp.components.tokens import Child, show_text
from ticketapp.services.reporting.ledger_views import (
    EventAccount,
    LedgerSums,
    PayoutSums,
    PayoutView,
    TransferView,
)
from ticketapp.state.ledger import LedgerState

_BOOKS = LedgerState.books


def sums() -> rx.Component:
    """Draw for each currency what was sold, what of it went, and what is due; and what is owed to buyers besides."""
    names = ("Sold", "Given back", "Disputed", "Payment fees", "Service fees", "Taxes", "Due to you")
    return section(
        "Totals",
        table(
            ["Currency", *[(name, "numeric") for name in names]],
            rx.foreach(_BOOKS.sums, _sum),
            caption="Totals by currency",
        ),
        rx.foreach(_BOOKS.sums, _owed),
    )


def _sum(money: LedgerSums) -> rx.Component:
    return table_row(
        cell(money.currency, class_name="font-semibold"),
        number_cell(money.sales_text, data_testid="ledger-sold-" + money.currency),
        number_cell(money.refunds_text, data_testid="ledger-back-" + money.currency),
        number_cell(money.disputes_text, data_testid="ledger-disputed-" + money.currency),
        number_cell(money.costs_text, data_testid="ledger-costs-" + money.currency),
        number_cell(money.fees_text, data_testid="ledger-fees-" + money.currency),
        number_cell(money.taxes_text, data_testid="ledger-taxes-" + money.currency),
        number_cell(money.due_text, class_name="font-semibold", data_testid="ledger-due-" + money.currency),
    )


def _owed(money: LedgerSums) -> Child:
    return show_text(
        money.owed_text,
        rx.el.p(
            money.owed_text,
            " more is owed to buyers: refunds that are on their way or did not arrive.",
            class_name="text-sm text-soft figures",
            data_testid="ledger-owed-" + money.currency,
            key=money.currency,
        ),
    )


def accounts_table() -> rx.Component:
    """Draw the accounts of each event."""
    names = ("Sold", "Given back", "Disputed", "Payment fees", "Fees and taxes", "Due to you")
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
        number_cell(account.disputes_text),
        number_cell(account.costs_text),
        number_cell(account.deducted_text),
        number_cell(account.due_text, class_name="font-semibold"),
        data_testid="ledger-account",
    )


def payouts_table() -> rx.Component:
    """Draw what the provider paid out and what it still has; nothing where no provider pays out."""
    names = ("Sales", "Payment fees", "Refunds", "Disputes", "Other", "Paid out")
    whereabouts = ("Paid out", "Not yet paid out", "Not on Stripe's balance yet")
    return rx.cond(
        _BOOKS.payout_sums.length() + _BOOKS.payouts.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - Vars here.
        section(
            "Payouts by Stripe",
            table(
                ["Currency", *[(name, "numeric") for name in whereabouts]],
                rx.foreach(_BOOKS.payout_sums, _payout_sum),
                caption="Where the money is",
            ),
            rx.cond(
                _BOOKS.payouts.length() > 0,  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
                table(
                    ["Arrival", "Payout", *[(name, "numeric") for name in names]],
                    rx.foreach(_BOOKS.payouts, _payout),
                    caption="Payouts",
                ),
                rx.el.p("Nothing was paid out then.", class_name="text-soft"),
            ),
        ),
    )


def _payout_sum(money: PayoutSums) -> rx.Component:
    return table_row(
        cell(money.currency, class_name="font-semibold"),
        number_cell(money.paid_out_text, data_testid="paid-out-" + money.currency),
        number_cell(money.waiting_text, data_testid="not-paid-out-" + money.currency),
        number_cell(money.untold_text, data_testid="untold-" + money.currency),
    )


def _payout(payout: PayoutView) -> rx.Component:
    return table_row(
        cell(
            rx.el.p(payout.arrives_text, class_name="lg:whitespace-nowrap"),
            badge(payout.status_text, tone=payout.tone),
        ),
        cell(
            rx.el.p(payout.id, class_name="code-text break-all"),
            show_text(payout.note, rx.el.p(payout.note, class_name="mt-1 text-sm text-soft measure")),
        ),
        number_cell(payout.sales_text),
        number_cell(payout.fees_text),
        number_cell(payout.refunds_text),
        number_cell(payout.disputes_text),
        number_cell(payout.other_text),
        number_cell(payout.amount_text, class_name="font-semibold"),
        data_testid="payout",
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
        cell(badge(transfer.what, tone=transfer.tone)),
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
