"""Schools, hospitals and open spaces as the indicators count them, and which positions can be trusted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.geo.crs import Coordinates, Geometries, geodesic_areas, reproject
from almena.geo.points import name_by_largest_overlap, piles, positions
from almena.geo.polygons import dissolve_touching
from almena.measure.derived_people import merged_origins, steps
from almena.measure.registry import derived
from almena.model.data import Layer, RoleData
from almena.model.place import Places

Mask = NDArray[np.bool_]

# indicators.md "Schools … hospitals … open space"
OPEN_SPACE_LEISURE = ("park", "garden", "nature_reserve", "common", "playground")
OPEN_SPACE_PLACE = ("square",)
CLOSED_ACCESS = ("private", "customers")
TEACHING_LEVELS = frozenset(
    {
        *("primary", "elementary", "secondary", "lower_secondary", "upper_secondary", "middle", "high"),
        *("isced 1", "isced 2", "isced 3", "1", "2", "3"),
    }
)
NAMELESS = "only hospitals with a name or an outline: a nameless point may be a first-aid post"
PILE = 5  # features on one coordinate
WRONG_DISTRICT = 500.0  # metres between a point and the district that its address names
SAME_DISTRICT = 0.5  # smallest overlap over union for a name to pass from older limits to the present ones


@dataclass(frozen=True, kw_only=True)
class OpenSpaces(RoleData):
    """
    Public open spaces, touching polygons merged.

    Parameters
    ----------
    crs : str
        Metric coordinate system of ``geometry``.
    geometry : ndarray of object, shape (n,)
        Polygons, then the points of open spaces that are mapped as a point.
    area : ndarray of float, shape (n,)
        m² on the ellipsoid; 0 for points.
    """

    role: str = "public_open_spaces"
    crs: str
    geometry: Geometries
    area: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TrustedPoints(RoleData):
    """
    Facilities with what is known about their positions.

    Parameters
    ----------
    layer : Layer
        The facilities as read.
    crs : str
        Metric coordinate system of ``xy``.
    xy : ndarray of float, shape (n, 2)
        Positions.
    piled : ndarray of bool, shape (n,)
        Five or more share the coordinate.
    contradicted : ndarray of bool, shape (n,)
        The district of the address lies more than 500 m away.
    away : ndarray of float, shape (n,)
        Metres to the district of the address; NaN where it is not known.
    """

    role: str = "trusted_schools"
    layer: Layer
    crs: str
    xy: Coordinates
    piled: Mask
    contradicted: Mask
    away: NDArray[np.float64]

    @property
    def trusted(self) -> Mask:
        """Tell which positions may be used."""
        placed = np.isfinite(self.xy).all(axis=1)
        return np.asarray(placed & ~self.piled & ~self.contradicted, dtype=np.bool_)

    @property
    def reasons(self) -> NDArray[np.str_]:
        """Return for each facility why its position is not trusted; empty when it is."""
        placed = np.isfinite(self.xy).all(axis=1)
        cases = [~placed, self.piled, self.contradicted]
        texts = ["no position", "piled on one point with others", "away from the district of its address"]
        return np.select(cases, texts, default="")

    @property
    def doubtful_share(self) -> float:
        """Return the share, 0 to 1, of facilities whose position is not trusted."""
        return float(1 - self.trusted.mean()) if len(self.xy) else 0.0


@derived(version="1")
def teaching_schools(schools: Layer) -> Layer:
    """
    Keep primary and secondary schools.

    Pupils decide where they are known (any in primary or secondary), then the level in words, then the map's
    ``amenity`` (school); a school that none of them describes is kept.

    Parameters
    ----------
    schools : Layer
        Schools of all kinds.

    Returns
    -------
    Layer
        Primary and secondary schools, with a note on what was left out.
    """
    keep, known = _teaching(schools)
    return _kept(schools, keep, "teaching_schools", "primary and secondary schools", known)


@derived(version="1")
def real_hospitals(hospitals: Layer) -> Layer:
    """
    Keep hospitals, without clinics and surgeries.

    Parameters
    ----------
    hospitals : Layer
        Health facilities told apart by ``amenity``, or by ``level`` in words.

    Returns
    -------
    Layer
        Those with amenity "hospital", or a level that says so; a facility that neither describes is kept.
    """
    says_amenity, is_hospital = _by_amenity(hospitals, "hospital")
    level = _texts(hospitals, "level")
    by_level = np.char.find(level, "hospital") >= 0
    keep = np.where(says_amenity, is_hospital, np.where(level != "", by_level, True))
    known = says_amenity | (level != "")
    return _kept(hospitals, keep, "real_hospitals", "hospitals, clinics and surgeries left out", known)


@derived(version="1")
def public_open_spaces(open_spaces: Layer, *, places: Places) -> OpenSpaces:
    """
    Keep open spaces that everybody may enter, and merge polygons that touch.

    Parameters
    ----------
    open_spaces : Layer
        Parks, gardens, nature reserves, commons, playgrounds and squares with their access; a layer that has
        neither ``leisure`` nor ``place`` is taken as it is.
    places : Places
        The city; its coordinate system is used.

    Returns
    -------
    OpenSpaces
        All of the layer, also outside the city: people cross its limit to reach a park.
    """
    keep = _is_open_space(open_spaces) & ~np.isin(_texts(open_spaces, "access"), CLOSED_ACCESS)
    geometry = reproject(open_spaces.geometry[keep], open_spaces.crs, places.crs)
    dimension = shapely.get_dimensions(geometry)
    merged, _ = dissolve_touching(geometry[dimension == 2])
    spaces = np.concatenate([merged, geometry[dimension == 0]])
    left_out = f"{(~keep).sum()} features are of another kind or not open to all"
    drawn = f"{(dimension == 1).sum()} open spaces drawn as lines are left out"
    return OpenSpaces(
        crs=places.crs,
        geometry=spaces,
        area=geodesic_areas(spaces, places.crs),
        origins=steps(open_spaces, "public open spaces kept", "touching polygons merged"),
        date=open_spaces.date,
        notes=(left_out, *([drawn] if (dimension == 1).any() else [])),
    )


@derived(version="1")
def trusted_schools(
    schools: Layer,
    neighbourhoods: Layer | None = None,
    neighbourhood_statistics: Layer | None = None,
    *,
    places: Places,
    pile: int = PILE,
    tolerance: float = WRONG_DISTRICT,
) -> TrustedPoints:
    """
    Look for schools whose position cannot be right.

    Parameters
    ----------
    schools : Layer
        Schools, with the ``district`` of their address where known.
    neighbourhoods : Layer, optional
        Official neighbourhoods; without names they take them from ``neighbourhood_statistics``.
    neighbourhood_statistics : Layer, optional
        Older limits with names.
    places : Places
        The city; its coordinate system is used.
    pile : int
        Schools on one coordinate that make a pile; 5 in indicators.md.
    tolerance : float
        Metres that a school may lie from the neighbourhood of its address; 500.

    Returns
    -------
    TrustedPoints
        All schools, marked.
    """
    xy = positions(reproject(schools.geometry, schools.crs, places.crs))
    names, outlines = _districts(neighbourhoods, neighbourhood_statistics, places.crs)
    away = _distance_to_district(xy, _plain(_raw(schools, "district")), names, outlines)
    return TrustedPoints(
        layer=schools,
        crs=places.crs,
        xy=xy,
        piled=piles(xy, pile),
        contradicted=np.asarray(away > tolerance, dtype=np.bool_),
        away=away,
        origins=merged_origins(schools, neighbourhoods, neighbourhood_statistics),
        date=schools.date,
        notes=schools.notes,
    )


def named_mask(layer: Layer) -> Mask:
    """
    Tell which features can be relied upon: on a map, a lone point without a name may be a first-aid post or worse.

    Features of a register are all relied upon.
    """
    is_point = shapely.get_dimensions(layer.geometry) == 0
    nameless = np.array([not text for text in _raw(layer, "name")], dtype=np.bool_)
    return np.asarray(~(nameless & is_point) | (not layer.at_least), dtype=np.bool_)


def teaching_mask(schools: Layer) -> Mask:
    """Tell which schools teach at primary or secondary level, by the rule of `teaching_schools`."""
    return _teaching(schools)[0]


def _teaching(schools: Layer) -> tuple[Mask, Mask]:
    """Return which schools to keep, and for which of them something says what they are."""
    keep, known = np.ones(len(schools), np.bool_), np.zeros(len(schools), np.bool_)
    for says, teaches in (_by_pupils(schools), _by_level(schools), _by_amenity(schools, "school")):
        deciding = says & ~known
        keep[deciding] = teaches[deciding]
        known |= says
    return keep, known


def _by_pupils(schools: Layer) -> tuple[Mask, Mask]:
    """Return where pupils by level are known, and where there are some in primary or secondary."""
    names = [n for n in ("primary_pupils", "secondary_pupils") if n in schools.fields]
    if not names:
        return np.zeros(len(schools), np.bool_), np.zeros(len(schools), np.bool_)
    pupils = np.column_stack([np.asarray(schools.fields[name], dtype=float) for name in names])
    return np.isfinite(pupils).any(axis=1), np.nan_to_num(pupils).sum(axis=1) > 0


def _by_level(schools: Layer) -> tuple[Mask, Mask]:
    level = _texts(schools, "level")
    teaches = [any(part.strip() in TEACHING_LEVELS for part in _split(text)) for text in level]
    return level != "", np.array(teaches, dtype=np.bool_)


def _by_amenity(layer: Layer, wanted: str) -> tuple[Mask, Mask]:
    amenity = _texts(layer, "amenity")
    return amenity != "", amenity == wanted


def _is_open_space(layer: Layer) -> Mask:
    if not {"leisure", "place"} & set(layer.fields):
        return np.ones(len(layer), np.bool_)
    leisure, place = _texts(layer, "leisure"), _texts(layer, "place")
    return np.asarray(np.isin(leisure, OPEN_SPACE_LEISURE) | np.isin(place, OPEN_SPACE_PLACE), dtype=np.bool_)


def _kept(layer: Layer, keep: Mask, role: str, what: str, known: Mask) -> Layer:
    notes = [f"{(~keep).sum()} of {len(layer)} features are not {what.split(',')[0]} and are left out"]
    if not known.all():
        notes.append(f"{(~known).sum()} features do not say what they are and are kept")
    origins = steps(layer, f"{what} kept")
    return layer.take(np.flatnonzero(keep)).with_(role=role, origins=origins, notes=tuple(notes))


def _districts(
    neighbourhoods: Layer | None, statistics: Layer | None, crs: str
) -> tuple[NDArray[np.str_], Geometries]:
    """Return names in plain form and outlines, one for each name."""
    if neighbourhoods is None and statistics is None:
        return np.empty(0, np.str_), np.empty(0, object)
    main = neighbourhoods if neighbourhoods is not None else statistics
    assert main is not None
    outlines = reproject(main.geometry, main.crs, crs)
    names = _raw(main, "name")
    if statistics is not None and not any(names):
        older = reproject(statistics.geometry, statistics.crs, crs)
        names = list(
            name_by_largest_overlap(outlines, older, np.array(_raw(statistics, "name")), SAME_DISTRICT)
        )
    plain = _plain(names)
    labels = np.unique(plain[plain != ""])
    whole = np.empty(len(labels), dtype=object)
    whole[:] = [shapely.union_all(outlines[plain == label]) for label in labels]
    return labels, whole


def _distance_to_district(
    xy: Coordinates, district: NDArray[np.str_], names: NDArray[np.str_], outlines: Geometries
) -> NDArray[np.float64]:
    away = np.full(len(xy), np.nan)
    if not len(names):
        return away
    place = np.clip(np.searchsorted(names, district), 0, len(names) - 1)
    known = np.flatnonzero((names[place] == district) & np.isfinite(xy).all(axis=1))
    away[known] = shapely.distance(shapely.points(xy[known]), outlines[place[known]])
    return away


def _plain(names: Iterable[Any]) -> NDArray[np.str_]:
    """Return names without accents, case, punctuation and repeated blanks, so that two spellings meet."""
    bare = (unicodedata.normalize("NFKD", str(name)).casefold() for name in names)
    letters = (
        "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)) for text in bare
    )
    return np.array([" ".join(text.split()) for text in letters], dtype=np.str_)


def _split(text: str) -> list[str]:
    return text.replace(",", ";").replace("|", ";").split(";")


def _raw(layer: Layer, name: str) -> list[str]:
    values = layer.fields.get(name)
    return [""] * len(layer) if values is None else ["" if v is None else str(v).strip() for v in values]


def _texts(layer: Layer, name: str) -> NDArray[np.str_]:
    return np.array([text.lower() for text in _raw(layer, name)], dtype=np.str_)
