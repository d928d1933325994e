from uuid import UUID

from sqlalchemy.exc import OperationalError

from tests.factories import make_person
from tests.live.conftest import RecordingWire, Sale, reader, running
from ticketapp.core.ids import new_id
from ticketapp.live.carts import NOT_READ, CartFeed
from ticketapp.live.rooms import Rooms, Tab
from ticketapp.runtime import Runtime
from ticketapp.services.messaging.changes import announce


async def gladly() -> bool:
    return True


def news(runtime: Runtime, *person_ids: UUID) -> None:
    runtime.write(lambda session, now: [announce(session, "user", person_id) for person_id in person_ids])


def quantities(wire: RecordingWire, socket: str) -> list[int]:
    """List how many tickets a tab showed, one after the other."""
    return [update["LiveCart"]["figures"].quantity for update in wire.sent[socket]]


async def test_a_hold_reaches_all_tabs_of_its_person_and_nobody_elses(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    feed = CartFeed(wire, rooms, reader(any_runtime))
    rival = any_runtime.write(lambda session, now: make_person(session, email="").id)
    async with running(feed, any_runtime):
        for socket, person_id in (("desk", sale.person_id), ("phone", sale.person_id), ("rival", rival)):
            await feed.follow(wire.connect(socket), person_id, gladly)
        await wire.until(lambda: all(quantities(wire, socket) for socket in ("desk", "phone", "rival")))
        seen = len(wire.sent["rival"])

        await sale.hold(2, key="two")
        await wire.until(lambda: all(quantities(wire, socket)[-1] == 2 for socket in ("desk", "phone")))
        news(any_runtime, rival)
        await wire.until(lambda: len(wire.sent["rival"]) > seen)

    assert set(quantities(wire, "rival")) == {0}
    assert len(wire.sent["rival"]) == seen + 1


async def test_carts_that_change_together_are_read_together(
    app_runtime: Runtime, wire: RecordingWire, rooms: Rooms
):
    reads: list[object] = []

    async def read(query):
        reads.append(query)
        return await reader(app_runtime)(query)

    feed, people = CartFeed(wire, rooms, read), [new_id() for _ in range(5)]
    for number, person_id in enumerate(people):
        await feed.follow(wire.connect(str(number)), person_id, gladly)
    async with running(feed, app_runtime):
        await wire.until(lambda: all(wire.sent[str(number)] for number in range(5)))
        before = len(reads)

        news(app_runtime, *people)
        await wire.until(lambda: all(len(wire.sent[str(number)]) == 2 for number in range(5)))

    assert (before, len(reads)) == (1, 2)


async def test_whose_session_is_over_is_shown_nobodys_cart(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    tabs, ended = ("kept", "ended"), set[str]()
    feed = CartFeed(wire, rooms, reader(any_runtime))
    await sale.hold(1, key="one")
    async with running(feed, any_runtime):
        for socket in tabs:

            async def may_see(socket=socket) -> bool:
                return socket not in ended

            await feed.follow(wire.connect(socket), sale.person_id, may_see)
        await wire.until(lambda: all(quantities(wire, socket) for socket in tabs))
        ended.add("ended")

        for number in (2, 3):
            await sale.hold(1, key=f"more-{number}")
            await wire.until(lambda number=number: quantities(wire, "kept")[-1] == number)

    assert quantities(wire, "ended")[-1] == 0
    assert not {2, 3} & set(quantities(wire, "ended"))


async def test_a_cart_that_cannot_be_read_says_so_and_comes_back(
    app_runtime: Runtime, wire: RecordingWire, rooms: Rooms
):
    answers = iter([OperationalError("SELECT", {}, OSError()), None])

    async def read(query):
        if error := next(answers):
            raise error
        return await reader(app_runtime)(query)

    feed = CartFeed(wire, rooms, read)
    async with running(feed, app_runtime):
        await feed.follow(wire.connect("one"), new_id(), gladly)
        await wire.until(lambda: len(wire.sent["one"]) == 2)

    first, second = (update["LiveCart"] for update in wire.sent["one"])
    assert first == {"error": NOT_READ}
    assert (second["figures"].quantity, second["error"]) == (0, "")


async def test_a_cart_is_read_again_when_a_page_asks(app_runtime: Runtime, wire: RecordingWire, rooms: Rooms):
    feed, person_id, tab = CartFeed(wire, rooms, reader(app_runtime)), new_id(), wire.connect("one")
    async with running(feed, app_runtime):
        for times in (1, 2):
            await feed.follow(tab, person_id, gladly)
            await wire.until(lambda times=times: len(wire.sent["one"]) == times)


async def test_a_tab_follows_on_the_page_it_began_to(app_runtime: Runtime, wire: RecordingWire, rooms: Rooms):
    feed, person_id = CartFeed(wire, rooms, reader(app_runtime)), new_id()
    tab, other = wire.connect("ada"), wire.connect("bo")

    before = feed.is_following(tab, person_id)
    await feed.follow(tab, person_id, gladly)

    assert (before, feed.is_following(tab, person_id), feed.is_following(other, person_id)) == (
        False,
        True,
        False,
    )
    assert not feed.is_following(Tab(tab.socket, "/cart"), person_id)
    await feed.show_none(tab)
    assert not feed.is_following(tab, person_id)


async def test_tabs_that_are_gone_are_forgotten(app_runtime: Runtime, wire: RecordingWire, rooms: Rooms):
    feed, person_id = CartFeed(wire, rooms, reader(app_runtime)), new_id()
    closed, moved = wire.connect("closed"), wire.connect("moved")
    for tab in (closed, moved):
        await feed.follow(tab, person_id, gladly)
    wire.disconnect("closed")
    await rooms.move(Tab("moved", "/door"), purpose="board", room="door")

    await feed._send({f"user:{person_id}"})

    assert (feed._tabs, wire.sent["closed"], wire.sent["moved"]) == ({}, [], [])
