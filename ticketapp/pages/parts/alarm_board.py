"""What needs an administrator: each alarm with its next step, and a look through the books."""

import reflex as rx

from ticketapp.components.actions import button
from ticketapp.components.connection import is_cut_off
from ticketapp.components.dashboard import concerns, has_any
from ticketapp.components.status import notice
from ticketapp.components.tokens import either, show_if
from ticketapp.live.vars import live_alarms
from ticketapp.services.reporting.views import Alarm
from ticketapp.state.alarms import AlarmsState


def alarm_board() -> rx.Component:
    """Draw the alarms, nothing while all is well, and the button that compares the books."""
    shown = live_alarms()
    return rx.el.section(
        rx.cond(
            either(has_any(shown.alarms), has_any(shown.concerns)),
            rx.el.h2("Needs you", class_name="display text-xl"),
            rx.fragment(),
        ),
        rx.foreach(shown.alarms, _alarm),
        concerns(shown.concerns),
        rx.el.div(
            button(
                "Compare the books",
                on_click=AlarmsState.compare,
                busy=AlarmsState.is_comparing,
                disabled=is_cut_off,
                size="sm",
                icon_name="check",
                data_testid="compare-books",
            ),
            rx.el.p(AlarmsState.compared_text, role="status", class_name="text-sm text-soft"),
            class_name="flex flex-wrap items-center gap-3",
        ),
        show_if(
            has_any(AlarmsState.findings),
            notice(
                rx.el.ul(
                    rx.foreach(
                        AlarmsState.findings,
                        lambda finding: rx.el.li(finding, class_name="code-text break-words"),
                    ),
                    class_name="grid gap-1",
                ),
                title="What does not agree",
                tone="stop",
                data_testid="audit-findings",
            ),
        ),
        aria_label="Alarms",
        class_name="mb-10 grid gap-3",
    )


def _alarm(alarm: Alarm) -> rx.Component:
    return notice(
        alarm.text,
        " ",
        alarm.step,
        tone="stop",
        action=show_if(
            alarm.kind == "jobs_parked",
            button(
                "Take them up again",
                on_click=AlarmsState.take_up_jobs,
                disabled=is_cut_off,
                size="sm",
                data_testid="take-up-jobs",
            ),
        ),
        key=alarm.kind,
        data_testid="alarm-" + alarm.kind,
    )
