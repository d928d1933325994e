"""A bank that loses calls and answers when it is told to, over the sandbox's own book."""

from dataclasses import dataclass, field, replace

from ticketapp.integrations.payments import Charge, ChargeOrder, PaymentUnknown, RefundOrder
from ticketapp.integrations.sandbox_payments import SandboxGateway


@dataclass(frozen=True, slots=True)
class Weather:
    """What happens to calls on their way: each trouble is used up by the next call that it fits."""

    lost_before: list[str] = field(default_factory=list)
    lost_after: list[str] = field(default_factory=list)
    down: list[bool] = field(default_factory=list)

    def strike(self, where: list[str], call: str) -> None:
        if where is self.lost_before and self.down:
            self.down.pop()
            raise PaymentUnknown
        if call in where:
            where.remove(call)
            raise PaymentUnknown


@dataclass(frozen=True, slots=True)
class StormyBank:
    """The sandbox behind a bad line: a call may be lost before it happens, or its answer after."""

    inner: SandboxGateway
    weather: Weather
    name: str = "sandbox"
    takes_cards: bool = True
    facts: None = None

    async def charge(self, order: ChargeOrder) -> Charge:
        self.weather.strike(self.weather.lost_before, "charge")
        charge = await self.inner.charge(order)
        self.weather.strike(self.weather.lost_after, "charge")
        return charge

    async def capture(self, order: ChargeOrder) -> Charge:
        self.weather.strike(self.weather.lost_before, "capture")
        charge = await self.inner.capture(order)
        self.weather.strike(self.weather.lost_after, "capture")
        return charge

    async def ask(self, key: str) -> Charge | None:
        self.weather.strike(self.weather.lost_before, "ask")
        return await self.inner.ask(key)

    async def cancel(self, order: ChargeOrder) -> Charge:
        self.weather.strike(self.weather.lost_before, "cancel")
        charge = await self.inner.cancel(order)
        self.weather.strike(self.weather.lost_after, "cancel")
        return charge

    async def refund(self, order: RefundOrder) -> str:
        self.weather.strike(self.weather.lost_before, "refund")
        refund_id = await self.inner.refund(order)
        self.weather.strike(self.weather.lost_after, "refund")
        return refund_id


def stormy(runtime, weather: Weather) -> StormyBank:
    """Put a bank behind a bad line into a runtime."""
    bank = StormyBank(SandboxGateway(runtime, success_rate=1), weather)
    runtime.cashier = replace(runtime.cashier, gateway=bank)
    return bank
