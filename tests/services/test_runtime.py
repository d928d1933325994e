"""The runtime's batches when something around them breaks."""

import asyncio
import threading

import pytest

from ticketapp.runtime import Runtime
from ticketapp.services.messaging.changes import announce


def numbered(_session, requests, _now):
    """Decide a batch: everybody gets their own request back."""
    return list(requests)


def test_a_waiter_whose_loop_is_gone_stops_nobody_else(app_runtime: Runtime):
    is_deciding, may_answer = threading.Event(), threading.Event()

    def slowly(session, requests, now):
        is_deciding.set()
        assert may_answer.wait(10)
        return numbered(session, requests, now)

    async def ask_and_leave():
        asking = asyncio.create_task(app_runtime.grouped(slowly, "gone"))
        await asyncio.to_thread(is_deciding.wait, 10)
        asking.cancel()

    asyncio.run(ask_and_leave())
    may_answer.set()

    assert app_runtime.grouped_blocking(slowly, "here") == "here"


def test_a_listener_that_fails_undoes_nothing_and_repeats_nothing(app_runtime: Runtime):
    decided = []
    heard = []

    def announced(session, requests, _now):
        decided.extend(requests)
        announce(session, "ev", "1")
        return list(requests)

    def fail(_topics):
        raise OSError("the bus is gone")

    app_runtime.on_change(fail)
    app_runtime.on_change(heard.append)

    assert app_runtime.grouped_blocking(announced, "one") == "one"
    assert decided == ["one"]
    assert heard == [frozenset({"ev:1"})]


def test_whoever_comes_after_closing_is_refused_rather_than_left_waiting(app_runtime: Runtime):
    app_runtime.grouped_blocking(numbered, 1)

    app_runtime.close()

    with pytest.raises(RuntimeError, match="closed"):
        app_runtime.grouped_blocking(numbered, 2)
