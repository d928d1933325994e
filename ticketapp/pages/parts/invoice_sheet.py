"""An invoice or credit note as a sheet of paper."""

import reflex as rx

from ticketapp.components.actions import file_button
from ticketapp.components.dashboard import has_any
from ticketapp.components.figures import (
    cell,
    fact,
    facts,
    money_line,
    money_lines,
    number_cell,
    table,
    table_row,
)
from ticketapp.components.tokens import CARD, show_text
from ticketapp.services.invoicing.views import InvoiceLineView, InvoiceView


def invoice_sheet(paper: InvoiceView) -> rx.Component:
    """Draw one paper; printed it is alone on its page."""
    return rx.el.article(
        _head(paper),
        facts(
            fact("From", paper.seller_name, rx.el.br(), paper.seller_email),
            fact(
                "To",
                paper.buyer_name,
                rx.foreach(paper.buyer_lines, lambda line: rx.el.span(line, class_name="block")),
                rx.el.span(paper.buyer_email, class_name="block"),
            ),
            fact("Issued", paper.issued_text),
            fact("Event", paper.supplied_text),
            show_text(paper.corrects_text, fact("Corrects", paper.corrects_text)),
            show_text(paper.note, fact("Reason", paper.note)),
            class_name="[&_dd]:break-words",
        ),
        table(
            ["Tickets", ("Number", "numeric"), ("Price", "numeric"), ("Amount", "numeric")],
            rx.foreach(paper.lines, _line),
            caption="What it is for",
        ),
        money_lines(
            money_line("Tickets without fee and tax", paper.net_text),
            money_line("Service fee", paper.fee_text),
            rx.foreach(
                paper.taxes,
                lambda tax: money_line("Tax " + tax.rate_text + " on " + tax.base_text, tax.tax_text),
            ),
            money_line(
                rx.cond(paper.is_credit, "Credited", "Total, paid"),
                paper.total_text,
                is_total=True,
                data_testid="invoice-total",
            ),
            class_name="sm:ms-auto sm:w-96",
        ),
        key=paper.id,
        data_testid="invoice",
        class_name=[CARD, "grid gap-6 print:break-after-page print:border-0"],
    )


def invoice_stays(papers: list[InvoiceView]) -> rx.Component:
    """Say that a paper never changes, and what to do when something on it is wrong."""
    return rx.cond(
        has_any(papers),
        rx.el.p(
            "An invoice does not change once it is issued, nor do the name and address on it. If they are wrong, "
            "write to the address under From and name the order.",
            class_name="text-sm text-soft measure print:hidden",
            data_testid="invoice-stays",
        ),
    )


def _head(paper: InvoiceView) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.h2(paper.title, class_name="display text-2xl"),
            rx.el.p(paper.number_text, class_name="code-text text-soft", data_testid="invoice-number"),
        ),
        file_button("PDF", href=paper.pdf_path, class_name="print:hidden", data_testid="invoice-pdf"),
        class_name="flex flex-wrap items-start justify-between gap-3",
    )


def _line(line: InvoiceLineView) -> rx.Component:
    return table_row(
        cell(
            rx.el.span(line.what, class_name="font-medium"),
            rx.el.div(line.detail, class_name="text-sm text-soft"),
        ),
        number_cell(line.quantity),
        number_cell(line.unit_text),
        number_cell(line.total_text),
    )
