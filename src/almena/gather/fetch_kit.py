"""All files of a kit fetched that are not at hand yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from almena.gather.fetch import Progress, fetch
from almena.gather.located import Located
from almena.gather.mirror import COMPANIONS, find_files, source_of
from almena.gather.snapshot import SnapshotStore
from almena.gather.web import FetchSettings
from almena.model.kit import Kit, KitFile
from almena.model.origin import Source
from almena.model.problem import AlmenaError, InputError, Problem

_NEEDED = (".dbf", ".shx")  # a shapefile without these has no attributes or no index


@dataclass(frozen=True)
class Fetched:
    """
    What became of the files of a kit.

    Parameters
    ----------
    fetched : tuple of Source
        Files fetched now.
    present : tuple of str
        Paths of files that were at hand already.
    mirror_only : tuple of str
        Paths of files that have no address: they come from a mirror only.
    problems : tuple of Problem
        Files that could not be fetched.
    """

    fetched: tuple[Source, ...]
    present: tuple[str, ...]
    mirror_only: tuple[str, ...]
    problems: tuple[Problem, ...]


def fetch_kit(
    kit: Kit,
    store: SnapshotStore,
    *,
    mirror: Path | None = None,
    progress: Progress | None = None,
    settings: FetchSettings | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """
    Fetch every file of a kit that has an address and is not at hand.

    Parameters
    ----------
    kit : Kit
        The kit.
    store : SnapshotStore
        Where files are kept.
    mirror : Path, optional
        Folder whose files need not be fetched.
    progress, settings, sleep
        As for `almena.gather.fetch.fetch`.

    Returns
    -------
    Fetched
        What was fetched, what was there, what has no address, and what failed; no failure stops the rest.

    Raises
    ------
    StoreError
        When the store cannot be written.
    """

    def get(url: str, sha256: str, facts: Source) -> Source:
        """Fetch one address into the store."""
        return fetch(url, sha256, store, progress, facts=facts, settings=settings, sleep=sleep)

    fetched: list[Source] = []
    problems: list[Problem] = []
    found = find_files(kit, mirror, store)
    wanted = [one.spec for one in found if not one.is_usable and one.spec.url]
    for spec in wanted:
        try:
            fetched.append(_fetch_one(spec, store, get))
        except InputError as error:
            problems += error.problems
    return Fetched(
        tuple(fetched),
        tuple(one.spec.path for one in found if one.is_usable),
        tuple(one.spec.path for one in found if not one.is_usable and not one.spec.url),
        tuple(problems),
    )


Get = Callable[[str, str, Source], Source]


def _fetch_one(spec: KitFile, store: SnapshotStore, get: Get) -> Source:
    if any(c in spec.path for c in "*?["):
        why = "its path is a pattern for several files, and one address gives one file"
        raise InputError(
            Problem("A file cannot be fetched.", spec.path, why, "Name each file with its own address.")
        )
    source = get(spec.url, spec.sha256, source_of(spec, "", 0))
    if Path(spec.path).suffix.lower() != ".shp":
        return source
    return _fetch_companions(spec, source, store, get)


def _fetch_companions(spec: KitFile, source: Source, store: SnapshotStore, get: Get) -> Source:
    companions: list[tuple[str, Path]] = []
    for suffix in COMPANIONS:
        name = Path(spec.path).with_suffix(suffix)
        facts = replace(source_of(spec, "", 0), file=name.as_posix())
        try:
            kept = get(_with_suffix(spec.url, suffix), "", facts)
        except AlmenaError:
            if suffix in _NEEDED:
                raise
            continue
        companions.append((name.name, store.path_of(kept.sha256)))
    shp = store.path_of(source.sha256)
    store.keep(Located(spec, (shp,), source, names=(Path(spec.path).name,), companions=tuple(companions)))
    return source


def _with_suffix(url: str, suffix: str) -> str:
    parts = urlsplit(url)
    stem, _, _ = parts.path.rpartition(".")
    return urlunsplit(parts._replace(path=stem + suffix))
