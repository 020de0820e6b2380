"""What a pack says of itself, read from its pack.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from almena.model.pack import Manifest
from almena.model.problem import Problem
from almena.packs.pack_format import (
    KINDS,
    LETTERS,
    did_you_mean,
    has_control,
    is_language,
    is_pack_id,
    one_of,
)

MANIFEST = "pack.toml"
_SECTION = "pack"
_LISTS = ("languages", "requires", "notes")
_NAMES = tuple(f.name for f in fields(Manifest))
_REQUIRED = tuple(f.name for f in fields(Manifest) if f.default is MISSING)


def read_manifest(text: str | None, where: str) -> tuple[Manifest | None, list[Problem]]:
    """
    Read the manifest of a pack.

    Parameters
    ----------
    text : str or None
        Content of ``pack.toml``; None when there is none, which is not told here.
    where : str
        Name of the file, for people.

    Returns
    -------
    Manifest or None
        None when anything in it is wrong.
    list of Problem
        All that is wrong.
    """
    if text is None:
        return None, []
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [
            Problem("The manifest of the pack cannot be read", where, str(error), "Correct the line.")
        ]
    facts = content.get(_SECTION)
    if not isinstance(facts, dict):
        why, remedy = f"it has no section [{_SECTION}]", f"Write [{_SECTION}] above its lines."
        return None, [Problem("The manifest of the pack is empty", where, why, remedy)]
    problems = [*_unknown(content, where), *_of_form(facts, where)]
    if problems:
        return None, problems
    told: dict[str, Any] = {n: tuple(v) if n in _LISTS else v.strip() for n, v in facts.items()}
    found = Manifest(**told)
    problems = list(_of_sense(found, where))
    return (None if problems else found), problems


def _unknown(content: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for name in content:
        if name != _SECTION:
            remedy = f"Everything stands in the section [{_SECTION}]."
            yield Problem(f"`{name}` is not known in a manifest", where, "", remedy)


def _of_form(facts: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for name in _REQUIRED:
        if not facts.get(name):
            yield Problem(f"The manifest does not say its `{name}`", where, "", f"Add a line {name} = …")
    for name, value in facts.items():
        if name not in _NAMES:
            remedy = did_you_mean(name, _NAMES, f"Known are: {', '.join(_NAMES)}.")
            yield Problem(f"`{name}` is not known in a manifest", where, "", remedy)
        elif not _right_type(name, value):
            wanted = "a list of texts" if name in _LISTS else "a text"
            yield Problem(
                f"`{name}` of the manifest has the wrong type", where, f"it is {value!r}", f"Write {wanted}."
            )


def _right_type(name: str, value: Any) -> bool:
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, str)


def _of_sense(manifest: Manifest, where: str) -> Iterator[Problem]:
    if not is_pack_id(manifest.id):
        remedy = "Use lower-case letters, digits and hyphens, such as my-survey."
        yield Problem(f"{manifest.id!r} cannot be the id of a pack", where, "", remedy)
    if manifest.kind not in KINDS:
        remedy = did_you_mean(manifest.kind, KINDS, one_of(KINDS))
        yield Problem(f"{manifest.kind!r} is no kind of pack", where, "", remedy)
    if manifest.confidence and manifest.confidence not in LETTERS:
        remedy = one_of(LETTERS)
        yield Problem(f"{manifest.confidence!r} is no letter of confidence", where, "", remedy)
    for language in manifest.languages:
        if not is_language(language):
            yield Problem(
                f"{language!r} is no code of a language", where, "", "Write two letters, such as pt."
            )
    for name in _NAMES:
        if any(map(has_control, getattr(manifest, name))):
            yield Problem(f"`{name}` of the manifest holds a control character", where, "", "Type it again.")
    for name in ("languages", "requires"):
        if twice := _twice(getattr(manifest, name)):
            yield Problem(f"`{name}` of the manifest names {twice} twice", where, "", "Keep one.")
    if manifest.id in manifest.requires:
        yield Problem("The pack requires itself", where, "", "Take its own id out of `requires`.")


def _twice(names: tuple[str, ...]) -> str:
    return next((name for name in names if names.count(name) > 1), "")
