"""The help of the command line: verbs by what people do, each with an example, in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import typer

from almena.packs.language import from_table, say
from almena.packs.table import read_table

HELP = "help"  # context of these texts in the catalogues


def told_command(app: typer.Typer) -> Any:
    """Return the command of an application, its verbs in groups and its help in the language that is spoken."""
    command: Any = typer.main.get_command(app)
    for part in parts_of(command):
        part.help = from_table(HELP, part.help) if part.help else part.help
    _group(command)
    _give_examples(command)
    return command


def _group(command: Any) -> None:
    """Put the verbs into the order in which people need them, under headings."""
    titles = {verb: title for title, verbs in _groups().items() for verb in verbs}
    command.commands = {verb: command.commands[verb] for verb in titles} | command.commands
    for verb, title in titles.items():
        command.commands[verb].rich_help_panel = title


def _groups() -> dict[str, tuple[str, ...]]:
    return {
        say("Make a profile"): ("start", "demo", "kit", "new", "profile"),
        say("Read it and check it"): (
            "show",
            "search",
            "gaps",
            "ask",
            "answer",
            "review",
            "compare",
            "diagnose",
        ),
        say("Bring files in, take results out"): ("import", "register", "mine", "export", "pack"),
        say("Many cities, and upkeep"): ("batch", "doctor", "plugins"),
    }


def _give_examples(command: Any, before: str = "") -> None:
    for name, verb in command.commands.items():
        typed = f"{before}{name}"
        verb.epilog = say("Example: {command}", command=" ".join(("almena", examples()[typed])))
        if hasattr(verb, "commands"):
            _give_examples(verb, f"{typed} ")


@lru_cache(maxsize=1)
def examples() -> dict[str, str]:
    """Return for each verb a command as a person types it, without the name of the program."""
    return {row["verb"]: row["example"] for row in read_table("verb_examples.csv")}


def parts_of(command: Any) -> Iterator[Any]:
    """Return a command, its verbs and their options: everything with a help text."""
    yield command
    yield from (option for option in command.params if getattr(option, "help", None))
    for verb in getattr(command, "commands", {}).values():
        yield from parts_of(verb)
