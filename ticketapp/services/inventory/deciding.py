"""Decide hold requests one after the other against the numbers under the lock."""

from collections.abc import Callable
from dataclasses import dataclass, field
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
from ticketapp.services.inventory.seats import FreeSeat, best_together, longest_run

ReadFree = Callable[[UUID, int | None], list[FreeSeat]]
ReadSeats = Callable[[list[UUID]], dict[UUID, SeatNow]]
# A tier, so many places of it, and the seat if one was named.
Want = tuple[TierCount, int, SeatNow | None]


@dataclass(slots=True)
class Decider:
    """Decide requests in arrival order; what one takes the next one finds gone."""

    facts: Facts
    now: datetime
    read_free: ReadFree
    read_seats: ReadSeats
    made: list[tuple[HoldRequest, int, list[HeldLine]]] = field(default_factory=list)
    # What does not depend on the request is worked out once for the batch.
    _on_sale: set[EventCount | TierCount] = field(default_factory=set)
    _ends: dict[timedelta, datetime] = field(default_factory=dict)

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
        if (earlier := self.facts.earlier.get((request.person_id, request.key))) is not None:
            return _repeated(request, event, *earlier)
        rules.check_lines(request.lines)
        self._check_event(event)
        own, wants = self._read_lines(request, event)
        quantities: dict[TierCount, int] = {}
        for tier, quantity, _ in wants:
            quantities[tier] = quantities.get(tier, 0) + quantity
        for tier, quantity in quantities.items():
            self._check_tier(request, tier, quantity)
        if event.left is not None and sum(quantities.values()) > event.left:
            raise EventAtCapacity(event.left)
        return self._take(request, event, own, self._with_best_seats(event, wants))

    def _read_lines(self, request: HoldRequest, event: EventCount) -> tuple[list[HeldLine], list[Want]]:
        """Part what the request names into what this person holds already and what is still to take."""
        own: list[HeldLine] = []
        wants: list[Want] = []
        taken: list[str] = []
        for line in request.lines:
            if not isinstance(line, SeatLine):
                wants.append((_tier_for(line, event), line.quantity, None))
                continue
            seat = self.facts.seats.get(line.seat_id)
            if seat is None or seat.event_id != event.event_id:
                raise NotFound("We could not find this seat.")
            tier = event.tiers[seat.tier_id]
            if seat.holder == request.person_id and seat.own_line is not None:
                own.append(seat.own_line._replace(currency=tier.facts.currency))
            elif seat.status is not SeatStatus.FREE:
                taken.append(seat.label)
            else:
                wants.append((tier, 1, seat))
        if taken:
            raise SeatTaken(taken)
        return own, wants

    def _check_event(self, event: EventCount) -> None:
        if event in self._on_sale:
            return
        if event.facts is None:
            raise NotFound("We could not find these tickets.")
        rules.check_event_on_sale(event.facts.status, event.facts.ends_at, self.now)
        self._on_sale.add(event)

    def _check_tier(self, request: HoldRequest, tier: TierCount, quantity: int) -> None:
        facts = tier.facts
        if tier not in self._on_sale:
            rules.check_tier_on_sale(facts.sale_starts_at, facts.sale_ends_at, self.now)
            self._on_sale.add(tier)
        if facts.access_code and facts.access_code not in request.access_codes:
            raise AccessCodeRequired
        if facts.required_club and (request.person_id, facts.required_club) not in self.facts.clubs:
            raise MembershipRequired(facts.required_club)
        if tier.is_limited:
            in_cart, owned = self.facts.owned.get((request.person_id, tier.tier_id), (0, 0))
            rules.check_limits(facts, quantity, in_cart=in_cart, owned=owned)
        if quantity > tier.capacity:
            raise TierCapacityExceeded(tier.capacity, tier.left)
        if quantity > tier.left:
            raise SoldOut(tier.left)

    def _with_best_seats(self, event: EventCount, wants: list[Want]) -> list[Want]:
        """Put chosen seats in the place of every wish for the best ones."""
        if not any(tier.facts.is_seated and seat is None for tier, _, seat in wants):
            return wants
        chosen: list[Want] = []
        avoid = {seat.seat_id for _, _, seat in wants if seat is not None}
        for tier, quantity, seat in wants:
            if not tier.facts.is_seated or seat is not None:
                chosen.append((tier, quantity, seat))
                continue
            group = [found.seat_id for found in self._find_together(event, tier, quantity, avoid)]
            avoid.update(group)
            by_id = self.read_seats(group)
            chosen.extend((tier, 1, by_id[seat_id]) for seat_id in group)
        return chosen

    def _find_together(
        self, event: EventCount, tier: TierCount, quantity: int, avoid: set[UUID]
    ) -> list[FreeSeat]:
        free: list[FreeSeat] = []
        for limit in (BEST_SEATS_FIRST_LOOK + len(event.seats) + len(avoid), None):
            free = [
                seat
                for seat in self.read_free(tier.tier_id, limit)
                if seat.seat_id not in avoid
                and event.seats.get(seat.seat_id, SeatStatus.FREE) is SeatStatus.FREE
            ]
            if group := best_together(free, quantity):
                return group
        raise SoldOut(longest_run(free))

    def _take(self, request: HoldRequest, event: EventCount, own: list[HeldLine], wants: list[Want]) -> Held:
        expires_at = self._end_of_hold(request, event)
        new: list[HeldLine] = []
        for tier, quantity, seat in wants:
            line = _hold_one(event, tier, quantity, seat, expires_at)
            new.append(line)
            if tier.is_limited:
                key = (request.person_id, tier.tier_id)
                in_cart, owned = self.facts.owned.get(key, (0, 0))
                self.facts.owned[key] = (in_cart + quantity, owned + quantity)
            if seat is not None:
                seat.status, seat.holder, seat.own_line = SeatStatus.HELD, request.person_id, line
        if new:
            fingerprint = request.fingerprint
            self.made.append((request, fingerprint, new))
            self.facts.earlier[request.person_id, request.key] = (fingerprint, [*own, *new])
        return Held((*own, *new), is_repeat=not new)

    def _end_of_hold(self, request: HoldRequest, event: EventCount) -> datetime:
        minutes = event.facts.hold_minutes
        span = request.hold_span if minutes is None else timedelta(minutes=minutes)
        return self._ends.setdefault(span, self.now + span)


def _repeated(request: HoldRequest, event: EventCount, fingerprint: int, lines: list[HeldLine]) -> Held:
    if fingerprint != request.fingerprint or lines[0].event_id != request.event_id:
        raise IdempotencyMismatch
    known = tuple(line._replace(currency=event.tiers[line.tier_id].facts.currency) for line in lines)
    return Held(known, is_repeat=True)


def _tier_for(line: PlacesLine | BestSeatsLine, event: EventCount) -> TierCount:
    tier = event.tiers.get(line.tier_id)
    if tier is None:
        raise NotFound("We could not find these tickets at this event.")
    if tier.facts.is_seated and isinstance(line, PlacesLine):
        raise InvalidInput(items="These tickets have seats: name the seats or ask for the best available.")
    if not tier.facts.is_seated and isinstance(line, BestSeatsLine):
        raise InvalidInput(items="These tickets have no seats: send a quantity alone.")
    return tier


def _hold_one(
    event: EventCount, tier: TierCount, quantity: int, seat: SeatNow | None, expires_at: datetime
) -> HeldLine:
    event.move(tier, held=quantity)
    labels = ("", "", "")
    if seat is not None:
        event.mark_seat(seat.seat_id, SeatStatus.HELD)
        labels = (seat.section, seat.row, seat.number)
    return HeldLine(
        new_id(),
        event.event_id,
        tier.tier_id,
        seat and seat.seat_id,
        *labels,
        quantity,
        tier.facts.price_minor,
        tier.facts.currency,
        HoldStatus.LIVE,
        expires_at,
    )
