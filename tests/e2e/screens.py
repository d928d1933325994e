"""How to come to every screen and to the states a screen can be in."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.e2e.paying import BANK_ASKS, DECLINED, check_out, fill_cart, is_paid, pay
from tests.harness.browser import sign_in
from tests.harness.served import ServedApp
from ticketapp.core.clock import SystemClock
from ticketapp.integrations.database import open_database
from ticketapp.models import Hold, Order
from ticketapp.runtime import Runtime

FAN, ORGANIZER, DOOR, ADMIN, RIVAL = (
    f"{name}@example.com" for name in ("fan", "organizer", "door", "admin", "rival")
)
Opener = Callable[[Page, ServedApp], None]


def at(path: str, email: str = "") -> Opener:
    def open_it(page: Page, app: ServedApp) -> None:
        if email:
            sign_in(page, app, email)
        page.goto(app.url + path)

    return open_it


def with_a_cart(path: str) -> Opener:
    """Open a page as somebody whose cart holds two tiers."""

    def open_it(page: Page, app: ServedApp) -> None:
        fill_cart(page, app, regular=2, golden_circle=1)
        page.goto(app.url + path)

    return open_it


def an_ended_cart(page: Page, app: ServedApp) -> None:
    with_a_cart("/cart")(page, app)
    let_time_run_out(app)
    expect(page.get_by_test_id("hold-ended")).to_be_visible()


def an_empty_form(page: Page, app: ServedApp) -> None:
    with_a_cart("/checkout")(page, app)
    pay(page)
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def a_declined_card(page: Page, app: ServedApp) -> None:
    fill_cart(page, app)
    check_out(page, app, DECLINED)
    pay(page)
    expect(page.get_by_test_id("pay-refused")).to_contain_text("declined")


def an_unpaid_order(page: Page, app: ServedApp) -> None:
    a_declined_card(page, app)
    page.goto(f"{app.url}/orders")
    page.get_by_test_id("order-row").first.get_by_role("link").click()
    expect(page.get_by_test_id("order-status")).to_have_text("Awaiting payment")


def an_expired_order(page: Page, app: ServedApp) -> None:
    an_unpaid_order(page, app)
    let_time_run_out(app)
    expect(page.get_by_test_id("order-status")).to_have_text("Expired")


def an_order_at_the_bank(page: Page, app: ServedApp) -> None:
    fill_cart(page, app)
    check_out(page, app, BANK_ASKS)
    pay(page)
    page.get_by_test_id("bank-approve").wait_for()
    page.goto(f"{app.url}/orders")
    page.get_by_test_id("order-row").first.get_by_role("link").click()
    expect(page.get_by_test_id("to-bank")).to_be_visible()


def a_paid_order(page: Page, app: ServedApp) -> None:
    fill_cart(page, app)
    check_out(page, app)
    pay(page)
    is_paid(page)


def a_refunded_order(page: Page, app: ServedApp) -> None:
    a_paid_order(page, app)
    page.get_by_test_id("return-all").click()
    page.get_by_test_id("confirm-return").click()
    expect(page.get_by_test_id("order-status")).to_have_text("Refunded")


def at_the_desk(page: Page, app: ServedApp) -> None:
    """Open an order of two tickets as its organizer."""
    fill_cart(page, app, regular=2)
    check_out(page, app)
    pay(page)
    reference = is_paid(page)
    at(f"/organizer/orders/{reference}", ORGANIZER)(page, app)
    expect(page.get_by_test_id("desk-ticket")).to_have_count(2)


def a_refund_to_confirm(page: Page, app: ServedApp) -> None:
    at_the_desk(page, app)
    page.get_by_test_id("refund-all").click()
    page.get_by_test_id("confirm-refund").click()
    expect(page.locator("#note-error")).to_contain_text("Say why")


def a_partly_refunded_order(page: Page, app: ServedApp) -> None:
    at_the_desk(page, app)
    page.get_by_test_id("tick-ticket").first.check()
    page.get_by_test_id("refund-chosen").click()
    page.get_by_test_id("refund-note").fill("Came twice by mistake")
    page.get_by_test_id("confirm-refund").click()
    expect(page.get_by_test_id("order-status")).to_have_text("Partly refunded")


def an_invoice(page: Page, app: ServedApp) -> None:
    """Open the invoice of an order of which one ticket was given back."""
    fill_cart(page, app, regular=2, golden_circle=1)
    check_out(page, app)
    pay(page)
    is_paid(page)
    page.get_by_test_id("return-ticket").first.click()
    page.get_by_test_id("confirm-return").click()
    expect(page.get_by_test_id("order-status")).to_have_text("Partly refunded")
    page.get_by_test_id("to-invoice").click()
    expect(page.get_by_test_id("invoice")).to_have_count(2)


def a_payment(page: Page, app: ServedApp) -> None:
    a_refunded_order(page, app)
    page.goto(f"{app.url}/payments")
    page.get_by_test_id("payment-row").first.get_by_role("link").click()
    expect(page.get_by_test_id("payment-status")).to_have_text("Paid back")


def a_wrong_password(page: Page, app: ServedApp) -> None:
    page.goto(f"{app.url}/sign-in")
    page.locator("input[name=email]").fill(FAN)
    page.locator("input[name=password]").fill("not the password")
    page.get_by_test_id("submit-sign-in").click()
    expect(page.get_by_test_id("form-error")).not_to_be_empty()


def an_empty_event(page: Page, app: ServedApp) -> None:
    at("/organizer/events/new", ORGANIZER)(page, app)
    page.get_by_test_id("create-event").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()


def offline(page: Page, app: ServedApp) -> None:
    with_a_cart("/event/midnight-parade")(page, app)
    expect(page.get_by_test_id("add-to-cart")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection")).to_contain_text("Offline")


def seats_open(page: Page, app: ServedApp) -> None:
    page.goto(f"{app.url}/event/chamber-evening")
    page.get_by_test_id("section-Stalls").click()
    page.get_by_test_id("take-best").click()
    expect(page.locator("button[data-seat=mine]")).to_have_count(2)


def verdict(word: str, *, event: str = "Tonight", number: int = 0, scans: int = 1) -> Opener:
    """Scan a ticket of the fan's at the door; the clock stands still so that the answer stays."""

    def open_it(page: Page, app: ServedApp) -> None:
        serial = _serial(page, app, event, number) if event else "NOTAT1CKET"
        page.clock.install()
        at("/door/tonight?gate=North", DOOR)(page, app)
        page.get_by_test_id("scan-input").wait_for()
        page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
        for scan in range(scans):
            if scan:
                page.get_by_test_id("scan-next").click()
            page.get_by_test_id("scan-input").fill(serial)
            page.get_by_test_id("scan-input").press("Enter")
            page.get_by_test_id("scan-result").wait_for()
        expect(page.get_by_test_id("scan-result")).to_have_text(word)

    return open_it


def _serial(page: Page, app: ServedApp, event: str, number: int) -> str:
    """Give the serial of one of the fan's tickets, and leave before the door's staff sign in."""
    at("/tickets", FAN)(page, app)
    of_event = page.get_by_test_id("ticket").filter(has=page.get_by_role("heading", name=event))
    serial = of_event.nth(number).get_by_test_id("ticket-serial").inner_text()
    page.goto("about:blank")
    return serial


def let_time_run_out(app: ServedApp) -> None:
    """End the time of every cart and of every unpaid order."""
    runtime = Runtime(clock=SystemClock(), database=open_database(app.database_url))
    runtime.write(
        lambda session, now: [
            session.execute(sa.update(table).values(expires_at=now - timedelta(seconds=1)))
            for table in (Hold, Order)
        ]
    )
    runtime.close()


# By route; what is no route is the same page in another state.
SCREENS: dict[str, Opener] = {
    "/": at("/"),
    "/event/[slug]": at("/event/midnight-parade"),
    "/cart": with_a_cart("/cart"),
    "/checkout": with_a_cart("/checkout"),
    "/order/[reference]": a_paid_order,
    "/order/[reference]/invoice": an_invoice,
    "/orders": at("/orders", FAN),
    "/payments": at("/payments", FAN),
    "/payments/[payment]": a_payment,
    "/tickets": at("/tickets", FAN),
    "/register": at("/register"),
    "/sign-in": at("/sign-in"),
    "/verify-email": at("/verify-email"),
    "/forgot-password": at("/forgot-password"),
    "/reset-password": at("/reset-password"),
    "/account": at("/account", FAN),
    "/organizer": at("/organizer", ORGANIZER),
    "/organizer/events": at("/organizer/events", ORGANIZER),
    "/organizer/events/new": at("/organizer/events/new", ORGANIZER),
    "/organizer/events/[slug]": at("/organizer/events/midnight-parade", ORGANIZER),
    "/organizer/orders": at("/organizer/orders", ORGANIZER),
    "/organizer/orders/[reference]": a_partly_refunded_order,
    "/organizer/ledger": at("/organizer/ledger", ORGANIZER),
    "/door": at("/door", DOOR),
    "/door/[slug]": at("/door/tonight", DOOR),
    "/admin": at("/admin", ADMIN),
    "404": at("/no/such/page"),
    "nothing found": at("/?q=nothing-is-called-so"),
    "event with seats": seats_open,
    "event sold out": at("/event/sold-out-show"),
    "event cancelled": at("/event/cancelled-gala"),
    "event missing": at("/event/no-such-event"),
    "event offline": offline,
    "cart empty": at("/cart"),
    "cart ended": an_ended_cart,
    "checkout with errors": an_empty_form,
    "checkout declined": a_declined_card,
    "order missing": at("/order/TK-2026-NOTONE"),
    "invoice missing": at("/order/TK-2026-NOTONE/invoice"),
    "payments empty": at("/payments"),
    "order at the bank": an_order_at_the_bank,
    "order unpaid": an_unpaid_order,
    "order expired": an_expired_order,
    "order refunded": a_refunded_order,
    "tickets empty": at("/tickets", RIVAL),
    "sign-in refused": a_wrong_password,
    "refund to confirm": a_refund_to_confirm,
    "ledger of a day without sales": at("/organizer/ledger?to=2020-01-01", ORGANIZER),
    "orders not found": at("/organizer/orders?q=nobody-is-called-so", ORGANIZER),
    "organizer's order missing": at("/organizer/orders/TK-2026-NOTONE", ORGANIZER),
    "organizer's event missing": at("/organizer/events/no-such-event", ORGANIZER),
    "new event with errors": an_empty_event,
    "door of others": at("/door/tonight", RIVAL),
    "door admits": verdict("Admit"),
    "door again": verdict("Already in", number=1, scans=2),
    "door other event": verdict("Wrong event", event="Saltwater Sessions"),
    "door unknown": verdict("Unknown", event=""),
}
