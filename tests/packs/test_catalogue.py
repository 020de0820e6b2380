"""A catalogue is read from the file that translators edit."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from almena.packs.catalogue import Catalogue, Entry, read_catalogue

HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
LOCALE = Path(__file__).parents[2] / "src" / "almena" / "packs" / "locale"


def catalogue(tmp_path: Path, text: str) -> Catalogue:
    """Return a catalogue with a header and some entries."""
    file = tmp_path / "almena.po"
    file.write_text(HEADER + text, encoding="utf-8")
    return read_catalogue(file)


def test_a_sentence_is_told_and_what_is_lacking_stays_english(tmp_path: Path) -> None:
    told = catalogue(tmp_path, 'msgid "yes"\nmsgstr "sim"\n\nmsgid "no"\nmsgstr ""\n')
    assert (told.one("yes"), told.one("no"), told.one("perhaps")) == ("sim", "no", "perhaps")
    assert told.has("yes")
    assert not told.has("no")


def test_the_context_tells_equal_texts_apart(tmp_path: Path) -> None:
    told = catalogue(tmp_path, 'msgid "state"\nmsgstr "a"\n\nmsgctxt "units"\nmsgid "state"\nmsgstr "b"\n\n')
    assert (told.one("state"), told.one("state", "units"), told.one("state", "cards")) == ("a", "b", "state")


def test_long_texts_quotes_and_line_ends_are_kept(tmp_path: Path) -> None:
    told = catalogue(tmp_path, 'msgid ""\n"one "\n"two"\nmsgstr "um \\"dois\\"\\n"\n')
    assert told.one("one two") == 'um "dois"\n'


def test_the_plural_follows_the_rule_of_the_language(tmp_path: Path) -> None:
    told = catalogue(tmp_path, 'msgid "a row"\nmsgid_plural "rows"\nmsgstr[0] "linha"\nmsgstr[1] "linhas"\n')
    assert [told.many("a row", "rows", n) for n in (0, 1, 2)] == ["linha", "linha", "linhas"]


def test_a_plural_without_translation_is_english(tmp_path: Path) -> None:
    told = catalogue(tmp_path, 'msgid "a row"\nmsgid_plural "rows"\nmsgstr[0] "linha"\nmsgstr[1] ""\n')
    assert [told.many("a row", "rows", n) for n in (0, 1, 2)] == ["rows", "a row", "rows"]


def test_a_guess_of_a_translators_tool_is_shown_to_nobody(tmp_path: Path) -> None:
    text = '#, python-brace-format, fuzzy\nmsgid "red"\nmsgstr "verde"\n\nmsgid "blue"\nmsgstr "azul"\n'
    told = catalogue(tmp_path, text + '\n#~ msgid "gone"\n#~ msgstr "foi"\n')
    assert (told.one("red"), told.one("blue"), told.one("gone")) == ("red", "azul", "gone")


def test_an_entry_is_told_when_all_its_forms_are() -> None:
    assert Entry("", "a", "", ("b",)).is_told
    assert not Entry("", "a", "", ()).is_told
    assert not Entry("", "a", "b", ("c", "")).is_told


@pytest.mark.parametrize("language", ["ar", "es", "fr", "pt"])
def test_every_catalogue_reads_as_with_babel(language: str) -> None:
    file = LOCALE / language / "LC_MESSAGES" / "almena.po"
    theirs = read_po(io.BytesIO(file.read_bytes()), locale=language)
    ours = read_catalogue(file)
    expected = {
        (m.context or "", m.id if isinstance(m.id, str) else m.id[0]): (
            (m.string,) if isinstance(m.string, str) else tuple(m.string)
        )
        for m in theirs
        if m.id
    }
    assert {(e.context, e.one): e.told for e in ours.entries} == expected
    rule = theirs.plural_expr
    assert [ours.form_of(n) for n in range(120)] == [int(eval(_python(rule), {"n": n})) for n in range(120)]


def _python(rule: str) -> str:
    """Return a plural rule of C as Python."""
    head, question, rest = rule.strip("() ").partition("?")
    clean = head.replace("&&", " and ").replace("||", " or ").strip()
    if not question:
        return clean
    then, _, other = rest.partition(":")
    return f"({then.strip()} if {clean} else {_python(other)})"
