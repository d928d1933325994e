"""Which seat is offered instead of one that went."""

import pytest

from ticketapp.services.cart.seating import SeatChoice, SeatRow, nearest_free


def row(name: str, statuses: str, tier: str = "stalls") -> SeatRow:
    """Write a row as text: a free seat is ".", a sold one "x"."""
    seats = [
        SeatChoice(id=f"{name}{place}", tier_id=tier, status="free" if sign == "." else "sold")
        for place, sign in enumerate(statuses, start=1)
    ]
    return SeatRow(name, seats)


@pytest.mark.parametrize(
    ("rows", "own", "offered"),
    [
        ([row("A", "..x..")], [], "A2"),
        ([row("A", "..xx.")], [], "A2"),
        ([row("A", "xxxxx."), row("B", "......")], [], "A6"),
        ([row("A", "xxxxx"), row("B", ".x...")], [], "B3"),
        ([row("A", ".xx.x.")], ["A5"], "A4"),
        ([row("A", "..x.."), row("B", "x....")], ["B1"], "B2"),
    ],
    ids=["beside it", "nearest", "own row first", "next row", "beside one's own", "own in another row"],
)
def test_the_nearest_seat_is_offered(rows, own, offered):
    found = nearest_free(rows, "A3", own=own)

    assert found is not None
    assert found.id == offered


@pytest.mark.parametrize(
    "rows",
    [[row("A", "xxxx")], [row("A", "xxx"), row("B", "...", tier="boxes")], [row("B", "...")], []],
    ids=["all gone", "another price", "another section", "nothing read"],
)
def test_nothing_is_offered_that_was_not_wanted(rows):
    assert nearest_free(rows, "A3", own=[]) is None
