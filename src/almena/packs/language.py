"""
The language that Almena speaks to its reader.

Every sentence is written in English where it is made; what is shown to people passes `say` or `count`, which look it
up in the catalogues of `packs/locale` (gettext, so that translators keep their tools). Texts of the tables pass
`from_table`; sentences that the deep rooms wrote pass `retell` of `almena.packs.retelling`. The language belongs to
the task at hand, not to the process: two reports in two languages can be written side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from almena.model.problem import InputError, Problem
from almena.packs.catalogue import Catalogue, read_catalogue

ENGLISH = "en"
LANGUAGES = {"en": "English", "pt": "Português", "es": "Español", "fr": "Français", "ar": "العربية"}
COMPLETE = ("en", "pt")
"""Languages with every sentence translated; the others hold titles and the frame of the report."""
_LOCALES = {"en": "en_GB", "pt": "pt_BR", "es": "es", "fr": "fr", "ar": "ar"}
_LATIN = "latn"  # figures 0 to 9 in every language: they are copied into spreadsheets
_FROM_THE_RIGHT = ("ar",)
_ISOLATE, _END = "\u2068", "\u2069"  # Unicode 6.3: what stands between takes no part in the order around it


@dataclass(frozen=True, eq=False)
class Language:
    """
    One language with its catalogue.

    Parameters
    ----------
    code : str
        ISO 639-1 code.
    catalogue : Catalogue
        Its sentences; what it lacks is said in English.
    """

    code: str
    catalogue: Catalogue = field(repr=False)

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return "rtl" if self.code in _FROM_THE_RIGHT else "ltr"

    @property
    def locale(self) -> str:
        """Return the locale of the Unicode repository (CLDR) whose numbers, dates and lists are written."""
        return _LOCALES[self.code]

    @property
    def number_marks(self) -> dict[int, str]:
        """Return what stands for the comma at thousands and the point before decimals, for ``str.translate``."""
        from babel import Locale

        symbols = Locale.parse(self.locale).number_symbols[_LATIN]
        return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


@lru_cache(maxsize=len(LANGUAGES))
def language_of(code: str) -> Language:
    """
    Return a language by its code; a region after a hyphen is passed over.

    Raises
    ------
    InputError
        When Almena does not speak it.
    """
    short = _short(code)
    if short not in LANGUAGES:
        known = ", ".join(f"{k} ({v})" for k, v in LANGUAGES.items())
        raise InputError(Problem(f"Almena does not speak {code}", "language", "", f"Choose one of: {known}."))
    file = resources.files("almena.packs") / "locale" / short / "LC_MESSAGES" / "almena.po"
    return Language(short, read_catalogue(file) if file.is_file() else Catalogue())


def first_spoken(languages: Iterable[str]) -> str:
    """Return the first of a city's languages that Almena speaks completely, else English."""
    return next((short for each in languages if (short := _short(each)) in COMPLETE), ENGLISH)


def language_around(environment: Mapping[str, str]) -> str:
    """
    Return the language that a person's system asks for, when Almena speaks it completely, else English.

    As in GNU gettext, ``LANGUAGE`` goes before ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``; the locale C is English.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    if _short(locale) in ("", "c", "posix"):
        return ENGLISH
    return first_spoken((*environment.get("LANGUAGE", "").split(":"), locale))


def _short(code: str) -> str:
    return code.replace("_", "-").replace(".", "-").split("-")[0].lower()


_speaking: ContextVar[Language | None] = ContextVar("speaking", default=None)


def spoken() -> Language:
    """Return the language of the task at hand; English unless another was chosen."""
    return _speaking.get() or language_of(ENGLISH)


@contextmanager
def speaking(language: str | Language) -> Iterator[Language]:
    """Speak a language, given or named by its code, for as long as the block lasts."""
    chosen = language_of(language) if isinstance(language, str) else language
    token = _speaking.set(chosen)
    try:
        yield chosen
    finally:
        _speaking.reset(token)


def say(message: str, /, **fields: Any) -> str:
    """
    Return a sentence in the language of the task.

    Parameters
    ----------
    message : str
        The English sentence, a literal, with named places in braces: it is the key of the catalogue.
    **fields : object
        What goes into the places.
    """
    told = spoken().catalogue.one(message)
    return told.format(**_isolated(fields)) if fields else told


def count(one: str, many: str, number: int, /, **fields: Any) -> str:
    """
    Return a sentence about a number of things; ``{number}`` is the number unless given in ``fields``.

    Parameters
    ----------
    one, many : str
        The English sentence for exactly one and for any other number, literals.
    number : int
        How many.
    **fields : object
        What goes into the other places.
    """
    told = spoken().catalogue.many(one, many, number)
    return told.format(**_isolated({"number": number, **fields}))


def from_table(table: str, text: str) -> str:
    """
    Return a text of a table of the pack in the language of the task.

    Parameters
    ----------
    table : str
        Name of the table without its ending, such as ``cards``; which columns are told is in ``told_columns.csv``.
    text : str
        The English text of a cell.
    """
    return spoken().catalogue.one(text, table)


def _isolated(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep names and numbers in one piece inside a sentence that is read from the right."""
    if spoken().direction == "ltr":
        return dict(fields)
    return {name: f"{_ISOLATE}{text}{_END}" for name, text in fields.items()}
