"""What must be true after every effect, and what must be true when everything has come to rest."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.world import World
from ticketapp.services.ordering.rules import UNKNOWN_PAYMENT_KEEPS_SEAT
from ticketapp.services.reporting.audit import CHECKS
from ticketapp.services.reporting.audit_provider import compare_with_provider

UNKNOWN = "payment_unknown_for_too_long"
OVER = ("failed", "cancelled")
DEAD = ("cancelled", "expired", "refunded")
OPEN = ("started", "needs_action", "authorised")
# Such an order ended before its money was taken; what was set aside is let go of next.
LET_GO = "not_confirmed"
# The buyer, or time alone, can still make money of these.
COMING = ("requires_action", "processing", "requires_capture")
RECEIVABLE = "receivable:stripe"


@dataclass
class Watch:
    """Look at both sides after each effect and remember what was promised."""

    world: World
    # Keys whose money was taken while the order still had its places.
    promised: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    _changes_seen: int = -1

    def __post_init__(self) -> None:
        self.world.loop.effects.on_effect = self.look
        self.world.provider.watchers.append(self._hear)

    def _hear(self, event: Any) -> None:
        if event["type"] != "payment_intent.succeeded":
            return
        key = event["data"]["object"]["metadata"]["key"]
        (facts,) = self.world.query(
            """SELECT orders.status, sum(holds.status = 'live'), count(*), max(events.status)
            FROM payments JOIN orders ON orders.id = payments.order_id
            JOIN order_lines ON order_lines.order_id = orders.id
            JOIN holds ON holds.id = order_lines.hold_id AND holds.order_id = orders.id
            JOIN events ON events.id = order_lines.event_id WHERE payments.key = ?""",
            key,
        )
        status, live, all_of_them, event_status = facts
        if status in ("awaiting_payment", "expiring") and live == all_of_them and event_status != "cancelled":
            self.promised.add(key)

    def look(self) -> None:
        """Compare everything with everything; our own books only when something was written into them."""
        changes = self.world.stage.live.total_changes
        if changes != self._changes_seen:
            self._changes_seen = changes
            self.audit()
        _Sides(self).compare()

    def rest(self) -> None:
        """Look again only when everything has come to rest."""
        self.world.loop.effects.on_effect = lambda: None

    def audit(self) -> None:
        for name, query in CHECKS.items():
            found = self.world.query(query)
            assert not found, f"{name}: {found}"

    def look_at_the_end(self) -> None:
        """Nothing is under way any more: nothing may be left over."""
        self.look()
        world = self.world
        for left_over in (
            "SELECT * FROM open_orders",
            "SELECT key, status FROM payments WHERE status IN ('started', 'needs_action', 'authorised')",
            "SELECT id FROM holds WHERE status = 'live'",
            "SELECT key FROM refunds WHERE status = 'asked'",
            "SELECT kind, last_error, parked_at FROM jobs WHERE done_at IS NULL AND kind <> 'order-mail'",
            "SELECT id, type FROM stripe_events WHERE handled_at IS NULL",
        ):
            found = world.query(left_over)
            assert not found, f"{left_over}: {found}"
        _Sides(self).compare_at_the_end()
        gateway = world.cashier.gateway
        books = world.errand(gateway.facts.books())
        found = world.runtime.read(
            lambda session, now: compare_with_provider(session, provider="stripe", books=books)
        )
        assert not found, [disagreement.text for disagreement in found]


class _Sides:
    """Our books and the provider's, read once."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        world = self.world = watch.world
        self.payments = {
            key: {"id": id_, "order": order, "status": status, "amount": amount, "created": created}
            for id_, key, order, status, amount, created in world.query(
                "SELECT id, key, order_id, status, amount_minor, created_at FROM payments"
            )
        }
        self.orders = {
            id_: {"status": status, "reason": reason, "paid_at": paid_at, "total": total, "expires": expires,
                  "valid": valid}
            for id_, status, reason, paid_at, total, expires, valid in world.query(
                """SELECT id, status, end_reason, paid_at, total_minor, expires_at,
                (SELECT count(*) FROM tickets WHERE order_id = orders.id AND status = 'valid') FROM orders"""
            )
        }  # fmt: skip
        self.refunds = {
            key: {"payment": payment, "status": status, "amount": amount, "reason": reason}
            for key, payment, status, amount, reason in world.query(
                "SELECT key, payment_id, status, amount_minor, reason FROM refunds"
            )
        }
        self.intents: dict[str, list[Any]] = defaultdict(list)
        for intent in world.provider.book.all("payment_intent"):
            self.intents[intent["metadata"]["key"]].append(intent)
        self.given_back: dict[str, list[Any]] = defaultdict(list)
        for refund in world.provider.book.all("refund"):
            self.given_back[refund["metadata"]["key"]].append(refund)

    def compare(self) -> None:
        self._payments_that_are_over_stay_so()
        self._dead_orders_have_nothing_coming()
        self._tickets_have_money()
        self._money_goes_back_once()
        self._ledger_is_the_providers()
        self._places_are_kept_long_enough()

    def _payments_that_are_over_stay_so(self) -> None:
        for key, payment in self.payments.items():
            taken = [intent for intent in self.intents[key] if intent["status"] == "succeeded"]
            assert len(taken) <= 1, f"{key} was charged twice"
            if payment["status"] == "succeeded":
                assert taken, f"{key} is booked as paid and was not"
            if payment["status"] in OVER:
                for intent in self.intents[key]:
                    is_payable = (
                        intent["status"] in (*COMING, "succeeded") or intent["last_payment_error"] is not None
                    )
                    assert intent["status"] == "canceled" or not is_payable, (
                        f"{key} is {payment['status']} and its intent {intent['status']}"
                    )

    def _dead_orders_have_nothing_coming(self) -> None:
        for key, payment in self.payments.items():
            order = self.orders[payment["order"]]
            if order["reason"] == UNKNOWN:
                if payment["order"] not in self.watch.given_up:
                    self.watch.given_up.add(payment["order"])
                    self._check_it_was_time(order)
            elif (
                order["status"] in DEAD
                and order["reason"] != LET_GO
                and payment["order"] not in self.watch.given_up
            ):
                assert payment["status"] not in OPEN, f"{key} is open on a dead order"
                coming = [intent for intent in self.intents[key] if intent["status"] in COMING]
                assert not coming, f"{key} can be paid on a dead order"
            assert payment["created"] < order["expires"], f"{key} was begun too late"

    def _check_it_was_time(self, order: Any) -> None:
        patience = self.world.query(
            "SELECT datetime(?, ?)",
            order["expires"][:19],
            f"+{int(UNKNOWN_PAYMENT_KEEPS_SEAT.total_seconds())} seconds",
        )[0][0]
        assert self.world.clock.now().strftime("%Y-%m-%d %H:%M:%S") >= patience, "given up too early"

    def _tickets_have_money(self) -> None:
        by_order: dict[str, list[str]] = defaultdict(list)
        returned = {
            refund["payment"] for refund in self.refunds.values() if refund["reason"] == "paid_but_no_hold"
        }
        for key, payment in self.payments.items():
            if payment["status"] == "succeeded" and payment["id"] not in returned:
                by_order[payment["order"]].append(key)
        for order_id, order in self.orders.items():
            kept = by_order[order_id]
            assert len(kept) <= 1, f"two payments of one order are kept: {kept}"
            if order["valid"] and order["total"]:
                received = [i["amount_received"] for key in kept for i in self.intents[key]]
                assert sum(received) == order["total"], f"tickets for {received} instead of {order['total']}"

    def _money_goes_back_once(self) -> None:
        for key, refunds in self.given_back.items():
            ours = self.refunds.get(key)
            assert ours is not None, f"{key} was given back and never asked for"
            assert len(refunds) == 1, f"{key} was given back {len(refunds)} times"
            assert refunds[0]["amount"] == ours["amount"], (
                f"{key}: {refunds[0]['amount']} instead of {ours['amount']}"
            )
        for key, refund in self.refunds.items():
            assert refund["status"] != "done" or self.given_back[key], f"{key} is booked as given back"

    def _ledger_is_the_providers(self) -> None:
        """Each entry is something that happened there, at its amount; what we have not heard of is not booked yet."""
        movements = {row["id"]: row for row in self.world.provider.book.all("balance_transaction")}
        booked = self.world.query(
            "SELECT kind, ref, CASE WHEN debit = ? THEN amount_minor ELSE -amount_minor END FROM ledger_entries"
            " WHERE debit = ? OR credit = ?",
            RECEIVABLE, RECEIVABLE, RECEIVABLE,
        )  # fmt: skip
        expected = sum(
            intent["amount_received"]
            for key, payment in self.payments.items()
            if payment["status"] == "succeeded"
            for intent in self.intents[key]
        )
        expected -= sum(refund["amount"] for refund in self.refunds.values() if refund["status"] == "done")
        for kind, ref, _ in booked:
            if kind in ("fee", "dispute-fee"):
                expected -= movements[ref]["fee"]
            elif kind in ("dispute", "dispute-returned"):
                expected += movements[ref]["amount"]
        total = sum(amount for _, _, amount in booked)
        assert total == expected, f"the ledger says {total}, the provider {expected}"

    def _places_are_kept_long_enough(self) -> None:
        for key in self.watch.promised:
            payment = self.payments[key]
            order = self.orders[payment["order"]]
            if payment["order"] in self.watch.given_up:
                continue
            assert order["status"] not in ("expired", "cancelled"), (
                f"{key} was paid while it had its places, and lost them"
            )

    def compare_at_the_end(self) -> None:
        """Money that was taken bought tickets or went back, whole and once; nothing can be paid any more."""
        is_called_off = self.world.query("SELECT count(*) FROM events WHERE status = 'cancelled'")[0][0]
        for key, payment in self.payments.items():
            order = self.orders[payment["order"]]
            for intent in self.intents[key]:
                assert intent["status"] in ("succeeded", "canceled"), (
                    f"{key}: {intent['status']} is left over"
                )
                if intent["status"] != "succeeded":
                    continue
                assert payment["status"] == "succeeded", f"{key} was taken and is {payment['status']}"
                back = self._given_back_of(payment)
                if back != payment["amount"]:
                    assert order["valid"], f"{key} bought nothing and {back} went back"
                is_kept = order["paid_at"] is not None and not self._is_returned(payment)
                if (
                    key in self.watch.promised
                    and payment["order"] not in self.watch.given_up
                    and not is_called_off
                ):
                    assert is_kept, f"{key} was paid while it had its places, and bought nothing"
        balance = self.world.provider.totals()["balance"].get("eur", 0)
        (ours,) = self.world.query(
            "SELECT coalesce(sum(CASE WHEN debit = ? THEN amount_minor ELSE -amount_minor END), 0)"
            " FROM ledger_entries WHERE debit = ? OR credit = ?",
            RECEIVABLE, RECEIVABLE, RECEIVABLE,
        )[0]  # fmt: skip
        assert ours == balance, f"the ledger says {ours}, the provider's balance is {balance}"

    def _given_back_of(self, payment: Any) -> int:
        return sum(refund["amount"] for refund in self.refunds.values() if refund["payment"] == payment["id"])

    def _is_returned(self, payment: Any) -> bool:
        return any(
            refund["payment"] == payment["id"] and refund["reason"] == "paid_but_no_hold"
            for refund in self.refunds.values()
        )
