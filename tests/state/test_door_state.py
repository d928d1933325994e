"""The door's handlers, called as a browser would: rightly, twice, and with anything."""

import pytest

from tests.factories import make_person
from tests.harness.doors import Door, open_door
from ticketapp.core.ids import new_id
from ticketapp.services.accounts.operations import open_session
from ticketapp.state.door import DoorListState, DoorState


@pytest.fixture
def door(app_runtime) -> Door:
    return open_door(app_runtime)


def token_of(door: Door, person_id) -> str:
    return door.runtime.write(lambda session, now: open_session(session, person_id=person_id, now=now).token)


@pytest.fixture
async def desk(screen, door):
    """The door's page, open in the hands of its staff."""
    screen.token = token_of(door, door.actor.person_id)
    await screen.send(DoorState.load(), path=f"/door/{door.event.slug}")
    return screen


async def test_the_page_knows_its_event(desk, door):
    state = await desk.state(DoorState)

    assert (state.event.name, state.error, state.is_loading) == ("Midnight Parade", "", False)


async def test_a_scan_that_is_sent_again_gets_its_first_answer(desk, door):
    code, scan_id = door.code(door.ticket()), str(new_id())

    await desk.send(DoorState.scanned(code, scan_id))
    first = (await desk.state(DoorState)).scan
    await desk.send(DoorState.scanned(code, scan_id))

    state = await desk.state(DoorState)
    assert (first.kind, first.word, state.scan) == ("admit", "Admit", first)
    assert [line.word for line in state.history] == ["Admit"]


async def test_the_verdict_goes_and_undo_stays_offered(desk, door):
    await desk.send(DoorState.scanned(door.code(door.ticket()), str(new_id())))
    await desk.send(DoorState.ready())
    state = await desk.state(DoorState)
    assert (state.scan.scan_id, state.entry.kind) == ("", "admit")

    await desk.send(DoorState.undo(state.entry.scan_id))

    state = await desk.state(DoorState)
    assert (state.entry.scan_id, [line.is_undone for line in state.history]) == ("", [True])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Unknown"),
        ("x" * 10_000, "Unknown"),
        ("\x00", ""),
        (None, ""),
        (7, ""),
        (["a"], ""),
        ({"a": 1}, ""),
    ],
)
async def test_any_text_may_be_scanned_and_nothing_else(desk, text, word):
    await desk.send_raw(f"{DoorState.get_full_name()}.scanned", {"text": text, "scan_id": str(new_id())})

    state = await desk.state(DoorState)
    assert (desk.errors, state.scan.word) == ([], word)


@pytest.mark.parametrize("scan_id", ["", "x", None, 7, ["a"]])
async def test_a_scan_without_an_id_is_refused(desk, door, scan_id):
    code = door.code(door.ticket())
    await desk.send_raw(f"{DoorState.get_full_name()}.scanned", {"text": code, "scan_id": scan_id})

    state = await desk.state(DoorState)
    assert (desk.errors, state.scan.scan_id, state.history) == ([], "", [])
    assert door.scan(code).result == "admitted"


@pytest.mark.parametrize(
    "form", [{}, {"words": None}, {"words": ["a"]}, {"words": "\x00\x00"}, {"words": "%" * 999}]
)
async def test_any_words_may_be_searched(desk, form):
    await desk.send_raw(f"{DoorState.get_full_name()}.search", {"form": form})

    assert (desk.errors, (await desk.state(DoorState)).found) == ([], [])


async def test_others_get_nothing(screen, door):
    code = door.code(door.ticket(attendee_name="Grace"))
    for person_id in (None, door.write(make_person).id):
        screen.token = "" if person_id is None else token_of(door, person_id)

        await screen.send(DoorState.load(), path=f"/door/{door.event.slug}")
        await screen.send(DoorState.scanned(code, str(new_id())))
        await screen.send(DoorState.search({"words": "grace"}))
        await screen.send(DoorListState.load())

        state = await screen.state(DoorState)
        assert (state.event.id, state.scan.scan_id, state.found, state.history) == ("", "", [], [])
        assert (await screen.state(DoorListState)).events == []
    assert door.scan(code).result == "admitted"
