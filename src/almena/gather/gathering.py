"""All open sources for one place: planned with sizes first, then fetched; what one lacks stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from almena.gather.courier import Courier
from almena.gather.hashing import hash_file
from almena.gather.open_source import Desk, Kept, Made, NamedPlace, OpenSource, Request
from almena.gather.source_terms import Terms, at_address
from almena.model.kit import KitFile
from almena.model.origin import Source
from almena.model.problem import AlmenaError, InputError, Problem

FOLDER = "open-data"
EITHER = ("extract", "overpass")
"""Two ways to the same data: one of them is enough."""
MOST_FOR_EXTRACT = 400_000_000  # bytes; a larger extract takes longer than a bounded query (*assumed*)
_SLACK, _ROOM = 1.5, 50_000_000  # how far files may exceed the plan before the rest is refused (*assumed*)
T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """
    One file of a plan.

    Parameters
    ----------
    source : OpenSource
        Who asks for it.
    terms : Terms
        Terms of the source, with the address in use.
    request : Request
        What is fetched.
    size : int
        Number of bytes.
    is_estimate : bool
        Whether the size is assumed, since the server does not tell it.
    is_kept : bool
        Whether it was fetched before.
    """

    source: OpenSource
    terms: Terms
    request: Request
    size: int
    is_estimate: bool
    is_kept: bool


@dataclass(frozen=True)
class Plan:
    """
    What will be fetched for a place.

    Parameters
    ----------
    place : NamedPlace
        The place.
    items : tuple of Item
        All files, in the order of the sources.
    problems : tuple of Problem
        What cannot be fetched, one for each source that has nothing.
    """

    place: NamedPlace
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]

    @property
    def bytes_to_fetch(self) -> int:
        """Return the size of all files that are not kept yet."""
        return sum(item.size for item in self.items if not item.is_kept)

    @property
    def most_bytes(self) -> int:
        """Return the size at which fetching stops: files may be somewhat larger than planned, not many times."""
        return int(self.bytes_to_fetch * _SLACK) + _ROOM


@dataclass(frozen=True)
class Gathered:
    """
    What was fetched and made for a place.

    Parameters
    ----------
    made : tuple of (Made, Terms, tuple of Source)
        Each file of the kit with the terms of its source and the facts about the files it was made from.
    files : tuple of KitFile
        The entries of the kit, complete.
    problems : tuple of Problem
        What could not be fetched or made.
    """

    made: tuple[tuple[Made, Terms, tuple[Source, ...]], ...]
    files: tuple[KitFile, ...]
    problems: tuple[Problem, ...]


def make_plan(
    place: NamedPlace,
    sources: Mapping[str, OpenSource],
    courier: Courier,
    *,
    addresses: Mapping[str, str],
    today: str,
    map_from: str = "",
) -> Plan:
    """
    Ask every source what it needs for a place, and the servers how large that is.

    Parameters
    ----------
    place : NamedPlace
        The place.
    sources : mapping of str to OpenSource
        The sources wanted, by name.
    courier : Courier
        The way to the network.
    addresses : mapping of str to str
        Other addresses of services, by source.
    today : str
        Day of the draft, ISO 8601.
    map_from : str
        ``extract`` or ``overpass``; empty for the extract unless it is very large or absent.
    """
    planned: dict[str, list[Item]] = {}
    problems: dict[str, list[Problem]] = {}
    for name, source in sources.items():
        if map_from and name in EITHER and name != map_from:
            continue
        if name == EITHER[1] and not map_from and _is_handy(planned.get(EITHER[0], [])):
            continue
        terms = at_address(source.terms, addresses)
        planned[name], problems[name] = _guarded(name, partial(_ask, source, terms, place, courier, today))
    if planned.get(EITHER[1]):  # the query stands in for the extract
        planned.pop(EITHER[0], None)
        problems.pop(EITHER[0], None)
    return Plan(
        place,
        tuple(item for items in planned.values() for item in items),
        tuple(problem for some in problems.values() for problem in some),
    )


def _is_handy(items: list[Item]) -> bool:
    return bool(items) and sum(item.size for item in items) <= MOST_FOR_EXTRACT


def _ask(source: OpenSource, terms: Terms, place: NamedPlace, courier: Courier, today: str) -> list[Item]:
    def exists(url: str) -> bool | None:
        """Tell whether something is at an address."""
        return courier.size(url, terms).exists

    desk = Desk(terms.address, today, lambda wanted: courier.path(courier.bring(wanted, terms)), exists)
    return [_item(source, terms, wanted, courier) for wanted in source.plan(place, desk)]


def _item(source: OpenSource, terms: Terms, wanted: Request, courier: Courier) -> Item:
    if kept := courier.kept(wanted.url):
        return Item(source, terms, wanted, kept.size, False, True)
    # a question put to a service is answered when it is asked: its size is told by nobody before
    told = None if "?" in wanted.url else courier.size(wanted.url, terms).count
    return Item(source, terms, wanted, wanted.estimate if told is None else told, told is None, False)


def gather(plan: Plan, courier: Courier, folder: Path, progress: Callable[[str], None]) -> Gathered:
    """
    Fetch what a plan names and make the files of the kit from it.

    Parameters
    ----------
    plan : Plan
        The plan.
    courier : Courier
        The way to the network.
    folder : Path
        Folder of the kit; the files go into a folder of their own inside it.
    progress : callable
        Told in a line what is being fetched.

    Returns
    -------
    Gathered
        What could be had; what could not is a problem, and stops nothing else.

    Raises
    ------
    StoreError
        When a file cannot be written.
    """
    made: list[tuple[Made, Terms, tuple[Source, ...]]] = []
    problems: list[Problem] = list(plan.problems)
    courier.most_bytes = courier.fetched_bytes + plan.most_bytes
    for name, items in _by_source(plan.items):
        found, failed = _guarded(name, partial(_make, items, plan.place, courier, folder, progress))
        made += found
        problems += failed
    files = tuple(_complete(entry, one, terms, folder) for one, terms, _ in made for entry in one.files)
    return Gathered(tuple(made), files, tuple(problems))


def _by_source(items: tuple[Item, ...]) -> Iterator[tuple[str, list[Item]]]:
    for name in dict.fromkeys(item.terms.id for item in items):
        yield name, [item for item in items if item.terms.id == name]


def _make(
    items: list[Item], place: NamedPlace, courier: Courier, folder: Path, progress: Callable[[str], None]
) -> list[tuple[Made, Terms, tuple[Source, ...]]]:
    kept: dict[str, Kept] = {}
    for item in items:
        if not item.is_kept:
            progress(f"Fetching {item.request.file}: {item.terms.title}")
        source = courier.bring(item.request, item.terms)
        kept[item.request.file] = Kept(courier.path(source), source)
    inner = folder / FOLDER
    terms = items[0].terms
    return [
        (one, terms, tuple(kept[name].source for name in one.parents))
        for one in items[0].source.accept(place, kept, inner)
    ]


def _complete(entry: KitFile, one: Made, terms: Terms, folder: Path) -> KitFile:
    path = f"{FOLDER}/{one.path}"
    return replace(
        entry,
        path=path,
        sha256=hash_file(folder / path),
        licence=terms.licence,
        attribution=terms.attribution,
        bytes="derived",
    )


def _guarded(name: str, work: Callable[[], list[T]]) -> tuple[list[T], list[Problem]]:
    """Return what a source does, or why it cannot; a stranger's plugin may fail in any way."""
    try:
        return work(), []
    except InputError as error:
        return [], list(error.problems)
    except AlmenaError:
        raise
    except Exception as error:  # noqa: BLE001 - see above
        why = f"{type(error).__name__}: {error}"
        return [], [Problem("An open source failed.", name, why, "Leave it out, or tell its author.")]
