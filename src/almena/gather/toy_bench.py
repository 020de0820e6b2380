"""The bench on which the toy city's files are written: one file, one entry in its kit."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.gather.hashing import hash_file
from almena.gather.toy_plan import Plan, lonlat
from almena.model.kit import KitFile

LICENCE = "CC0-1.0"
CREDIT = "Toyville (generated, fictional)"
_LONG_AGO = (2020, 1, 1, 0, 0, 0)  # zips carry times; one fixed time keeps the bytes the same

Properties = Mapping[str, object]


class Bench:
    """
    Writes files into one folder and notes each in the kit.

    Parameters
    ----------
    folder : Path
        Folder of the kit.
    plan : Plan
        Ground plan of the city.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self.files: list[KitFile] = []

    def note(self, role: str, path: str, reader: str, **options: Any) -> None:
        """Note a written file in the kit; licence and credit are the toy's own unless given."""
        spec = KitFile(role, path, reader, sha256=hash_file(self.folder / path), bytes="derived")
        self.files.append(replace(spec, **{"licence": LICENCE, "attribution": CREDIT, **options}))

    def place(self, path: str) -> Path:
        """Return where a file of the kit lies, with its folder made."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the kit."""
        self.place(path).write_bytes(content)

    def geojson(
        self,
        role: str,
        path: str,
        features: Iterable[tuple[Any, Properties]],
        *,
        wrapped_under: str = "",
        **options: Any,
    ) -> None:
        """Write features given in metres as GeoJSON in degrees, wrapped under a key if named."""
        collection = feature_collection(features)
        if wrapped_under:
            collection = f'{{"name": "Toyville", "count": 1, {json.dumps(wrapped_under)}: {collection}}}'
            options["key"] = wrapped_under
        self.write(path, collection.encode())
        self.note(role, path, "vector", **options)

    def table(
        self,
        role: str,
        path: str,
        rows: Sequence[Sequence[object]],
        *,
        delimiter: str = ",",
        encoding: str = "utf-8",
        reader: str = "table",
        **options: Any,
    ) -> None:
        """Write rows, the header first, as a table of texts."""
        self.write(path, csv_text(rows, delimiter).encode(encoding))
        self.note(role, path, reader, **options)

    def points(self, polygon: Any, count: int, name: str) -> NDArray[np.object_]:
        """Return random points inside a polygon, as geometries."""
        return np.asarray(shapely.points(self.plan.inside(polygon, count, name)))


def feature_collection(features: Iterable[tuple[Any, Properties]]) -> str:
    """Return GeoJSON text of features whose geometry is in metres."""
    lines = [
        f'{{"type": "Feature", "id": "{number}", "properties": {json.dumps(dict(said), ensure_ascii=False)}, '
        f'"geometry": {shapely.to_geojson(lonlat(shape))}}}'
        for number, (shape, said) in enumerate(features, 1)
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}"


def csv_text(rows: Sequence[Sequence[object]], delimiter: str = ",", end: str = "\n") -> str:
    """Return rows as delimited text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue()


def fixed_zip(members: Mapping[str, bytes]) -> bytes:
    """Return a zip whose bytes depend on its members only."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, date_time=_LONG_AGO)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(info, content)
    return stream.getvalue()
