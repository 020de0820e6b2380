"""Where a pack comes from: those of Almena by id, those of somebody else as a folder or zip."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path

from almena.gather.archive import Limits, unpack
from almena.model.pack import Pack
from almena.model.problem import InputError, Problem
from almena.packs.pack_format import did_you_mean, pack_limits
from almena.packs.pack_manifest import MANIFEST
from almena.packs.pack_reading import STRAYS
from almena.packs.packs import load_pack, shipped_ids

_RATIO = 200.0  # as for other zips
_RATIO_FROM = 1 << 20


@contextmanager
def opened(source: str | Path) -> Iterator[tuple[Path, str]]:
    """
    Hand over the folder of somebody's pack, unpacked when it is a zip, with its name for people.

    Raises
    ------
    InputError
        When nothing is there, or the zip is unsafe or damaged.
    """
    path = Path(source)
    if path.name == MANIFEST and path.is_file():
        path = path.parent
    if path.is_dir():
        yield path, path.resolve().name
    elif path.is_file():
        with tempfile.TemporaryDirectory(prefix="almena-pack-") as working:
            yield _unpacked(path, Path(working)), path.name
    else:
        otherwise = f"Name a folder or zip, or one of: {', '.join(shipped_ids())}."
        remedy = did_you_mean(str(source), shipped_ids(), otherwise)
        raise InputError(Problem("There is no such pack", str(source), "", remedy))


def _unpacked(path: Path, working: Path) -> Path:
    if not zipfile.is_zipfile(path):
        why, remedy = "it is no zip", "Name the folder of the pack, or zip it."
        raise InputError(Problem("This file is not a pack", str(path), why, remedy))
    most = pack_limits()
    unpack(path, working, Limits(2 * most["total_bytes"], _RATIO, _RATIO_FROM, 2 * most["files"]))
    folders = [item for item in working.iterdir() if item.is_dir() and item.name not in STRAYS]
    is_inside = not (working / MANIFEST).is_file() and len(folders) == 1
    return folders[0] if is_inside else working


def read_somebodys(folder: Traversable, name: str, known: Mapping[str, Pack]) -> Pack:
    """
    Read a pack that somebody wrote.

    Parameters
    ----------
    folder, name
        Where it is, and what people call it.
    known : mapping of str to Pack
        What it may require.

    Raises
    ------
    InputError
        With everything that is wrong in it; when its id is that of a pack of Almena.
    """
    pack = load_pack(folder, known, name)
    if pack.id in shipped_ids():
        why, remedy = f"a pack {pack.id} comes with Almena", "Give yours an id of its own."
        raise InputError(Problem("The id of the pack is taken", f"{name}/{MANIFEST}", why, remedy))
    return pack
