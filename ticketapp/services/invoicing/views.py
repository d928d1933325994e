"""What an invoice or a credit note says: texts only."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ticketapp.core.money import Currency, Money, money_text
from ticketapp.core.times import day_text
from ticketapp.models import InvoiceKind

_TITLES = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "Credit note"}
_PREFIXES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT_NOTE: "CN"}


@dataclass(frozen=True)
class InvoiceLineView:
    """A line: what, how many, at which price."""

    what: str = ""
    detail: str = ""
    quantity: int = 0
    unit_text: str = ""
    total_text: str = ""


@dataclass(frozen=True)
class TaxLine:
    """The tax of one rate, within the total."""

    rate_text: str = ""
    base_text: str = ""
    tax_text: str = ""


@dataclass(frozen=True)
class InvoiceView:
    """An invoice, or the credit note that corrects one."""

    id: str = ""
    title: str = ""
    number_text: str = ""
    is_credit: bool = False
    reference: str = ""
    issued_text: str = ""
    supplied_text: str = ""
    corrects_text: str = ""
    note: str = ""
    seller_name: str = ""
    seller_email: str = ""
    buyer_name: str = ""
    buyer_lines: list[str] = field(default_factory=list)
    buyer_email: str = ""
    lines: list[InvoiceLineView] = field(default_factory=list)
    net_text: str = ""
    fee_text: str = ""
    taxes: list[TaxLine] = field(default_factory=list)
    total_text: str = ""
    pdf_path: str = ""


def number_text(kind: InvoiceKind, number: int) -> str:
    """Write a number as it stands on the paper: INV-000123."""
    return f"{_PREFIXES[kind]}-{number:06d}"


def invoice_view(row: Any, lines: list[Any]) -> InvoiceView:
    """Make the view of a paper's row and its lines' rows."""
    kind = InvoiceKind(row.kind)

    def text(amount_minor: int) -> str:
        return money_text(Money(amount_minor, Currency(row.currency)))

    return InvoiceView(
        id=str(row.id),
        title=_TITLES[kind],
        number_text=number_text(kind, row.number),
        is_credit=kind is InvoiceKind.CREDIT_NOTE,
        reference=row.reference,
        issued_text=day_text(row.issued_at, row.timezone),
        supplied_text=day_text(row.supplied_at, row.timezone),
        corrects_text=number_text(InvoiceKind.INVOICE, row.corrects_number) if row.corrects_number else "",
        note=row.note,
        seller_name=row.seller_name,
        seller_email=row.seller_email,
        buyer_name=row.buyer_name,
        buyer_lines=[line.strip() for line in row.buyer_address.splitlines() if line.strip()],
        buyer_email=row.buyer_email,
        lines=[
            InvoiceLineView(
                what=line.event_name,
                detail=", ".join(part for part in (line.tier_name, line.seat_label) if part),
                quantity=line.quantity,
                unit_text=text(line.unit_minor),
                total_text=text(line.total_minor),
            )
            for line in lines
        ],
        net_text=text(row.net_minor),
        fee_text=text(row.fee_minor),
        taxes=[
            TaxLine(_rate_text(rate), text(base_minor), text(tax_minor))
            for rate, base_minor, tax_minor in tax_lines(lines)
        ],
        total_text=text(row.total_minor),
        pdf_path=f"/api/invoices/{row.id}.pdf",
    )


def tax_lines(lines: list[Any]) -> list[tuple[int, int, int]]:
    """Add up the tax by its rate: (basis points, amount without it, tax), the highest rate first."""
    sums: dict[int, list[int]] = {}
    for line in lines:
        base = sums.setdefault(line.tax_basis_points, [0, 0])
        base[0] += line.net_minor + line.fee_minor
        base[1] += line.tax_minor
    return [(rate, base, tax) for rate, (base, tax) in sorted(sums.items(), reverse=True)]


def _rate_text(basis_points: int) -> str:
    return f"{Decimal(basis_points).scaleb(-2).normalize():f} %" if basis_points else "0 %"
