"""What needs an administrator, and what they do about it. What it is comes live, see `live.vars.LiveAlarms`."""

from typing import ClassVar

import reflex as rx

from ticketapp.live.follow import follow_alarms
from ticketapp.services.reporting import mending
from ticketapp.state.base import Done, Refused, ServiceCalls, say


class AlarmsState(ServiceCalls, rx.State):
    """`findings` is what the last look through the books found."""

    REQUIRED_ROLE: ClassVar[str] = "admin"

    findings: list[str] = []
    compared_text: str = ""
    is_comparing: bool = False

    @rx.event
    async def load(self):
        """Follow what needs a person."""
        self.findings, self.compared_text, self.is_comparing = [], "", False
        await self._flow(lambda: follow_alarms(self))

    @rx.event
    async def compare(self):
        """Look through the books."""
        if self.is_comparing:
            return
        self.is_comparing = True
        yield
        actor = await self._actor()
        outcome = await self._read(lambda session, now: mending.compare_books(session, actor=actor, now=now))
        self.is_comparing = False
        match outcome:
            case Done(findings):
                self.findings = findings
                self.compared_text = (
                    "Some places or cents do not agree." if findings else "Every place and every cent agrees."
                )
            case Refused(error):
                yield say(error)

    @rx.event
    async def take_up_jobs(self):
        """Have work that was given up tried again."""
        actor = await self._actor()
        outcome = await self._attempt(
            lambda session, now: mending.try_parked_jobs(session, actor=actor, now=now)
        )
        yield (
            say(outcome.error)
            if isinstance(outcome, Refused)
            else rx.toast.info(f"Taken up again: {outcome.value}.")
        )
