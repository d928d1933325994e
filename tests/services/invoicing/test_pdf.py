"""The paper itself: as many pages as its lines need, and the letters of every name on it."""

import pytest

from ticketapp.services.invoicing.pdf import invoice_pdf
from ticketapp.services.invoicing.views import InvoiceLineView, InvoiceView, TaxLine

LINE = InvoiceLineView("Midnight Parade", "Regular", 3, "€10.01", "€30.03")


def paper(*, lines=1, **facts):
    return InvoiceView(
        **{
            "title": "Invoice", "number_text": "INV-000001", "reference": "TK-2026-AB12CD34",
            "issued_text": "Sat 21 Nov 2026", "supplied_text": "Sat 12 Dec 2026", "seller_name": "Harbour Lights",
            "buyer_name": "Ada Fan", "net_text": "€22.72", "fee_text": "€2.52", "total_text": "€30.03",
            "taxes": [TaxLine("19 %", "€25.24", "€4.79")], "lines": [LINE] * lines,
        } | facts
    )  # fmt: skip


@pytest.mark.parametrize(("lines", "pages"), [(1, 1), (9, 1), (13, 2), (40, 3)])
def test_a_long_paper_goes_on_over_the_page_and_keeps_its_sum_together(lines, pages):
    assert invoice_pdf(paper(lines=lines)).count(b"/Type /Page\n") == pages


@pytest.mark.parametrize("name", ["Łódź Śp. z o.o.", "山田 太郎", "Παπαδόπουλος", "Müller & Söhne"])
def test_every_name_has_its_letters(name, caplog):
    assert invoice_pdf(paper(buyer_name=name, seller_name=name)).startswith(b"%PDF-")
    assert "missing" not in caplog.text.lower()
