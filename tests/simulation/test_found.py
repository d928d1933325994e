"""Orders of events that the simulation found, each as short as it gets."""

from tests.simulation import cast
from tests.simulation.provider import broken
from tests.simulation.steps import finish, until


def test_a_charge_that_is_overtaken_before_its_customer_leaves_no_intent(opened, rest):
    """It was called off while it asked for the customer, and its own process died with the intent just made."""
    world = opened()
    paying = cast.pays(world, world.orders[0])
    until(world, paying, "POST customers")
    finish(world, cast.pays_another_way(world, world.orders[0]))
    made = until(world, paying, "POST payment_intents")
    world.loop.let_happen(made)
    world.loop.kill(paying)

    rest(world)

    assert [intent["status"] for intent in world.provider.intents()] == ["canceled"]


def test_an_intent_made_between_the_look_and_the_making_by_a_call_that_broke_down_is_found(opened, rest):
    """Its own process died; the provider repeats the breakdown under the key instead of naming the intent."""
    world = opened()
    paying = cast.pays(world, world.orders[0])
    made = until(world, paying, "POST payment_intents")
    calling_off = cast.pays_another_way(world, world.orders[0])
    until(world, calling_off, "POST payment_intents")
    world.line.fault = broken(500, executes=True)
    world.loop.let_happen(made)
    world.loop.kill(paying)
    finish(world, calling_off)

    rest(world)

    assert [intent["status"] for intent in world.provider.intents()] == ["canceled"]


def test_a_key_in_use_at_this_moment_is_not_closed(opened, rest):
    """The other call may make the intent after we looked, and its process may die."""
    world = opened()
    paying = cast.pays(world, world.orders[0])
    made = until(world, paying, "POST payment_intents")
    calling_off = cast.pays_another_way(world, world.orders[0])
    until(world, calling_off, "POST payment_intents")
    world.line.fault = broken(409)
    finish(world, calling_off)
    world.loop.let_happen(made)
    world.loop.kill(paying)

    rest(world)

    assert [intent["status"] for intent in world.provider.intents()] == ["canceled"]
