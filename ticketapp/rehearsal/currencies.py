"""Currencies, what is too little to collect, and what the fake keeps as its fee."""

from ticketapp.rehearsal.errors import Refusal

_MINIMUM = {
    "eur": 50,
    "usd": 50,
    "gbp": 30,
    "jpy": 50,
    "chf": 50,
    "czk": 1500,
    "sek": 300,
    "nok": 300,
    "dkk": 250,
    "pln": 200,
}
_OTHERS = {"aud", "bgn", "cad", "huf", "krw", "nzd", "ron", "sgd", "vnd"}
_WHOLE = {"jpy", "krw", "vnd"}
# Tenths of a percent of the amount, and so many minor units on top.
_FEE = {"eur": (15, 25), "gbp": (15, 20), "usd": (29, 30), "jpy": (36, 0)}
_OTHER_FEE = (29, 30)
_DISPUTE_FEE = {"eur": 2000, "gbp": 2000, "usd": 1500, "jpy": 1500}
_OTHER_DISPUTE_FEE = 2000


def checked_currency(code: str) -> str:
    known = code.lower()
    if known not in _MINIMUM and known not in _OTHERS:
        raise Refusal(
            f"Invalid currency: {code}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(set(_MINIMUM) | _OTHERS))}",
            param="currency",
        )
    return known


def in_words(amount: int, currency: str) -> str:
    """Write an amount of minor units as a person reads it: 21000 of eur is 210.00 EUR."""
    whole, rest = divmod(amount, 100)
    return (
        f"{amount:,} {currency.upper()}" if currency in _WHOLE else f"{whole:,}.{rest:02} {currency.upper()}"
    )


def check_amount(amount: int, currency: str) -> None:
    least = _MINIMUM.get(currency, 50)
    if amount < least:
        raise Refusal(
            f"Amount must be at least {least} in the smallest unit of {currency}.",
            code="amount_too_small", param="amount",
        )  # fmt: skip


def fee(amount: int, currency: str) -> int:
    """Give the fee of one charge, rounded half up."""
    per_thousand, fixed = _FEE.get(currency, _OTHER_FEE)
    return (amount * per_thousand + 500) // 1000 + fixed


def dispute_fee(currency: str) -> int:
    return _DISPUTE_FEE.get(currency, _OTHER_DISPUTE_FEE)
