"""Reader `vector`: any map of points, lines or polygons, recognised by its content and not by its name."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

from almena.harmonise.archive import safe_zip
from almena.harmonise.found import FoundFile
from almena.harmonise.gdal import GEOPACKAGE, read_gdal
from almena.harmonise.geojson import read_geojson
from almena.harmonise.geoparquet import read_geoparquet
from almena.harmonise.layers import RawLayer, build_layer
from almena.harmonise.text import first_bytes
from almena.harmonise.words import listing
from almena.model.card import Role
from almena.model.data import Layer

READER_VERSION = "2"
MAKES = ("layer",)

HEAD_BYTES = 65_536
SHAPEFILE = b"\x00\x00\x27\x0a"
FLATGEOBUF = b"fgb"
PARQUET = b"PAR1"
ZIP = b"PK\x03\x04"
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
REMEDY = "Give it as GeoJSON, GeoPackage, shapefile, GeoParquet, FlatGeobuf or KML."


def read(found: FoundFile, role: Role) -> Layer:
    """
    Read a map file as the layer of a role.

    Parameters
    ----------
    found : FoundFile
        GeoJSON (also wrapped), shapefile (also zipped), GeoPackage, GeoParquet, FlatGeobuf, KML or KMZ.
    role : Role
        A role of kind ``layer``.

    Raises
    ------
    InputError
        When the file is not a map, or cannot be used for the role.
    """
    return build_layer(_open(found), found, role)


def _open(found: FoundFile) -> RawLayer:
    """Choose by the first bytes, so that a file is never handed to a driver that follows links."""
    head = first_bytes(found, HEAD_BYTES)
    if head.startswith(SHAPEFILE):
        has_cpg = any(found.path.with_suffix(s).exists() for s in (".cpg", ".CPG"))
        return read_gdal(found, str(found.path), is_shapefile=True, has_cpg=has_cpg)
    if head.startswith((GEOPACKAGE, FLATGEOBUF)):
        return read_gdal(found, str(found.path))
    if head.startswith(PARQUET):
        return read_geoparquet(found)
    if head.startswith(ZIP):
        return _open_zip(found)
    if head.lstrip(b" \t\r\n").startswith(b"{") or head.startswith(TEXT_MARKS):
        return read_geojson(found)
    if _is_kml(head):
        return read_gdal(found, str(found.path))
    raise found.refusal("The file is not a map that can be read.", _suspicion(head), REMEDY)


def _is_kml(head: bytes) -> bool:
    """Accept KML by its root element, and only when nothing in it could wake another driver or an entity."""
    root = _ROOT.search(head)
    hostile = any(mark in head for mark in (b"OGRVRTDataSource", b"<!DOCTYPE", b"<!ENTITY"))
    return head.lstrip().startswith(b"<") and root is not None and root.group(1) == b"kml" and not hostile


def _suspicion(head: bytes) -> str:
    if head[:6] == b"<html>" or b"<!doctype html" in head[:200].lower():
        return "It looks like a web page: the download may have failed."
    return "Its first bytes belong to no format known here."


def _open_zip(found: FoundFile) -> RawLayer:
    """Open the one map inside a zip file."""
    members = safe_zip(found.path, found.name)
    maps = [m for m in members if PurePosixPath(m).suffix.lower() in (".shp", ".kml")]
    if found.spec.layer and len(maps) > 1:
        maps = [m for m in maps if PurePosixPath(m).stem == found.spec.layer] or maps
    if len(maps) > 1:
        maps = _drawn(found, maps)
    if len(maps) != 1:
        why = f"It holds {listing(maps) if maps else listing(members, 8)}."
        what = "The zip file holds several maps." if maps else "The zip file holds no shapefile or KML."
        raise found.refusal(what, why, "Name one under `layer`, or unpack it and name the file.")
    return _open_member(found, maps[0], members)


def _drawn(found: FoundFile, maps: list[str]) -> list[str]:
    """Leave out a KML file that only links to the others, as GIS programs add one."""
    with zipfile.ZipFile(found.path) as archive:
        return [m for m in maps if not m.lower().endswith(".kml") or b"<Placemark" in archive.read(m)]


def _open_member(found: FoundFile, member: str, members: tuple[str, ...]) -> RawLayer:
    address = f"/vsizip/{{{Path(found.path).resolve()}}}/{member}"
    with zipfile.ZipFile(found.path) as archive, archive.open(member) as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(SHAPEFILE):
        stem = str(PurePosixPath(member).with_suffix(""))
        has_cpg = any(m.lower() == f"{stem}.cpg".lower() for m in members)
        return read_gdal(found, address, is_shapefile=True, has_cpg=has_cpg)
    if _is_kml(head):
        return read_gdal(found, address)
    raise found.refusal("The map inside the zip file cannot be read.", member, REMEDY)
