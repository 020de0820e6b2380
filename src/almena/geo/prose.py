"""Words of running text: repaired, compared, folded for a search, and the language they are in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from almena.packs.table import read_table

LEAST_WORDS = 4
"""Words of a language's table that a text must hold before its language is believed; *assumed*."""
LEAST_SHARE = 0.06
"""Share of the words that they must be; *assumed*: running text has 30 % to 50 %, lists of names far less."""

_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]"
)
_LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆĳĲ"}
_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_MARKS_OF_ARABIC = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_SAME_LETTERS = str.maketrans("أإآٱىةئؤ", "اااايهيو")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_LOOKS = str.maketrans("‐‑‒–—−’‘‛´`“”„«»", "-" * 6 + "'" * 5 + '"' * 5)
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")


def is_arabic(character: str) -> bool:
    """Tell whether a character is a letter of the Arabic script."""
    return "\u0620" <= character <= "\u06ff" or "\ufb50" <= character <= "\ufefc"


def repaired(text: str) -> str:
    """
    Return text without ligatures, soft hyphens, unseen marks and spare blanks; line ends become blanks.

    Parameters
    ----------
    text : str
        Text as a document holds it.
    """
    if not text.isascii():
        text = text.translate(_LIGATURES)
        text = _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
        text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    else:
        text = _UNSEEN.sub("", text)
    return " ".join(_SPACES.sub(" ", text).split())


def alike(text: str) -> str:
    """
    Return text as quotations are compared: repaired, with one kind of dash and quotation mark, in small letters.

    Parameters
    ----------
    text : str
        A quotation, or the text it should stand in.
    """
    return repaired(text).translate(_LOOKS).translate(_DIGITS).casefold()


def stands_in(quotation: str, text: str) -> bool:
    """Tell whether a quotation stands word for word in a text, both compared as `alike`."""
    wanted = alike(quotation)
    return bool(wanted) and wanted in alike(text)


def folded(text: str) -> tuple[str, ...]:
    """
    Return the words of a text as a search compares them: without accents, capitals and plural.

    The same word gives the same fold in every language, because a question seldom says in which language it is put:
    endings of all languages of ``document_plurals.csv`` are folded, the longest first.

    Parameters
    ----------
    text : str
        A passage or a question.
    """
    return tuple(_fold(w) for w in _WORD.findall(repaired(text)))


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().translate(_DIGITS))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    plain = _MARKS_OF_ARABIC.sub("", plain).translate(_SAME_LETTERS)
    for ending, instead, least in _endings():
        if plain.endswith(ending) and len(plain) - len(ending) >= least:
            return plain[: len(plain) - len(ending)] + instead
    return plain


@lru_cache(maxsize=1)
def _endings() -> tuple[tuple[str, str, int], ...]:
    rows = ((r["ending"], r["instead"], int(r["least_letters"])) for r in read_table("document_plurals.csv"))
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def language_of(texts: Iterable[str]) -> str:
    """
    Return the language of some text by its commonest small words: ``pt``, ``es``, ``en``, ``fr``, ``ar`` or empty.

    Parameters
    ----------
    texts : iterable of str
        Passages; a few pages are enough.
    """
    words = Counter(w for text in texts for w in re.findall(r"[^\W\d_]+", repaired(text).casefold()))
    total = sum(words.values())
    scores = {
        language: sum(words[w] * weight for w, weight in known.items())
        for language, known in _small_words().items()
    }
    best = max(scores, key=lambda language: scores[language], default="")
    hits = sum(words[w] for w in _small_words().get(best, {}))
    return best if hits >= LEAST_WORDS and hits >= LEAST_SHARE * total else ""


@lru_cache(maxsize=1)
def _small_words() -> dict[str, dict[str, float]]:
    """Weigh each word by the number of languages that have it: ``de`` says little, ``não`` much."""
    rows = {row["language"]: row["words"].split() for row in read_table("document_languages.csv")}
    shared = Counter(w for words in rows.values() for w in set(words))
    return {language: {w: 1 / shared[w] ** 2 for w in words} for language, words in rows.items()}
