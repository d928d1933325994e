"""What payments and invoices are answered as, for the API's documentation."""

from typing import Any, Literal

from ticketapp.api.documents import Responses, Shape, answer, refusals
from ticketapp.core.errors import NotFound


class Statement(Shape):
    paymentId: str  # noqa: N815
    bookingReference: str  # noqa: N815
    title: str
    amount: str
    status: str
    detail: str
    attempt: int
    startedAt: str  # noqa: N815
    settledAt: str | None  # noqa: N815
    refunds: list[str]
    returned: str | None


class Statements(Shape):
    payments: list[Statement]


class Party(Shape):
    name: str
    email: str
    address: list[str] = []


class Line(Shape):
    what: str
    detail: str
    quantity: int
    price: str
    amount: str


class Tax(Shape):
    rate: str
    on: str
    amount: str


class Paper(Shape):
    invoiceId: str  # noqa: N815
    kind: Literal["INVOICE", "CREDIT_NOTE"]
    number: str
    corrects: str | None
    bookingReference: str  # noqa: N815
    issuedOn: str  # noqa: N815
    seller: Party
    buyer: Party
    lines: list[Line]
    net: str
    serviceFee: str  # noqa: N815
    taxes: list[Tax]
    total: str
    pdf: str


class Papers(Shape):
    invoices: list[Paper]


_PAYMENT: dict[str, Any] = {
    "paymentId": "019abc00-0000-7000-8000-000000000001",
    "bookingReference": "TK-2026-9F3K2XQ7",
    "title": "Midnight Parade",
    "amount": "€90.00",
    "status": "Partly paid back",
    "detail": "€90.00 was charged. What went back is below.",
    "attempt": 1,
    "startedAt": "Sat 21 Nov 2026, 14:00 CET",
    "settledAt": "Sat 21 Nov 2026, 14:00 CET",
    "refunds": ["€45.00 paid back Sun 22 Nov 2026, 10:00 CET"],
    "returned": "€45.00",
}
_INVOICE: dict[str, Any] = {
    "invoiceId": "019abc00-0000-7000-8000-000000000002",
    "kind": "INVOICE",
    "number": "INV-000001",
    "corrects": None,
    "bookingReference": "TK-2026-9F3K2XQ7",
    "issuedOn": "Sat 21 Nov 2026",
    "seller": {"name": "Harbour Lights", "email": "hello@harbour.example"},
    "buyer": {"name": "Ada Fan", "address": ["1 Quay", "20457 Hamburg"], "email": "ada@example.com"},
    "lines": [
        {"what": "Midnight Parade", "detail": "Regular", "quantity": 2, "price": "€45.00", "amount": "€90.00"}
    ],
    "net": "€75.63",
    "serviceFee": "€8.09",
    "taxes": [{"rate": "7.5 %", "on": "€83.72", "amount": "€6.28"}],
    "total": "€90.00",
    "pdf": "/api/invoices/019abc00-0000-7000-8000-000000000002.pdf",
}
_OTHERS = NotFound("We could not find this payment.")
PAYMENTS: Responses = {
    200: answer(Statements, "All of them.", some={"payments": [_PAYMENT]}, none={"payments": []}),
    **refusals(),
}
PAYMENT: Responses = {200: answer(Statement, "This one.", partly_back=_PAYMENT), **refusals(_OTHERS)}
INVOICES: Responses = {
    200: answer(Papers, "All of them.", some={"invoices": [_INVOICE]}, none={"invoices": []}),
    **refusals(),
}
INVOICE: Responses = {200: answer(Paper, "This one.", invoice=_INVOICE), **refusals(_OTHERS)}
