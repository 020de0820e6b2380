"""Verbs that make and renew a profile: demo, new, profile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import City, Jobs, Json, Language, Mirror, app, settings_from
from almena.model.problem import Problem
from almena.packs.language import count, say
from almena.packs.retelling import retell


@app.command()
def demo(
    city_dir: Annotated[Path, typer.Option("--city-dir", help="Where to keep the city folder.")] = Path(
        "cities/demo"
    ),
    mirror: Mirror = None,
    language: Language = "",
    as_json: Json = False,
) -> int:
    """Profile the demonstration city: create, profile, report."""
    from almena.app.create import demo as run_demo

    found, notes = run_demo(city_dir, settings_from(mirror, language=language))
    return _tell_profile(found, notes, as_json)


@app.command()
def new(
    directory: City,
    kit: Annotated[str, typer.Option("--kit", help="Name of a kit, or a folder, kit.toml or zip.")],
    mirror: Mirror = None,
    as_json: Json = False,
) -> int:
    """Make an empty city folder and fill it from a kit."""
    from almena.app.create import new_city

    problems = new_city(directory, kit, settings_from(mirror))
    if as_json:
        speak.print_json({"city": str(directory), "problems": [p.as_dict() for p in problems], "notes": []})
    else:
        speak.complain(problems, say("Some declared files could not be used:"))
        speak.say(say("City folder made: {folder}", folder=directory))
        speak.say(say("Next: {command}", command=f"almena profile {speak.quoted(directory)}"))
    return speak.WITH_PROBLEMS if problems else speak.DONE


@app.command()
def profile(
    directory: City, jobs: Jobs = 2, mirror: Mirror = None, language: Language = "", as_json: Json = False
) -> int:
    """Gather, harmonise, measure and report; redo only what changed."""
    from almena.app.profile import profile as run_profile

    settings = settings_from(mirror, jobs=jobs, language=language)
    return _tell_profile(run_profile(directory, settings), [], as_json)


def _tell_profile(found: Any, notes: list[Problem], as_json: bool) -> int:
    document = found.as_dict()
    document["notes"] = [n.as_dict() for n in notes] + document["notes"]
    if as_json:
        speak.print_json(document)
        return speak.WITH_PROBLEMS if found.problems else speak.DONE
    speak.complain(notes)
    speak.complain(found.problems, say("Some files or methods could not be used:"))
    use, status = document["use"], document["indicators"]
    known = count(
        "{city}: {number} indicator has a value, {missing} are missing.",
        "{city}: {number} indicators have a value, {missing} are missing.",
        sum(use.values()),
        city=found.city,
        missing=status["missing"],
    )
    fit = say(
        "Fit to decide: {decide} · to discuss: {discuss} · only context: {context} ({parts} also by neighbourhood)",
        parts=document["by_neighbourhood"],
        **use,
    )
    speak.say(known)
    speak.say(fit)
    if document["withheld_for_licence"]:
        withheld = count(
            "{number} of them stands on files without a licence or for local use only: the public report withholds "
            "it, {command} shows it.",
            "{number} of them stand on files without a licence or for local use only: the public report withholds "
            "them, {command} shows them.",
            document["withheld_for_licence"],
            command="`almena export … --edition city`",
        )
        speak.say(withheld)
    _tell_end(document)
    return speak.WITH_PROBLEMS if found.problems else speak.DONE


def _tell_end(document: dict[str, Any]) -> None:
    tests = document["self_tests"]
    passed, failed = tests["passed"], tests["failed"]
    speak.say(say("Self-tests: {passed} passed, {failed} failed", passed=passed, failed=len(failed)))
    for test in failed:
        told = say("failed: {test} ({detail})", test=retell(test["title"]), detail=retell(test["detail"]))
        speak.say(f"  {told}")
    seconds, megabytes = speak.number(document["seconds"], 1), speak.number(document["peak_mb"])
    speak.say(say("Took {seconds} s and at most {megabytes} MB.", seconds=seconds, megabytes=megabytes))
    speak.say(say("Report: {file}", file=document["outputs"]["html"] or say("could not be written")))
