"""Under which terms an output stands, and whom it has to name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from almena.model.origin import Source
from almena.packs.language import say
from almena.packs.table import read_table
from almena.publish.material import Material

OPEN_STREET_MAP = "OpenStreetMap"
YES = "yes"


@dataclass(frozen=True)
class Terms:
    """
    The terms of one licence, and the files that stand under it.

    Parameters
    ----------
    licence : str
        As the files state it; empty when they state none.
    title, url : str
        Full name and address, where it is a known licence.
    attribution, share_alike : bool
        Whether credit must be given, and whether a database made from it must keep the same terms. An unknown
        licence is taken to ask for credit (assumed).
    credits : tuple of str
        Whom to name.
    files : int
        How many files carry it.
    """

    licence: str
    title: str
    url: str
    attribution: bool
    share_alike: bool
    credits: tuple[str, ...]
    files: int


def all_terms(sources: Iterable[Source]) -> tuple[Terms, ...]:
    """Return the licences of some files with whom to credit, sorted by name."""
    by_licence: dict[str, list[Source]] = {}
    for source in dict.fromkeys(sources):
        by_licence.setdefault(source.licence, []).append(source)
    return tuple(_terms(licence, files) for licence, files in sorted(by_licence.items()))


def credit_of(source: Source) -> str:
    """Return the credit of a file as it must be printed; OpenStreetMap asks for a form of its own."""
    if OPEN_STREET_MAP in source.attribution and "©" not in source.attribution:
        return source.attribution.replace(OPEN_STREET_MAP, f"© {OPEN_STREET_MAP}", 1)
    return source.attribution or source.file


def credit_lines(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return one line per licence: whom to name and under which terms."""
    lines = []
    for terms in all_terms(sources):
        named = "; ".join(terms.credits)
        if not terms.licence:
            lines.append(say("{names}. No open licence is known.", names=named))
        elif terms.url:
            lines.append(say("{names}. {licence}: {url}", names=named, licence=terms.licence, url=terms.url))
        else:
            lines.append(say("{names}. {licence}", names=named, licence=terms.licence))
    return tuple(lines)


def rights_text(edition: Material) -> str:
    """Return all credits of an edition as one text, with the duty that share-alike licences bring."""
    return " | ".join([*credit_lines(edition.sources), *share_alike_lines(edition.sources)])


def share_alike_lines(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return what a person who passes the data on has to know of share-alike licences."""
    return tuple(
        say(
            "Layers made from files under {licence} may be passed on as a database only under the same licence.",
            licence=terms.licence,
        )
        for terms in all_terms(sources)
        if terms.share_alike
    )


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in read_table("licences.csv")}


def _terms(licence: str, files: list[Source]) -> Terms:
    known = _known().get(licence, {})
    return Terms(
        licence=licence,
        title=known.get("title", ""),
        url=known.get("url", ""),
        attribution=known.get("attribution", YES) == YES,
        share_alike=known.get("share_alike", "") == YES,
        credits=tuple(sorted({credit_of(source) for source in files})),
        files=len({(source.file, source.sha256) for source in files}),
    )
