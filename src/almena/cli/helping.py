"""The help of the command line: verbs by what people do, each with an example, in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from almena.packs.language import from_table, say

HELP = "help"  # context of these texts in the catalogues
EXAMPLES = {
    "demo": "demo",
    "kit": "kit draft my-files",
    "kit list": "kit list",
    "kit fetch": "kit fetch monaco --into mirror",
    "kit verify": "kit verify my-files",
    "kit draft": "kit draft my-files --answer licence=CC-BY-4.0",
    "new": "new my-city --kit my-files",
    "profile": "profile my-city --language en",
    "show": "show my-city identity.area",
    "gaps": "gaps my-city",
    "review": 'review my-city identity.area --confirm --by "Ana, planning" --why "as in the land register"',
    "compare": "compare my-city --before 2025-01-01",
    "import": "import my-city schools.xlsx --dry-run --annotated checked.xlsx",
    "export": "export my-city xlsx my-city.xlsx",
    "batch": "batch cities.csv --out cities --jobs 2",
    "doctor": "doctor my-city",
    "plugins": "plugins",
}


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
        say("Make a profile"): ("demo", "kit", "new", "profile"),
        say("Read it and check it"): ("show", "gaps", "review", "compare"),
        say("Bring files in, take results out"): ("import", "export"),
        say("Many cities, and upkeep"): ("batch", "doctor", "plugins"),
    }


def _give_examples(command: Any, before: str = "") -> None:
    for name, verb in command.commands.items():
        typed = f"{before}{name}"
        verb.epilog = say("Example: {command}", command=f"almena {EXAMPLES[typed]}")
        if hasattr(verb, "commands"):
            _give_examples(verb, f"{typed} ")


def parts_of(command: Any) -> Iterator[Any]:
    """Return a command, its verbs and their options: everything with a help text."""
    yield command
    yield from (option for option in command.params if getattr(option, "help", None))
    for verb in getattr(command, "commands", {}).values():
        yield from parts_of(verb)
