"""The frame of the command line: its root, the options that verbs share, and their settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.model.problem import AlmenaError
from almena.packs.language import language_of, say

app = typer.Typer(
    name="almena",
    help="From a city's open files to a first resilience profile that can be trusted.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

City = Annotated[Path, typer.Argument(metavar="DIR", help="The city folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Mirror = Annotated[
    Path | None, typer.Option("--mirror", help="Folder that holds the files of kits; else ALMENA_MIRROR.")
]
Language = Annotated[
    str,
    typer.Option(
        "--language", help="Language of the report, such as pt or en; else the first of the city's languages."
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=64, help="Files read side by side.")]


def alone(by: str = "almena", *, language: str = "") -> Any:
    """Return settings for verbs that need the city folder only: a mirror that is gone is no concern of theirs."""
    from almena.app.settings import Settings

    return Settings(progress=speak.progress, by=by, language=_known(language))


def settings_from(mirror: Path | None = None, *, jobs: int = 2, language: str = "") -> Any:
    """
    Return settings with the folder that holds the files of kits.

    Raises
    ------
    AlmenaError
        When the folder named on the command line is none; one named by the environment is passed over. When the
        language is unknown.
    """
    from almena.app.settings import Settings, mirror_from

    found = mirror_from(mirror)
    if found is not None and not found.is_dir():
        why = "nothing is there" if not found.exists() else "it is a file"
        if mirror is not None:
            remedy = "Name a folder that holds the files, or leave --mirror out."
            raise AlmenaError.of("The mirror is no folder", str(found), why, remedy)
        speak.progress(
            say("Going on without the folder of ALMENA_MIRROR, {folder}: {why}", folder=found, why=why)
        )
        found = None
    return Settings(mirror=found, progress=speak.progress, jobs=jobs, language=_known(language))


def _known(language: str) -> str:
    """Return the code of a language, or refuse it before any work is done."""
    return language_of(language).code if language else ""


def help_alone(context: typer.Context) -> int:
    """Help whoever names no verb."""
    if context.invoked_subcommand is None:
        speak.say(context.get_help())
    return speak.DONE
