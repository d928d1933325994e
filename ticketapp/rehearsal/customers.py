"""Customers."""

from ticketapp.rehearsal import listing, parameters
from ticketapp.rehearsal.book import Row
from ticketapp.rehearsal.calls import Call
from ticketapp.rehearsal.parameters import LISTING, Spec

WRITE: Spec = {
    "email": parameters.email,
    "name": parameters.text,
    "phone": parameters.text,
    "description": parameters.text,
    "metadata": parameters.metadata,
}
LIST: Spec = LISTING | {"email": parameters.text}
_PLAIN = ("email", "name", "phone", "description")


def create(call: Call) -> Row:
    plain = {name: call.given.get(name) for name in _PLAIN}
    row = call.book.add(
        "customer", **plain, address=None, balance=0, currency=None, default_source=None, delinquent=False,
        discount=None, invoice_prefix=None, invoice_settings={}, preferred_locales=[], shipping=None,
        tax_exempt="none", test_clock=None, metadata=parameters.merged_metadata({}, call.given),
    )  # fmt: skip
    call.book.emit("customer.created", row)
    return row


def retrieve(call: Call) -> Row:
    return call.book.get("customer", call.object_id)


def update(call: Call) -> Row:
    row = retrieve(call)
    before = dict(row)
    row |= {name: call.given[name] for name in _PLAIN if name in call.given}
    row["metadata"] = parameters.merged_metadata(row["metadata"], call.given)
    call.book.emit("customer.updated", row, before=before)
    return row


def list_customers(call: Call) -> Row:
    email = call.given.get("email")
    return listing.page(call, [row for row in call.book.all("customer") if email in (None, row["email"])])
