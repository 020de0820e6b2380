"""The verbs of the command line."""

from __future__ import annotations

import getpass
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from almena import __version__
from almena.cli import speak
from almena.model.problem import AlmenaError, Problem

app = typer.Typer(
    name="almena",
    help="From a city's open files to a first resilience profile that can be trusted.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
kit_app = typer.Typer(help="Kits: which file of a city fills which role.")
app.add_typer(kit_app, name="kit")

City = Annotated[Path, typer.Argument(metavar="DIR", help="The city folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Mirror = Annotated[
    Path | None, typer.Option("--mirror", help="Folder that holds the files of kits; else ALMENA_MIRROR.")
]
Jobs = Annotated[int, typer.Option("--jobs", min=1, max=64, help="Files read side by side.")]


def _alone(by: str = "almena") -> Any:
    """Return settings for verbs that need the city folder only: a mirror that is gone is no concern of theirs."""
    from almena.app.settings import Settings

    return Settings(progress=speak.progress, by=by)


def _settings(mirror: Path | None = None, *, jobs: int = 2) -> Any:
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

    found, notes = run_demo(city_dir, _settings(mirror))
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

    problems = new_city(directory, kit, _settings(mirror))
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

    return _tell_profile(run_profile(directory, _settings(mirror, jobs=jobs)), [], as_json)


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


@app.command()
def show(
    directory: City,
    indicator: Annotated[str, typer.Argument(help="Id of the indicator, such as identity.area.")],
    place: Annotated[str | None, typer.Option("--place", help="Id or name of a place.")] = None,
    as_json: Json = False,
) -> int:
    """Show a value with its range, use, method, and the chain to its files."""
    from almena.app.look import show as look_at

    found = look_at(directory, indicator, place)
    if as_json:
        speak.print_json(found)
    else:
        _tell_indicator(found, whole=place is not None)
    return speak.DONE


def _tell_indicator(found: dict[str, Any], *, whole: bool) -> None:
    card = found["card"]
    speak.say(f"{card['title']} ({found['indicator']})")
    speak.say(f"{card['definition']}. Unit: {card['unit']}.")
    rows = found["observations"]
    if not rows:
        speak.say("No value yet: run `almena profile`.")
        return
    shown = rows if whole else [r for r in rows if r["place_kind"] == "city"]
    for row in shown:
        _tell_value(row, card["decimals"])
    hidden = len(rows) - len(shown)
    if hidden:
        speak.say(f"\n{hidden} more values for parts of the city: use --place or --json.")


def _tell_value(row: dict[str, Any], decimals: int) -> None:
    what = ", ".join(f"{k} = {v}" for k, v in row["dimensions"].items())
    where = " · ".join(part for part in (row["place_name"] or row["place"], row["period"], what) if part)
    if row["value"] is None:
        speak.say(f"\n[missing] {where}\n  reason: {row['reason']}\n  remedy: {row['remedy']}")
        return
    value, low, high = (speak.number(row[k], decimals) for k in ("value", "low", "high"))
    speak.say(f"\n[{row['use']}] {where}: {value} ({low} to {high}) {row['unit']}")
    covered = f"{100 * (row['coverage'] or 0):.0f} %"
    speak.say(f"  {row['status']}, quality {row['quality']}, coverage {covered}, {row['method']}")
    for cause in row["causes"]:
        low, high = (speak.number(cause[k], decimals) for k in ("low", "high"))
        effect = "" if cause["low"] is None and cause["high"] is None else f" ({low} to {high})"
        speak.say(f"  range because: {cause['name']}{effect}")
    for note in row["notes"]:
        speak.say(f"  note: {note}")
    if row["reason"]:
        speak.say(f"  not fit for more because: {row['reason']}")
    for said in row["reviews"]:
        speak.say(f"  {said['verdict']} by {said['by']} on {said['at'][:10]} {said['why']}".rstrip())
    for origin in row["origins"]:
        speak.say(
            f"  from {origin['file']} ({origin['role']}; {origin['date']}; {origin['licence'] or 'no licence'})"
        )
        if origin["locator"]:
            speak.say(f"       at {origin['locator']}")
        speak.say(f"       sha256 {origin['sha256']}")
        if origin["url"]:
            speak.say(f"       {origin['url']}")
        for step in origin["steps"]:
            speak.say(f"       then {step}")


@app.command()
def review(
    directory: City,
    indicators: Annotated[list[str] | None, typer.Argument(help="Ids of the values.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Say that they are right.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Say that they are wrong.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who says so; your login name when left out.")] = "",
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "",
    as_json: Json = False,
) -> int:
    """List values that nobody has reviewed, or confirm or reject some."""
    from almena.app.look import VERDICTS
    from almena.app.look import review as look_over

    if confirm and reject:
        raise AlmenaError.of(
            "Both --confirm and --reject are given", "almena review", remedy="Give one of them."
        )
    by = by or _login_name()
    verdict = VERDICTS["confirm"] if confirm else VERDICTS["reject"] if reject else None
    rows = look_over(directory, indicators or [], verdict, why=why, settings=_alone(by))
    if as_json:
        speak.print_json(rows)
        return speak.DONE
    speak.table(
        [(r["indicator"], speak.number(r["value"], 2), r["unit"], r["status"], r["use"]) for r in rows]
    )
    if verdict:
        speak.say(
            f"{len(rows)} values {verdict} by {by}. "
            f"Run `almena profile {speak.quoted(directory)}` to renew the report."
        )
    return speak.DONE


def _login_name() -> str:
    """Return who is at the keyboard, or nothing where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


@app.command()
def gaps(directory: City, as_json: Json = False) -> int:
    """List what is missing, why, and the cheapest way to close each gap."""
    from almena.app.look import gaps as look_for

    rows = look_for(directory)
    if as_json:
        speak.print_json(rows)
        return speak.DONE
    for row in rows:
        speak.say(f"{row['indicator']} ({row['title']})\n  why: {row['reason']}\n  do:  {row['remedy']}")
        speak.say(f"  ask: {row['who']}, about {row['effort_hours']:g} hours (assumed)")
    speak.say(f"{len(rows)} gaps")
    return speak.DONE


@app.command(name="import")
def import_(
    directory: City,
    path: Annotated[Path, typer.Argument(help="A table, map or kit.")],
    role: Annotated[str | None, typer.Option("--role", help="Role it fills, when known.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer to a question: id=value.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Json = False,
) -> int:
    """Bring a table, a map or a kit into an existing city."""
    from almena.app.imports import bring_in

    found = bring_in(directory, path, role=role, answers=answer or [], dry_run=dry_run, settings=_settings())
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(line)
        _tell_questions(found["questions"])
    speak.complain([Problem(**p) for p in found["problems"]], "Some files could not be used:")
    speak.complain([Problem(**p) for p in found["notes"]])
    if found["questions"] and not dry_run:
        return speak.NOTHING_DONE
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


@app.command()
def export(
    directory: City,
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="html, csv, json or zip.")],  # noqa: A002
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File or folder to write.")],
    edition: Annotated[str, typer.Option("--edition", help="public or city.")] = "public",
    name_role: Annotated[
        list[str] | None, typer.Option("--name-role", help="Role whose features the city edition may name.")
    ] = None,
) -> int:
    """Write what the city knows in a format that people use."""
    from almena.app.exports import export as write

    done = write(directory, format, out, edition=edition, city_roles=name_role or [], settings=_alone())
    speak.say(f"Written: {done.path}")
    return speak.DONE


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


@kit_app.command(name="list")
def kit_list(as_json: Json = False) -> int:
    """List the kits that come with Almena."""
    from almena.gather.kit import list_kits

    found = list_kits()
    if as_json:
        speak.print_json([vars(k) for k in found])
    else:
        speak.table([tuple(str(v) for v in vars(k).values()) for k in found])
    return speak.DONE


@kit_app.command(name="fetch")
def kit_fetch(
    name: Annotated[str, typer.Argument(help="Name of a kit, or its folder.")],
    into: Annotated[Path, typer.Option("--into", help="Mirror folder to fill.")] = Path("mirror"),
    as_json: Json = False,
) -> int:
    """Download the files of a kit that have an address; large files resume."""
    from almena.app.kits import fetch

    found = fetch(name, into, _settings())
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(line)
    speak.complain(Problem(**p) for p in found["problems"])
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


@kit_app.command(name="verify")
def kit_verify(
    kit: Annotated[str, typer.Argument(metavar="DIR", help="A kit: folder, zip or name; or a city folder.")],
    mirror: Mirror = None,
    as_json: Json = False,
) -> int:
    """Check a kit: its form, its files and their hashes."""
    from almena.app.kits import verify

    found = verify(kit, _settings(mirror))
    if as_json:
        speak.print_json(found)
    else:
        speak.complain(Problem(**p) for p in found["problems"])
        speak.say(f"{found['usable']} of {found['files']} files of {found['kit']} are there and right.")
    return speak.WITH_PROBLEMS if found["problems"] else speak.DONE


@kit_app.command(name="draft")
def kit_draft(
    folder: Annotated[Path | None, typer.Argument(help="A folder with files of a city.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the kit; else the folder itself.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer to a question: id=value.")
    ] = None,
    city: Annotated[
        str | None, typer.Option("--city", help="Name of a city (needs a later version).")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="ISO 3166-1 alpha-3 code.")] = None,
    as_json: Json = False,
) -> int:
    """Look at any folder, guess roles and readers, and write a kit with every doubt as a question."""
    from almena.app.kits import draft

    if folder is None:
        raise AlmenaError.of(
            "No folder is given",
            f"city {city} in {country}" if city else "almena kit draft",
            "drafting a kit from a city's name is not part of this version",
            "Give the folder that holds the city's files.",
        )
    if city or country:
        raise AlmenaError.of(
            "--city and --country look for open sources, and a folder is given",
            str(folder),
            "the files of the folder tell which city it is",
            "Leave them out; to correct the draft give --answer city.name=… and --answer city.country=….",
        )
    found = draft(folder, out, answer or [])
    if as_json:
        speak.print_json(found)
        return speak.DONE
    for line in found["said"]:
        speak.say(line)
    _tell_questions(found["questions"])
    return speak.DONE


def _tell_questions(questions: list[dict[str, Any]]) -> None:
    for question in questions:
        speak.say(f"\n? {question['about']}")
        for candidate in question["candidates"]:
            speak.say(f"    --answer {question['id']}={candidate['value']}   {candidate['why']}".rstrip())
        if not question["candidates"]:
            speak.say(f"    --answer {question['id']}=…")


@kit_app.callback(invoke_without_command=True)
def kits(context: typer.Context) -> int:
    """Kits: which file of a city fills which role."""
    return _help_alone(context)


def _help_alone(context: typer.Context) -> int:
    """Help whoever names no verb."""
    if context.invoked_subcommand is None:
        speak.say(context.get_help())
    return speak.DONE


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> int:
    """From a city's open files to a first resilience profile that can be trusted."""
    if version:
        speak.say(__version__)
        return speak.DONE
    return _help_alone(context)


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
        result = app(arguments, standalone_mode=False, prog_name="almena")
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
    speak.mutter("Interrupted. What was finished is kept; run the same command again to go on.")
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
