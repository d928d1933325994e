import asyncio

from tests.factories import make_seated_tier
from tests.live.conftest import RecordingWire, Sale, numbers_seen, reader, running
from ticketapp.integrations.bus import EVERYTHING
from ticketapp.live.rooms import Rooms
from ticketapp.live.stock import StockFeed
from ticketapp.runtime import Runtime
from ticketapp.services.inventory import queries


async def test_a_hold_by_one_is_seen_by_all_who_look(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    feed = StockFeed(wire, rooms, reader(any_runtime))
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("page"), [sale.event_id], seats_since=1)
        await feed.follow(wire.connect("list"), [sale.event_id])
        await wire.until(lambda: wire.sent["page"] and wire.sent["list"])

        await sale.hold(3, key="a")
        await wire.until(lambda: len(wire.sent["page"]) == len(wire.sent["list"]) == 2)

    expected = {"v": 2, "a": 97, "t": {str(sale.tier_id): [97, 3, 0, 100]}}
    for socket in ("page", "list"):
        assert numbers_seen(wire, socket, sale.event_id)[-1] == expected


async def test_commits_that_come_while_it_reads_are_one_update_with_the_last_numbers(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    may_read, reads = asyncio.Event(), list[object]()
    may_read.set()

    async def read(query):
        reads.append(query)
        await may_read.wait()
        return await reader(any_runtime)(query)

    feed = StockFeed(wire, rooms, read)
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("page"), [sale.event_id], seats_since=1)
        await wire.until(lambda: wire.sent["page"])
        may_read.clear()
        for number in range(10):
            await sale.hold(key=str(number))
        may_read.set()
        await wire.until(lambda: numbers_seen(wire, "page", sale.event_id)[-1]["a"] == 90)

    assert [numbers["a"] for numbers in numbers_seen(wire, "page", sale.event_id)] == [100, 90]
    # The first, the one that the first commit asked for, and the one for all that came during it.
    assert len(reads) <= 3


async def test_a_latecomer_gets_the_numbers_at_once_and_nobody_else_is_disturbed(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    feed = StockFeed(wire, rooms, reader(any_runtime))
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("first"), [sale.event_id], seats_since=1)
        await wire.until(lambda: wire.sent["first"])

        await feed.follow(wire.connect("late"), [sale.event_id], seats_since=1)

        assert numbers_seen(wire, "late", sale.event_id) == numbers_seen(wire, "first", sale.event_id)
        assert len(wire.sent["first"]) == 1


async def test_lost_news_are_made_good_by_reading_everything_again(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    feed = StockFeed(wire, rooms, reader(any_runtime))
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("page"), [sale.event_id], seats_since=1)
        await wire.until(lambda: wire.sent["page"])
        feed.hear = lambda topics: None  # the news of this commit is lost
        await sale.hold(key="a")
        del feed.hear

        feed.hear(EVERYTHING)
        await wire.until(lambda: numbers_seen(wire, "page", sale.event_id)[-1]["a"] == 99)

    assert [numbers["v"] for numbers in numbers_seen(wire, "page", sale.event_id)] == [1, 2]


async def test_another_page_of_the_tab_ends_the_news_of_the_last(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    other = Sale(any_runtime)
    feed = StockFeed(wire, rooms, reader(any_runtime))
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("tab"), [sale.event_id], seats_since=1)
        await wire.until(lambda: wire.sent["tab"])
        await feed.follow(wire.connect("tab", "/event/other"), [other.event_id], seats_since=1)
        await wire.until(lambda: wire.sent["tab"])

        await sale.hold(key="a")
        await other.hold(key="b")
        await wire.until(lambda: numbers_seen(wire, "tab", other.event_id)[-1]["a"] == 99)

    assert numbers_seen(wire, "tab", sale.event_id) == []


async def test_news_that_nobody_watches_are_not_read(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    reads = []
    read = reader(any_runtime)

    async def counting_read(query):
        reads.append(query)
        return await read(query)

    feed = StockFeed(wire, rooms, counting_read)
    other = Sale(any_runtime)
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("gone"), [sale.event_id], seats_since=1)
        await feed.follow(wire.connect("stays"), [other.event_id], seats_since=1)
        await wire.until(lambda: wire.sent["gone"] and wire.sent["stays"])
        wire.disconnect("gone")
        reads.clear()

        await sale.hold(key="a")
        await other.hold(key="b")
        await wire.until(lambda: len(wire.sent["stays"]) == 2)

    assert len(reads) == 1


async def test_seats_come_one_by_one_and_a_latecomer_gets_those_since_its_page(
    any_runtime: Runtime, wire: RecordingWire, rooms: Rooms, sale: Sale
):
    _, seats = any_runtime.write(
        lambda session, now: make_seated_tier(session, event_id=sale.event_id, rows={"A": 3})
    )
    start = any_runtime.read(lambda session, now: queries.availability(session, [sale.event_id]))
    version = start[sale.event_id].version
    feed = StockFeed(wire, rooms, reader(any_runtime))
    async with running(feed, any_runtime):
        await feed.follow(wire.connect("first"), [sale.event_id], seats_since=version)
        await wire.until(lambda: wire.sent["first"])
        await sale.hold_seat(seats["A1"])
        await wire.until(lambda: len(_seats(wire, "first")) == 1)
        await sale.hold_seat(seats["A2"])
        await wire.until(lambda: len(_seats(wire, "first")) == 2)

        await feed.follow(wire.connect("late"), [sale.event_id], seats_since=version)
        await feed.follow(wire.connect("newest"), [sale.event_id], seats_since=version + 2)
        await wire.until(lambda: _seats(wire, "late"))

    first = {str(seats["A1"]): ["held", version + 1]}
    second = {str(seats["A2"]): ["held", version + 2]}
    assert _seats(wire, "first") == [first, second]
    assert _seats(wire, "late") == [first | second]
    assert _seats(wire, "newest") == []


def _seats(wire: RecordingWire, socket: str) -> list[dict]:
    return [update["LiveSeats"] for update in wire.sent[socket] if "LiveSeats" in update]
