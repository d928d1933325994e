"""What every command makes sure of before it starts; what is missing is said in one line, with the next step."""

import sys
from typing import NoReturn

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import OperationalError

from ticketapp.integrations.database import open_database
from ticketapp.settings import Settings


def checked_settings() -> Settings:
    """Read the settings, or refuse to start and say which cannot work."""
    try:
        return Settings()
    except ValidationError as refusal:
        refuse("; ".join(_told(error) for error in refusal.errors()))


def settings_of_migrated_database() -> Settings:
    """Read the settings and make sure of their database."""
    settings = checked_settings()
    require_migrated(settings)
    return settings


def require_migrated(settings: Settings) -> None:
    """Refuse to start on a database that is not as this version's migrations leave it."""
    try:
        is_up_to_date = _is_up_to_date(settings.database_url)
    except OperationalError as error:
        refuse(f"The database does not answer: {str(error.orig).splitlines()[0]}")
    if not is_up_to_date:
        refuse("The database is not as this version needs it. Run `ticketapp migrate` first.")


def _is_up_to_date(database_url: str) -> bool:
    # Slow to load, so that the commands that need none of it start without.
    from alembic.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    from ticketapp.cli.migrate import alembic_config  # noqa: PLC0415

    database = open_database(database_url)
    try:
        with database.engine.connect() as connection:
            applied = MigrationContext.configure(connection).get_current_heads()
    finally:
        database.close()
    return set(applied) == set(ScriptDirectory.from_config(alembic_config()).get_heads())


def _told(error: ErrorDetails) -> str:
    text = error["msg"].removeprefix("Value error, ")
    return ": ".join([*(_variable(str(name)) for name in error["loc"]), text])


def _variable(name: str) -> str:
    return name if name.startswith("STRIPE_") else f"TICKETAPP_{name}".upper()


def refuse(reason: str) -> NoReturn:
    """Print why this does not start and end with exit code 2."""
    print(reason if reason.startswith("Refused") else f"Refused to start. {reason}", file=sys.stderr)
    raise typer.Exit(2)
