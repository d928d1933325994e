"""The fake Stripe as one process: its parts put together, listening until told to stop."""

import asyncio
import signal
from dataclasses import dataclass

from ticketapp.rehearsal import admin, browser_files, pages
from ticketapp.rehearsal.admin import Admin
from ticketapp.rehearsal.api import Api
from ticketapp.rehearsal.book import Book, Manners
from ticketapp.rehearsal.errors import Refusal
from ticketapp.rehearsal.faults import Faults
from ticketapp.rehearsal.idempotency import Keys
from ticketapp.rehearsal.webhooks import Plan, Postman
from ticketapp.rehearsal.wire import Answer, Request, listen


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    secret_key: str
    publishable_key: str
    webhooks: Plan
    manners: Manners


class FakeStripe:
    """Everything that one process knows; `reset` forgets all of it."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._begin()

    def _begin(self) -> None:
        options = self._options
        self._book = Book(manners=options.manners)
        self._postman = Postman(self._book, options.webhooks)
        self._book.on_event = self._postman.accept
        self._faults = Faults()
        keys = Keys(self._book.clock)
        self._api = Api(
            self._book, self._postman, keys, self._faults, options.secret_key, options.publishable_key
        )
        self._admin = Admin(self._book, self._postman, self._faults)

    async def answer(self, request: Request) -> Answer:
        if request.path.startswith("/v1/"):
            return await self._api.answer(request)
        if request.path.startswith(pages.PATH):
            return await self._page(request)
        if file := browser_files.answer(request):
            return file
        if (request.method, request.path) == ("POST", f"{admin.PATH}reset"):
            await self.reset()
            return Answer(200, b"{}")
        return self._admin.answer(request)

    async def _page(self, request: Request) -> Answer:
        try:
            return pages.answer(self._book, request)
        except Refusal as refusal:
            return Answer(refusal.status, str(refusal).encode(), "text/plain; charset=utf-8")

    async def reset(self) -> None:
        """Forget everything; calls that are held are let go first."""
        await self.close()
        self._begin()

    async def close(self) -> None:
        self._faults.end_all()
        self._book.close()
        await self._postman.close()


async def serve(options: Options) -> None:
    """Listen until SIGTERM or SIGINT."""
    fake = FakeStripe(options)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    listening = await listen(options.host, options.port, fake.answer)
    print(f"The fake Stripe listens on http://{options.host}:{options.port}", flush=True)  # noqa: T201
    await stop.wait()
    listening.close()
    await fake.close()
