"""
Collect every text that Almena says into the catalogues of its translators.

    python scripts/strings.py                 renew src/almena/packs/locale/*/LC_MESSAGES/almena.po
    python scripts/strings.py --lacking pt    list what is not translated into a language

Five places hold texts: calls of `say` and `count` in Python and in the templates of the report; tables of the pack
(which columns, says packs/told_columns.csv); sentences that the deep rooms store with values (context "stored"); the
help of the command line (context "help").
"""

from __future__ import annotations

import argparse
import ast
import datetime
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parent.parent / "src" / "almena"
PACKS = SOURCE / "packs"
LANGUAGES = ("ar", "es", "fr", "pt")
KEYWORDS = {"say": None, "count": (1, 2)}
FACES = ("cli", "publish", "web")  # rooms that speak to people
COLUMN_PARTS = {("elements", "components"): "|"}
SILENT = ("language.py", "retelling.py", "catalogue.py")  # speak of speech; say nothing themselves
WORDS = re.compile(r"[A-Za-zÀ-ÿ]{2,}[,;:]?[ ]\S|[ ][A-Za-zÀ-ÿ]{2,}")
CODE = re.compile(
    r"://|\\|^\s*<|^[A-Z]+ [A-Z]+ |^SELECT |^PRAGMA|^CREATE|= \?|%\(|^\w+/\w+$|=\$|{[0-9],|^(\w{3}) (?:[a-z]{3} )?\1\w* |^may mai |^dec dez |sha256|^isced|^`?almena [a-z…]+[^:]*$|^bytes {|^`what`|^©|@font-face|[a-z]-[a-z]+:.*[;}]|=\x22\{|^f_table_|^\[out:|^image/|^AND |^Noto |^Table Grid$|^List Bullet$|\bNOT NULL\b"  # noqa: E501 - one pattern
)
# Babel's own rules change with its versions, and the forms that translators filled must not change with them.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "pt": "nplurals=2; plural=(n != 1);",
}
ALWAYS_SAME = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)  # or each renewal would change every file


@dataclass
class Texts:
    """Every text with its context and the files that it comes from."""

    catalogue: Catalog = field(default_factory=Catalog)

    def add(self, text: str, place: str, *, many: str = "", context: str = "") -> None:
        """Note a text once, with one more place."""
        if text.strip():
            self.catalogue.add(
                (text, many) if many else text, locations=[(place, 0)], context=context or None
            )


def collect() -> Texts:
    """Return all texts of the source."""
    texts = Texts()
    for place, one, many in spoken_in_code():
        texts.add(one, place, many=many)
    for table, text in told_by_tables():
        texts.add(text, f"packs/{table}.csv", context=table)
    for place, text in stored_by_rooms():
        texts.add(text, place, context="stored")
    for text in helped():
        texts.add(text, "cli", context="help")
    return texts


def spoken_in_code() -> Iterator[tuple[str, str, str]]:
    """Return place, sentence and plural of every call of `say` and `count`."""
    for file in sorted(f for room in FACES for f in (SOURCE / room).rglob("*.py")):
        for one, many in said_in(ast.parse(file.read_text(encoding="utf-8"))):
            yield file.relative_to(SOURCE).as_posix(), one, many
    for file in sorted(SOURCE.rglob("*.j2")):
        options = {"trimmed": "true", "silent": "false"}
        for _, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", file, keywords=KEYWORDS, options=options
        ):
            one, many = message if isinstance(message, tuple) else (message, "")
            yield file.relative_to(SOURCE).as_posix(), one, many


def said_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Return sentence and plural of every call in a module, those inside of f-strings too (Babel passes them over)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _name_of(node)) in KEYWORDS:
            given = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if given:
                yield given[0], given[1] if name == "count" and len(given) > 1 else ""


def told_by_tables() -> Iterator[tuple[str, str]]:
    """Return table and text of every cell that a reader may see."""
    from almena.packs.table import read_table

    for row in read_table("told_columns.csv"):
        for column in row["columns"].split():
            parted = COLUMN_PARTS.get((row["table"], column))
            for cells in read_table(row["table"] + ".csv"):
                parts = cells[column].split(parted) if parted else [cells[column]]
                yield from ((row["table"], part) for part in parts)


def stored_by_rooms() -> Iterator[tuple[str, str]]:
    """Return place and pattern of every sentence that a room writes down in English."""
    from almena.packs.table import read_table

    for row in read_table("stored_words.csv"):
        yield "packs/stored_words.csv", row["word"]
    for file in sorted(SOURCE.rglob("*.py")):
        if file.name not in SILENT and "migrations" not in file.parts and not file.name.startswith("toy"):
            for text in sentences_of(ast.parse(file.read_text(encoding="utf-8"))):
                yield file.relative_to(SOURCE).as_posix(), text


def sentences_of(tree: ast.Module) -> Iterator[str]:
    """Return the literals and f-strings of a module that read like words, without docstrings and what is said."""
    aside = {id(node) for node in _aside(tree)}
    for node in ast.walk(tree):
        if id(node) not in aside and (text := _pattern(node)) is not None and _reads_like_words(text):
            yield text


def _aside(tree: ast.Module) -> Iterator[ast.AST]:
    """Return the nodes that hold no stored sentence: docstrings, parts of f-strings, what passes `say` already."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
            yield from (
                p.format_spec for p in node.values if isinstance(p, ast.FormattedValue) and p.format_spec
            )
        elif isinstance(node, ast.Call) and _name_of(node) in (
            "say",
            "count",
            "Argument",
            "Option",
            "Typer",
            "compile",
        ):
            yield from (part for given in node.args for part in ast.walk(given))
            yield from (
                part for given in node.keywords if given.arg == "help" for part in ast.walk(given.value)
            )


def _name_of(node: ast.Call) -> str:
    """Return the name of the function called; `speak.say` prints and is not `say`."""
    if isinstance(node.func, ast.Name):
        return node.func.id
    if not isinstance(node.func, ast.Attribute):
        return ""
    owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    printed = node.func.attr in ("say", "count") and owner != "language"
    return "" if printed else node.func.attr


def _pattern(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("{", "").replace("}", "").strip(" :;,\n")
    if not isinstance(node, ast.JoinedStr):
        return None
    text, seen = "", {}
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            text += "{" + _place_name(part.value, seen) + "}"
    return text.strip()


def _place_name(expression: ast.expr, seen: dict[str, str]) -> str:
    """Return a name for a place: that of the variable or attribute; the same expression has the same name."""
    told = ast.unparse(expression)
    if told not in seen:
        names = [
            n
            for node in ast.walk(expression)
            if (n := getattr(node, "id", None) or getattr(node, "attr", None))
        ]
        name = re.sub(r"\W", "", names[0]).strip("_") if names else "part"
        taken = sum(n.rstrip("0123456789") == name for n in seen.values())
        seen[told] = f"{name}{taken + 1}" if taken else name
    return seen[told]


def _reads_like_words(text: str) -> bool:
    return bool(WORDS.search(text)) and not CODE.search(text) and any(c.islower() for c in text)


def helped() -> Iterator[str]:
    """Return the help texts of all verbs and options."""
    import typer

    from almena.cli.helping import parts_of
    from almena.cli.main import app

    yield from (part.help for part in parts_of(typer.main.get_command(app)) if part.help)


def file_of(language: str) -> Path:
    """Return the catalogue file of a language."""
    return PACKS / "locale" / language / "LC_MESSAGES" / "almena.po"


def renewed(language: str, texts: Texts) -> Catalog:
    """Return a language's catalogue with the texts of today: translations kept, what is no longer said left out."""
    file = file_of(language)
    known = (
        read_po(io.BytesIO(file.read_bytes()), locale=language)
        if file.is_file()
        else Catalog(locale=language)
    )
    fresh = Catalog(
        locale=language, project="Almena", fuzzy=False, creation_date=ALWAYS_SAME, revision_date=ALWAYS_SAME,
        header_comment=f"# Almena, {language}. Renewed by scripts/strings.py; translations are kept.",
    )  # fmt: skip
    fresh.mime_headers = [("Plural-Forms", PLURALS[language])]
    for message in texts.catalogue:
        if message.id:
            old = known.get(message.id, message.context)
            told = old.string if old is not None and not old.fuzzy else None
            fresh.add(message.id, told, locations=message.locations, context=message.context)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as the bytes of its file."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, sort_output=True, include_lineno=False)
    return file.getvalue()


def lacking(language: str, texts: Texts) -> list[str]:
    """Return what is not translated, each with its context."""
    return [
        f"{message.context or 'said'}\t{message.id if isinstance(message.id, str) else message.id[0]}"
        for message in renewed(language, texts)
        if message.id
        and not (all(message.string) if isinstance(message.string, (tuple, list)) else message.string)
    ]


def main() -> int:
    """Renew the catalogues, or list what a language lacks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lacking", choices=LANGUAGES, help="list what is not translated into a language")
    asked = parser.parse_args()
    texts = collect()
    if asked.lacking:
        print("\n".join(lacking(asked.lacking, texts)))
        return 0
    for language in LANGUAGES:
        file = file_of(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written(renewed(language, texts)))
        print(
            f"{language}: {len(lacking(language, texts))} of {len(texts.catalogue)} texts are not translated"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
