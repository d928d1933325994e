"""The door over HTTP: contract of API.md, "Door"."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.factories import make_person
from tests.harness.doors import Door, open_door
from ticketapp.core.ids import new_id
from ticketapp.core.signing import read_code
from ticketapp.models import Person, TicketStatus
from ticketapp.services.accounts.operations import open_session


@pytest.fixture
def door(app_runtime) -> Door:
    return open_door(app_runtime)


def token_for(door: Door, person_id) -> dict[str, str]:
    opened = door.runtime.write(lambda session, now: open_session(session, person_id=person_id, now=now))
    return {"Authorization": f"Bearer {opened.token}"}


@pytest.fixture
def staff(door) -> dict[str, str]:
    return token_for(door, door.actor.person_id)


def scan(door: Door, code: str, **facts) -> dict:
    return {
        "code": code,
        "eventId": str(door.event.id),
        "gate": "Gate A",
        "scanId": str(new_id()),
        "scannedAt": "2026-11-21T12:00:00Z",
    } | facts


async def test_redeem_admits_once_and_repeats_its_answer(client, door, staff):
    ticket = door.ticket(seat_label="Row 1, seat 2")
    body = scan(door, door.code(ticket))

    first = await client.post("/api/checkin/redeem", json=body, headers=staff)
    again = await client.post("/api/checkin/redeem", json=body, headers=staff)
    other = await client.post("/api/checkin/redeem", json=body | {"scanId": str(new_id())}, headers=staff)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 200)
    assert again.json() == first.json()
    assert first.json() == {
        "result": "admitted",
        "detail": "",
        "event": "Midnight Parade",
        "ticket": {
            "id": str(ticket.id),
            "serial": ticket.serial,
            "tier": "Regular",
            "seat": "Row 1, seat 2",
            "attendeeName": "Ada Fan",
            "orderReference": first.json()["ticket"]["orderReference"],
        },
        "first": None,
    }
    assert other.json()["result"] == "already_admitted"
    assert other.json()["first"] == {
        "at": "2026-11-21T12:00:00+00:00", "gate": "Gate A", "device": "Dora Door",
    }  # fmt: skip


async def test_a_typed_serial_is_as_good_as_the_code(client, door, staff):
    serial = door.ticket().serial

    answer = await client.post(
        "/api/checkin/redeem", json=scan(door, f" {serial[:5].lower()}-{serial[5:]} "), headers=staff
    )

    assert answer.json()["result"] == "admitted"


async def test_undo_lets_the_ticket_in_again(client, door, staff):
    code, scan_id = door.code(door.ticket()), str(new_id())
    await client.post("/api/checkin/redeem", json=scan(door, code, scanId=scan_id), headers=staff)

    undone = await client.post("/api/checkin/undo", json={"scanId": scan_id}, headers=staff)
    after = await client.post("/api/checkin/redeem", json=scan(door, code), headers=staff)

    assert undone.status_code == 200
    assert undone.json() == {"scanId": scan_id, "eventId": str(door.event.id), "result": "undone"}
    assert after.json()["result"] == "admitted"


async def test_who_does_not_work_this_door_finds_nothing(client, door):
    code, scan_id = door.code(door.ticket()), str(new_id())
    fan = token_for(door, door.write(make_person).id)
    guest = token_for(door, door.write(lambda session: make_person(session, email="")).id)

    for headers, status in (({}, 401), (guest, 401), (fan, 404)):
        redeem = await client.post(
            "/api/checkin/redeem", json=scan(door, code, scanId=scan_id), headers=headers
        )
        undo = await client.post("/api/checkin/undo", json={"scanId": scan_id}, headers=headers)
        assert (redeem.status_code, undo.status_code) == (status, status)
    assert door.scan(code).result == "admitted"


async def test_an_administrator_may_scan(client, door):
    admin: Person = door.write(lambda session: make_person(session, is_admin=True))

    answer = await client.post(
        "/api/checkin/redeem", json=scan(door, door.code(door.ticket())), headers=token_for(door, admin.id)
    )

    assert answer.json()["result"] == "admitted"


@pytest.mark.parametrize(
    "change",
    [
        {"scanId": "x"},
        {"eventId": 7},
        {"code": "A" * 401},
        {"code": None},
        {"gate": "G" * 41},
        {"scannedAt": "2026-11-21T12:00:00"},
        {"scannedAt": "yesterday"},
    ],
)
async def test_a_malformed_scan_is_refused_with_its_field(client, door, staff, change):
    answer = await client.post("/api/checkin/redeem", json=scan(door, "x") | change, headers=staff)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert list(answer.json()["fields"]) == list(change)


async def test_refusals_carry_their_code(client, door, staff):
    scan_id = str(new_id())
    refused = await client.post(
        "/api/checkin/redeem", json=scan(door, "nothing", scanId=scan_id), headers=staff
    )
    undo = await client.post("/api/checkin/undo", json={"scanId": scan_id}, headers=staff)
    missing = await client.post("/api/checkin/undo", json={"scanId": str(new_id())}, headers=staff)

    assert refused.json() == {
        "result": "unknown", "detail": "We do not know this code.", "event": "", "ticket": None, "first": None,
    }  # fmt: skip
    assert (undo.status_code, undo.json()["code"]) == (409, "nothing_to_undo")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


async def test_a_device_takes_along_what_it_needs_and_no_names(client, door, staff):
    valid, old, gone = door.ticket(), door.ticket(revision=3), door.ticket(status=TicketStatus.REFUNDED)
    door.scan(door.code(old))
    where = f"/api/checkin/bundle?eventId={door.event.id}"

    answer = (await client.get(where, headers=staff)).json()
    again = (await client.get(f"{where}&since={answer['version']}", headers=staff)).json()
    door.scan(door.code(valid))
    changed = (await client.get(f"{where}&since={answer['version']}", headers=staff)).json()

    states = {ticket["id"]: (ticket["revision"], ticket["state"]) for ticket in answer["tickets"]}
    assert states == {
        str(valid.id): (1, "valid"), str(old.id): (3, "in"), str(gone.id): (1, "refunded"),
    }  # fmt: skip
    assert "Ada" not in str(answer)
    (key,) = answer["publicKeys"]
    _, payload, signature = read_code(door.code(valid))
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key["key"])).verify(signature, payload)
    assert (again["tickets"], again["isUnchanged"], again["version"]) == ([], True, answer["version"])
    assert (len(changed["tickets"]), changed["isUnchanged"]) == (3, False)


async def test_scans_decided_alone_are_taken_in_once(client, door, staff):
    ticket = door.ticket()
    code = door.code(ticket)
    early = scan(door, code, scannedAt="2026-11-21T11:00:00Z", device="north", gate="North")
    late = scan(door, code, scannedAt="2026-11-21T11:30:00Z", device="south", gate="South")
    refused = scan(door, "no ticket")

    answers = [
        (await client.post("/api/checkin/sync", json={"scans": scans}, headers=staff)).json()
        for scans in ([late, refused, early], [early, late, refused], [early])
    ]

    first = {"at": "2026-11-21T11:00:00+00:00", "gate": "North", "device": "north"}
    conflict = {
        "scanId": late["scanId"], "ticketId": str(ticket.id), "wasLetIn": True, "first": first,
    }  # fmt: skip
    assert answers[0] == {
        "accepted": 1,
        "duplicates": [conflict],
        "refused": [{"scanId": refused["scanId"], "result": "unknown"}],
    }
    assert answers[1] == answers[0]
    assert answers[2] == {"accepted": 1, "duplicates": [], "refused": []}
    told = await client.post("/api/checkin/redeem", json=scan(door, code), headers=staff)
    assert (told.json()["result"], told.json()["first"]) == ("already_admitted", first)


async def test_others_take_nothing_along_and_bring_nothing_in(client, door):
    fan = token_for(door, door.write(make_person).id)
    code = door.code(door.ticket())

    for headers, status in (({}, 401), (fan, 404)):
        bundle = await client.get(f"/api/checkin/bundle?eventId={door.event.id}", headers=headers)
        sync = await client.post("/api/checkin/sync", json={"scans": [scan(door, code)]}, headers=headers)
        assert (bundle.status_code, sync.status_code) == (status, status)
    assert door.scan(code).result == "admitted"
