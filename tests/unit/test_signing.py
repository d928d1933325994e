"""T1: the code that a QR carries."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, strategies

from ticketapp.core.ids import new_id
from ticketapp.core.signing import (
    CODE_LENGTH,
    InvalidCode,
    check_signature,
    new_signing_seed,
    public_key,
    read_code,
    ticket_code,
)

SEED = new_signing_seed()
EVENT_ID, TICKET_ID = new_id(), new_id()
CODE = ticket_code(SEED, key_number=3, event_id=EVENT_ID, ticket_id=TICKET_ID, revision=2)


def read_and_check(text: str) -> None:
    _, payload, signature = read_code(text)
    check_signature(SEED, payload, signature)


def test_a_code_says_which_ticket_and_who_signed_it():
    claim, payload, signature = read_code(f" {CODE.lower()}\n")

    assert len(CODE) == CODE_LENGTH
    assert (claim.key_number, claim.event_tail, claim.ticket_id, claim.revision) == (
        3, EVENT_ID.bytes[8:], TICKET_ID, 2,
    )  # fmt: skip
    check_signature(SEED, payload, signature)


def test_a_device_checks_it_with_the_public_key():
    _, payload, signature = read_code(CODE)

    Ed25519PublicKey.from_public_bytes(public_key(SEED)).verify(signature, payload)


def test_another_key_did_not_sign_it():
    _, payload, signature = read_code(CODE)

    with pytest.raises(InvalidCode):
        check_signature(new_signing_seed(), payload, signature)


@pytest.mark.parametrize("place", range(CODE_LENGTH))
def test_no_character_can_be_changed(place):
    other = "A" if CODE[place] != "A" else "B"

    with pytest.raises(InvalidCode):
        read_and_check(CODE[:place] + other + CODE[place + 1 :])


def test_one_ticket_has_one_code():
    """The last character carries a bit that belongs to no byte."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    twin = CODE[:-1] + alphabet[alphabet.index(CODE[-1]) + 1]
    assert base64.b32decode(twin + "===") == base64.b32decode(CODE + "===")

    with pytest.raises(InvalidCode):
        read_code(twin)


@given(strategies.text(max_size=200) | strategies.text(alphabet="AB27_+- 019é", min_size=149, max_size=149))
def test_any_other_text_is_no_code(text):
    with pytest.raises(InvalidCode):
        read_code(text)
