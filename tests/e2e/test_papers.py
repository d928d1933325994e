"""The papers of money: an invoice that appears by itself, its PDF, and the organizer's books as a file."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.paying import check_out, fill_cart, is_paid, pay

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("books_balance")]


def test_a_buyer_takes_the_invoice_home(app, page: Page):
    fill_cart(page, app, regular=2)
    check_out(page, app)
    pay(page)
    is_paid(page)
    total = page.get_by_test_id("order-total").inner_text()

    page.get_by_test_id("to-invoice").click()
    expect(page.get_by_test_id("invoice-total")).to_have_text(total)
    number = page.get_by_test_id("invoice-number").inner_text()
    with page.expect_download() as told:
        page.get_by_test_id("invoice-pdf").click()

    assert told.value.suggested_filename.endswith(f"-{number}.pdf")
    assert Path(told.value.path()).read_bytes().startswith(b"%PDF-")


def test_an_organizer_reads_the_books_of_one_event(app, visit):
    books = visit(app, "/organizer/ledger", email="organizer@example.com")
    expect(books.get_by_test_id("ledger-due-EUR")).to_be_visible()

    books.get_by_label("Event", exact=True).select_option(label="Low Tide")
    books.get_by_test_id("narrow-ledger").click()

    expect(books.get_by_test_id("ledger-account")).to_have_count(1)
    expect(books.get_by_test_id("ledger-sold-GBP")).to_be_visible()
    expect(books.get_by_test_id("ledger-due-EUR")).to_have_count(0)
    with books.expect_download() as told:
        books.get_by_test_id("ledger-csv").click()
    rows = Path(told.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "When (UTC),Event,Order,Account,What,Amount,Currency"
    assert all(",Low Tide," in row and row.endswith(",GBP") for row in rows[1:])
    assert len(rows) > 2
