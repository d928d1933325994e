"""Who does what: every part of the product that touches money, each as a process that can be left waiting or be killed."""

from typing import Any

from tests.simulation.loop import Process
from tests.simulation.world import World
from ticketapp.integrations.stripe_letters import told_event
from ticketapp.jobs.handlers import HANDLERS
from ticketapp.jobs.runner import Runner
from ticketapp.models import TeamRole
from ticketapp.services.accounts.views import Actor
from ticketapp.services.catalog.cancelling import cancel_event
from ticketapp.services.inventory import operations as inventory
from ticketapp.services.ordering import expiring
from ticketapp.services.ordering.requests import PlacedOrder
from ticketapp.services.ordering.settling import ORDER_MAIL
from ticketapp.services.payments.refunds import refund_tickets

JOBS_OF_MONEY = [kind for kind in HANDLERS if kind != ORDER_MAIL]


def pays(world: World, placed: PlacedOrder, method: str = "pm_card_visa") -> Process:
    """The buyer presses the button, with a card that ends as its name says."""
    token = world.provider.token(method)

    async def paying() -> None:
        said = await world.cashier.pay(placed.checkout, reference=placed.reference, token=token)
        world.told.append(said)

    return world.start(f"pay {method}", paying())


def pays_another_way(world: World, placed: PlacedOrder) -> Process:
    work = world.cashier.call_off_order(person_id=placed.person_id, order_id=placed.order_id)
    return world.start("call off", work)


def looks_again(world: World, placed: PlacedOrder) -> Process:
    """The buyer comes back from the bank, or reloads the page."""
    return world.start("look", world.cashier.ask_about(placed.order_id))


def gives_up(world: World, placed: PlacedOrder) -> Process:
    work = world.cashier.cancel_order(person_id=placed.person_id, order_id=placed.order_id)
    return world.start("cancel", work)


def takes_free(world: World, placed: PlacedOrder) -> Process:
    work = world.cashier.confirm_free(person_id=placed.person_id, order_id=placed.order_id)
    return world.start("free", work)


def sweeps(world: World) -> None:
    """The sweep: one transaction each, with nothing after."""
    world.write(lambda session, now: inventory.expire_due(session, now=now, limit=100))
    world.write(lambda session, now: expiring.expire_due_orders(session, now=now, limit=100))


def works(world: World) -> Process:
    """One worker takes the jobs that are due; letters to buyers move no money."""

    async def working() -> None:
        await Runner(world.runtime)._run_some(JOBS_OF_MONEY)

    return world.start("worker", working())


def reconciles(world: World) -> Process:
    return world.start("reconcile", world.cashier.reconcile(limit=100))


def catches_up(world: World) -> Process:
    return world.start("catch up", world.runtime.provider_news.catch_up())


def hears(world: World, letter: Any) -> Process:
    """A letter of the provider comes in."""
    return world.start(f"letter {letter['type']}", world.runtime.provider_news.keep(told_event(letter)))


def calls_the_event_off(world: World) -> Any:
    stage = world.stage
    return world.write(
        lambda session, now: cancel_event(session, actor=organizer(world), event_id=stage.event, now=now)
    )


def gives_back(world: World, placed: PlacedOrder, *, is_organizer: bool) -> Any:
    """Someone gives a whole order back: the buyer, or the organizer's desk."""
    actor = organizer(world) if is_organizer else buyer(placed.person_id)
    return world.write(
        lambda session, now: refund_tickets(session, actor=actor, order_id=placed.order_id, now=now)
    )


def buyer(person_id: Any) -> Actor:
    return Actor(person_id=person_id, name="Ada Fan", email="ada@example.com", is_guest=False, is_admin=False)


def organizer(world: World) -> Actor:
    stage = world.stage
    return Actor(
        person_id=stage.owner, name="Otto Owner", email="otto@example.com", is_guest=False, is_admin=False,
        organizers={stage.organizer: TeamRole.OWNER},
    )  # fmt: skip


def jobs_due(world: World) -> int:
    now = world.clock.now().strftime("%Y-%m-%d %H:%M:%S.%f")
    return world.query(
        "SELECT count(*) FROM jobs WHERE done_at IS NULL AND parked_at IS NULL AND kind <> 'order-mail'"
        " AND run_at <= ? AND (lease_until IS NULL OR lease_until <= ?)",
        now, now,
    )[0][0]  # fmt: skip
