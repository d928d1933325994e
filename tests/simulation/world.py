"""One run: the product's own code over the stage's database and the provider, every effect in the scheduler's hand."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from tests.simulation.loop import Process, StillLoop
from tests.simulation.provider import Line, Provider, calls_over
from tests.simulation.stage import Stage, new_clock
from ticketapp.core.errors import AppError
from ticketapp.core.ids import new_id
from ticketapp.integrations.mail import KeptMail, Post
from ticketapp.integrations.stripe_payments import StripeGateway
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.inventory.requests import HoldRequest, PlacesLine, SeatLine
from ticketapp.services.inventory.requests import Line as Wanted
from ticketapp.services.ordering.operations import place_orders
from ticketapp.services.ordering.requests import Contact, PlacedOrder, PlaceOrder

CONTACT = Contact(name="Ada Fan", email="ada@example.com")
PUBLIC_URL = "https://tickets.example"
SET_ASIDE = ", set aside"


class SimRuntime(Runtime):
    """The runtime without its threads: each request of a batch is a transaction that waits for the scheduler."""

    loop: StillLoop

    async def grouped(self, decide: Any, request: Any) -> Any:
        (outcome,) = await self.loop.effect(
            decide.__name__, lambda: self.write(lambda session, now: decide(session, [request], now))
        )
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


class World:
    """The shop, the bank, and the time."""

    def __init__(self, stage: Stage, loop: StillLoop) -> None:
        self.stage, self.loop = stage, loop
        self.clock = new_clock()
        self.provider = Provider(self.clock)
        self.line = Line(loop, self.provider)
        self.runtime = SimRuntime(
            clock=self.clock,
            database=stage.database,
            post=Post(KeptMail(), PUBLIC_URL),
            open_gateway=lambda runtime: StripeGateway(runtime, calls_over(self.line), PUBLIC_URL),
        )
        self.runtime.loop = loop
        self.orders: list[PlacedOrder] = []
        self.history: list[str] = []
        # What buyers were told: the payment's key and what it had come to.
        self.told: list[Any] = []

    @property
    def cashier(self) -> Any:
        return self.runtime.cashier

    @property
    def points(self) -> list[Any]:
        return self.loop.effects.points

    @property
    def living(self) -> list[Process]:
        return [process for process in self.loop.effects.processes if not process.is_over]

    def start(self, name: str, work: Awaitable[Any]) -> Process:
        """Let somebody begin."""
        return self.loop.start(Process(name), _quietly(work))

    def errand(self, work: Awaitable[Any]) -> Any:
        """Let somebody do something from beginning to end; a refusal is as good an outcome as any."""
        process = self.loop.start(Process("errand", is_errand=True), _quietly(work))
        self.loop.effects.processes.remove(process)
        assert process.task is not None
        return process.task.result()

    def write(self, operation: Callable[..., Any]) -> Any:
        try:
            return self.runtime.write(operation)
        except AppError as refusal:
            return refusal
        finally:
            self.loop.effects.on_effect()

    def query(self, sql: str, *values: Any) -> list[Any]:
        return self.stage.live.execute(sql, values).fetchall()

    def ordered(self, person: int, *wanted: Wanted) -> PlacedOrder | AppError:
        """Let somebody hold places and place their order."""
        owner = self.stage.people[person]
        request = HoldRequest(owner, self.stage.event, wanted, new_id().hex, self.runtime.hold_span)
        held = self.errand(self.runtime.grouped(inventory.hold_many, request))
        if isinstance(held, AppError):
            return held
        ids = frozenset(line.hold_id for line in held.lines)
        placed = self.errand(self.runtime.grouped(place_orders, PlaceOrder(owner, CONTACT, ids, None)))
        if not isinstance(placed, AppError):
            self.orders.append(placed)
        return placed

    def places(self, quantity: int) -> PlacesLine:
        return PlacesLine(self.stage.tier, quantity)

    def free_place(self) -> PlacesLine:
        return PlacesLine(self.stage.free_tier, 1)

    def seat(self, name: str) -> SeatLine:
        return SeatLine(self.stage.seats[name])


async def _quietly(work: Awaitable[Any]) -> Any:
    try:
        return await work
    except AppError as refusal:
        return refusal


def begin(stage: Stage, loop: StillLoop, opening: str, seed: int = 0) -> World:
    """Begin a run with the first buyer's order placed: `places`, `seat` or `free`.

    After `, set aside` the event takes money only once places are confirmed.
    """
    if opening not in stage.sets:
        stage.put_back("empty")
        if opening.endswith(SET_ASIDE):
            stage.live.execute("UPDATE events SET authorises_first = 1")
        world = World(stage, loop)
        placed = world.ordered(0, *_OPENINGS[opening.removesuffix(SET_ASIDE)](world))
        assert not isinstance(placed, AppError), placed
        stage.keep(opening, placed)
    stage.chance.begin(1 + seed)
    placed = stage.put_back(opening)
    world = World(stage, loop)
    world.orders.append(replace(placed))
    return world


_OPENINGS: dict[str, Callable[[World], tuple[Wanted, ...]]] = {
    "places": lambda world: (world.places(2),),
    "seat": lambda world: (world.seat("A1"), world.places(1)),
    "free": lambda world: (world.free_place(),),
}
