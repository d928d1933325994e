"""Live numbers over the real socket of a served app."""

import asyncio

import httpx
import pytest

from tests.harness.tabs import Tab, open_tab, token_of
from ticketapp.core.ids import new_id

pytestmark = pytest.mark.served

PARADE = "/event/midnight-parade"


async def hold(app, who: str, slug: str, quantity: int = 1) -> None:
    """Hold places of an event's first tier by the API."""
    headers = {"Authorization": f"Bearer {await token_of(app, who)}"}
    async with httpx.AsyncClient(base_url=app.url, headers=headers) as http:
        event = (await http.get(f"/api/events/{slug}")).json()
        items = [{"tierId": event["tiers"][0]["id"], "quantity": quantity}]
        body = {"eventId": event["id"], "items": items, "idempotencyKey": new_id().hex}
        (await http.post("/api/inventory/reservations", json=body)).raise_for_status()


def left(tab: Tab) -> int | None:
    """Tell how many places of the page's event are left, as it shows."""
    event = tab.var("event_page_state", "event")
    numbers = tab.state("live_events").get(event["id"]) if event else None
    return numbers["a"] if numbers else None


def sales(tab: Tab) -> dict | None:
    """Give the figures of a dashboard that have arrived."""
    return tab.state("live_sales").get("figures")


async def test_a_hold_by_one_is_on_the_page_of_the_other(served_app):
    async with open_tab(served_app, PARADE) as one, open_tab(served_app, PARADE) as other:
        before = await one.until(lambda: left(one))
        await other.until(lambda: left(other) == before)

        await hold(served_app, "fan@example.com", "midnight-parade", 2)

        await one.until(lambda: left(one) == before - 2)
        await other.until(lambda: left(other) == before - 2)


async def test_versions_never_go_back_while_many_buy(served_app):
    async with open_tab(served_app, PARADE) as tab:
        before = await tab.until(lambda: left(tab))
        fans = [f"fan{number}@example.com" for number in range(5, 15)]

        await asyncio.gather(*[hold(served_app, fan, "midnight-parade") for fan in fans])

        await tab.until(lambda: left(tab) == before - len(fans))
        event_id = tab.var("event_page_state", "event")["id"]
        versions = [values[event_id]["v"] for _, values in tab.history if event_id in values]
        assert versions == sorted(set(versions))


async def test_a_list_hears_of_the_events_it_shows(served_app):
    async with open_tab(served_app, "/") as tab:
        numbers = await tab.until(lambda: list(tab.state("live_events").values()))
        before = sum(event["a"] for event in numbers)

        await hold(served_app, "fan3@example.com", "tiny-room")

        await tab.until(lambda: sum(event["a"] for event in tab.state("live_events").values()) == before - 1)


def in_cart(tab: Tab) -> int | None:
    """Tell how many tickets the page's cart shows."""
    figures = tab.state("live_cart").get("figures")
    return figures["quantity"] if figures else None


async def test_my_other_tab_shows_what_i_hold_and_nobody_elses_does(served_app):
    async with (
        open_tab(served_app, PARADE, who="fan4@example.com") as mine,
        open_tab(served_app, PARADE, who="fan16@example.com") as somebody_elses,
        open_tab(served_app, PARADE) as a_strangers,
    ):
        before = [
            await tab.until(lambda tab=tab: in_cart(tab) is not None) and in_cart(tab)
            for tab in (mine, somebody_elses, a_strangers)
        ]

        await hold(served_app, "fan4@example.com", "tiny-room")

        await mine.until(lambda: in_cart(mine) == before[0] + 1)
        assert [in_cart(somebody_elses), in_cart(a_strangers)] == before[1:]
        assert before[2] == 0


async def test_sales_are_on_the_dashboard_as_they_happen(served_app):
    async with open_tab(served_app, "/organizer", who="organizer@example.com") as tab:
        held = (await tab.until(lambda: sales(tab)))["held"]

        await hold(served_app, "fan17@example.com", "midnight-parade", 3)

        await tab.until(lambda: sales(tab)["held"] == held + 3)


@pytest.mark.parametrize(
    "who", ["rival@example.com", "fan@example.com", "door@example.com", pytest.param("", id="nobody")]
)
async def test_nobody_else_gets_a_teams_sales(served_app, who: str):
    async with open_tab(served_app, "/organizer", who="organizer@example.com") as owners:
        team = (await owners.until(lambda: sales(owners)))["organizer_id"]
        held = sales(owners)["held"]

        async with open_tab(served_app, f"/organizer?team={team}", who=who) as tab:
            await tab.until(lambda: tab.var("dashboard_state", "error") or "_redirect" in tab.calls)
            await hold(served_app, "fan18@example.com", "midnight-parade")
            await owners.until(lambda: sales(owners)["held"] == held + 1)
            # The owners' figures went out; what else was sent to this tab has arrived by the time it is answered.
            await tab.client.send("reflex___state____state.hydrate_and_load")
            await tab.until(lambda: len(tab.hydrations()) == 2)

        assert sales(tab) is None


async def test_a_tab_that_comes_back_after_a_restart_sees_the_numbers_of_now(serve):
    app = serve()
    async with open_tab(app, PARADE) as tab:
        before = await tab.until(lambda: left(tab))
    app.kill9()
    app.start()
    await hold(app, "fan@example.com", "midnight-parade")

    async with open_tab(app, PARADE) as again:
        await again.until(lambda: left(again) == before - 1)


@pytest.mark.postgres
async def test_sales_go_on_without_redis_and_every_page_catches_up(serve, postgres_databases, redis_server):
    name = postgres_databases.create(seeded=True)
    app = serve(database_url=postgres_databases.server.url(name), redis_url=redis_server.url, workers=2)
    async with open_tab(app, PARADE) as one, open_tab(app, PARADE) as two, open_tab(app, PARADE) as three:
        tabs = (one, two, three)
        before, *_ = [await tab.until(lambda tab=tab: left(tab)) for tab in tabs]
        redis_server.kill9()

        await hold(app, "fan@example.com", "midnight-parade", 4)

        for tab in tabs:
            await tab.until(lambda tab=tab: left(tab) == before - 4)
        redis_server.start()
        await hold(app, "fan2@example.com", "midnight-parade", 1)
        for tab in tabs:
            await tab.until(lambda tab=tab: left(tab) == before - 5)
