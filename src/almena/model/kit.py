"""A kit: which file fills which role, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from almena.model.origin import OPEN

READERS = ("vector", "raster", "osm", "gtfs", "table", "timeseries", "document")
COMBINE = ("prefer", "union", "alternative")
SHARING = ("open", "local-only")
GAPS = ("leave-out", "straight")

FieldRef = str | int


@dataclass(frozen=True)
class KitFile:
    """
    One file of a kit.

    Parameters
    ----------
    role, path, reader : str
        Role it fills; path or glob relative to the kit or the mirror; name of the reader.
    sha256, url : str
        Expected hash; address to fetch it from, empty for derived files.
    licence, attribution, date, bytes, sharing : str
        As in `almena.model.origin.Source` (``bytes`` is ``original`` or ``derived``).
    encoding, crs, layer, sheet, key, delimiter, decimal : str
        Reading options; empty to detect. ``key`` names the member under which a wrapped JSON file hides its
        features, or the column that identifies rows.
    header : int or None
        Number of the header row, counted from 1; 0 when there is none; None to detect.
    dates : str
        ``day-first``, ``month-first``, ``year-first`` or a strptime pattern; empty to detect.
    missing : tuple of str
        Texts that stand for "no value".
    fields : mapping of str to str or int
        Canonical field to the column's name, or to its number counted from 1.
    where : mapping of str to tuple of str
        Column (as named in the file) to the values to keep.
    units : mapping of str to str
        Canonical field to the unit in the file, converted on reading.
    codes : mapping of str to mapping of str to str
        Canonical field to a translation of its values.
    gaps : str
        What becomes of an outline that an extract cuts off: ``leave-out``, or ``straight`` to close it with straight
        lines, which is then said with every value of its area.
    combine : str
        ``prefer`` (first usable file wins), ``union`` or ``alternative`` (feeds the interval only).
    """

    role: str
    path: str
    reader: str
    sha256: str = ""
    url: str = ""
    licence: str = ""
    attribution: str = ""
    date: str = "unknown"
    bytes: str = "original"
    sharing: str = OPEN
    encoding: str = ""
    crs: str = ""
    layer: str = ""
    sheet: str = ""
    key: str = ""
    delimiter: str = ""
    decimal: str = ""
    header: int | None = None
    dates: str = ""
    missing: tuple[str, ...] = ()
    fields: Mapping[str, FieldRef] = field(default_factory=dict)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    gaps: str = "leave-out"
    combine: str = "prefer"


@dataclass(frozen=True)
class Kit:
    """
    What is known about one city's files, and nothing else.

    Parameters
    ----------
    id, name, country, crs : str
        Short id; name; ISO 3166-1 alpha-3 code; metric coordinate system.
    languages : tuple of str
        Languages of the city's outputs, the main one first.
    files : tuple of KitFile
        The files.
    folder : Path
        Folder that holds ``kit.toml``; relative paths are looked for here first, then in the mirror.
    """

    id: str
    name: str
    country: str
    crs: str
    languages: tuple[str, ...]
    files: tuple[KitFile, ...]
    folder: Path

    def of_role(self, role: str) -> tuple[KitFile, ...]:
        """Return the files of one role, in the order of the kit."""
        return tuple(f for f in self.files if f.role == role)

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the ids of the roles that the kit fills, in order of first mention."""
        return tuple(dict.fromkeys(f.role for f in self.files))
