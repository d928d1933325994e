"""Make somebody administrator."""

import sys
from typing import Annotated

import typer

from ticketapp.cli.starting import settings_of_migrated_database
from ticketapp.core.errors import InvalidInput
from ticketapp.runtime import open_runtime
from ticketapp.services.accounts import rules
from ticketapp.services.accounts.administration import create_first_admin
from ticketapp.services.accounts.passwords import hash_password
from ticketapp.services.accounts.queries import find_credentials


def run(email: Annotated[str, typer.Argument(help="the address of the account")]) -> None:
    """Make an account administrator; a new one is given the password asked for (or piped in)."""
    runtime = open_runtime(settings_of_migrated_database())
    try:
        address = rules.checked_email(email)
        known = runtime.read(lambda session, now: find_credentials(session, email=address))
        password_hash = hash_password(_asked_password(address)) if known is None else known.password_hash
        runtime.write(
            lambda session, now: create_first_admin(
                session, email=address, password_hash=password_hash, now=now
            )
        )
    except InvalidInput as error:
        print(error.text, file=sys.stderr)
        raise typer.Exit(2) from error
    finally:
        runtime.close()
    print(f"{address} is an administrator.")


def _asked_password(email: str) -> str:
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    return rules.checked_password(password, email=email)
