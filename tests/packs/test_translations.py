"""The catalogues hold what Almena says: nothing forgotten, nothing out of place."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message

from almena.packs import load_cards, load_elements
from almena.packs.language import COMPLETE, LANGUAGES, from_table, language_of, speaking
from almena.packs.table import read_table

REPOSITORY = Path(__file__).resolve().parents[2]
TRANSLATED = [code for code in LANGUAGES if code != "en"]
FRAMED = ["pt", "es", "fr"]
PLACE = re.compile(r"\{(\w+)\}")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("strings", REPOSITORY / "scripts" / "strings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["strings"] = module
    spec.loader.exec_module(module)
    return module


strings = _load()


@lru_cache(maxsize=1)
def texts() -> object:
    """Return every text of the source, collected once."""
    return strings.collect()


def messages() -> list[Message]:
    """Return every text of the source without the header."""
    return [m for m in texts().catalogue if m.id]  # type: ignore[attr-defined]


def one(message: Message) -> str:
    """Return the English text of a message, its singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogues_hold_exactly_what_is_said_today(language: str) -> None:
    expected = strings.written(strings.renewed(language, texts()))
    assert strings.file_of(language).read_bytes() == expected, "run `make strings`"


def test_portuguese_lacks_nothing() -> None:
    assert strings.lacking("pt", texts()) == [], "python scripts/strings.py --lacking pt"
    assert COMPLETE == ("en", "pt")


@pytest.mark.parametrize("language", FRAMED)
def test_titles_units_and_the_frame_of_the_report_are_told(language: str) -> None:
    catalogue = language_of(language).catalogue
    cards, elements = load_cards().values(), load_elements().values()
    wanted = {("cards", c.title) for c in cards} | {("elements", e.title) for e in elements}
    wanted |= {("elements", part) for e in elements for part in e.components}
    for table, columns in (
        ("units", "one many"),
        ("chapters", "title title_without_event lead lead_without_event"),
        ("report_sections", "title"),
        ("report_words", "word meaning"),
        ("choropleths", "title"),
    ):
        wanted |= {(table, row[column]) for row in read_table(f"{table}.csv") for column in columns.split()}
    frame = (m for m in messages() if not m.context and any(p.startswith("publish") for p, _ in m.locations))
    wanted |= {("", one(m)) for m in frame}
    assert sorted(w for w in wanted if w[1] and not catalogue.has(w[1], w[0])) == []


@pytest.mark.parametrize("column", ["title", "definition", "denominator", "remedy", "who"])
def test_every_text_of_every_card_is_told_in_portuguese(column: str) -> None:
    catalogue = language_of("pt").catalogue
    cells = [row[column] for row in read_table("cards.csv") if row[column]]
    assert len(cells) > 50
    assert [cell for cell in cells if not catalogue.has(cell, "cards")] == []
    with speaking("pt"):
        told = {from_table("cards", cell) for cell in cells}
    assert len(told - set(cells)) >= 0.9 * len(set(cells))


@pytest.mark.parametrize("language", TRANSLATED)
def test_places_in_a_translation_are_those_of_the_english_sentence(language: str) -> None:
    wrong = []
    for entry in language_of(language).catalogue.entries:
        for form in filter(None, entry.told):
            places, own = _places(form), _places(entry.one) | _places(entry.many)
            may_lack = {"number", "number_in_words"} if entry.many else set()
            if places - own or own - places - may_lack:
                wrong.append((entry.one, form))
    assert wrong == []


def _places(text: str) -> set[str]:
    """Return the places of a sentence; one that begins large is the same with a small letter."""
    return {name.lower() for name in PLACE.findall(text)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_blanks_around_a_text_are_kept(language: str) -> None:
    for entry in language_of(language).catalogue.entries:
        for form in filter(None, entry.told):
            assert form[:1].isspace() == entry.one[:1].isspace(), entry.one
            assert form[-1:].isspace() == entry.one[-1:].isspace(), entry.one


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_number_finds_its_plural_form(language: str) -> None:
    catalogue = language_of(language).catalogue
    plurals = [e for e in catalogue.entries if e.many and e.is_told]
    assert plurals
    for entry in plurals:
        reached = {catalogue.form_of(n) for n in range(200)}
        assert reached == set(range(len(entry.told)))
        assert {catalogue.many(entry.one, entry.many, n) for n in range(200)} == set(entry.told)


def test_what_is_said_is_a_literal() -> None:
    """A sentence that is no literal is found by nobody."""
    source = REPOSITORY / "src" / "almena"
    wrong = []
    for file in [*(source / "publish").rglob("*.py"), *(source / "cli").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("say", "count")
            ):
                if node.func.id == "say" and file.name == "speak.py":
                    continue  # prints a line of the answer
                first = node.args[: 1 if node.func.id == "say" else 2]
                if not all(isinstance(a, ast.Constant) and isinstance(a.value, str) for a in first):
                    wrong.append(f"{file.name}:{node.lineno}")
    assert wrong == []


def test_sentences_are_found_in_code_of_any_shape() -> None:
    code = '''
"""Module text with words."""
def read(path, rows):
    """Docstring with words."""
    note = f"{len(rows)} rows of {path.name} are {rows[0]:,.1f} wide and {len(rows)} long"
    other = "two words" if rows else "many more words"
    say("said already by say")
    speak.say(f"printed {note}")
    key, code = "group", "SELECT a FROM b"
    return Problem("It cannot be read: ", path)
'''
    assert sorted(set(strings.sentences_of(ast.parse(code)))) == [
        "It cannot be read",
        "many more words",
        "printed {note}",
        "two words",
        "{len} rows of {name} are {rows} wide and {len} long",
    ]


def test_two_expressions_of_one_name_are_two_places() -> None:
    code = 'x = f"from {a.name} to {b.name} and {a.name}"'
    assert list(strings.sentences_of(ast.parse(code))) == ["from {name} to {name2} and {name}"]


def test_what_is_said_is_found_wherever_it_stands() -> None:
    code = """
def tell(n):
    speak.say(f"[{say('in a frame')}] {language.say('of a module')}")
    speak.say("printed as it is")
    return say("one " "sentence"), count("{number} row", "{number} rows", n), "text".count("x", 1)
"""
    assert sorted(strings.said_in(ast.parse(code))) == [
        ("in a frame", ""),
        ("of a module", ""),
        ("one sentence", ""),
        ("{number} row", "{number} rows"),
    ]
