"""/order/<reference>/invoice: what was invoiced for an order, and what was credited."""

import reflex as rx

from ticketapp.components.actions import link_button
from ticketapp.components.faces import empty_state, failed_state, loading, skeleton
from ticketapp.components.headings import breadcrumb, page_title
from ticketapp.components.status import notice
from ticketapp.components.tokens import show_if
from ticketapp.pages.frame import framed
from ticketapp.pages.parts.invoice_sheet import invoice_sheet, invoice_stays
from ticketapp.state.invoices import InvoicesState

_PAPERS = InvoicesState.papers


@framed(
    route="/order/[reference]/invoice",
    title=rx.cond(
        _PAPERS.reference != "", "Invoice " + _PAPERS.reference + " · Ticketapp", "Invoice · Ticketapp"
    ),
    on_load=InvoicesState.load,
)
def order_invoice() -> list[rx.Component]:
    """Show the papers of an order, each with its file."""
    return [
        rx.cond(
            InvoicesState.is_missing,
            _missing(),
            rx.cond(
                InvoicesState.error != "",
                failed_state(InvoicesState.error, on_retry=InvoicesState.load),
                rx.cond(InvoicesState.is_loading, _skeleton(), _papers()),
            ),
        )
    ]


def _papers() -> rx.Component:
    return rx.el.div(
        breadcrumb(
            [(_PAPERS.reference, "/order/" + _PAPERS.reference), ("Invoice", "")], class_name="print:hidden"
        ),
        page_title("Invoices", class_name="mb-0 print:hidden"),
        show_if(
            _PAPERS.is_due, notice("Your invoice is being written. It appears here by itself.", tone="wait")
        ),
        rx.cond(
            (_PAPERS.invoices.length() == 0) & ~_PAPERS.is_due,  # pyright: ignore[reportAttributeAccessIssue] - a Var here.
            empty_state(
                "There is no invoice",
                "An invoice follows payment; an order that is free or unpaid has none.",
                action=link_button("The order", href="/order/" + _PAPERS.reference),
                icon_name="list",
                data_testid="no-invoice",
            ),
            rx.foreach(_PAPERS.invoices, invoice_sheet),
        ),
        invoice_stays(_PAPERS.invoices),
        class_name="mx-auto grid w-full max-w-3xl gap-6",
    )


def _missing() -> rx.Component:
    return empty_state(
        "We could not find this invoice",
        "The address may be mistyped, or the order belongs to somebody else. If you bought it, sign in.",
        action=link_button("Sign in", href="/sign-in?next=/orders", tone="primary"),
        icon_name="search",
        is_whole_page=True,
        data_testid="order-missing",
    )


def _skeleton() -> rx.Component:
    return loading(
        skeleton("h-10 w-56"),
        skeleton("h-[32rem] w-full rounded-lg"),
        class_name="mx-auto grid w-full max-w-3xl gap-6",
    )
