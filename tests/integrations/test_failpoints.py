"""Failpoints: what each action does, where they stand, and that nothing of it is there without the setting."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from sqlmodel import select

from tests import factories
from tests.harness.databases import ROOT
from tests.harness.fake_stripe import SECRET_KEY
from tests.harness.waiting import until
from ticketapp.integrations.failpoints import FailpointReached
from ticketapp.integrations.mail import Mail
from ticketapp.models import Person
from ticketapp.runtime import Runtime, open_runtime
from ticketapp.settings import Settings

LETTER = Mail("key", "ada@example.com", "Hello", "Hello")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "failpoints"


@pytest.fixture
def runtime(sqlite_url, folder, tmp_path):
    opened = open_runtime(Settings(database_url=sqlite_url, var_folder=tmp_path, failpoints=folder))
    yield opened
    opened.close()


def add_person(session, _now):
    factories.make_person(session)


def add_people(session, requests, _now):
    return [factories.make_person(session).id for _ in requests]


def people(runtime: Runtime) -> int:
    return runtime.read(lambda session, _now: len(session.exec(select(Person)).all()))


def test_what_raises_before_the_commit_leaves_nothing_behind(runtime, folder):
    (folder / "add_person.before").write_text("raise")

    with pytest.raises(FailpointReached, match=r"add_person\.before"):
        runtime.write(add_person)

    assert people(runtime) == 0


def test_what_raises_after_the_commit_is_kept(runtime, folder):
    (folder / "add_people.after").write_text("raise 2")

    runtime.grouped_blocking(add_people, 1)
    with pytest.raises(FailpointReached):
        runtime.grouped_blocking(add_people, 1)
    runtime.grouped_blocking(add_people, 1)

    assert people(runtime) == 3
    assert (folder / "passed").read_text().split() == ["add_people.before", "add_people.after"] * 3


def test_who_asks_gives_a_nameless_transaction_its_name(runtime, folder):
    runtime.write(lambda session, _now: factories.make_person(session))

    assert (folder / "passed").read_text().split() == [
        f"test_who_asks_gives_a_nameless_transaction_its_name.{side}" for side in ("before", "after")
    ]


@pytest.mark.anyio
async def test_a_pause_lasts_until_the_file_is_gone_and_others_go_on(runtime, folder):
    pause = folder / "mail.send.before"
    pause.write_text("pause")

    sending = asyncio.create_task(runtime.post.gateway.send(LETTER))
    await asyncio.to_thread(until, (folder / "passed").exists, within_s=5, what="the failpoint is reached")
    is_waiting = not sending.done()
    pause.unlink()
    await sending

    assert is_waiting
    assert (folder / "passed").read_text().split() == ["mail.send.before", "mail.send.after"]


def passing(folder) -> subprocess.Popen[bytes]:
    """A process that passes one failpoint twice."""
    program = (
        "import sys; from pathlib import Path; from ticketapp.integrations.failpoints import Failpoints; "
    )
    program += (
        "points = Failpoints(Path(sys.argv[1])); points.reach('settle.before'); points.reach('settle.before')"
    )
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT)


@pytest.mark.parametrize(
    ("order", "status", "passed"), [("kill", -9, 1), ("kill 2", -9, 2), ("kill 3", 0, 2)]
)
def test_a_process_dies_where_it_is_told_to(folder, order, status, passed):
    folder.mkdir()
    (folder / "settle.before").write_text(order)

    assert passing(folder).wait(20) == status
    assert (folder / "passed").read_text().split() == ["settle.before"] * passed


def test_a_process_stands_still_until_it_is_sent_on(folder):
    folder.mkdir()
    (folder / "settle.before").write_text("stop 1")

    process = passing(folder)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    process.send_signal(signal.SIGCONT)

    assert process.wait(20) == 0


@pytest.mark.anyio
async def test_calls_of_the_provider_are_named_by_their_path(sqlite_url, folder, tmp_path, fake):
    settings = Settings(
        database_url=sqlite_url, var_folder=tmp_path, failpoints=folder, payment_provider="stripe",
        stripe_secret_key=SECRET_KEY, stripe_publishable_key="pk_test_1", stripe_webhook_secret="whsec_1",
        stripe_api_base=fake.url,
    )  # fmt: skip
    runtime = open_runtime(settings)
    (folder / "customers.create.after").write_text("raise")

    with pytest.raises(FailpointReached):
        await runtime.cashier.gateway.calls.v1.customers.create_async({}, {"idempotency_key": "once"})
    await runtime.cashier.gateway.calls.close()
    runtime.close()

    assert len(fake.look("objects/customer")["data"]) == 1
    assert (folder / "passed").read_text().split() == ["customers.create.before", "customers.create.after"]
