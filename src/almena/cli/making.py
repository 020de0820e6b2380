"""Verbs that make and renew a profile: demo, new, profile."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import City, Jobs, Json, Mirror, app, settings_from
from almena.model.problem import Problem


@app.command()
def demo(
    city_dir: Annotated[Path, typer.Option("--city-dir", help="Where to keep the city folder.")] = Path(
        "cities/demo"
    ),
    mirror: Mirror = None,
    as_json: Json = False,
) -> int:
    """Profile the demonstration city: create, profile, report."""
    from almena.app.create import demo as run_demo

    found, notes = run_demo(city_dir, settings_from(mirror))
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
        speak.complain(problems, "Some declared files could not be used:")
        speak.say(f"City folder made: {directory}")
        speak.say(f"Next: almena profile {speak.quoted(directory)}")
    return speak.WITH_PROBLEMS if problems else speak.DONE


@app.command()
def profile(directory: City, jobs: Jobs = 2, mirror: Mirror = None, as_json: Json = False) -> int:
    """Gather, harmonise, measure and report; redo only what changed."""
    from almena.app.profile import profile as run_profile

    return _tell_profile(run_profile(directory, settings_from(mirror, jobs=jobs)), [], as_json)


def _tell_profile(found: Any, notes: list[Problem], as_json: bool) -> int:
    document = found.as_dict()
    document["notes"] = [n.as_dict() for n in notes] + document["notes"]
    if as_json:
        speak.print_json(document)
        return speak.WITH_PROBLEMS if found.problems else speak.DONE
    speak.complain(notes)
    speak.complain(found.problems, "Some files or methods could not be used:")
    use, status = document["use"], document["indicators"]
    speak.say(f"{found.city}: {sum(use.values())} indicators have a value, {status['missing']} are missing.")
    speak.say(
        f"Fit to decide: {use['decide']} · to discuss: {use['discuss']} · only context: {use['context']} "
        f"({document['by_neighbourhood']} also by neighbourhood)"
    )
    if document["withheld_for_licence"]:
        speak.say(
            f"{document['withheld_for_licence']} of them stand on files without a licence or for local use only: "
            "the public report withholds them, `almena export … --edition city` shows them."
        )
    tests = document["self_tests"]
    speak.say(f"Self-tests: {tests['passed']} passed, {len(tests['failed'])} failed")
    for failed in tests["failed"]:
        speak.say(f"  failed: {failed['title']} ({failed['detail']})")
    speak.say(f"Took {document['seconds']:.1f} s and at most {document['peak_mb']:.0f} MB.")
    speak.say(f"Report: {document['outputs']['html'] or 'could not be written'}")
    return speak.WITH_PROBLEMS if found.problems else speak.DONE
