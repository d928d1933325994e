"""Why a change of an event was refused."""

from ticketapp.core.errors import Conflict


class AlreadyCancelled(Conflict):
    """An event is cancelled once; what follows is under way already."""

    code = "already_cancelled"

    def __init__(self) -> None:
        super().__init__("This event was cancelled before. Nothing was changed.")


class EventIsCancelled(Conflict):
    """A cancelled event keeps the form in which its buyers knew it."""

    code = "event_cancelled"

    def __init__(self) -> None:
        super().__init__("This event was cancelled and can no longer be changed.")
