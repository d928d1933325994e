"""PaymentIntents: made, changed, looked up. What confirming does stands in attempts.py."""

import re

from ticketapp.rehearsal import attempts, currencies, errors, listing, methods, parameters
from ticketapp.rehearsal.book import Row, new_secret
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import LISTING, Spec, amount, flag, group, one_of, text

_CAPTURE = one_of("automatic", "automatic_async", "manual")
_USAGE = one_of("off_session", "on_session")
_DESCRIBING: Spec = {
    "customer": text,
    "description": text,
    "metadata": parameters.metadata,
    "receipt_email": parameters.email,
    "setup_future_usage": _USAGE,
    "statement_descriptor_suffix": parameters.descriptor_suffix,
}
CREATE: Spec = _DESCRIBING | {
    "amount": amount,
    "currency": text,
    "payment_method": text,
    "payment_method_types": parameters.texts,
    "automatic_payment_methods": group(
        {"enabled": flag, "allow_redirects": one_of("always", "never")}, ("enabled",)
    ),
    "capture_method": _CAPTURE,
    "confirm": flag,
    "confirmation_token": text,
    "return_url": parameters.url,
    "use_stripe_sdk": flag,
    "off_session": flag,
}
UPDATE: Spec = _DESCRIBING | {"amount": amount, "currency": text, "payment_method": text}
CONFIRM: Spec = {
    "capture_method": _CAPTURE,
    "client_secret": text,
    "confirmation_token": text,
    "off_session": flag,
    "payment_method": text,
    "receipt_email": parameters.email,
    "return_url": parameters.url,
    "setup_future_usage": _USAGE,
    "use_stripe_sdk": flag,
}
CANCEL: Spec = {
    "cancellation_reason": one_of("abandoned", "duplicate", "fraudulent", "requested_by_customer")
}
CAPTURE: Spec = {"amount_to_capture": amount, "metadata": parameters.metadata}
RETRIEVE: Spec = {"client_secret": text}
LIST: Spec = LISTING | {"customer": text}
SEARCH: Spec = {"query": text, "limit": parameters.page_size}

_ONLY_WITH_CONFIRM = ("confirmation_token", "return_url", "use_stripe_sdk", "off_session")
_PLAIN = ("description", "receipt_email", "setup_future_usage", "statement_descriptor_suffix")
_METHOD_KINDS = ("card", "ideal", "sepa_debit", "us_bank_account")
_ONLY_IN_EURO = ("ideal",)
# What a page with the publishable key never gets to see.
_NOT_FOR_BROWSERS = ("customer", "latest_charge", "metadata", "receipt_email")
_CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_CLAUSE = re.compile(r"(?:metadata\['([^']+)'\]|(status|currency|customer))\s*:\s*'([^']*)'\Z")


def create(call: Call) -> Row:
    """Make a PaymentIntent and, when asked, confirm it at once.

    Raises:
        Refusal: a parameter cannot be; or the payment was declined, and the error carries the PaymentIntent.
    """
    given, book = call.given, call.book
    currency = currencies.checked_currency(given["currency"])
    currencies.check_amount(given["amount"], currency)
    _check_together(given)
    book.named("customer", given, "customer")
    attempt = attempts.prepared(book, given) if given.get("confirm") else None
    method = (
        methods.method_named(book, given["payment_method"])
        if given.get("payment_method") and not attempt
        else None
    )
    fields = _fields(given, currency)
    if method:
        fields |= {"payment_method": method["id"], "status": "requires_confirmation"}
    if attempt:
        attempts.check_allowed(fields, attempt)
    intent = book.add("payment_intent", **fields)
    intent["client_secret"] = f"{intent['id']}_secret_{new_secret()}"
    book.emit("payment_intent.created", intent)
    if attempt:
        attempts.confirm(call, intent, attempt)
    return intent


def _check_together(given: Row) -> None:
    if not given.get("confirm"):
        for name in _ONLY_WITH_CONFIRM:
            if name in given:
                raise errors.Refusal(
                    f"The parameter `{name}` cannot be passed when creating a PaymentIntent unless `confirm` is set "
                    "to true.", param=name,
                )  # fmt: skip
    automatic = given.get("automatic_payment_methods")
    if automatic and automatic["enabled"] and given.get("payment_method_types"):
        raise errors.Refusal(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
            code="parameters_exclusive", param="automatic_payment_methods",
        )  # fmt: skip
    for kind in given.get("payment_method_types") or ():
        if kind not in _METHOD_KINDS:
            raise errors.Refusal(
                f"The payment method type provided: {kind} is invalid.", param="payment_method_types"
            )


def _fields(given: Row, currency: str) -> Row:
    kinds = given.get("payment_method_types")
    automatic = None if kinds else given.get("automatic_payment_methods") or {"enabled": True}
    if automatic:
        automatic = {
            "allow_redirects": automatic.get("allow_redirects") or "always",
            "enabled": automatic["enabled"],
        }
    return dict(
        amount=given["amount"], amount_capturable=0, amount_details={"tip": {}}, amount_received=0,
        application=None, application_fee_amount=None, automatic_payment_methods=automatic, canceled_at=None,
        cancellation_reason=None, capture_method=given.get("capture_method") or "automatic_async", client_secret=None,
        confirmation_method="automatic", currency=currency, customer=given.get("customer"),
        excluded_payment_method_types=None, last_payment_error=None, latest_charge=None,
        metadata=parameters.merged_metadata({}, given), next_action=None, on_behalf_of=None, payment_method=None,
        payment_method_configuration_details=None, payment_method_options={},
        payment_method_types=kinds or _kinds_in(currency), processing=None, review=None, shipping=None, source=None,
        statement_descriptor=None, status="requires_payment_method", transfer_data=None, transfer_group=None,
        **{name: given.get(name) for name in _PLAIN},
    )  # fmt: skip


def _kinds_in(currency: str) -> list[str]:
    return [kind for kind in _METHOD_KINDS if currency == "eur" or kind not in _ONLY_IN_EURO]


def retrieve(call: Call) -> Row:
    intent = _of(call)
    if not call.is_from_browser:
        return intent
    return {name: value for name, value in intent.items() if name not in _NOT_FOR_BROWSERS}


def _of(call: Call) -> Row:
    """Give the PaymentIntent of a call; a browser also has to know its client secret."""
    intent = call.book.get("payment_intent", call.object_id)
    secret = call.given.get("client_secret")
    if (call.is_from_browser or secret) and secret != intent["client_secret"]:
        raise errors.missing("payment_intent", call.object_id, param="intent")
    return intent


def list_intents(call: Call) -> Row:
    customer = call.given.get("customer")
    rows = call.book.all("payment_intent")
    return listing.page(call, [row for row in rows if customer in (None, row["customer"])])


def search(call: Call) -> Row:
    """Find PaymentIntents by `metadata['name']:'value'`, status, currency or customer, joined by AND."""
    clauses = [_CLAUSE.match(clause.strip()) for clause in call.given["query"].split(" AND ")]
    rows = call.book.all("payment_intent")
    for clause in clauses:
        if clause is None:
            raise errors.Refusal("We were unable to parse your search query.", param="query")
        name, field, value = clause.groups()
        rows = [row for row in rows if (row["metadata"].get(name) if name else row[field]) == value]
    found = listing.page(call, rows)
    return found | {"object": "search_result", "next_page": None}


def update(call: Call) -> Row:
    """Change what has not been collected yet; words may change at any time.

    Raises:
        Refusal: the amount of a PaymentIntent that is paid, on its way or over cannot change.
    """
    given, book, intent = call.given, call.book, _of(call)
    if {"amount", "currency", "payment_method"} & set(given) and intent["status"] not in _CHANGEABLE:
        raise errors.unexpected_state(
            f"This PaymentIntent's amount could not be updated because it has a status of {intent['status']}.",
            intent,
        )
    currency = currencies.checked_currency(given.get("currency") or intent["currency"])
    currencies.check_amount(given.get("amount") or intent["amount"], currency)
    book.named("customer", given, "customer")
    if given.get("payment_method"):
        method = methods.method_named(book, given["payment_method"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation", "next_action": None}
    intent |= {name: given[name] for name in (*_PLAIN, "customer") if name in given}
    intent |= {"amount": given.get("amount") or intent["amount"], "currency": currency}
    intent["metadata"] = parameters.merged_metadata(intent["metadata"], given)
    return intent


def confirm(call: Call) -> Row:
    intent = _of(call)
    attempts.check_state(intent)
    attempt = attempts.prepared(call.book, call.given, intent)
    attempts.check_allowed(intent, attempt)
    intent |= {
        name: call.given[name]
        for name in ("capture_method", "receipt_email", "setup_future_usage")
        if call.given.get(name)
    }
    attempts.confirm(call, intent, attempt)
    return retrieve(call)


def capture(call: Call) -> Row:
    intent = _of(call)
    attempts.capture(call.book, intent, call.given.get("amount_to_capture"))
    intent["metadata"] = parameters.merged_metadata(intent["metadata"], call.given)
    return intent


def cancel(call: Call) -> Row:
    intent = _of(call)
    attempts.cancel(call.book, intent, call.given.get("cancellation_reason"))
    return intent
