"""Money as whole minor units (ISO 4217), and how little and how much of it a card can be charged."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Currency(StrEnum):
    AUD = "AUD"
    CAD = "CAD"
    CHF = "CHF"
    CZK = "CZK"
    DKK = "DKK"
    EUR = "EUR"
    GBP = "GBP"
    JPY = "JPY"
    KRW = "KRW"
    NOK = "NOK"
    PLN = "PLN"
    SEK = "SEK"
    USD = "USD"


_WHOLE_UNITS_ONLY = frozenset({Currency.JPY, Currency.KRW})
# What a card can be charged at least, by Stripe's table; one that is not in it is the table's 0.50 USD, rounded up.
_LEAST_CHARGEABLE_MINOR = {
    Currency.AUD: 50,
    Currency.CAD: 50,
    Currency.CHF: 50,
    Currency.CZK: 15_00,
    Currency.DKK: 2_50,
    Currency.EUR: 50,
    Currency.GBP: 30,
    Currency.JPY: 50,
    Currency.KRW: 1_000,
    Currency.NOK: 3_00,
    Currency.PLN: 2_00,
    Currency.SEK: 3_00,
    Currency.USD: 50,
}
_MOST_CHARGEABLE_MINOR = 99_999_999
_SYMBOLS = {Currency.EUR: "€", Currency.GBP: "£", Currency.USD: "$", Currency.JPY: "¥", Currency.KRW: "₩"}


def minor_digits(currency: Currency) -> int:
    """Say how many decimals a currency has."""
    return 0 if currency in _WHOLE_UNITS_ONLY else 2


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency."""

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        assert type(self.minor) is int, "money is whole minor units"

    def __add__(self, other: "Money") -> "Money":
        assert self.currency == other.currency, "cannot add two currencies"
        return Money(self.minor + other.minor, self.currency)

    def times(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def split(self, weights: list[int]) -> list["Money"]:
        """Share out the amount by weight, losing no minor unit; the largest remainders get the odd ones."""
        assert self.minor >= 0
        total = sum(weights)
        assert total > 0
        shares = [self.minor * weight // total for weight in weights]
        left = self.minor - sum(shares)
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(self.minor * weights[i] % total), i))
        for index in by_remainder[:left]:
            shares[index] += 1
        return [Money(share, self.currency) for share in shares]

    @property
    def decimal(self) -> Decimal:
        """Give the amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))


def least_chargeable(currency: Currency) -> Money:
    """Tell the smallest amount that a card can be charged."""
    return Money(_LEAST_CHARGEABLE_MINOR[currency], currency)


def most_chargeable(currency: Currency) -> Money:
    """Tell the largest amount that a card can be charged at once."""
    return Money(_MOST_CHARGEABLE_MINOR, currency)


def share_of(amount_minor: int, basis_points: int) -> int:
    """Tell how much of a tax-inclusive amount is tax, at a rate in basis points, rounded half up."""
    divisor = 10_000 + basis_points
    return (amount_minor * basis_points * 2 + divisor) // (2 * divisor)


def money_text(money: Money) -> str:
    """Write an amount for people: €1,234.50, ¥6,800, PLN 99.00; 0 reads as an amount too."""
    number = f"{money.decimal:,.{minor_digits(money.currency)}f}"
    symbol = _SYMBOLS.get(money.currency)
    return f"{symbol}{number}" if symbol else f"{money.currency} {number}"
