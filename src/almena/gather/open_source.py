"""What an open source is: what it asks the network for, and what it makes of the answers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from almena.gather.source_terms import Terms
from almena.model.kit import KitFile
from almena.model.origin import Source
from almena.model.problem import InputError, Problem

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

BUFFER_METRES = 1_600.0
"""How far data reach beyond the city: the study buffer of GHSCI (`config.yml`), so that walks may leave it."""
_METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude at the equator (WGS 84, rounded)


@dataclass(frozen=True)
class NamedPlace:
    """
    A place that a name may stand for.

    Parameters
    ----------
    id : str
        Kind and number of the OpenStreetMap object, for example ``R2804753``.
    name, country, region, kind : str
        Name; ISO 3166-1 alpha-3 code; the larger area it lies in; city, town, administrative area and so on.
    point : (float, float)
        Longitude and latitude, degrees.
    box : tuple of four floats
        West, south, east, north in degrees.
    population : int or None
        People, as the geocoder or a gazetteer tells.
    population_from : str
        Who tells the population.
    admin_level : int or None
        Level of an administrative outline, where the geocoder tells it.
    """

    id: str
    name: str
    country: str
    region: str
    kind: str
    point: tuple[float, float]
    box: Box
    population: int | None = None
    population_from: str = ""
    admin_level: int | None = None

    @property
    def has_outline(self) -> bool:
        """Tell whether the place is an area and no mere point."""
        return self.id[:1] in "RW"

    def around(self, metres: float = BUFFER_METRES) -> Box:
        """Return the box with so many metres more on each side."""
        west, south, east, north = self.box
        tall = metres / _METRES_PER_DEGREE
        wide = tall / max(0.02, math.cos(math.radians(max(abs(south), abs(north)))))
        return west - wide, max(-90.0, south - tall), east + wide, min(90.0, north + tall)


def anything(_: Path) -> str:
    """Complain of nothing."""
    return ""


@dataclass(frozen=True)
class Request:
    """
    One address to fetch.

    Parameters
    ----------
    url : str
        The address.
    file : str
        Name that the bytes are kept under.
    kinds : tuple of str
        Beginnings of media types that are welcome; empty for any.
    complaint : callable
        Looks at the fetched file and returns why it is not what was asked for, or an empty text.
    estimate : int
        Bytes expected when the server does not tell.
    date : str
        Date or interval that the content speaks of.
    patience : float
        Seconds of silence to bear at least, for services that think long before they answer.
    """

    url: str
    file: str
    kinds: tuple[str, ...] = ()
    complaint: Callable[[Path], str] = anything
    estimate: int = 0
    date: str = "unknown"
    patience: float = 0.0


@dataclass(frozen=True)
class Kept:
    """
    What was fetched for a request.

    Parameters
    ----------
    path : Path
        Where the bytes lie; the name tells nothing.
    source : Source
        The facts about them; the date is that of the day they were fetched, when the request named it.
    """

    path: Path
    source: Source


@dataclass(frozen=True)
class Made:
    """
    A file of the kit, made from what was fetched.

    Parameters
    ----------
    path : str
        Path inside the kit's folder.
    files : tuple of KitFile
        Its entries in the kit, one for each role, without hash, licence and credit; none when no role takes it.
    parents : tuple of str
        Names of the fetched files that it was made from.
    how : str
        What was done, in one plain sentence.
    """

    path: str
    files: tuple[KitFile, ...]
    parents: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Desk:
    """
    What a source is given to plan with.

    Parameters
    ----------
    address : str
        Where the service is, without a slash at the end.
    today : str
        Day of the draft, ISO 8601.
    ask : callable
        Fetches a small answer at once, from what is kept when it was asked before.
    exists : callable
        Tells whether something is at an address; None when the server does not say.
    """

    address: str
    today: str
    ask: Callable[[Request], Path]
    exists: Callable[[str], bool | None] = field(default=lambda _: None)

    def ask_json(self, request: Request) -> Any:
        """Return the answer as JSON."""
        return read_json(self.ask(request))


class OpenSource(Protocol):
    """An open source, built in or of a plugin (entry-point group ``almena.sources``)."""

    @property
    def terms(self) -> Terms:
        """Return name, title, licence, homepage, attribution and address."""
        ...  # pragma: no cover - a protocol

    def plan(self, place: NamedPlace, desk: Desk) -> Sequence[Request]:
        """Return what has to be fetched for a place; raises `InputError` when there is nothing for it."""
        ...  # pragma: no cover - a protocol

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> Sequence[Made]:
        """Make files of the kit in a folder from what was fetched, by the names of the requests."""
        ...  # pragma: no cover - a protocol


def read_json(path: Path) -> Any:
    """
    Read a JSON answer.

    Raises
    ------
    InputError
        When it is none.
    """
    if why := not_json(path):
        raise InputError(Problem("An answer cannot be understood.", path.name, why, "Try again later."))
    return json.loads(path.read_text(encoding="utf-8-sig"))


def not_json(path: Path) -> str:
    """Return why a file is no JSON, or an empty text."""
    try:
        json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return "the answer is no JSON, or breaks off"
    return ""


def starts_with(*beginnings: bytes) -> Callable[[Path], str]:
    """Return a complaint about files that begin otherwise."""

    def complaint(path: Path) -> str:
        """Look at the first bytes."""
        with path.open("rb") as stream:
            head = stream.read(64)
        return "" if head.startswith(beginnings) else "its first bytes are not those of such a file"

    return complaint


is_tiff = starts_with(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def nothing_there(what: str, where: str, why: str, remedy: str) -> InputError:
    """Return the error of a source that has nothing for a place."""
    return InputError(Problem(what, where, why, remedy))
