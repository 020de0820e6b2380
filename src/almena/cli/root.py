"""The frame of the command line: its root, the options that verbs share, and their settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.model.problem import AlmenaError

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
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=64, help="Files read side by side.")]


def alone(by: str = "almena") -> Any:
    """Return settings for verbs that need the city folder only: a mirror that is gone is no concern of theirs."""
    from almena.app.settings import Settings

    return Settings(progress=speak.progress, by=by)


def settings_from(mirror: Path | None = None, *, jobs: int = 2) -> Any:
    """
    Return settings with the folder that holds the files of kits.

    Raises
    ------
    AlmenaError
        When the folder named on the command line is none; one named by the environment is passed over.
    """
    from almena.app.settings import Settings, mirror_from

    found = mirror_from(mirror)
    if found is not None and not found.is_dir():
        why = "nothing is there" if not found.exists() else "it is a file"
        if mirror is not None:
            remedy = "Name a folder that holds the files, or leave --mirror out."
            raise AlmenaError.of("The mirror is no folder", str(found), why, remedy)
        speak.progress(f"Going on without the folder of ALMENA_MIRROR, {found}: {why}")
        found = None
    return Settings(mirror=found, progress=speak.progress, jobs=jobs)


def help_alone(context: typer.Context) -> int:
    """Help whoever names no verb."""
    if context.invoked_subcommand is None:
        speak.say(context.get_help())
    return speak.DONE
