"""Outputs that stand: what a run would write again byte by byte is left alone."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import shapely

import almena
from almena.gather.hashing import hash_file
from almena.measure.runner import Runner
from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.store.folder import CityFolder
from almena.store.rows import StoredObservation
from almena.store.settings import get_setting, put_setting

_OUTPUTS = "outputs"
_OURS = f"{almena.__name__}."


class StandingOutputs:
    """
    Which outputs of a city are there, untouched, and made of exactly what this run knows.

    An output stands when the hash of all that its writer may read is the one noted when it was written, and the hash
    of its bytes too. Writers of other packages write each time: how they came to their bytes is not known here.

    Parameters
    ----------
    folder : CityFolder
        The city.
    content : str
        Hash of all that writers may read, from `content_of`.
    """

    def __init__(self, folder: CityFolder, content: str) -> None:
        self._folder, self._content = folder, content
        self._before: dict[str, dict[str, str]] = get_setting(folder.engine, _OUTPUTS, {})
        self._now: dict[str, dict[str, str]] = {}

    def find(self, exporter: Exporter) -> Path | None:
        """Return what to open of an output that stands, or None when it has to be written."""
        noted = self._before.get(exporter.name)
        if noted is None or noted["made_of"] != self._made_of(exporter):
            return None
        opened = self._folder.path / noted["opens"]
        if not opened.exists() or _bytes_of(self._folder.path / exporter.each_run) != noted["bytes"]:
            return None
        self._now[exporter.name] = noted
        return opened

    def note(self, exporter: Exporter, opened: Path) -> None:
        """Remember an output that was written just now, and what to open of it."""
        if exporter.write.__module__.startswith(_OURS):
            self._now[exporter.name] = {
                "made_of": self._made_of(exporter),
                "bytes": _bytes_of(self._folder.path / exporter.each_run),
                "opens": opened.relative_to(self._folder.path).as_posix(),
            }

    def keep(self) -> None:
        """Keep what was found and noted for the run after this one."""
        if self._now != self._before:
            put_setting(self._folder.engine, _OUTPUTS, self._now)

    def _made_of(self, exporter: Exporter) -> str:
        waited_for = self._now.get(exporter.after, {}).get("bytes", "")
        return _digest(
            [self._content, exporter.name, exporter.write.__module__, exporter.each_run, waited_for]
        )


def content_of(
    material: Material, standing: Sequence[StoredObservation], runner: Runner, language: str
) -> str:
    """
    Return a hash of all that the writers of a run may read.

    Parameters
    ----------
    material : Material
        The run, not yet cut to its edition.
    standing : sequence of StoredObservation
        Its observations as stored: a row of the store never changes, so that its number and its reviews say it all.
    runner : Runner
        Knows the hash of every role, which stands for the content of its layer.
    language : str
        Code of the language of the outputs.
    """
    places = material.places
    return _digest(
        [
            _software(),
            language,
            *(getattr(material, name) for name in ("city", "name", "country", "edition", "run_date", "version", "crs")),
            *(list(getattr(material, name).items()) for name in ("cards", "elements", "roles", "confirmed_by")),
            [(stored.id, stored.reviews, stored.earlier_reviews) for stored in standing],
            [material.sources, sorted(material.city_roles), material.self_tests, material.problems, material.notes],
            [material.pressing, material.case, material.views, sorted(material.packs.items())],
            [places.items, places.crs, places.key, places.country, *shapely.to_wkb(places.geometry)],
            [(role, runner.key_of(role)) for role in material.roles],
        ]
    )  # fmt: skip


@cache
def _software() -> str:
    """
    Return a hash of the program: every file of this package, and the versions of all that is installed beside it.

    The bytes of a map or a workbook depend on the libraries that write it. They are told by the names of their
    folders of metadata, which bear their versions (Python Packaging User Guide, "Recording installed projects").
    """
    here = Path(almena.__file__).parent
    ours = (file for file in sorted(here.rglob("*")) if file.is_file() and file.suffix != ".pyc")
    beside = sorted({kept.name for folder in sys.path for kept in Path(folder or ".").glob("*.dist-info")})
    files = [(file.relative_to(here).as_posix(), hash_file(file)) for file in ours]
    return _digest([sys.version, sys.platform, beside, files])


def _bytes_of(path: Path) -> str:
    """Return a hash of a file, or of a folder with the names of all that lies in it; empty when there is none."""
    if not path.is_dir():
        return hash_file(path) if path.is_file() else ""
    inside = sorted(file for file in path.rglob("*") if not file.is_dir())
    return _digest([(file.relative_to(path).as_posix(), hash_file(file)) for file in inside])


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256("\x1f".join(_texts(parts)).encode("utf-8", "surrogatepass")).hexdigest()


def _texts(parts: Iterable[object]) -> Iterator[str]:
    return (part if isinstance(part, str) else repr(part) for part in parts)
