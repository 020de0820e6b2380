"""GeoParquet: columns and WKB geometry through pyarrow."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.columns import RawTable
from almena.harmonise.crs import DEGREES
from almena.harmonise.found import FoundFile
from almena.harmonise.layers import RawLayer
from almena.harmonise.parquet import open_parquet, values_of


def read_geoparquet(found: FoundFile) -> RawLayer:
    """
    Read a GeoParquet file.

    Parameters
    ----------
    found : FoundFile
        The file.

    Raises
    ------
    InputError
        When the file is damaged, has no ``geo`` metadata, or keeps its geometry in another form than WKB.
    """
    table = open_parquet(found)
    primary, facts = _geo_facts(table.schema.metadata or {}, found)
    others = [i for i, name in enumerate(table.column_names) if name != primary]
    names = tuple(table.column_names[i] for i in others)
    ids = np.arange(table.num_rows).astype(np.str_)
    return RawLayer(
        table=RawTable(names, table.num_rows, lambda i: values_of(table.column(others[i]), found)),
        geometry=_shapes(table.column(table.column_names.index(primary)), found),
        ids=ids,
        crs=_crs(facts),
    )


def _geo_facts(metadata: dict[bytes, bytes], found: FoundFile) -> tuple[str, dict[str, Any]]:
    """Return the name of the geometry column with what the file says about it."""
    try:
        geo = json.loads(metadata[b"geo"])
        primary = geo["primary_column"]
        facts = geo["columns"][primary]
    except (KeyError, ValueError, TypeError) as error:
        remedy = "Use the reader `table`, or write the file as GeoParquet."
        raise found.refusal(
            "The Parquet file says nothing about its geometry.", f"{error!r}", remedy
        ) from error
    if facts.get("encoding") != "WKB":
        why = f"It keeps geometry as {facts.get('encoding')}; WKB is read."
        raise found.refusal("The geometry of the Parquet file cannot be read.", why, "Write it as WKB.")
    return primary, facts


def _crs(facts: dict[str, Any]) -> str:
    """Return the system; the GeoParquet standard says that none given means longitude and latitude."""
    if "crs" not in facts:
        return DEGREES
    declared = facts["crs"]
    if isinstance(declared, dict) and isinstance(declared.get("id"), dict):
        return f"{declared['id'].get('authority')}:{declared['id'].get('code')}"
    return json.dumps(declared) if declared else ""


def _shapes(column: Any, found: FoundFile) -> NDArray[Any]:
    try:
        return np.asarray(shapely.from_wkb(np.array(column.to_pylist(), dtype=object)), dtype=object)
    except (shapely.errors.GEOSException, TypeError) as error:
        raise found.refusal(
            "Some geometries cannot be read.", str(error), "Have the file repaired."
        ) from error
