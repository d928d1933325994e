"""A payment provider without money, for development and tests: it decides by card number, else by chance."""

import asyncio
import secrets
from dataclasses import dataclass, replace

from ticketapp.integrations import sandbox_book as book
from ticketapp.integrations.payments import Card, Charge, ChargeOrder, ChargeStatus, RefundOrder
from ticketapp.integrations.transactions import Transactions

NEVER_ANSWERS = "4000000000000119"
_VERDICTS: dict[str, tuple[ChargeStatus, str | None]] = {
    "4242424242424242": (ChargeStatus.SUCCEEDED, None),
    "4000000000000002": (ChargeStatus.FAILED, "CARD_DECLINED"),
    "4000000000009995": (ChargeStatus.FAILED, "INSUFFICIENT_FUNDS"),
    "4000000000000069": (ChargeStatus.FAILED, "EXPIRED_CARD"),
    "4000000000003220": (ChargeStatus.NEEDS_ACTION, None),
    NEVER_ANSWERS: (ChargeStatus.PROCESSING, None),
}
# This one can be authorised, and is refused when the money is taken.
REFUSED_AT_CAPTURE = "4000000000000341"
_CHANCE_FAILURES = ("CARD_DECLINED", "INSUFFICIENT_FUNDS", "EXPIRED_CARD")


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """Keep charges in the sandbox's own book and answer after a while, as a bank does."""

    transactions: Transactions
    success_rate: float = 0.9
    delay_range_ms: tuple[int, int] = (0, 0)
    name: str = "sandbox"
    takes_cards: bool = True
    facts: None = None

    async def charge(self, order: ChargeOrder) -> Charge:
        entry = _entry(order, status=ChargeStatus.PROCESSING, error_code=None)
        booked = await self.process(entry, order.card)
        if booked.charge.status is ChargeStatus.PROCESSING:
            # The caller's own timeout ends this wait.
            await asyncio.Event().wait()
        return _with_page(booked.charge)

    async def capture(self, order: ChargeOrder) -> Charge:
        await self._take_time()
        booked = await asyncio.to_thread(
            self.transactions.write, lambda session, now: book.capture(session, order.key)
        )
        return await self.cancel(order) if booked is None else booked.charge

    async def process(self, entry: book.Entry, card: Card | None) -> book.Booked:
        """Decide a charge by its card, take a bank's time, and write it down."""
        status, error_code = self._verdict(card, entry)
        await self._take_time()
        decided = replace(entry, status=status, error_code=error_code)
        return await self.transactions.grouped(book.charge_many, decided)

    async def ask(self, key: str) -> Charge | None:
        found = await asyncio.to_thread(
            self.transactions.read, lambda session, now: book.find_by_key(session, key)
        )
        return _with_page(found.charge) if found else None

    async def cancel(self, order: ChargeOrder) -> Charge:
        entry = _entry(order, status=ChargeStatus.CANCELLED, error_code=None)
        booked = await asyncio.to_thread(
            self.transactions.write, lambda session, now: book.cancel(session, entry, now)
        )
        return booked.charge

    async def refund(self, order: RefundOrder) -> str:
        await self._take_time()
        request = book.GiveBack(order.key, order.provider_ref, order.amount_minor)
        return await asyncio.to_thread(
            self.transactions.write, lambda session, now: book.refund(session, request, now)
        )

    def _verdict(self, card: Card | None, entry: book.Entry) -> tuple[ChargeStatus, str | None]:
        if card is not None and card.number == REFUSED_AT_CAPTURE:
            is_later = entry.authorises_first
            return ChargeStatus.SUCCEEDED if is_later else ChargeStatus.FAILED, "CARD_DECLINED"
        return _VERDICTS.get(card.number if card else "") or self._by_chance()

    def _by_chance(self) -> tuple[ChargeStatus, str | None]:
        if secrets.randbelow(10_000) < self.success_rate * 10_000:
            return ChargeStatus.SUCCEEDED, None
        return ChargeStatus.FAILED, secrets.choice(_CHANCE_FAILURES)

    async def _take_time(self) -> None:
        shortest, longest = self.delay_range_ms
        if longest:
            await asyncio.sleep((shortest + secrets.randbelow(longest - shortest + 1)) / 1000)


def _entry(order: ChargeOrder, *, status: ChargeStatus, error_code: str | None) -> book.Entry:
    return book.Entry(
        key=order.key,
        reference=order.reference,
        person=str(order.person_id),
        amount_minor=order.amount_minor,
        currency=order.currency,
        status=status,
        error_code=error_code,
        authorises_first=order.authorises_first,
    )


def _with_page(charge: Charge) -> Charge:
    if charge.status is not ChargeStatus.NEEDS_ACTION:
        return charge
    return replace(charge, action_url=f"/sandbox/3ds/{charge.provider_ref}")
