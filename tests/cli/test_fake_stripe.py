"""The fake Stripe is for tests and rehearsals, and nowhere else."""

import subprocess
import sys

import pytest
import typer

from tests.harness.databases import ROOT, environment
from ticketapp.cli import fake_stripe
from ticketapp.settings import Environment, Settings


def test_production_refuses_to_start_it():
    refused = subprocess.run(
        [sys.executable, "-m", "ticketapp.cli", "fake-stripe"],
        cwd=ROOT, env=environment(env="production"), check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("Refused to start in production: ")


def test_production_with_every_setting_right_refuses_it_as_well(monkeypatch, capsys):
    monkeypatch.setattr(
        fake_stripe, "checked_settings", lambda: Settings.model_construct(env=Environment.PRODUCTION)
    )

    with pytest.raises(typer.Exit) as refused:
        fake_stripe.run()

    assert refused.value.exit_code == 2
    assert capsys.readouterr().err == (
        "Refused to start. The fake Stripe moves no money, so it does not run in production.\n"
    )


def test_a_live_key_is_refused(capsys):
    with pytest.raises(typer.Exit) as refused:
        fake_stripe.run(secret_key="sk_live_1")

    assert refused.value.exit_code == 2
    assert (
        capsys.readouterr().err
        == "Refused to start. A live key is for Stripe alone; give the fake a test key.\n"
    )
