"""Decide hold requests one after the other against the numbers under the lock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from ticketapp.core.errors import AppError, InvalidInput, NotFound
from ticketapp.core.ids import new_id
from ticketapp.models import HoldStatus, SeatStatus
from ticketapp.services.inventory import rules
from ticketapp.services.inventory.book import EventCount, TierCount
from ticketapp.services.inventory.errors import (
    AccessCodeRequired,
    EventAtCapacity,
    IdempotencyMismatch,
    LimitPerPerson,
    MembershipRequired,
    SeatTaken,
    SoldOut,
    TierCapacityExceeded,
)
from ticketapp.services.inventory.facts import BEST_SEATS_FIRST_LOOK, Facts, SeatNow
from ticketapp.services.inventory.requests import (
    BestSeatsLine,
    Held,
    HeldLine,
    HoldRequest,
    PlacesLine,
    SeatLine,
)
from ticketapp.services.inventory.seats import FreeSeat, best_together

ReadFree = Callable[[UUID, int | None], list[FreeSeat]]
ReadSeats = Callable[[list[UUID]], dict[UUID, SeatNow]]


@dataclass(slots=True)
class Decider:
    """Decide requests in arrival order; what one takes the next one finds gone."""

    facts: Facts
    now: datetime
    read_free: ReadFree
    read_seats: ReadSeats
    made: list[tuple[HoldRequest, tuple[HeldLine, ...]]] = field(default_factory=list)

    def decide(self, request: HoldRequest) -> Held | AppError:
        """Answer one request; a refusal changes nothing that the next one sees."""
        try:
            return self._decide(request)
        except AppError as refusal:
            return refusal

    def _decide(self, request: HoldRequest) -> Held:
        event = self.facts.book.events.get(request.event_id)
        if event is None:
            raise NotFound("We could not find this event.")
        earlier = self._earlier(request, event)
        if earlier is not None:
            return earlier
        rules.check_lines(request.lines)
        if event.facts is None:
            raise NotFound("We could not find these tickets.")
        rules.check_event_on_sale(event.facts.status, event.facts.ends_at, self.now)
        own, wanted = self._split_seats(request, event)
        quantities = self._quantities(request, event, wanted)
        for tier_id, quantity in quantities.items():
            self._check_tier(request, event.tiers[tier_id], quantity)
        _check_event_room(event, sum(quantities.values()))
        lines = [*self._places(request, event), *self._best(request, event), *wanted]
        return self._take(request, event, own, lines)

    def _earlier(self, request: HoldRequest, event: EventCount) -> Held | None:
        found = self.facts.earlier.get((request.person_id, request.key))
        if found is None:
            return None
        fingerprint, lines = found
        if fingerprint != request.fingerprint or lines[0].event_id != request.event_id:
            raise IdempotencyMismatch
        known = tuple(replace(line, currency=event.tiers[line.tier_id].facts.currency) for line in lines)
        return Held(known, is_repeat=True)

    def _split_seats(self, request: HoldRequest, event: EventCount) -> tuple[list[HeldLine], list[SeatNow]]:
        """Part the named seats into those this person holds already and those still to take."""
        own: list[HeldLine] = []
        wanted: list[SeatNow] = []
        taken: list[str] = []
        for line in request.lines:
            if not isinstance(line, SeatLine):
                continue
            seat = self.facts.seats.get(line.seat_id)
            if seat is None or seat.event_id != event.event_id:
                raise NotFound("We could not find this seat.")
            if seat.holder == request.person_id and seat.own_line is not None:
                own.append(replace(seat.own_line, currency=event.tiers[seat.tier_id].facts.currency))
            elif seat.status is not SeatStatus.FREE:
                taken.append(seat.label)
            else:
                wanted.append(seat)
        if taken:
            raise SeatTaken(taken)
        return own, wanted

    def _quantities(self, request: HoldRequest, event: EventCount, wanted: list[SeatNow]) -> Counter[UUID]:
        quantities = Counter(seat.tier_id for seat in wanted)
        for line in request.lines:
            if isinstance(line, SeatLine):
                continue
            tier = event.tiers.get(line.tier_id)
            if tier is None:
                raise NotFound("We could not find these tickets at this event.")
            if tier.facts.is_seated and isinstance(line, PlacesLine):
                raise InvalidInput(
                    items="These tickets have seats: name the seats or ask for the best available."
                )
            if not tier.facts.is_seated and isinstance(line, BestSeatsLine):
                raise InvalidInput(items="These tickets have no seats: send a quantity alone.")
            quantities[line.tier_id] += line.quantity
        return quantities

    def _check_tier(self, request: HoldRequest, tier: TierCount, quantity: int) -> None:
        facts = tier.facts
        rules.check_tier_on_sale(facts.sale_starts_at, facts.sale_ends_at, self.now)
        if facts.access_code and facts.access_code not in request.access_codes:
            raise AccessCodeRequired
        if facts.required_club and (request.person_id, facts.required_club) not in self.facts.clubs:
            raise MembershipRequired(facts.required_club)
        self._check_limits(request.person_id, tier, quantity)
        if quantity > tier.capacity:
            raise TierCapacityExceeded(tier.capacity, tier.left)
        if quantity > tier.left:
            raise SoldOut(tier.left)

    def _check_limits(self, person_id: UUID, tier: TierCount, quantity: int) -> None:
        facts, key = tier.facts, (person_id, tier.tier_id)
        in_cart, owned = self.facts.in_cart.get(key, 0), self.facts.owned.get(key, 0)
        if facts.max_per_order is not None and in_cart + quantity > facts.max_per_order:
            raise LimitPerPerson(facts.max_per_order, max(0, facts.max_per_order - in_cart), per="order")
        if facts.max_per_person is not None and owned + quantity > facts.max_per_person:
            raise LimitPerPerson(facts.max_per_person, max(0, facts.max_per_person - owned), per="person")
        if in_cart + quantity < facts.min_per_order:
            raise InvalidInput(quantity=f"Take at least {facts.min_per_order}.")

    def _places(self, request: HoldRequest, event: EventCount) -> list[tuple[TierCount, int]]:
        return [
            (event.tiers[line.tier_id], line.quantity)
            for line in request.lines
            if isinstance(line, PlacesLine)
        ]

    def _best(self, request: HoldRequest, event: EventCount) -> list[SeatNow]:
        chosen: list[SeatNow] = []
        avoid = {line.seat_id for line in request.lines if isinstance(line, SeatLine)}
        for line in request.lines:
            if isinstance(line, BestSeatsLine):
                group = self._find_together(event, line, avoid)
                avoid.update(seat.seat_id for seat in group)
                by_id = self.read_seats([seat.seat_id for seat in group])
                chosen.extend(by_id[seat.seat_id] for seat in group)
        return chosen

    def _find_together(self, event: EventCount, line: BestSeatsLine, avoid: set[UUID]) -> list[FreeSeat]:
        for limit in (BEST_SEATS_FIRST_LOOK + len(event.seats) + len(avoid), None):
            free = [
                seat
                for seat in self.read_free(line.tier_id, limit)
                if seat.seat_id not in avoid
                and event.seats.get(seat.seat_id, SeatStatus.FREE) is SeatStatus.FREE
            ]
            if group := best_together(free, line.quantity):
                return group
        longest = next(n for n in range(line.quantity - 1, -1, -1) if n == 0 or best_together(free, n))
        raise SoldOut(longest)

    def _take(
        self,
        request: HoldRequest,
        event: EventCount,
        own: list[HeldLine],
        lines: list[tuple[TierCount, int] | SeatNow],
    ) -> Held:
        minutes = event.facts.hold_minutes
        expires_at = self.now + (request.hold_span if minutes is None else timedelta(minutes=minutes))
        new: list[HeldLine] = []
        for line in lines:
            if isinstance(line, SeatNow):
                tier, quantity, seat = event.tiers[line.tier_id], 1, line
                event.mark_seat(line.seat_id, SeatStatus.HELD)
            else:
                (tier, quantity), seat = line, None
            event.move(tier.tier_id, held=quantity)
            key = (request.person_id, tier.tier_id)
            self.facts.in_cart[key] += quantity
            self.facts.owned[key] += quantity
            new.append(_held(event, tier, quantity, seat, expires_at))
            if seat is not None:
                seat.status, seat.holder, seat.own_line = SeatStatus.HELD, request.person_id, new[-1]
        if new:
            self.made.append((request, tuple(new)))
            self.facts.earlier[request.person_id, request.key] = (request.fingerprint, [*own, *new])
        return Held((*own, *new), is_repeat=not new)


def _check_event_room(event: EventCount, quantity: int) -> None:
    if event.left is not None and quantity > event.left:
        raise EventAtCapacity(event.left)


def _held(
    event: EventCount, tier: TierCount, quantity: int, seat: SeatNow | None, expires_at: datetime
) -> HeldLine:
    return HeldLine(
        hold_id=new_id(),
        event_id=event.event_id,
        tier_id=tier.tier_id,
        seat_id=seat.seat_id if seat else None,
        section=seat.section if seat else "",
        row=seat.row if seat else "",
        number=seat.number if seat else "",
        quantity=quantity,
        price_minor=tier.facts.price_minor,
        currency=tier.facts.currency,
        status=HoldStatus.LIVE,
        expires_at=expires_at,
    )
