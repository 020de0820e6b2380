"""Vector formats that GDAL reads: shapefile, GeoPackage, FlatGeobuf, KML; nothing else, and no network."""

from __future__ import annotations

import codecs
import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.columns import RawTable
from almena.harmonise.found import FoundFile
from almena.harmonise.layers import RawLayer
from almena.harmonise.text import first_bytes
from almena.harmonise.words import listing, nearest

GEOPACKAGE = b"SQLite format 3\x00"
CLOSED_DOORS = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "GML_DOWNLOAD_SCHEMA": "NO",
}


@dataclass(frozen=True)
class Opened:
    """
    What GDAL hands over.

    Parameters
    ----------
    meta : dict
        Facts about the layer.
    fids, wkb : ndarray, shape (n,)
        Feature ids and geometry.
    columns : list of ndarray, shape (n,)
        Attributes.
    notes : tuple of str
        What had to be decided.
    """

    meta: dict[str, Any]
    fids: NDArray[Any]
    wkb: NDArray[Any]
    columns: list[NDArray[Any]]
    notes: tuple[str, ...] = ()


def read_gdal(
    found: FoundFile, address: str, *, is_shapefile: bool = False, has_cpg: bool = False
) -> RawLayer:
    """
    Read one layer through GDAL.

    Parameters
    ----------
    found : FoundFile
        The file; ``spec.layer`` names the layer, ``spec.encoding`` how a shapefile writes its texts.
    address : str
        What GDAL is to open: a path, or one inside a zip file.
    is_shapefile, has_cpg : bool
        Whether texts may be in any encoding, and whether the file states which.

    Raises
    ------
    InputError
        When the file or layer cannot be read.
    """
    layer = _layer(found, address)
    declared = _encoding(found) if is_shapefile else None
    if not is_shapefile or has_cpg or declared:
        opened = _open(found, address, layer, declared)
    else:
        opened = _open_undeclared(found, address, layer)
    names = tuple(str(n) for n in opened.meta["fields"])
    inside = f"layer {layer}" if layer else ""
    fids = opened.fids.astype(np.str_)
    return RawLayer(
        table=RawTable(
            names,
            len(fids),
            lambda i: opened.columns[i],
            inside,
            lambda _, row: f"feature {fids[row]}",
            opened.notes,
        ),
        geometry=_shapes(opened, found),
        ids=fids,
        crs=opened.meta["crs"] or "",
    )


def is_geopackage(found: FoundFile) -> bool:
    """Tell whether a file is a GeoPackage, by its first bytes."""
    return first_bytes(found).startswith(GEOPACKAGE)


def read_attributes(found: FoundFile) -> RawTable:
    """
    Return the attributes of a layer, or a table without geometry, of a GeoPackage.

    Parameters
    ----------
    found : FoundFile
        The file; ``spec.layer`` names the table when there are several.

    Raises
    ------
    InputError
        When the file or table cannot be read.
    """
    layer = _layer(found, str(found.path), with_plain=True)
    opened = _open(found, str(found.path), layer, None, with_geometry=False)
    names = tuple(str(n) for n in opened.meta["fields"])
    inside = f"layer {layer}" if layer else ""

    def address(column: int, row: int) -> str:
        """Return the address of a cell."""
        return f"feature {opened.fids[row]}, column {names[column]!r}"

    return RawTable(names, len(opened.fids), lambda i: opened.columns[i], inside, address, opened.notes)


def _layer(found: FoundFile, address: str, *, with_plain: bool = False) -> str:
    """Return the layer to read, with geometry unless plain tables will do; empty when the file has one only."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    pyogrio.set_gdal_config_options(CLOSED_DOORS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listed = pyogrio.list_layers(address)
    except DataSourceError as error:
        raise _unreadable(found, error) from error
    spatial = [str(name) for name, kind in listed if with_plain or kind is not None]
    if found.spec.layer:
        if found.spec.layer in spatial:
            return found.spec.layer
        like = nearest(found.spec.layer, spatial)
        hint = f"Did you mean {like!r}? " if like else ""
        why = f"The file holds: {listing(spatial) or 'no layer with geometry'}."
        raise found.refusal(
            f"The layer {found.spec.layer!r} is missing.", why, f"{hint}Correct `layer` in the kit."
        )
    if len(spatial) > 1:
        remedy = f'Name one in the kit, for example layer = "{spatial[0]}".'
        raise found.refusal("The file holds several layers.", f"{listing(spatial)}.", remedy)
    if not spatial:
        raise found.refusal("The file holds no layer with geometry.", remedy="Use the reader `table` for it.")
    return spatial[0] if len(listed) > 1 else ""


def _encoding(found: FoundFile) -> str | None:
    """Return the declared encoding under a name that GDAL knows; GDAL passes over those that it does not."""
    declared = found.spec.encoding
    if not declared:
        return None
    try:
        name = codecs.lookup(declared).name
    except LookupError as error:
        raise found.refusal(f"The encoding {declared} is not known.", remedy="Correct `encoding`.") from error
    return name.replace("iso8859-", "ISO-8859-").upper()


def _open(
    found: FoundFile, address: str, layer: str, encoding: str | None, *, with_geometry: bool = True
) -> Opened:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    problems = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            meta, fids, wkb, columns = pyogrio.raw.read(
                address, layer=layer or None, encoding=encoding, force_2d=with_geometry,
                read_geometry=with_geometry, return_fids=True,
            )  # fmt: skip
    except problems as error:
        raise _unreadable(found, error) from error
    except UnicodeDecodeError as error:
        raise found.refusal(
            f"The texts are not written in {found.spec.encoding or encoding}.",
            f"{error.object[max(error.start - 10, 0) : error.end + 10]!r} does not fit.",
            "Correct `encoding` in the kit, or leave it out to have it found out.",
        ) from error
    return Opened(meta, fids, wkb, columns, tuple(dict.fromkeys(f"GDAL: {w.message}" for w in said)))


def _open_undeclared(found: FoundFile, address: str, layer: str) -> Opened:
    """Take texts as UTF-8 when every one of them is valid UTF-8, else as GDAL finds."""
    from almena.model.problem import InputError

    try:
        opened = _open(found, address, layer, "utf-8")
    except InputError:
        opened = _open(found, address, layer, None)
        note = f"the shapefile states no encoding; its texts are read as {opened.meta['encoding']}"
        return Opened(opened.meta, opened.fids, opened.wkb, opened.columns, (*opened.notes, note))
    if all(_is_ascii(c) for c in opened.columns):
        return opened
    note = "the shapefile states no encoding (no .cpg); every text is valid utf-8, so it is read as utf-8"
    return Opened(opened.meta, opened.fids, opened.wkb, opened.columns, (*opened.notes, note))


def _is_ascii(column: NDArray[Any]) -> bool:
    return column.dtype != object or all(v.isascii() for v in column.tolist() if isinstance(v, str))


def _shapes(opened: Opened, found: FoundFile) -> NDArray[Any]:
    if opened.wkb is None:
        raise found.refusal("The layer has no geometry.", remedy="Use the reader `table` for it.")
    try:
        return np.asarray(shapely.from_wkb(opened.wkb), dtype=object)
    except shapely.errors.GEOSException as error:
        raise found.refusal(
            "Some geometries cannot be read.", str(error), "Have the file repaired."
        ) from error


def _unreadable(found: FoundFile, error: Exception) -> Exception:
    why = str(error).replace(f"{found.path.parent}{os.sep}", "")
    return found.refusal("The file cannot be read as a map.", why, "Fetch it again, with all its parts.")
