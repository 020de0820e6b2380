"""Verbs around kits: list, fetch, verify, draft."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import Json, Mirror, app, help_alone, settings_from
from almena.model.problem import AlmenaError, Problem
from almena.packs.language import say
from almena.packs.retelling import retell

kit_app = typer.Typer(help="Kits: which file of a city fills which role.")
app.add_typer(kit_app, name="kit")


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

    found = fetch(name, into, settings_from())
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(retell(line))
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

    found = verify(kit, settings_from(mirror))
    if as_json:
        speak.print_json(found)
    else:
        speak.complain(Problem(**p) for p in found["problems"])
        told = say(
            "{usable} of {files} files of {kit} are there and right.",
            usable=found["usable"],
            files=found["files"],
            kit=found["kit"],
        )
        speak.say(told)
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
        str | None, typer.Option("--city", help="Name of a city, to draft from open sources.")
    ] = None,
    country: Annotated[str | None, typer.Option("--country", help="ISO 3166-1 alpha-3 code.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Download what the plan names, without asking.")] = False,
    sources: Annotated[
        Path | None, typer.Option("--sources", help="Table (id,address) of other addresses of services.")
    ] = None,
    own_network: Annotated[
        bool, typer.Option("--own-network", help="Services may be inside your own network, too.")
    ] = False,
    mirror: Mirror = None,
    as_json: Json = False,
) -> int:
    """Look at any folder, or for open sources on a named city, and write a kit with every doubt as a question."""
    from almena.app.kits import draft

    if folder is None:
        return _draft_named(
            city,
            country,
            out,
            [*(answer or []), *(["download=yes"] if yes else [])],
            sources,
            own_network,
            mirror,
            as_json,
        )
    if city or country:
        raise AlmenaError.of(
            "--city and --country look for open sources, and a folder is given",
            str(folder),
            "the files of the folder tell which city it is",
            "Leave them out; to correct the draft give --answer city.name=… and --answer city.country=….",
        )
    return _tell(draft(folder, out, answer or []), as_json)


def _draft_named(
    city: str | None,
    country: str | None,
    out: Path | None,
    answers: list[str],
    sources: Path | None,
    own_network: bool,
    mirror: Path | None,
    as_json: bool,
) -> int:
    if not city or not country:
        raise AlmenaError.of(
            "No folder is given",
            f"city {city}" if city else "almena kit draft",
            "a name alone may mean cities in several countries" if city else "",
            "Give the folder that holds the city's files, or --city NAME and --country ISO3.",
        )
    from almena.app.named_city import NamedCity, Network, draft_named, folder_for
    from almena.gather.source_terms import read_addresses
    from almena.gather.web import FetchSettings

    network = Network(FetchSettings(allow_private=own_network), read_addresses(sources) if sources else {})
    settings = settings_from(mirror)
    return _tell(
        draft_named(NamedCity(city, country), out or folder_for(city), answers, settings, network), as_json
    )


def _tell(found: dict[str, Any], as_json: bool) -> int:
    if as_json:
        speak.print_json(found)
    else:
        for line in found["said"]:
            speak.say(retell(line))
        speak.ask(found["questions"])
    problems = found.get("problems", [])
    speak.complain(Problem(**p) for p in problems)
    return speak.WITH_PROBLEMS if problems and found["kit"] else speak.DONE


@kit_app.callback(invoke_without_command=True)
def kits(context: typer.Context) -> int:
    """Kits: which file of a city fills which role."""
    return help_alone(context)
