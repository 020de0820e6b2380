"""Kits written as TOML that people can read and edit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from almena.model.kit import Kit, KitFile

_DEFAULTS = {f.name: f.default for f in dataclasses.fields(KitFile) if f.default is not dataclasses.MISSING}
_ALWAYS = ("licence", "date")
_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def write_kit(kit: Kit, path: Path, *, notes: Mapping[int, Sequence[str]] | None = None) -> Path:
    """
    Write a kit as TOML.

    Parameters
    ----------
    kit : Kit
        The kit.
    path : Path
        File to write, or the folder to write ``kit.toml`` into.
    notes : mapping of int to sequence of str, optional
        Comments by number of the file, counted from 1; those of number 0 stand at the top.

    Returns
    -------
    Path
        The file written.
    """
    target = path / "kit.toml" if path.is_dir() else path
    target.write_text(kit_text(kit, notes=notes), encoding="utf-8", newline="\n")
    return target


def kit_text(kit: Kit, *, notes: Mapping[int, Sequence[str]] | None = None) -> str:
    """
    Return a kit as TOML text; reading it back gives the same kit.

    Parameters
    ----------
    kit : Kit
        The kit; its folder is not written.
    notes : mapping of int to sequence of str, optional
        Comments by number of the file, counted from 1; those of number 0 stand at the top.
    """
    said = notes or {}
    lines = [*_comments(said.get(0, ())), "[city]"]
    for key in ("id", "name", "country", "crs", "languages"):
        lines.append(f"{key} = {_value(getattr(kit, key))}")
    for number, spec in enumerate(kit.files, 1):
        lines += ["", *_comments(said.get(number, ())), "[[file]]", *_file_lines(spec)]
    return "\n".join(lines) + "\n"


def _file_lines(spec: KitFile) -> list[str]:
    lines = []
    for field in dataclasses.fields(KitFile):
        value = getattr(spec, field.name)
        is_default = field.name in _DEFAULTS and value == _DEFAULTS[field.name]
        is_empty = value in ((), {}, "") or value is None
        if field.name in _ALWAYS or not (is_default or is_empty):
            lines.append(f"{field.name} = {_value(value)}")
    return lines


def _comments(texts: Sequence[str]) -> list[str]:
    return [
        f"# {''.join(c if c.isprintable() else ' ' for c in line)}" for t in texts for line in t.splitlines()
    ]


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_value(v) for v in value)}]"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(k))} = {_value(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    raise TypeError(f"a kit holds no {type(value).__name__}")


def _key(key: str) -> str:
    return key if key and _BARE.issuperset(key) else _text(key)


def _text(text: str) -> str:
    return f'"{"".join(_escape(c) for c in text)}"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04X}" if ord(character) < 32 or ord(character) == 127 else character
