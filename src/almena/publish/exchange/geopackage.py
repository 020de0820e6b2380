"""A GeoPackage: map layers with styles, names for people and credits, the tables beside them, a project inside."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from almena.model.problem import AlmenaError
from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.exchange.credits import credit_lines, rights_text
from almena.publish.exchange.layers import MapLayer, left_out, map_layers
from almena.publish.exchange.qgis_project import project_document
from almena.publish.exchange.qml import styles_of
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.sheets import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Sheet, Value, sheet
from almena.publish.exchange.star import star
from almena.publish.exporters import Exporter
from almena.publish.material import Material

TABLES = ("observations", "cards", "sources", "gaps", "dimensions", "codes", "licences", "readme")
GEOMETRY = "geom"
_SQL_TYPES = {TEXT: "TEXT", NUMBER: "REAL", INTEGER: "INTEGER", BOOLEAN: "BOOLEAN", DATE: "DATE"}

# GDAL, "Configuration options" of the drivers GPKG and SQLite: a spatial index made beside the features may come out
# in another order on a busy machine; a draft that is thrown away when it fails need not wait for the disk.
_DRAFTING = {
    "OGR_GPKG_ALLOW_THREADED_RTREE": False,
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
    "OGR_SQLITE_JOURNAL": "MEMORY",
}

# QGIS, src/providers/ogr/qgsogrprovider.cpp: the table in which it looks for styles.
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(256), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""
# QGIS, src/core/qgsgeopackageprojectstorage.cpp: the table in which it looks for projects.
_PROJECTS = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
# OGC 12-128r19, GeoPackage 1.4, annexes F.9 (schema) and F.8 (metadata).
_DATA_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name))
"""
_METADATA = """
CREATE TABLE IF NOT EXISTS gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')
"""
_METADATA_REFERENCE = """
CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id))
"""
_EXTENSIONS = (
    ("gpkg_data_columns", "gpkg_schema", "http://www.geopackage.org/spec120/#extension_schema"),
    ("gpkg_metadata", "gpkg_metadata", "http://www.geopackage.org/spec120/#extension_metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", "http://www.geopackage.org/spec120/#extension_metadata"),
)


def write_geopackage(edition: Material, path: Path) -> Path:
    """
    Write the layers of an edition with their styles, its tables, and a QGIS project that shows them.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The file to write; it appears when it is whole.

    Raises
    ------
    AlmenaError
        When the disk refuses it; a former file is then still there.
    """
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        with tempfile.TemporaryDirectory(prefix="almena-layers-") as working:
            draft, whole = Path(working) / "draft.gpkg", Path(working) / "whole.gpkg"
            for layer in map_layers(edition):
                _write_layer(layer, draft)
            _complete(edition, draft, path.name)
            _copy(draft, whole)
            content = whole.read_bytes()
    except (OSError, sqlite3.Error, DataSourceError, DataLayerError) as error:
        remedy = "Free some space, then run the same command again."
        raise AlmenaError.of("The map layers could not be written", str(path), str(error), remedy) from error
    return write_whole(path, content)


def _write_layer(layer: MapLayer, draft: Path) -> None:
    from pyogrio import set_gdal_config_options
    from pyogrio.raw import write

    set_gdal_config_options(_DRAFTING)
    write(
        str(draft),
        shapely.to_wkb(layer.geometry),
        list(layer.arrays),
        [column.name for column in layer.columns],
        layer=layer.name,
        driver="GPKG",
        dataset_options={"VERSION": "1.2"},
        geometry_type=layer.kind,
        promote_to_multi=layer.kind.startswith("Multi"),
        crs=layer.crs,
        append=draft.exists(),
        layer_options={"IDENTIFIER": layer.name, "DESCRIPTION": describe(layer), "GEOMETRY_NAME": GEOMETRY},
    )


def _copy(draft: Path, whole: Path) -> None:
    """Copy a database page by page, without what earlier changes left in its gaps: their clocks would differ."""
    with closing(sqlite3.connect(draft)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("VACUUM INTO ?", (str(whole),))


def describe(layer: MapLayer) -> str:
    """Return what a layer holds and whom to credit for it."""
    return ". ".join([layer.title, *credit_lines(layer.sources)])


def _complete(edition: Material, draft: Path, name: str) -> None:
    """Add what only the database of the file can hold, and set its clocks to the day of the run."""
    moment = f"{edition.run_date}T00:00:00.000Z"
    with closing(sqlite3.connect(draft, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for statement in (_STYLES, _PROJECTS, _DATA_COLUMNS, _METADATA, _METADATA_REFERENCE):
            database.execute(statement)
        for extension in _EXTENSIONS:
            database.execute(
                "DELETE FROM gpkg_extensions WHERE table_name = ? AND extension_name = ?", extension[:2]
            )
            database.execute("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')", extension)
        layers = map_layers(edition)
        _add_styles(database, layers, moment)
        _add_aliases(database, [(layer.name, layer.columns) for layer in layers])
        for table in _tables(edition):
            _add_table(database, table)
        _add_project(database, edition, name)
        _add_metadata(database, edition, moment)
        for listed in ("layer_styles", "qgis_projects"):
            _list_table(database, listed, "")
        database.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        database.execute("COMMIT")


def _tables(edition: Material) -> Iterable[Sheet]:
    tables = star(edition)
    for name in TABLES:
        yield tables[name] if name != "readme" else _readme(edition, tables[name])


def _readme(edition: Material, table: Sheet) -> Sheet:
    """Return the readme with what is not in the file."""
    absent: list[tuple[Value, ...]] = [
        (say("Left out"), say("{title}: {count} features; they are in the file of the source.", title=each.title,
                              count=each.features))
        for each in left_out(edition)
    ]  # fmt: skip
    return sheet("readme", [*table.rows, *absent])


def _add_styles(database: sqlite3.Connection, layers: Sequence[MapLayer], moment: str) -> None:
    rows = [
        (
            "",
            "",
            layer.name,
            GEOMETRY,
            style.name,
            style.document,
            None,
            number == 0,
            layer.title,
            "",
            None,
            moment,
        )
        for layer in layers
        for number, style in enumerate(styles_of(layer))
    ]
    marks = ", ".join("?" * 12)
    columns = (
        "f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, "
        "useAsDefault, description, owner, ui, update_time"
    )
    database.executemany(f"INSERT INTO layer_styles ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _add_aliases(database: sqlite3.Connection, tables: Iterable[tuple[str, Sequence[Column]]]) -> None:
    """Give columns the names that people see; of two equal ones the second keeps its own name only."""
    for table, columns in tables:
        taken: set[str] = set()
        for column in columns:
            alias = column.title if column.title not in taken else None
            taken.add(column.title)
            row = table, column.name, alias, column.title, column.meaning or None
            database.execute(
                "INSERT OR REPLACE INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", row
            )


def _add_table(database: sqlite3.Connection, table: Sheet) -> None:
    columns = ", ".join(f'"{column.name}" {_SQL_TYPES[column.type]}' for column in table.columns)
    database.execute(
        f'CREATE TABLE "{table.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {columns})'
    )
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    rows = [[_stored(cell) for cell in row] for row in table.rows]
    database.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - our own names
    _list_table(database, table.name, say("Table {table}", table=table.name))
    _add_aliases(database, [(table.name, table.columns)])


def _list_table(database: sqlite3.Connection, name: str, description: str) -> None:
    row = name, name, description
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) "
        "VALUES (?, 'attributes', ?, ?, 0)", row
    )  # fmt: skip


def _stored(cell: Value) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return cell.item() if isinstance(cell, np.generic) else cell


def _add_project(database: sqlite3.Connection, edition: Material, geopackage: str) -> None:
    """Keep the project inside as well, so that one file is enough; QGIS writes the packed project in hexadecimal."""
    name = edition.city
    packed = io.BytesIO()
    year, month, day = (int(part) for part in edition.run_date.split("-"))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(f"{name}.qgs", (year, month, day, 0, 0, 0))
        info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
        archive.writestr(info, project_document(edition, geopackage))
    facts = {"last_modified_time": f"{edition.run_date}T00:00:00", "last_modified_user": ""}
    row = name, json.dumps(facts).encode(), packed.getvalue().hex().encode()
    database.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", row)


def _add_metadata(database: sqlite3.Connection, edition: Material, moment: str) -> None:
    text = json.dumps({"title": title_of(edition), "edition": edition.edition, "rights": rights_text(edition)},
                      ensure_ascii=False)  # fmt: skip
    standard = "https://www.w3.org/TR/vocab-dcat-3/"
    number = database.execute("SELECT coalesce(max(id), 0) + 1 FROM gpkg_metadata").fetchone()[0]
    row = number, standard, "application/json", text
    database.execute("INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, ?, ?)", row)
    reference = "geopackage", moment, number
    database.execute(
        "INSERT INTO gpkg_metadata_reference VALUES (?, NULL, NULL, NULL, ?, ?, NULL)", reference
    )


GPKG = Exporter("gpkg", "map layers with styles and tables, with a QGIS project inside", write_geopackage,
                each_run="layers.gpkg", in_zip="layers.gpkg")  # fmt: skip
