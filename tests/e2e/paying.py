"""The steps of paying in a browser, for journeys that go through the checkout."""

from playwright.sync_api import Page, expect

from tests.harness.served import ServedApp

GOOD, DECLINED, BANK_ASKS, SILENT = (
    "4242424242424242",
    "4000000000000002",
    "4000000000003220",
    "4000000000000119",
)


def fill_cart(page: Page, served: ServedApp, slug: str = "midnight-parade", **quantities: int) -> None:
    page.goto(f"{served.url}/event/{slug}")
    for tier, quantity in (quantities or {"regular": 1}).items():
        field = page.get_by_test_id(f"quantity-{tier.replace('_', '-')}")
        field.fill(str(quantity))
        field.press("Enter")
    total = sum((quantities or {"regular": 1}).values())
    expect(page.get_by_test_id("add-to-cart")).to_contain_text(f"Add {total} to cart")
    page.get_by_test_id("add-to-cart").click()
    expect(page.get_by_test_id("cart-count")).to_have_text(str(total))


def check_out(page: Page, served: ServedApp, card: str = GOOD) -> None:
    page.goto(f"{served.url}/checkout")
    page.get_by_label("Name", exact=True).fill("Ada Fan")
    page.get_by_role("textbox", name="E-mail").fill("ada@example.com")
    type_card(page, card)


def type_card(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill("")
    page.get_by_label("Card number").press_sequentially(number)
    page.get_by_label("Expiry").fill("12 / 30")
    page.get_by_label("Security code").fill("123")


def pay(page: Page) -> None:
    page.get_by_test_id("pay").click()


def is_paid(page: Page, *, tickets: int | None = None) -> str:
    """Wait for the order's page to say that it is paid, and perhaps show so many tickets; gives the reference."""
    expect(page.get_by_test_id("order-status")).to_have_text("Paid")
    if tickets is not None:
        expect(page.get_by_test_id("ticket")).to_have_count(tickets)
    return page.get_by_test_id("order-reference").inner_text()


def orders(page: Page, served: ServedApp) -> list[str]:
    page.goto(f"{served.url}/orders")
    expect(page.get_by_test_id("order-row").first).to_be_visible()
    return [row.inner_text() for row in page.get_by_test_id("order-row").all()]
