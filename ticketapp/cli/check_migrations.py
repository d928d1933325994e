"""Compare what the migrations build with what the models say."""

import sys
import tempfile

import typer
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ticketapp.cli.migrate import alembic_config
from ticketapp.integrations.database import open_database


def run() -> None:
    """Build an empty database by the migrations and report where the models differ from it."""
    config = alembic_config()
    heads = ScriptDirectory.from_config(config).get_heads()
    if len(heads) != 1:
        _refuse(f"There must be one newest migration; there are {len(heads)}: {', '.join(heads)}.")
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/empty.db")
        try:
            with database.engine.connect() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                command.check(config)
        except CommandError as difference:
            _refuse(str(difference))
        finally:
            database.close()


def _refuse(reason: str) -> None:
    print(reason, file=sys.stderr)
    raise typer.Exit(1)
