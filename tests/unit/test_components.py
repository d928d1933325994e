"""Parts take plain values and Vars alike, and say the same to those who cannot see them."""

import re

import pytest
import reflex as rx

from ticketapp.components import actions, charts, countdown, faces, fields, figures, headings, status, stubs
from ticketapp.components import verdict as door

TEXT = rx.Var("said", _var_type=str)
FLAG = rx.Var("wanted", _var_type=bool)
COUNT = rx.Var("left", _var_type=int)


def drawn(part) -> str:
    return str(part.render())


@pytest.mark.parametrize(("text", "flag"), [("Hold", True), (TEXT, FLAG)])
@pytest.mark.parametrize(
    "draw",
    [
        lambda text, flag: actions.button(text, tone=text, busy=flag, disabled=flag),
        lambda text, flag: actions.chip(text, is_chosen=flag, href=text),
        lambda text, flag: status.badge(text, tone=text),
        lambda text, flag: status.notice(text, tone=text, title=text),
        lambda text, flag: status.refusal(text),
        lambda text, flag: fields.text_field(text, name="email", hint=text, error=text),
        lambda text, flag: fields.checkbox(text, name="terms", hint=text, error=text, checked=flag),
        lambda text, flag: figures.price(text, note=text, is_from=flag),
        lambda text, flag: figures.stat(text, text, note=text, href=text),
        lambda text, flag: headings.page_title(text, lead=text, over=text),
        lambda text, flag: headings.tabs([(text, text, flag)]),
        lambda text, flag: headings.pagination(text, has_previous=flag, has_next=flag, next_href=text),
        lambda text, flag: faces.empty_state(text, text),
        lambda text, flag: stubs.event_card(stubs.EventStub(*[text] * 8, badge_text=text, is_spent=flag)),
        lambda text, flag: stubs.ticket(stubs.TicketStub(*[text] * 6, seat=text, qr_svg=text, is_spent=flag)),
        lambda text, flag: door.verdict("ask" if flag is True else text, word=text, title=text, detail=text),
    ],
)
def test_a_part_takes_plain_values_and_vars(draw, text, flag):
    assert drawn(draw(text, flag))


def test_a_field_in_error_points_at_its_words():
    field = drawn(fields.text_field("E-mail", name="email", error="Say where the tickets go."))

    assert '"aria-invalid":true' in field
    assert '"aria-describedby":"email-error"' in field
    assert 'id:"email-error"' in field
    assert 'htmlFor:"email"' in field


def test_a_field_without_error_is_not_called_wrong():
    assert '"aria-invalid":false' in drawn(fields.text_field("E-mail", name="email"))


def test_an_empty_refusal_is_there_to_be_heard_but_shows_nothing():
    refusal = drawn(status.refusal(""))

    assert 'role:"alert"' in refusal
    assert "notice" not in refusal


def test_a_busy_button_cannot_be_pressed_again():
    assert "disabled:true" in drawn(actions.button("Hold", busy=True))


@pytest.mark.parametrize("kind", ["admit", "already", "refused", "ask"])
def test_every_verdict_has_a_shape_of_its_own(kind):
    others = {"admit", "already", "refused", "ask"} - {kind}
    outlines = {
        name: re.findall(r'd:"([^"]+)"', drawn(door.verdict(name, word=name))) for name in {kind, *others}
    }

    assert len(outlines[kind]) == 2
    assert all(outlines[kind][0] != outlines[other][0] for other in others)


def test_counts_are_written_with_their_thousands_apart():
    assert charts.counted(20_000) == "20,000"
    assert "toLocaleString" in str(charts.counted(COUNT))


def test_the_countdown_carries_the_deadline_and_its_test_id():
    clock = drawn(countdown.countdown(1_800_000_000_000))

    assert "deadlineMs:1800000000000" in clock
    assert '"data-testid":"countdown"' in clock
