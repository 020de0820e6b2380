"""A kit from nothing but a city's name: which place is meant, what it costs to fetch, then the kit."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from almena.app.kits import parse_answers, write_draft
from almena.app.settings import Settings
from almena.gather.candidates import Candidates, describe, find_candidates
from almena.gather.countries import check_country, country_name
from almena.gather.courier import Courier
from almena.gather.draft import draft_kit
from almena.gather.draft_known import Known
from almena.gather.facts import plain
from almena.gather.fetch import DOWNLOADS
from almena.gather.gathering import EITHER, FOLDER, Gathered, Item, Plan, gather, make_plan
from almena.gather.gazetteer import read_gazetteers
from almena.gather.kit_manifest import notes_of, write_manifest
from almena.gather.open_source import Desk, NamedPlace, OpenSource
from almena.gather.snapshot import SnapshotStore
from almena.gather.source_terms import Terms, at_address, terms_of
from almena.gather.sources import installed_sources
from almena.gather.web import FetchSettings
from almena.model.problem import InputError, Problem, StoreError
from almena.packs.language import count, say

SNAPSHOTS = ".snapshots"
PLACE, DOWNLOAD, MAP, SOURCE = "city.place", "download", "openstreetmap", "source:"
YES, LEAVE_OUT = "yes", "leave-out"
_OF_THE_COUNTRY = "country_"  # roles whose files say nothing of the city itself


@dataclass(frozen=True)
class NamedCity:
    """
    What a person typed.

    Parameters
    ----------
    name, country : str
        Name of the city; ISO 3166-1 alpha-3 code of its country.
    """

    name: str
    country: str


@dataclass(frozen=True)
class Network:
    """
    How services are reached.

    Parameters
    ----------
    fetch : FetchSettings
        Limits and patience for one file.
    addresses : mapping of str to str
        Other addresses of services, by source.
    sleep : callable
        Waits a number of seconds.
    """

    fetch: FetchSettings = field(default_factory=FetchSettings)
    addresses: Mapping[str, str] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep


def folder_for(name: str) -> Path:
    """Return the folder that a kit goes to when nobody names one."""
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in plain(name))
    return Path("-".join([*(part for part in letters.split("-") if part), "kit"]))


def draft_named(
    city: NamedCity, out: Path, answers: Sequence[str], settings: Settings, network: Network
) -> dict[str, Any]:
    """
    Draft the kit of a named city from open sources.

    Parameters
    ----------
    city : NamedCity
        Name and country.
    out : Path
        Folder of the kit; what was fetched is kept in it, and not fetched again.
    answers : sequence of str
        ``id=value`` for questions: ``city.place`` (which of several namesakes), ``download`` (``yes`` to fetch),
        ``openstreetmap`` (``extract`` or ``overpass``), ``source:NAME`` (``leave-out``), and those of any draft.
    settings : Settings
        Mirror with lists of cities, clock and progress.
    network : Network
        How services are reached.

    Returns
    -------
    dict
        ``{kit, roles, questions, left_out, plan, problems, said}``; without an answer to the first two questions
        there is no kit yet.

    Raises
    ------
    InputError
        When the country has no such place, the geocoder cannot be asked, or an answer cannot be taken.
    StoreError
        When something cannot be written.
    """
    given = parse_answers(answers)
    country = check_country(city.country)
    sources, broken = _wanted(given)
    courier = Courier(SnapshotStore(out / SNAPSHOTS), network.fetch, sleep=network.sleep)
    geocoder = at_address(terms_of("geocoder"), network.addresses)
    settings.progress(_what_leaves([geocoder]))
    desk = Desk(
        geocoder.address, settings.today, lambda wanted: courier.path(courier.bring(wanted, geocoder))
    )
    cities = read_gazetteers(settings.mirror)
    with _geocoder_troubles():
        found = find_candidates(city.name, country, desk, cities)
    place = _chosen(found, given)
    if place is None:
        return _which(found, city, country)
    settings.progress(_what_leaves(at_address(s.terms, network.addresses) for s in sources.values()))
    plan = make_plan(
        place,
        sources,
        courier,
        addresses=network.addresses,
        today=settings.today,
        map_from=given.get(MAP, ""),
    )
    if given.get(DOWNLOAD) != YES:
        return _shall_it(plan)
    _check_room(plan, out)
    gathered = gather(plan, courier, out, settings.progress)
    return _written(gathered, plan, [*broken, *gathered.problems], out, given)


def _wanted(given: Mapping[str, str]) -> tuple[dict[str, OpenSource], list[Problem]]:
    """Return the sources that were not left out; refuse answers about others."""
    sources, broken = installed_sources()
    left = {q.removeprefix(SOURCE) for q in given if q.startswith(SOURCE)}
    problems = [
        Problem("An answer cannot be taken.", f"{q}={v}", "", remedy)
        for q, v in given.items()
        if (remedy := _odd_answer(q, v, sources))
    ]
    if problems:
        raise InputError(*problems)
    return {name: source for name, source in sources.items() if name not in left}, broken


def _odd_answer(question: str, value: str, sources: Mapping[str, OpenSource]) -> str:
    """Return what may be answered instead, or an empty text."""
    if question == DOWNLOAD and value != YES:
        return "Answer download=yes, or leave it out."
    if question == MAP and value not in EITHER:
        return f"Answer one of: {', '.join(EITHER)}."
    if question.startswith(SOURCE) and (question.removeprefix(SOURCE) not in sources or value != LEAVE_OUT):
        return f"Answer {SOURCE}NAME={LEAVE_OUT}; the names are {', '.join(sources)}."
    return ""


def _what_leaves(terms: Iterable[Terms]) -> str:
    """Say what services will learn, before the first of them is asked."""
    told = "\n".join(
        say("    {address} learns {what}", address=t.address, what=t.sent) for t in terms if t.sent
    )
    return say("What leaves this machine (no file of yours is sent):\n{services}", services=told)


@contextmanager
def _geocoder_troubles() -> Iterator[None]:
    """Say what else can be done when the service that knows names cannot be asked."""
    try:
        yield
    except InputError as error:
        remedy = (
            "Check the connection, name another geocoder with --sources, or draft from a folder of files."
        )
        raise InputError(
            *(replace(p, remedy=remedy) if p.where.startswith("http") else p for p in error.problems)
        ) from error


def _chosen(found: Candidates, given: Mapping[str, str]) -> NamedPlace | None:
    answer = given.get(PLACE)
    if answer is None:
        return found.only
    for place in found.places:
        if place.id == answer:
            return place
    offered = ", ".join(place.id for place in found.places)
    raise InputError(
        Problem("An answer cannot be taken.", f"{PLACE}={answer}", "", f"Answer one of: {offered}.")
    )


def _which(found: Candidates, city: NamedCity, country: str) -> dict[str, Any]:
    if found.are_namesakes:
        about = say(
            "Which of these places is {name} ({country})?", name=city.name, country=country_name(country)
        )
    else:
        about = say(
            "No place is called exactly {name}. Is it one of these in {country}?",
            name=city.name,
            country=country_name(country),
        )
    candidates = [{"value": place.id, "why": describe(place)} for place in found.places]
    question = {"id": PLACE, "about": about, "candidates": candidates, "default": ""}
    return _unfinished([question], None, [say("Nothing was downloaded yet.")])


def _shall_it(plan: Plan) -> dict[str, Any]:
    about = say("Shall {megabytes} MB be downloaded?", megabytes=_megabytes(plan.bytes_to_fetch))
    why = say("the same command with --yes does the same")
    question = {"id": DOWNLOAD, "about": about, "candidates": [{"value": YES, "why": why}], "default": ""}
    return _unfinished([question], plan, _plan_lines(plan))


def _unfinished(questions: list[dict[str, Any]], plan: Plan | None, said: list[str]) -> dict[str, Any]:
    return {
        "kit": None,
        "roles": [],
        "questions": questions,
        "left_out": [],
        "plan": _plan_table(plan) if plan else None,
        "problems": [p.as_dict() for p in plan.problems] if plan else [],
        "said": said,
    }


def _plan_lines(plan: Plan) -> list[str]:
    lines = [say("The place: {place}", place=describe(plan.place)), say("What would be fetched:")]
    for item in plan.items:
        size = _megabytes(item.size)
        told = (
            say("at hand")
            if item.is_kept
            else say("about {size} MB", size=size)
            if item.is_estimate
            else say("{size} MB", size=size)
        )
        lines.append(f"  {told:>14}  {item.terms.title}; {item.terms.licence}; {_shown(item)}")
    if any(item.terms.address.startswith("http://") for item in plan.items):
        lines.append(say("Some of these addresses are not encrypted (http)."))
    return lines


def _shown(item: Item) -> str:
    """Return the address of a file; of a question put to a service, that of the service."""
    return item.terms.address if "?" in item.request.url else item.request.url


def _plan_table(plan: Plan) -> dict[str, Any]:
    return {
        "place": {"id": plan.place.id, "name": plan.place.name, "country": plan.place.country},
        "bytes": plan.bytes_to_fetch,
        "files": [
            {
                "source": item.terms.id,
                "title": item.terms.title,
                "licence": item.terms.licence,
                "homepage": item.terms.homepage,
                "url": item.request.url,
                "bytes": item.size,
                "is_estimate": item.is_estimate,
                "is_at_hand": item.is_kept,
            }
            for item in plan.items
        ],
    }


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"


def _check_room(plan: Plan, out: Path) -> None:
    """Refuse a download that the disk cannot hold twice: as it came, and cut."""
    place = next(folder for folder in (out.resolve(), *out.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < 2 * plan.bytes_to_fetch:
        why = f"{_megabytes(free)} MB are free, twice {_megabytes(plan.bytes_to_fetch)} MB are needed"
        raise StoreError(
            Problem("The disk is too small.", str(out), why, "Free some space, or name another --out.")
        )


def _written(
    gathered: Gathered, plan: Plan, problems: list[Problem], out: Path, given: Mapping[str, str]
) -> dict[str, Any]:
    own = {q: v for q, v in given.items() if q not in (PLACE, DOWNLOAD, MAP) and not q.startswith(SOURCE)}
    answers = {"city.name": plan.place.name, "city.country": plan.place.country, **own}
    paths = frozenset(f"{FOLDER}/{made.path}" for made, _, _ in gathered.made)
    roles = {f.path for f in gathered.files}
    if all(file.role.startswith(_OF_THE_COUNTRY) for file in gathered.files):
        raise InputError(*problems)
    write_manifest(gathered, out)
    known = Known(gathered.files, notes_of(gathered), paths - roles)
    found = write_draft(draft_kit(out, answers=answers, known=known), out, out)
    kept = sum(1 for _ in SnapshotStore(out / SNAPSHOTS).records())
    lines = [
        *found["said"][:1],
        count("{number} snapshot is kept.", "{number} snapshots are kept.", kept),
        *found["said"][1:],
    ]
    _sweep(out)
    return {**found, "plan": _plan_table(plan), "problems": [p.as_dict() for p in problems], "said": lines}


def _sweep(out: Path) -> None:
    """Remove the folder of unfinished downloads when it is empty."""
    unfinished = out / SNAPSHOTS / DOWNLOADS
    if unfinished.is_dir() and not any(unfinished.iterdir()):
        unfinished.rmdir()
