"""What many indicators share: shares, counts by place, census look-ups, names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.special import gammaincinv

from almena.geo.crs import Coordinates, Geometries, geodesic_areas, reproject, reproject_xy
from almena.geo.network import WalkNetwork
from almena.geo.points import count_in, piles, positions
from almena.geo.polygons import clip
from almena.model.data import Layer, Table
from almena.model.observation import EXPERT, Cause, Values, enumerated
from almena.model.place import Places
from almena.model.problem import AlmenaError

SQUARE_METRES = 1e6
NOT_ALL_MAPPED = "the map may lack some: not mapped is not none"
CHANCE = 1000.0  # persons below which a group may hold half of all by chance (assumed)


class Drawn(Protocol):
    """Whatever says whether it holds what somebody happened to draw, and no register."""

    @property
    def at_least(self) -> bool:
        """Tell whether what is missing in it may exist all the same."""
        ...


def percent(part: Any, whole: Any) -> Values:
    """Return 100 · part ÷ whole; NaN where the whole is nothing."""
    shares: Values = 100.0 * ratio(part, whole)
    return shares


def ratio(part: Any, whole: Any) -> Values:
    """Return part ÷ whole; NaN where the whole is nothing."""
    above, below = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Values = np.where(below > 0, above / below, np.nan)
    return result


def square_kilometres(geometry: NDArray[np.object_], crs: str) -> Values:
    """Return areas on the ellipsoid in km²; NaN-free, 0 for empty shapes."""
    areas: Values = np.nan_to_num(np.asarray(geodesic_areas(geometry, crs), dtype=float)) / SQUARE_METRES
    return areas


def place_sizes(places: Places) -> Values:
    """Return the area of each place in km²."""
    return places.once("sizes", lambda: square_kilometres(places.geometry, places.crs)).copy()


def covered_by(network: WalkNetwork, places: Places) -> tuple[Geometries, Values]:
    """Return the part of each place that a walk network covers, and its area in km²."""

    def cut() -> tuple[Geometries, Values]:
        """Return what the network covers, cut by the places."""
        covered = clip(places.geometry, network.covered)
        return covered, square_kilometres(covered, places.crs)

    return network.once("covered", cut, places)


def in_metres(layer: Layer, places: Places) -> Coordinates:
    """Return the positions of features in the city's metric system; areas stand at a point inside them."""
    if (shapely.get_type_id(layer.geometry) == shapely.GeometryType.POINT).all():
        return reproject_xy(positions(layer.geometry), layer.crs, places.crs)
    return positions(reproject(layer.geometry, layer.crs, places.crs))


def by_place(xy: Coordinates, places: Places, weight: Values | None = None) -> Values:
    """Count points in each place, or sum their weights."""
    return count_in(xy, places.geometry, weight)


def piled(xy: Coordinates) -> NDArray[np.bool_]:
    """Tell which points share one coordinate with at least four others."""
    return piles(xy) if len(xy) else np.zeros(0, dtype=bool)


def unknown(name: str) -> Cause:
    """Return a cause that is named but cannot be quantified."""
    return Cause(name, EXPERT, np.nan, np.nan)


def seen(layer: Drawn, value: Values) -> Values:
    """Return counts, NaN instead of 0 where the layer is no register: not mapped is not none."""
    return np.where(value == 0, np.nan, value) if layer.at_least else value


def counted(layer: Drawn, value: Values) -> Cause:
    """Return the cause of a count: complete for a register, at least for what somebody happened to draw."""
    return at_least(value) if layer.at_least else enumerated(value)


def at_least(value: Values) -> Cause:
    """Return the cause of a count of what somebody happened to draw: not fewer, and nobody knows how many more."""
    return Cause(NOT_ALL_MAPPED, EXPERT, value, np.nan)


def passed_by(value: Values) -> Cause:
    """
    Return the cause of a count of small things that volunteers draw as they pass: never fewer, perhaps more.

    The upper end is the 95 % limit of a Poisson count (Garwood 1936), as if chance alone had drawn some and not
    others (assumed): one hydrant may stand for nearly five, 256 addresses for 284.
    """
    return Cause(NOT_ALL_MAPPED, EXPERT, value, gammaincinv(value + 1, 0.95))


def all_there(layer: Drawn) -> float:
    """Return the completeness of a source: whole for a register, not known for what somebody happened to draw."""
    return np.nan if layer.at_least else 1.0


def plain(text: object) -> str:
    """Return a text of any script without accents, case, marks and spare blanks, to compare names."""
    letters = (c for c in unicodedata.normalize("NFKD", str(text)).casefold() if not unicodedata.combining(c))
    spaced = unicodedata.normalize("NFC", "".join(c if c.isalnum() else " " for c in letters))
    return " ".join(spaced.split())


def row_of(table: Table, column: str, wanted: str) -> int:
    """
    Return the row whose column holds a canonical word.

    Raises
    ------
    AlmenaError
        When the table has no such row; names the words that it has.
    """
    words = [plain(v) for v in table.columns[column]]
    if plain(wanted) in words:
        return words.index(plain(wanted))
    raise AlmenaError.of(
        f"The table {table.role} has no row for {wanted!r}",
        f"column {column}",
        "it has: " + ", ".join(map(str, table.columns[column])),
        "Translate its words with codes in kit.toml.",
    )


def everyone(table: Table) -> float:
    """
    Return the people of all groups of a table together.

    Raises
    ------
    AlmenaError
        When one of three or more rows holds the others together, to the person: people would be counted twice.
        Below a thousand people it may be chance.
    """
    persons = np.asarray(table.columns["persons"], dtype=float)
    whole, most = float(np.nansum(persons)), float(np.nanmax(persons, initial=0.0))
    if np.isfinite(persons).sum() > 2 and whole > CHANCE and abs(whole - 2 * most) < 0.5:
        raise AlmenaError.of(
            f"The table {table.role} holds its own total as a row",
            table.role,
            f"one row holds {most:,.0f} people, as many as all others together",
            "Leave the total out with where in kit.toml.",
        )
    return whole


def cells_of(table: Table, columns: Iterable[str], row: int) -> str:
    """Return the addresses of the cells of one row, as far as the format has addresses."""
    addresses = [table.cells[c][row] for c in columns if c in table.cells and row < len(table.cells[c])]
    return "; ".join(dict.fromkeys(addresses)) or f"row {row + 1}"


def latest_census(census_table: Table) -> tuple[int, float, int]:
    """
    Return the latest census as (year, persons, row).

    Raises
    ------
    AlmenaError
        When the table holds no usable count.
    """
    years = np.asarray(census_table.columns["year"], dtype=float)
    persons = np.asarray(census_table.columns["population"], dtype=float)
    usable = np.isfinite(years) & np.isfinite(persons) & (persons > 0)
    if not usable.any():
        raise AlmenaError.of(
            "The census table holds no count", census_table.role, remedy="Check its columns."
        )
    row = int(np.flatnonzero(usable)[np.argmax(years[usable])])
    return int(years[row]), float(persons[row]), row


def flags(layer: Layer, name: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a yes-or-no field says yes, and where it says no; neither where it is blank or absent."""
    values = layer.fields.get(name)
    given = [np.nan] * len(layer) if values is None else [np.nan if v is None else float(v) for v in values]
    numbers = np.array(given, dtype=float)
    return np.nan_to_num(numbers) > 0, numbers == 0


def lists(layer: Layer, name: str, default: str = "") -> NDArray[np.str_]:
    """Return a text field of a layer, or the default for all its features."""
    values = layer.fields.get(name)
    if values is None:
        return np.full(len(layer), default)
    return np.array([default if v is None else str(v) for v in values], dtype=np.str_)


def numbers(layer: Layer, name: str) -> Values:
    """Return a number field of a layer; NaN where it is blank or absent."""
    values = layer.fields.get(name)
    if values is None:
        return np.full(len(layer), np.nan)
    return np.array([np.nan if v is None else float(v) for v in values], dtype=float)
