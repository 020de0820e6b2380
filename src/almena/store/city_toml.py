"""The small file that says which city a folder is about."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from almena.model.problem import InputError, Problem, raise_all

CITY_FILE = "city.toml"


@dataclass(frozen=True)
class City:
    """
    What a city folder says of itself.

    Parameters
    ----------
    id, name, country, crs : str
        Short id of small letters, digits and hyphens; name; ISO 3166-1 alpha-3 code; metric coordinate
        system.
    languages : tuple of str
        Languages of the outputs, the main one first.
    packs : tuple of str
        Ids of the content packs installed.
    database : str
        Address of a PostgreSQL database; empty for the SQLite file in the folder.
    """

    id: str
    name: str
    country: str = ""
    crs: str = ""
    languages: tuple[str, ...] = ("en",)
    packs: tuple[str, ...] = ()
    database: str = ""


_LISTS = ("languages", "packs")
_NAMES = tuple(f.name for f in fields(City))


def read_city(path: Path) -> City:
    """
    Read ``city.toml``.

    Raises
    ------
    InputError
        When it cannot be read; all problems together.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            Problem("The file that describes the city cannot be read", str(path), str(error), "correct it")
        ) from error
    raise_all(_problems(content, path))
    facts: dict[str, Any] = {name: tuple(v) if name in _LISTS else v for name, v in content.items()}
    return check_city(City(**facts), str(path))


def write_city(city: City, path: Path) -> None:
    """Write ``city.toml`` under a temporary name, then put it in place."""
    lines = [f"{name} = {_toml(getattr(city, name))}" for name in _NAMES if getattr(city, name)]
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    with half.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def check_city(city: City, where: str) -> City:
    """
    Return the facts unchanged when they can be used.

    Raises
    ------
    InputError
        When the id, the name, the country or the languages cannot be used; all problems together.
    """
    problems = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", city.id):
        remedy = "use small letters, digits and hyphens, for example new-town"
        problems.append(Problem(f"{city.id!r} cannot be the id of a city", where, "", remedy))
    if not city.name.strip():
        problems.append(Problem("The city has no name", where, "", "give its name"))
    if city.country and not re.fullmatch(r"[A-Z]{3}", city.country):
        remedy = "use the three capital letters of ISO 3166-1, for example BRA"
        problems.append(Problem(f"{city.country!r} is not a country code", where, "", remedy))
    if not city.languages:
        problems.append(Problem("No language is given", where, "", "give at least one, for example en"))
    raise_all(problems)
    return city


def _problems(content: dict[str, Any], path: Path) -> Iterable[Problem]:
    for name in ("id", "name"):
        if name not in content:
            yield Problem(f"`{name}` is missing", str(path), "", f'add a line {name} = "…"')
    for name, value in content.items():
        if name not in _NAMES:
            near = difflib.get_close_matches(name, _NAMES, 1)
            remedy = f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(_NAMES)}"
            yield Problem(f"`{name}` is not known here", str(path), "", remedy)
        elif not _right_type(name, value):
            wanted = "a list of texts" if name in _LISTS else "a text"
            yield Problem(f"`{name}` has the wrong type", str(path), f"it is {value!r}", f"write {wanted}")


def _right_type(name: str, value: Any) -> bool:
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def _toml(value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return '"' + "".join(_escaped(c) for c in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    # control characters: https://toml.io/en/v1.0.0#string
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 or ord(character) == 0x7F else character
