"""Small things that every test of this room needs: roles by hand, kit entries by hand, files by hand."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from almena.harmonise import FoundFile, read_file
from almena.model.card import Role
from almena.model.data import RoleData
from almena.model.kit import KitFile
from almena.model.origin import Source
from almena.model.problem import InputError


def role(kind: str = "layer", *required: str, named: str = "things", **more: Any) -> Role:
    """Return a role with given required fields."""
    return Role(id=named, kind=kind, title=named, meaning=named, required=required, **more)


def found(paths: Path | Sequence[Path], reader: str, role_id: str = "things", **options: Any) -> FoundFile:
    """Return a file that was found, with its kit entry."""
    many = (paths,) if isinstance(paths, Path) else tuple(paths)
    name = many[0].name
    seal = hashlib.sha256(b"".join(p.read_bytes() if p.is_file() else b"" for p in many)).hexdigest()
    spec = KitFile(role=role_id, path=name, reader=reader, **options)
    return FoundFile(spec, many, Source(role_id, name, seal, licence="CC0-1.0", date=spec.date))


def read(paths: Path | Sequence[Path], reader: str, wanted: Role, **options: Any) -> Any:
    """Read a file for a role through the public door."""
    content: RoleData = read_file(found(paths, reader, wanted.id, **options), wanted)
    return content


def outcome(path: Path, reader: str, wanted: Any, options: dict[str, Any]) -> tuple[Any, InputError | None]:
    """Return what was read, or why it was not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # drivers grumble about damaged files in many ways
        try:
            return read_file(found(path, reader, **options), wanted), None
        except InputError as error:
            return None, error


def text_file(folder: Path, text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    """Write a text file."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def json_file(folder: Path, document: Any, name: str = "map.geojson") -> Path:
    """Write a JSON file."""
    return text_file(folder, json.dumps(document), name)


def feature(geometry: Any, properties: Any = None, own_id: Any = None) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    made: dict[str, Any] = {"type": "Feature", "properties": properties or {}, "geometry": geometry}
    return made if own_id is None else made | {"id": own_id}


def collection(*features: Any, **more: Any) -> dict[str, Any]:
    """Return a GeoJSON feature collection."""
    return {"type": "FeatureCollection", "features": list(features), **more}


def point(x: float, y: float, *z: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [x, y, *z]}


def polygon(*ring: tuple[float, ...]) -> dict[str, Any]:
    """Return a GeoJSON polygon from its outer ring, which is closed here."""
    return {"type": "Polygon", "coordinates": [[list(p) for p in (*ring, ring[0])]]}


SQUARE = polygon((0, 0), (1, 0), (1, 1), (0, 1))
BOW_TIE = polygon((0, 0), (2, 2), (2, 0), (0, 2))


def said(error: InputError) -> str:
    """Return all that an error tells a person."""
    return "\n".join(str(p) for p in error.problems)
