"""Every call of Stripe's API that the fake knows."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ticketapp.rehearsal import (
    charges,
    customers,
    disputes,
    errors,
    events,
    intents,
    methods,
    payouts,
    refunds,
)
from ticketapp.rehearsal.book import Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import Spec


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    does: Callable[[Call], Row]
    takes: Spec
    needs: tuple[str, ...] = ()
    # May a page call it with the publishable key?
    is_for_browsers: bool = False


def _route(
    method: str, path: str, does: Callable[[Call], Row], takes: Spec | None = None, needs: str = "", *, browsers: bool = False
) -> Route:  # fmt: skip
    pattern = re.compile(path.replace("{id}", r"(?P<id>\w+)") + r"\Z")
    return Route(method, pattern, does, takes or {}, tuple(needs.split()), browsers)


ROUTES = [
    _route("GET", "/v1/payment_intents/search", intents.search, intents.SEARCH, "query"),
    _route("POST", "/v1/payment_intents", intents.create, intents.CREATE, "amount currency"),
    _route("GET", "/v1/payment_intents", intents.list_intents, intents.LIST),
    _route("GET", "/v1/payment_intents/{id}", intents.retrieve, intents.RETRIEVE, browsers=True),
    _route("POST", "/v1/payment_intents/{id}", intents.update, intents.UPDATE),
    _route("POST", "/v1/payment_intents/{id}/confirm", intents.confirm, intents.CONFIRM, browsers=True),
    _route("POST", "/v1/payment_intents/{id}/capture", intents.capture, intents.CAPTURE),
    _route("POST", "/v1/payment_intents/{id}/cancel", intents.cancel, intents.CANCEL),
    _route("POST", "/v1/confirmation_tokens", methods.create_token, methods.TOKEN, browsers=True),
    _route("POST", "/v1/test_helpers/confirmation_tokens", methods.create_token, methods.TOKEN),
    _route("GET", "/v1/confirmation_tokens/{id}", methods.retrieve_token),
    _route("GET", "/v1/payment_methods/{id}", methods.retrieve_method),
    _route("POST", "/v1/customers", customers.create, customers.WRITE),
    _route("GET", "/v1/customers", customers.list_customers, customers.LIST),
    _route("GET", "/v1/customers/{id}", customers.retrieve),
    _route("POST", "/v1/customers/{id}", customers.update, customers.WRITE),
    _route("GET", "/v1/charges", charges.list_charges, charges.LIST),
    _route("GET", "/v1/charges/{id}", charges.retrieve),
    _route("GET", "/v1/balance", charges.balance),
    _route("GET", "/v1/balance_transactions", payouts.list_movements, charges.LIST_MOVEMENTS),
    _route("GET", "/v1/balance_transactions/{id}", charges.retrieve_movement),
    _route("GET", "/v1/payouts", payouts.list_payouts, payouts.LIST),
    _route("GET", "/v1/payouts/{id}", payouts.retrieve),
    _route("POST", "/v1/refunds", refunds.create, refunds.CREATE),
    _route("GET", "/v1/refunds", refunds.list_refunds, refunds.LIST),
    _route("GET", "/v1/refunds/{id}", refunds.retrieve),
    _route("GET", "/v1/disputes", disputes.list_disputes, disputes.LIST),
    _route("GET", "/v1/disputes/{id}", disputes.retrieve),
    _route("GET", "/v1/events", events.list_events, events.LIST),
    _route("GET", "/v1/events/{id}", events.retrieve),
]


def find(method: str, path: str) -> tuple[Route, str]:
    """Give the route of a call and the id in its path.

    Raises:
        Refusal: the fake knows no such call.
    """
    for route in ROUTES:
        if route.method == method and (match := route.path.match(path)):
            return route, match.groupdict().get("id", "")
    raise errors.Refusal(f"Unrecognized request URL ({method}: {path}).", status=404)
