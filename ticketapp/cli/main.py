"""The command `ticketapp`: one module per command, imported only when it is called."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "serve": "ticketapp.cli.serve",
    "worker": "ticketapp.cli.worker",
    "audit": "ticketapp.cli.audit",
    "migrate": "ticketapp.cli.migrate",
    "seed": "ticketapp.cli.seed",
    "bench": "ticketapp.cli.bench",
    "create-admin": "ticketapp.cli.create_admin",
    "fake-stripe": "ticketapp.cli.fake_stripe",
    "check-migrations": "ticketapp.cli.check_migrations",
}


class Commands(TyperGroup):
    """Find each command in a module of its own: a function named `run` with a docstring."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer calls it so.
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer calls it so.
        if cmd_name not in COMMANDS:
            return None
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(cmd_name)(import_module(COMMANDS[cmd_name]).run)
        return typer.main.get_command(app)


main = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False)


@main.callback()
def _describe() -> None:
    """Sell tickets: serve the app and look after it."""
