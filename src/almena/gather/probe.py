"""A first look into any file: what kind it is, by its content rather than its name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from almena.gather import probe_map, probe_netcdf, probe_network, probe_raster, probe_table
from almena.gather.archive import look_through
from almena.gather.facts import DOCUMENT, UNKNOWN, FileFacts
from almena.gather.hashing import hash_file
from almena.gather.probe_netcdf import HEADS as NETCDF_HEADS
from almena.model.problem import InputError

_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the second begins one without members
_SHAPEFILE = b"\x00\x00\x27\x0a"
_TEXT = (".csv", ".tsv", ".txt", ".dat", ".tab")
_NO_READER = {
    ".pdf": "no reader takes PDF yet: save the tables as a spreadsheet, or the text as .docx or .txt",
    ".xls": "the old Excel format is not read: open it in Excel or LibreOffice and save it as .xlsx or .ods",
    ".rar": "no reader takes this archive: unpack it",
    ".7z": "no reader takes this archive: unpack it",
    ".gz": "no reader takes this archive: unpack it",
}


def probe(path: Path, part: str = "") -> FileFacts:
    """
    Look into a file.

    Parameters
    ----------
    path : Path
        The file.
    part : str
        The sheet or layer to look into; the first that holds anything when empty.

    Returns
    -------
    FileFacts
        What was found; of kind ``unknown`` with the reason when no reader can open it.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
        sha256, size = hash_file(path), path.stat().st_size
    except OSError as error:
        return FileFacts(path, UNKNOWN, why=error.strerror or str(error))
    if not head:
        return FileFacts(path, UNKNOWN, why="it is empty", sha256=sha256)
    return replace(_looker(path, head)(path, part), sha256=sha256, size=size)


def _looker(path: Path, head: bytes) -> Callable[[Path, str], FileFacts]:
    """Return what looks into a file, by its first bytes; sheets and layers are looked into one by one."""
    if head.startswith(NETCDF_HEADS):
        return probe_netcdf.look
    if head.startswith((_SHAPEFILE, b"SQLite format 3\x00", b"fgb")) or _is_kml(path, head):
        return probe_map.look_with_gdal
    if head.startswith(_ZIP):
        return _look_into_zip
    whole = _looker_at_once(path, head)
    if whole is probe_table.look_into_text:
        return probe_table.look_into_text
    return lambda file, _: whole(file)


def _is_kml(path: Path, head: bytes) -> bool:
    return path.suffix.lower() == ".kml" and b"<kml" in head


def _looker_at_once(path: Path, head: bytes) -> Callable[[Path], FileFacts]:
    suffix = path.suffix.lower()
    if head.startswith(_TIFF):
        return probe_raster.look
    if head.startswith(b"PAR1"):
        return probe_map.look_into_parquet
    if b"OSMHeader" in head[:64]:
        return probe_network.look_into_pbf
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return probe_map.look_into_json
    if suffix in _TEXT:
        return probe_table.look_into_text
    return _refuse


def _refuse(path: Path) -> FileFacts:
    return FileFacts(path, UNKNOWN, why=_NO_READER.get(path.suffix.lower(), "no reader takes this format"))


def _look_into_zip(path: Path, part: str = "") -> FileFacts:
    try:
        look_through(path)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (InputError, zipfile.BadZipFile, OSError) as error:
        return FileFacts(path, UNKNOWN, why=str(error).splitlines()[0])
    if any(PurePosixPath(name).name.lower() == "stops.txt" for name in names):
        return probe_network.look_into_gtfs(path)
    if "xl/workbook.xml" in names:
        return probe_table.look_into_workbook(path, part)
    if "content.xml" in names and "mimetype" in names:
        return probe_table.look_into_spreadsheet(path, part)
    if "word/document.xml" in names:
        return FileFacts(path, DOCUMENT, facts=frozenset({"document"}))
    if len(shapes := [name for name in names if name.lower().endswith(".shp")]) == 1:
        return probe_map.look_into_zip(path, shapes[0])
    if len(maps := _drawn(path, [name for name in names if name.lower().endswith(".kml")])) == 1:
        return probe_map.look_into_zip(path, maps[0], part)
    why = "the zip holds no timetable and not exactly one map: unpack it" if names else "the zip is empty"
    return FileFacts(path, UNKNOWN, why=why)


def _drawn(path: Path, maps: list[str]) -> list[str]:
    """Return those of several KML files that draw anything: GIS programs add one that only links to the others."""
    if len(maps) < 2:
        return maps
    with zipfile.ZipFile(path) as archive:
        return [name for name in maps if b"<Placemark" in archive.read(name)]
