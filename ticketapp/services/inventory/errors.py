"""Why stock was refused."""

from ticketapp.core.errors import Conflict, InvalidInput, NotAllowed


class SoldOut(Conflict):
    """Fewer places are left than were asked for; `available` says how many."""

    code = "sold_out"

    def __init__(self, available: int) -> None:
        left = (
            "Nothing is left at this moment."
            if available == 0
            else f"Only {available:,} left. Choose {available:,} or fewer."
        )
        super().__init__(left, available=available)


class EventAtCapacity(Conflict):
    """The tier has room, the event as a whole has not."""

    code = "event_at_capacity"

    def __init__(self, available: int) -> None:
        text = (
            "The event is full."
            if available == 0
            else f"The event has room for {available} more. Choose {available} or fewer."
        )
        super().__init__(text, available=available)


class TierCapacityExceeded(Conflict):
    """More was asked for than the tier ever had."""

    code = "tier_capacity_exceeded"

    def __init__(self, capacity: int, available: int) -> None:
        super().__init__(
            f"There are {capacity:,} places in all and {available:,} left. Choose fewer.", available=available
        )


class SeatTaken(Conflict):
    """Somebody else has this seat; `seats` names the ones that are gone."""

    code = "seat_taken"

    def __init__(self, seats: list[str]) -> None:
        gone = ", ".join(seats)
        super().__init__(f"{gone} went a moment ago. Choose another seat.", seats=seats, available=0)


class NotOnSale(Conflict):
    code = "not_on_sale"


class LimitPerPerson(Conflict):
    """The person would have more than one person may; `allowed` says how many more they may take."""

    code = "limit_per_person"

    def __init__(self, limit: int, allowed: int, per: str) -> None:
        more = "You have them all." if allowed == 0 else f"You can take {allowed} more."
        super().__init__(f"At most {limit} per {per}. {more}", limit=limit, allowed=allowed)


class MembershipRequired(NotAllowed):
    code = "membership_required"

    def __init__(self, club: str) -> None:
        super().__init__(
            f"These tickets are for members of {club}. Sign in with your member account.", club=club
        )


class AccessCodeRequired(NotAllowed):
    code = "access_code_required"

    def __init__(self) -> None:
        super().__init__("Enter the access code for these tickets first.")


class IdempotencyMismatch(InvalidInput):
    """The key was used for another request."""

    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__(idempotencyKey="This key was used for a different request. Send a new key.")


class NotActive(Conflict):
    code = "not_active"

    def __init__(self) -> None:
        super().__init__("This hold has ended. Look at your cart for what is still yours.")


class CapacityTooSmall(InvalidInput):
    """The new capacity is below what is held and sold."""

    code = "capacity_too_small"


class NoMoreExtensions(Conflict):
    code = "no_more_extensions"
