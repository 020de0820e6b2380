"""The command line: all verbs together, and how a command ends."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Annotated, Any

import typer

from almena import __version__
from almena.cli import (  # noqa: F401 - each brings its verbs
    asking,
    caring,
    comparing,
    diagnosing,
    exchanging,
    kits,
    looking,
    making,
    mining,
    packing,
    registering,
    searching,
    speak,
    starting,
)
from almena.cli.helping import told_command
from almena.cli.root import app, help_alone
from almena.model.problem import AlmenaError, Problem
from almena.packs.language import ENGLISH, language_around, say, speaking


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    language: Annotated[  # noqa: ARG001 - heard before anything is said: see _language_of
        str, typer.Option("--language", help="Language that the command line speaks, such as pt or en.")
    ] = "",
) -> int:
    """From a city's open files to a first resilience profile that can be trusted."""
    if version:
        speak.say(__version__)
        return speak.DONE
    return help_alone(context)


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status; a user's mistake never shows a traceback."""
    try:
        signal.signal(signal.SIGTERM, _stop)
        status = _run(arguments)
    except KeyboardInterrupt:  # before the work began, or while its answer was handed over
        status = _interrupted()
    sys.exit(status)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(arguments: list[str] | None) -> int:
    as_json = "--json" in (sys.argv if arguments is None else arguments)
    speak.make_ready()
    try:
        status = _status(arguments, as_json)
        speak.settle()
    except speak.UnheardError as error:
        if error.has_seen_enough:
            return speak.DONE
        remedy = "Check where the output goes, then ask again: what was done is kept."
        speak.complain([Problem("The answer cannot be printed", "standard output", str(error), remedy)])
        return speak.WITH_PROBLEMS
    return status


def _status(arguments: list[str] | None, as_json: bool) -> int:
    try:
        with speaking(_language_of(sys.argv[1:] if arguments is None else arguments)):
            return _answered(arguments, as_json)
    except AlmenaError as error:
        return _refuse(list(error.problems), as_json)


def _language_of(arguments: list[str]) -> str:
    """Return the language named before the verb, else that of the person's system."""
    first, *rest = arguments or [""]
    if first.startswith("--language="):
        return first.partition("=")[2]
    if first == "--language":
        return rest[0] if rest else ENGLISH
    return language_around(os.environ)


def _answered(arguments: list[str] | None, as_json: bool) -> int:
    try:
        result = told_command(app)(arguments, standalone_mode=False, prog_name="almena")
        if result == speak.INTERRUPTED:
            return _interrupted()
        return result if isinstance(result, int) else speak.DONE
    except AlmenaError as error:
        return _refuse(list(error.problems), as_json)
    except (KeyboardInterrupt, typer.Abort):  # some versions of typer make it an abortion, others a status
        return _interrupted()
    except speak.UnheardError:
        raise
    except Exception as error:  # noqa: BLE001 - the last guard: nobody shall see a traceback
        is_usage = hasattr(error, "format_message")  # of the click that typer brings along or uses
        return _refuse([_usage_problem(error) if is_usage else _unexpected(error)], as_json)


def _interrupted() -> int:
    speak.mutter(say("Interrupted. What was finished is kept; run the same command again to go on."))
    return speak.INTERRUPTED


def _refuse(problems: list[Problem], as_json: bool) -> int:
    speak.complain(problems)
    if as_json:
        speak.print_json({"problems": [p.as_dict() for p in problems], "notes": []})
    return speak.NOTHING_DONE


def _usage_problem(error: Any) -> Problem:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "almena"
    return Problem(
        "The command cannot be understood", command, error.format_message(), f"See `{command} --help`."
    )


def _unexpected(error: Exception) -> Problem:
    if os.environ.get("ALMENA_DEBUG"):
        raise error
    if isinstance(error, OSError):
        why = error.strerror or str(error)
        remedy = "Check the path, its permissions and the disk."
        return Problem("A file or folder cannot be used", str(error.filename or ""), why, remedy)
    why = f"{type(error).__name__}: {error}"
    remedy = "Please report it with the command; ALMENA_DEBUG=1 shows the details."
    return Problem("Almena made a mistake of its own", "almena", why, remedy)
