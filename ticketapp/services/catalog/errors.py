"""Why a change of an event was refused."""

from ticketapp.core.errors import Conflict


class EventIsCancelled(Conflict):
    """A cancelled event keeps the form in which its buyers knew it."""

    code = "event_cancelled"

    def __init__(self) -> None:
        super().__init__("This event was cancelled and can no longer be changed.")
