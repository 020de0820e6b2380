"""Kits by name, folder, file or zip: found, read and listed."""

from __future__ import annotations

import atexit
import difflib
import importlib.resources
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from almena.gather.archive import unpack
from almena.gather.kit_check import kit_from_tables
from almena.gather.kit_write import kit_text, write_kit
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem
from almena.packs import load_roles

KIT_FILE = "kit.toml"

__all__ = ["KitSummary", "find_kit_like", "kit_text", "list_kits", "load_kit", "parse_kit", "write_kit"]


@dataclass(frozen=True)
class KitSummary:
    """
    What a list of kits says about one of them.

    Parameters
    ----------
    id, name, country : str
        Short id, name of the city, ISO 3166-1 alpha-3 code.
    files, roles : int
        Number of files declared and of roles they fill.
    fetchable : int
        Number of files that name an address to fetch them from.
    folder : Path
        Folder that holds ``kit.toml``.
    """

    id: str
    name: str
    country: str
    files: int
    roles: int
    fetchable: int
    folder: Path


def load_kit(name_or_path: str | Path) -> Kit:
    """
    Read a kit and check every entry.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a built-in kit, a folder with a ``kit.toml``, the path of such a file, or a zip with one.

    Returns
    -------
    Kit
        The checked kit. The folder of a zipped kit is temporary and removed when the program ends.

    Raises
    ------
    InputError
        When there is no such kit, or with everything that is wrong in it.
    """
    path = _find(name_or_path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"byte {error.start} is not UTF-8") from error
    return parse_kit(text, path.parent, path.name)


def parse_kit(text: str, folder: Path, where: str = KIT_FILE) -> Kit:
    """
    Read a kit from the text of a ``kit.toml``.

    Parameters
    ----------
    text : str
        TOML text.
    folder : Path
        Folder that relative paths start from.
    where : str
        Name of the file in messages.

    Raises
    ------
    InputError
        With everything that is wrong in the text.
    """
    try:
        tables = tomllib.loads(text)
    except RecursionError as error:
        raise _not_toml(where, "its lists or tables are nested too deeply") from error
    except ValueError as error:  # tomllib's own error, and integers of thousands of digits
        raise _not_toml(where, str(error)) from error
    return kit_from_tables(tables, folder, where, load_roles())


def list_kits() -> list[KitSummary]:
    """Return the built-in kits, by id."""
    return [_summary(load_kit(path)) for path in sorted(_built_in().values())]


def find_kit_like(name: str) -> list[str]:
    """Return the names of built-in kits that resemble a name, the nearest first."""
    folded = name.strip().lower().replace("_", "-").replace(" ", "-")
    return difflib.get_close_matches(folded, sorted(_built_in()), n=3, cutoff=0.5)


def _summary(kit: Kit) -> KitSummary:
    fetchable = sum(bool(f.url) for f in kit.files)
    return KitSummary(kit.id, kit.name, kit.country, len(kit.files), len(kit.roles), fetchable, kit.folder)


def _built_in() -> dict[str, Path]:
    shelf = Path(str(importlib.resources.files("almena") / "kits"))
    return {found.parent.name: found for found in shelf.glob(f"*/{KIT_FILE}")}


def _find(name_or_path: str | Path) -> Path:
    built_in = _built_in()
    if isinstance(name_or_path, str) and name_or_path in built_in:
        return built_in[name_or_path]
    path = Path(name_or_path)
    try:
        found = _find_on_disk(path)
    except (OSError, ValueError) as error:  # a name too long for the system, or with a NUL
        raise _no_such_kit(str(name_or_path), str(error)) from error
    if found is None:
        raise _no_such_kit(
            str(name_or_path), "it is no built-in kit, and no folder, kit.toml or zip of that name"
        )
    return found


def _find_on_disk(path: Path) -> Path | None:
    if path.is_dir():
        return path / KIT_FILE
    if path.is_file():
        return _unzip(path) if path.suffix.lower() == ".zip" else path
    return None


def _unzip(path: Path) -> Path:
    into = Path(tempfile.mkdtemp(prefix="almena-kit-"))
    atexit.register(shutil.rmtree, into, ignore_errors=True)
    unpack(path, into)
    found = sorted(into.glob(KIT_FILE)) or sorted(into.glob(f"*/{KIT_FILE}"))
    if len(found) != 1:
        why = "the zip holds no kit.toml" if not found else "the zip holds several kits"
        raise InputError(
            Problem("The zip is not a kit.", str(path), why, "Zip the folder that holds kit.toml.")
        )
    return found[0]


def _no_such_kit(name: str, why: str) -> InputError:
    alike = find_kit_like(Path(name).name)
    offer = f"Did you mean {' or '.join(alike)}? " if alike else ""
    remedy = f"{offer}Built in: {', '.join(sorted(_built_in()))}. Or give the folder that holds kit.toml."
    return InputError(Problem("There is no such kit.", name, why, remedy))


def _unreadable(path: Path, why: str) -> InputError:
    remedy = "Name a folder that holds kit.toml, saved as UTF-8; `almena kit draft FOLDER` writes one."
    return InputError(Problem("The kit cannot be read.", str(path), why, remedy))


def _not_toml(where: str, why: str) -> InputError:
    remedy = "Mend that line: texts stand in quotes, lists in [ ], and each file starts with [[file]]."
    return InputError(Problem("The kit is not valid TOML.", where, why, remedy))
