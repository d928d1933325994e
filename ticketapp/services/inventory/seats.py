"""Choose the best free seats that lie together."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A free seat with what decides how good it is: lower ranks are better."""

    seat_id: UUID
    section: str
    row: str
    place: int
    section_rank: int
    rank: int


def best_together(free: Iterable[FreeSeat], quantity: int) -> list[FreeSeat]:
    """Choose neighbours in one row with the best ranks in sum; an empty list when no row has so many side by side.

    Of equally good groups the one that leaves no single seat behind wins, then the one with the lowest place.
    """
    best: list[FreeSeat] = []
    best_key: tuple[int, int, int, int] | None = None
    ordered = sorted(free, key=lambda seat: (seat.section_rank, seat.section, seat.row, seat.place))
    for _, row in groupby(ordered, key=lambda seat: (seat.section_rank, seat.section, seat.row)):
        for run in _runs(list(row)):
            for start in range(len(run) - quantity + 1):
                group = run[start : start + quantity]
                orphans = (start == 1) + (len(run) - start - quantity == 1)
                key = (group[0].section_rank, sum(seat.rank for seat in group), orphans, group[0].place)
                if best_key is None or key < best_key:
                    best, best_key = group, key
    return best


def longest_run(free: Iterable[FreeSeat]) -> int:
    """Tell how many free seats lie side by side at most."""
    ordered = sorted(free, key=lambda seat: (seat.section, seat.row, seat.place))
    rows = (list(row) for _, row in groupby(ordered, key=lambda seat: (seat.section, seat.row)))
    return max((len(run) for row in rows for run in _runs(row)), default=0)


def _runs(row: list[FreeSeat]) -> Iterable[list[FreeSeat]]:
    """Cut a row, ordered by place, into runs of neighbours."""
    run: list[FreeSeat] = []
    for seat in row:
        if run and seat.place != run[-1].place + 1:
            yield run
            run = []
        run.append(seat)
    if run:
        yield run
