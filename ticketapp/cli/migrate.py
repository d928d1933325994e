"""Bring the database up to date."""

from alembic import command
from alembic.config import Config

from ticketapp.cli.frontend import ROOT


def alembic_config() -> Config:
    return Config(ROOT / "alembic.ini")


def run() -> None:
    """Apply every migration that the database does not have yet."""
    command.upgrade(alembic_config(), "head")
