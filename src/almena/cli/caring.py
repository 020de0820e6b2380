"""Verbs that care for a city folder and the installation: doctor, plugins."""

from __future__ import annotations

from typing import Annotated

import typer

from almena.cli import speak
from almena.cli.root import City, Json, app
from almena.model.problem import Problem
from almena.packs.language import say
from almena.packs.retelling import retell


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
        speak.complain(health.defects, say("Broken:"))
        speak.complain(health.remarks, say("Worth knowing:"))
        for test in health.self_tests:
            told = {"test": retell(test.title), "detail": retell(test.detail)}
            passed, failed = (
                say("passed: {test} ({detail})", **told),
                say("FAILED: {test} ({detail})", **told),
            )
            speak.say(passed if test.passed else failed)
        speak.say(say("The folder is sound.") if health.is_sound else say("The folder is not sound."))
        speak.say(say("Content hash: {hash}", hash=health.hash))
    return speak.DONE if health.is_sound else speak.WITH_PROBLEMS


@app.command()
def plugins(as_json: Json = False) -> int:
    """List the readers, methods, exporters and open sources that are installed."""
    from almena.app.plugins import installed

    found = installed()
    if as_json:
        speak.print_json(found)
        return speak.DONE
    speak.table([(row["kind"], row["name"], row["version"], row["from"]) for row in found["plugins"]])
    speak.complain(Problem(**p) for p in found["problems"])
    return speak.DONE
