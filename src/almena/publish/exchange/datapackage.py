"""A Frictionless Data Package: plain tables with their schemas, keys, sources and licences in one zip file."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from almena.packs.language import say
from almena.publish.atomic import write_whole
from almena.publish.bundle import pack
from almena.publish.exchange.credits import Terms, all_terms, rights_text
from almena.publish.exchange.readme import citation_of, readme_text, title_of
from almena.publish.exchange.sheets import Column, Sheet, csv_of
from almena.publish.exchange.star import star
from almena.publish.exporters import Exporter
from almena.publish.material import Material

# Data Package v2, https://datapackage.org/profiles/2.0/
_PROFILE = "https://datapackage.org/profiles/2.0"
_TYPES = {"text": "string", "number": "number", "integer": "integer", "boolean": "boolean", "date": "date"}
DESCRIPTION, README, DATA = "datapackage.json", "README.md", "data"

TABLES = {
    "observations": "observation",
    "cards": "indicator",
    "places": "place",
    "sources": "source",
    "observation_sources": "",
    "observation_dimensions": "",
    "gaps": "indicator",
    "licences": "",
}
"""Tables of the package with the column that is their key."""

_KEYS = {"observation": "observations", "indicator": "cards", "place": "places", "source": "sources"}


def write_data_package(edition: Material, path: Path) -> Path:
    """
    Write all tables with what a program needs to check and join them.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The zip file to write.
    """
    tables = [star(edition)[name] for name in TABLES]
    with tempfile.TemporaryDirectory(prefix="almena-package-") as working:
        folder, packed = Path(working) / edition.city, Path(working) / "packed.zip"
        (folder / DATA).mkdir(parents=True)
        contents = {table.name: csv_of(table) for table in tables}
        for name, content in contents.items():
            (folder / _file(name)).write_bytes(content)
        described = describe(edition, tables, contents)
        (folder / DESCRIPTION).write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8")
        (folder / README).write_text(f"# {title_of(edition)}\n\n{readme_text(edition)}", encoding="utf-8")
        pack(folder, packed, edition.run_date, root=folder)
        return write_whole(path, packed.read_bytes())


def describe(edition: Material, tables: list[Sheet], contents: dict[str, bytes]) -> dict[str, Any]:
    """Return the description of the package (Data Package v2)."""
    return {
        "$schema": f"{_PROFILE}/datapackage.json",
        "name": f"{edition.city}-resilience-profile",
        "title": title_of(edition),
        "description": f"{citation_of(edition)} {rights_text(edition)}",
        "version": edition.version,
        "created": f"{edition.run_date}T00:00:00Z",
        "keywords": ["urban resilience", "city profile", edition.name],
        "contributors": [{"title": say("Almena {version}", version=edition.version), "roles": ["author"]}],
        "sources": _sources(edition),
        "licenses": [_licence(terms) for terms in all_terms(edition.sources) if terms.licence],
        "resources": [_resource(table, contents[table.name]) for table in tables],
    }


def _sources(edition: Material) -> list[dict[str, str]]:
    found = []
    for source in dict.fromkeys(edition.sources):
        entry = {"title": source.attribution or source.file, "path": source.url, "version": source.date}
        found.append({key: value for key, value in entry.items() if value})
    return found


def _licence(terms: Terms) -> dict[str, str]:
    """Return a licence by its name where it is a known one, else by what the source says."""
    if terms.url:
        return {"name": terms.licence.replace(" ", "-"), "title": terms.title, "path": terms.url}
    return {
        "name": "-".join("".join(c if c.isalnum() else " " for c in terms.licence).split()),
        "title": terms.licence,
    }


def _file(table: str) -> str:
    return f"{DATA}/{table}.csv"


def _resource(table: Sheet, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "path": _file(table.name),
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": _schema(table),
    }


def _schema(table: Sheet) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column, table) for column in table.columns],
        "missingValues": [""],
    }
    if TABLES[table.name]:
        schema["primaryKey"] = [TABLES[table.name]]
    keys = [_foreign_key(column.name) for column in table.columns if _refers(column.name, table.name)]
    return schema | ({"foreignKeys": keys} if keys else {})


def _refers(column: str, table: str) -> bool:
    return column in _KEYS and _KEYS[column] != table


def _foreign_key(column: str) -> dict[str, Any]:
    return {"fields": [column], "reference": {"resource": _KEYS[column], "fields": [column]}}


def _field(column: Column, table: Sheet) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.type],
        "title": column.title,
        "description": column.meaning,
    }
    if column.name == TABLES[table.name]:
        field["constraints"] = {"required": True, "unique": True}
    return field


DATAPACKAGE = Exporter("datapackage", "all tables as a Frictionless Data Package", write_data_package)
