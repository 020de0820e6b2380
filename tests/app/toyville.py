"""The generated city for the tests of use cases and commands: whole, or small enough to be made in a moment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from almena.app.settings import Settings
from almena.gather.kit import load_kit
from almena.gather.kit_write import write_kit
from almena.gather.toy import write_toy_city
from almena.model.kit import Kit, KitFile

NOW = "2026-11-20T12:00:00+00:00"
FEW = ("boundary", "neighbourhoods", "schools", "hydrants", "population_grid")
"""Roles of a small city: enough for values, maps and gaps, and read in a tenth of a second."""

_MADE: dict[str, Any] = {}


def settings(**more: Any) -> Settings:
    """Return settings with a clock that stands still."""
    return Settings(**{"clock": lambda: NOW, **more})


def once(name: str, make: Callable[[], Any]) -> Any:
    """Return what was made under a name before, so that the folders of tests share one generated city."""
    if name not in _MADE:
        _MADE[name] = make()
    return _MADE[name]


def whole_kit(folder: Path) -> Path:
    """Return a folder with the kit of the generated city, all roles filled; do not change it."""
    write_toy_city(folder)
    return folder


def small_kit(whole: Path, folder: Path, roles: Iterable[str] = FEW) -> Path:
    """Write the kit of a city with a few roles, out of the whole one."""
    kit = load_kit(whole)
    wanted = set(roles)
    files = tuple(f for f in kit.files if f.role in wanted and f.combine != "alternative")
    for file in files:
        copy_file(whole, file, folder / file.path)
    write_kit(replace(kit, files=files), folder)
    return folder


def copy_file(kit: Path, file: KitFile, target: Path) -> Path:
    """Copy a file of a kit, with what travels with a shapefile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source = kit / file.path
    beside = source.parent.glob(f"{source.stem}.*") if source.suffix == ".shp" else [source]
    for one in beside:
        shutil.copyfile(one, target.with_suffix(one.suffix))
    return target


def file_of(kit: Path, role: str) -> KitFile:
    """Return the first main file of a role."""
    return next(f for f in load_kit(kit).files if f.role == role and f.combine != "alternative")


def change_kit(folder: Path, change: Callable[[Kit], Kit]) -> Kit:
    """Write a kit anew after a change."""
    kit = change(load_kit(folder))
    write_kit(kit, folder)
    return kit


def change_file(folder: Path, role: str, **facts: Any) -> Kit:
    """Write a kit anew with other facts about the files of one role."""

    def changed(kit: Kit) -> Kit:
        """Replace the facts of the role."""
        return replace(kit, files=tuple(replace(f, **facts) if f.role == role else f for f in kit.files))

    return change_kit(folder, changed)


def without_features(path: Path, count: int) -> None:
    """Take the first features out of a GeoJSON file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    holder = document if "features" in document else document["geoJson"]
    holder["features"] = holder["features"][count:]
    path.write_text(json.dumps(document), encoding="utf-8")


def contents(folder: Path, skip: Sequence[str] = (".lock",)) -> dict[str, bytes]:
    """Return all files of a folder by name."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in skip
    }


def raw_files(city: Path) -> list[Path]:
    """Return the snapshots of a city, without the records beside them."""
    return sorted(p for p in (city / "snapshots").glob("??/*") if p.suffix != ".json")
