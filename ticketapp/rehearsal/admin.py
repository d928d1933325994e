"""The stage door under /_fake: how a test plans faults, moves the clock, plays the bank and counts the money.

Bodies and answers are JSON; `POST /_fake/reset` (server.py) forgets everything. What a body may hold:

* POST clock                             advance_s
* POST manners                           the fields of book.Manners
* POST faults                            the fields of faults.Fault, `kind` always
* POST webhooks                          the fields of webhooks.Plan
* POST webhooks/release                  order: "made", "reversed", or a list of event ids and types
* POST webhooks/send                     event, times
* POST payment_intents/ID/authenticate   approved
* POST payment_intents/ID/finish         paid
* POST payment_intents/ID/lapse          what was authorised ran out
* POST payment_intents/ID/refuse         the bank will refuse to pay what it authorised
* POST charges/ID/dispute                amount, reason
* POST disputes/ID/close                 won
* POST refunds/ID/fail                   reason
* POST payouts                           currency; amount, for one by hand
* POST payouts/ID/arrive, payouts/ID/fail
"""

import dataclasses
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ticketapp.rehearsal import attempts, charges, disputes, errors, payouts, refunds, sums
from ticketapp.rehearsal.book import PREFIXES, Book, Row
from ticketapp.rehearsal.faults import Fault, Faults, Kind
from ticketapp.rehearsal.webhooks import Postman, ordered
from ticketapp.rehearsal.wire import Answer, Request

PATH = "/_fake/"
Given = dict[str, Any]


@dataclass
class Admin:
    book: Book
    postman: Postman
    faults: Faults

    def answer(self, request: Request) -> Answer:
        """Do what was asked; what cannot be is answered with 400 and the reason."""
        for action in _ACTIONS:
            if action.method == request.method and (match := action.path.match(request.path)):
                try:
                    given = [json.loads(request.body or b"{}")] if action.takes_body else []
                    return _told(200, action.does(self, *given, *match.groups()))
                except errors.Refusal as refusal:
                    return _told(refusal.status, refusal.body)
                except (TypeError, ValueError, LookupError) as error:
                    return _told(400, {"error": {"message": f"{type(error).__name__}: {error}"}})
        return _told(404, {"error": {"message": f"There is no {request.method} {request.path}."}})

    def objects(self) -> Given:
        return {kind: self.book.all(kind) for kind in PREFIXES}

    def objects_of_kind(self, kind: str) -> Given:
        return {"data": self.book.all(kind)}

    def totals(self) -> Given:
        return sums.totals(self.book)

    def advance(self, given: Given) -> Given:
        self.book.clock.ahead += timedelta(seconds=given["advance_s"])
        charges.make_available(self.book)
        return {"now": self.book.clock.now()}

    def change_manners(self, given: Given) -> Given:
        self.book.manners = dataclasses.replace(self.book.manners, **given)
        return dataclasses.asdict(self.book.manners)

    def plan_fault(self, given: Given) -> Given:
        kind = Kind(given.pop("kind"))
        return self.faults.plan(Fault(kind, **given)).told()

    def list_faults(self) -> Given:
        return {"data": [fault.told() for fault in self.faults.planned]}

    def end_faults(self) -> Given:
        self.faults.end_all()
        return {}

    def end_fault(self, number: str) -> Given:
        return self.faults.end(int(number)).told()

    def webhooks(self) -> Given:
        return {
            "plan": dataclasses.asdict(self.postman.plan),
            "held": [{"id": event["id"], "type": event["type"]} for event in self.postman.held],
            "log": self.postman.log,
            "idle": self.postman.is_idle,
        }

    def plan_webhooks(self, given: Given) -> Given:
        self.postman.change(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        )
        return self.webhooks()

    def release_webhooks(self, given: Given) -> Given:
        order = ordered(self.postman.held, given.get("order", "made"))
        self.postman.release(order)
        return {"released": order}

    def send_webhook(self, given: Given) -> Given:
        event = self.book.get("event", given["event"])
        for _ in range(given.get("times", 1)):
            self.postman.send_again(event)
        return {}

    def authenticate(self, given: Given, intent_id: str) -> Row:
        intent = self.book.get("payment_intent", intent_id)
        attempts.authenticate(self.book, intent, is_approved=given["approved"])
        return intent

    def finish(self, given: Given, intent_id: str) -> Row:
        intent = self.book.get("payment_intent", intent_id)
        attempts.finish(self.book, intent, is_paid=given["paid"])
        return intent

    def lapse(self, intent_id: str) -> Row:
        intent = self.book.get("payment_intent", intent_id)
        attempts.cancel(self.book, intent, "automatic")
        return intent

    def refuse(self, intent_id: str) -> Row:
        intent = self.book.get("payment_intent", intent_id)
        self.book.refused.add(intent["id"])
        return intent

    def publish_balance(self, charge_id: str) -> Row:
        charge = self.book.get("charge", charge_id)
        charges.publish_balance(self.book, charge)
        return charge

    def open_dispute(self, given: Given, charge_id: str) -> Row:
        return disputes.open_dispute(self.book, self.book.get("charge", charge_id), **given)

    def close_dispute(self, given: Given, dispute_id: str) -> Row:
        dispute = self.book.get("dispute", dispute_id)
        disputes.close(self.book, dispute, is_won=given["won"])
        return dispute

    def succeed_refund(self, refund_id: str) -> Row:
        refund = self.book.get("refund", refund_id)
        refunds.succeed(self.book, refund)
        return refund

    def fail_refund(self, given: Given, refund_id: str) -> Row:
        refund = self.book.get("refund", refund_id)
        refunds.fail(self.book, refund, given.get("reason", "lost_or_stolen_card"))
        return refund

    def pay_out(self, given: Given) -> Row:
        return payouts.pay_out(self.book, **given)

    def arrive(self, payout_id: str) -> Row:
        payout = self.book.get("payout", payout_id)
        payouts.arrive(self.book, payout)
        return payout

    def fail_payout(self, payout_id: str) -> Row:
        payout = self.book.get("payout", payout_id)
        payouts.fail(self.book, payout)
        return payout


def _told(status: int, body: Given) -> Answer:
    return Answer(status, json.dumps(body, indent=2).encode())


@dataclass(frozen=True, slots=True)
class Action:
    method: str
    path: re.Pattern[str]
    does: Callable[..., Given]
    takes_body: bool


def _action(method: str, path: str, does: Callable[..., Given], *, body: bool = False) -> Action:
    return Action(method, re.compile(f"{PATH}{path}".replace("{}", r"(\w+)") + r"\Z"), does, body)


_ACTIONS = [
    _action("GET", "objects", Admin.objects),
    _action("GET", "objects/{}", Admin.objects_of_kind),
    _action("GET", "sums", Admin.totals),
    _action("POST", "clock", Admin.advance, body=True),
    _action("POST", "manners", Admin.change_manners, body=True),
    _action("POST", "faults", Admin.plan_fault, body=True),
    _action("GET", "faults", Admin.list_faults),
    _action("DELETE", "faults", Admin.end_faults),
    _action("DELETE", "faults/{}", Admin.end_fault),
    _action("GET", "webhooks", Admin.webhooks),
    _action("POST", "webhooks", Admin.plan_webhooks, body=True),
    _action("POST", "webhooks/release", Admin.release_webhooks, body=True),
    _action("POST", "webhooks/send", Admin.send_webhook, body=True),
    _action("POST", "payment_intents/{}/authenticate", Admin.authenticate, body=True),
    _action("POST", "payment_intents/{}/finish", Admin.finish, body=True),
    _action("POST", "payment_intents/{}/lapse", Admin.lapse),
    _action("POST", "payment_intents/{}/refuse", Admin.refuse),
    _action("POST", "charges/{}/publish_balance", Admin.publish_balance),
    _action("POST", "charges/{}/dispute", Admin.open_dispute, body=True),
    _action("POST", "disputes/{}/close", Admin.close_dispute, body=True),
    _action("POST", "refunds/{}/succeed", Admin.succeed_refund),
    _action("POST", "refunds/{}/fail", Admin.fail_refund, body=True),
    _action("POST", "payouts", Admin.pay_out, body=True),
    _action("POST", "payouts/{}/arrive", Admin.arrive),
    _action("POST", "payouts/{}/fail", Admin.fail_payout),
]
