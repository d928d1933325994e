"""Why the door refuses a request; a refused ticket is not an error but a verdict."""

from ticketapp.core.errors import Conflict


class ScanIdTaken(Conflict):
    """The id was used for a scan at another event."""

    code = "scan_id_taken"

    def __init__(self) -> None:
        super().__init__("This scan id was used at another event. Send a new id.")


class NothingToUndo(Conflict):
    code = "nothing_to_undo"

    def __init__(self) -> None:
        super().__init__("This scan let nobody in, so there is nothing to undo.")


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"

    def __init__(self, minutes: int) -> None:
        super().__init__(f"An entry can be undone for {minutes} minutes. Ask the organizer.", minutes=minutes)
