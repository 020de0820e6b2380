"""From the tables of a ``kit.toml`` to a kit: every entry checked, all complaints raised together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from almena.gather.kit_desk import Desk
from almena.gather.kit_values import (
    bad_crs,
    bad_date,
    bad_dates,
    bad_encoding,
    bad_metric_crs,
    bad_path,
    bad_url,
    is_country,
    is_id,
    is_language,
    is_sha256,
)
from almena.model.card import Role
from almena.model.kit import COMBINE, GAPS, READERS, SHARING, FieldRef, Kit, KitFile
from almena.model.problem import Problem, raise_all

CITY_KEYS = ("id", "name", "country", "crs", "languages")
FILE_KEYS = tuple(f.name for f in dataclasses.fields(KitFile))
BYTES = ("original", "derived")
COORDINATES = ("x", "y", "wkt")


def kit_from_tables(tables: Mapping[str, Any], folder: Path, where: str, roles: Mapping[str, Role]) -> Kit:
    """
    Build a kit from parsed TOML.

    Parameters
    ----------
    tables : mapping
        What ``tomllib`` returned.
    folder : Path
        Folder of the kit.
    where : str
        Name of the file in messages.
    roles : mapping of str to Role
        The roles that files may fill.

    Raises
    ------
    InputError
        With one problem for each entry that is wrong.
    """
    problems: list[Problem] = []
    top = Desk(where, tables, problems)
    top.refuse_unknown(("city", "file"))
    city = Desk(f"{where}, [city]", top.table_of("city", required=True), problems)
    entries = top.tables_of("file")
    files = tuple(
        _file(Desk(f"{where}, [[file]] {number} ({_label(entry)})", entry, problems), roles)
        for number, entry in enumerate(entries, 1)
    )
    for number in sorted(n for n, one in enumerate(files, 1) if one in files[: n - 1]):
        first = files.index(files[number - 1]) + 1
        same = f"it repeats [[file]] {first} in every entry: its content would count twice"
        problems.append(
            Problem("A file is declared twice.", f"{where}, [[file]] {number}", same, "Remove one.")
        )
    kit = _kit(city, files, folder)
    raise_all(problems)
    return kit


def _label(entry: Mapping[str, Any]) -> str:
    role = entry.get("role")
    return role if isinstance(role, str) else "no role"


def _kit(city: Desk, files: tuple[KitFile, ...], folder: Path) -> Kit:
    city.refuse_unknown(CITY_KEYS)
    kit = Kit(
        id=city.text("id", required=True),
        name=city.text("name", required=True),
        country=city.text("country", required=True),
        crs=city.text("crs", required=True),
        languages=city.texts("languages", required=True),
        files=files,
        folder=folder,
    )
    city.insist(not kit.id or is_id(kit.id), "id", kit.id, "Use small letters a-z, digits and hyphens.")
    city.insist(
        not kit.country or is_country(kit.country),
        "country",
        kit.country,
        'Give three capital letters (ISO 3166-1 alpha-3), for example "BRA".',
    )
    city.insist_none("crs", kit.crs, bad_metric_crs)
    for language in kit.languages:
        city.insist(is_language(language), "languages", language, 'Use codes such as "pt" or "en".')
    return kit


def _file(desk: Desk, roles: Mapping[str, Role]) -> KitFile:
    desk.refuse_unknown(FILE_KEYS)
    spec = KitFile(
        role=desk.choice("role", _fillable(roles), required=True, known=roles),
        path=desk.text("path", required=True),
        reader=_reader(desk),
        **{key: desk.text(key) for key in _PLAIN_TEXTS},
        date=desk.text("date") or "unknown",
        bytes=desk.choice("bytes", BYTES) or "original",
        sharing=desk.choice("sharing", SHARING) or "open",
        gaps=desk.choice("gaps", GAPS) or "leave-out",
        combine=desk.choice("combine", COMBINE) or "prefer",
        header=desk.number("header", least=0),
        missing=desk.texts("missing"),
        fields=_fields(desk),
        where=_where(desk),
        units=desk.text_map("units"),
        codes=_codes(desk),
    )
    _check_values(desk, spec)
    _check_fields(desk, spec, roles.get(spec.role))
    return spec


_PLAIN_TEXTS = (
    "sha256",
    "url",
    "licence",
    "attribution",
    "encoding",
    "crs",
    "layer",
    "sheet",
    "key",
    "delimiter",
    "decimal",
    "dates",
)


def _fillable(roles: Mapping[str, Role]) -> tuple[str, ...]:
    return tuple(r.id for r in roles.values() if not r.is_derived)


def _reader(desk: Desk) -> str:
    if desk.table.get("reader") in READERS:
        return str(desk.table["reader"])
    plugins = {point.name for point in entry_points(group="almena.readers")}
    return desk.choice("reader", (*READERS, *sorted(plugins - set(READERS))), required=True)


def _check_values(desk: Desk, spec: KitFile) -> None:
    desk.insist_none("path", spec.path, bad_path)
    desk.insist_none("url", spec.url, bad_url)
    desk.insist_none("date", spec.date, bad_date)
    desk.insist_none("dates", spec.dates, bad_dates)
    desk.insist_none("encoding", spec.encoding, bad_encoding)
    desk.insist_none("crs", spec.crs, bad_crs)
    desk.insist(
        not spec.sha256 or is_sha256(spec.sha256), "sha256", spec.sha256, "Give 64 hexadecimal digits."
    )
    desk.insist(len(spec.delimiter) <= 1, "delimiter", spec.delimiter, 'Give one character, for example ";".')
    desk.insist(
        spec.decimal in ("", ".", ",", ".,"), "decimal", spec.decimal, 'Give "." or ",", or ".," for both.'
    )


def _check_fields(desk: Desk, spec: KitFile, role: Role | None) -> None:
    known = [f.split(":")[0] for f in (*role.required, *role.optional)] if role else []
    if not known:
        return
    if role is not None and role.kind == "layer":
        known += COORDINATES  # of points in a table
    for key in ("fields", "units", "codes"):
        for name in getattr(spec, key):
            desk.refuse_stranger(key, name, known, f"the role {spec.role} has no such field")


def _fields(desk: Desk) -> dict[str, FieldRef]:
    found: dict[str, FieldRef] = {}
    for name, ref in desk.table_of("fields").items():
        if (isinstance(ref, str) and ref) or (
            isinstance(ref, int) and not isinstance(ref, bool) and ref >= 1
        ):
            found[name] = ref
        else:
            desk.wrong_type(f"fields.{name}", "a column's name, or its number counted from 1", ref)
    return found


def _where(desk: Desk) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column, wanted in desk.table_of("where").items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if values and all(isinstance(v, str) for v in values):
            found[column] = tuple(values)
        else:
            desk.wrong_type(f"where.{column}", "a text or a list of texts to keep", wanted)
    return found


def _codes(desk: Desk) -> dict[str, dict[str, str]]:
    inner = {
        name: Desk(desk.where, {name: value}, desk.problems) for name, value in desk.table_of("codes").items()
    }
    return {name: one.text_map(name) for name, one in inner.items()}
