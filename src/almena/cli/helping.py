"""The help of the command line in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from almena.packs.language import from_table

HELP = "help"  # context of these texts in the catalogues


def told_command(app: typer.Typer) -> Any:
    """Return the command of an application, its help in the language that is spoken."""
    command: Any = typer.main.get_command(app)
    for part in parts_of(command):
        part.help = from_table(HELP, part.help) if part.help else part.help
    return command


def parts_of(command: Any) -> Iterator[Any]:
    """Return a command, its verbs and their options: everything with a help text."""
    yield command
    yield from (option for option in command.params if getattr(option, "help", None))
    for verb in getattr(command, "commands", {}).values():
        yield from parts_of(verb)
