"""Open pages without a browser: what each holds in its state, as the browser would merge it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from ticketapp.cli.wire_client import WireClient

PATIENCE_SECONDS = 10
PASSWORD = "ticketapp-demo"


class Tab:
    """One open page of a served app."""

    def __init__(self, client: WireClient) -> None:
        self.client = client
        self.states: dict[str, dict[str, Any]] = {}
        self.history: list[tuple[str, dict[str, Any]]] = []
        self.calls: list[str] = []
        self._something = asyncio.Event()

    def state(self, name: str) -> dict[str, Any]:
        """Give what the browser holds of a state class, by the class's name in snake case."""
        return next((held for full, held in self.states.items() if full.endswith(f"____{name}")), {})

    def var(self, state: str, name: str) -> Any:
        return self.state(state).get(f"{name}_rx_state_")

    def hydrations(self) -> list[dict[str, Any]]:
        """List the times that the page was sent whole."""
        return [
            values
            for state, values in self.history
            if state == "reflex___state____state" and "is_hydrated_rx_state_" in values and len(values) > 1
        ]

    async def until(self, look: Callable[[], Any]) -> Any:
        """Wait until the page shows something, and give it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (seen := look()):
                self._something.clear()
                await self._something.wait()
        return seen

    async def listen(self) -> None:
        async for update in self.client.updates():
            for state, values in (update.get("delta") or {}).items():
                self.states.setdefault(state, {}).update(values)
                self.history.append((state, values))
            self.calls += [event["name"] for event in update.get("events") or []]
            self._something.set()


@asynccontextmanager
async def open_tab(app, path: str, *, who: str = "") -> AsyncIterator[Tab]:
    """Open a page, signed in as somebody of the demo season if `who` is given."""
    cookie = f"ticketapp_session={await token_of(app, who)}" if who else ""
    async with WireClient(app.port, path, cookie=cookie) as client:
        tab = Tab(client)
        listening = asyncio.create_task(tab.listen())
        yield tab
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def token_of(app, who: str) -> str:
    async with httpx.AsyncClient(base_url=app.url) as http:
        answer = await http.post("/api/auth/token", json={"email": who, "password": PASSWORD})
        return answer.raise_for_status().json()["accessToken"]
