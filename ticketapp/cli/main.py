"""The command `ticketapp`: one module per command, imported only when it is called."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typing_extensions import override

COMMANDS = {
    "serve": "ticketapp.cli.serve",
    "migrate": "ticketapp.cli.migrate",
    "check-migrations": "ticketapp.cli.check_migrations",
}


class Commands(TyperGroup):
    """Find each command in a module of its own: a function named `run` with a docstring."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(cmd_name)(import_module(COMMANDS[cmd_name]).run)
        return typer.main.get_command(app)


main = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False)


@main.callback()
def _describe() -> None:
    """Sell tickets: serve the app and look after it."""
