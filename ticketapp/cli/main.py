"""The command `ticketapp`: one module per command, imported only when it is called."""

from importlib import import_module

import click
import typer
from typing_extensions import override

COMMANDS = {
    "serve": "ticketapp.cli.serve",
    "migrate": "ticketapp.cli.migrate",
    "check-migrations": "ticketapp.cli.check_migrations",
}


class Commands(click.Group):
    """Find each command in a module of its own: a function named `run` with a docstring."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(cmd_name)(import_module(COMMANDS[cmd_name]).run)
        return typer.main.get_command(app)


@click.command(cls=Commands)
def main() -> None:
    """Sell tickets: serve the app and look after it."""
