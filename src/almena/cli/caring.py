"""Verbs that care for a city folder and the installation: doctor, plugins."""

from __future__ import annotations

from typing import Annotated

import typer

from almena.cli import speak
from almena.cli.root import City, Json, app
from almena.model.problem import Problem


@app.command()
def doctor(
    directory: City,
    only_hash: Annotated[bool, typer.Option("--hash", help="Print only the hash of the content.")] = False,
    as_json: Json = False,
) -> int:
    """Check integrity, licences, self-tests and migrations."""
    from almena.app.care import doctor as examine
    from almena.app.care import hash_of

    if only_hash:
        found_hash = hash_of(directory)
        if as_json:
            speak.print_json({"hash": found_hash})
        else:
            speak.say(found_hash)
        return speak.DONE
    health = examine(directory)
    if as_json:
        speak.print_json(health.as_dict())
    else:
        speak.complain(health.defects, "Broken:")
        speak.complain(health.remarks, "Worth knowing:")
        for test in health.self_tests:
            speak.say(f"{'passed' if test.passed else 'FAILED'}: {test.title} ({test.detail})")
        speak.say("The folder is sound." if health.is_sound else "The folder is not sound.")
        speak.say(f"Content hash: {health.hash}")
    return speak.DONE if health.is_sound else speak.WITH_PROBLEMS


@app.command()
def plugins(as_json: Json = False) -> int:
    """List the readers and indicator functions that are installed."""
    from almena.app.plugins import installed

    found = installed()
    if as_json:
        speak.print_json(found)
        return speak.DONE
    speak.table([(row["kind"], row["name"], row["version"], row["from"]) for row in found["plugins"]])
    speak.complain(Problem(**p) for p in found["problems"])
    return speak.DONE
