"""What a person must know who opens an output without us: what is what, how to cite, under which terms."""

from __future__ import annotations

from collections.abc import Iterator

from almena.packs.language import say
from almena.publish.exchange.credits import credit_lines, share_alike_lines
from almena.publish.exchange.sheets import declared_columns
from almena.publish.material import CITY_EDITION, Material

_TABLES = ("observations", "cards", "places", "sources", "gaps", "dimensions", "codes", "licences")


def readme_lines(edition: Material) -> Iterator[tuple[str, str]]:
    """Return pairs of heading and text, in the order in which they are read."""
    yield say("Title"), title_of(edition)
    yield say("Edition"), _edition_text(edition)
    yield say("Day of the run"), edition.run_date
    yield say("Software"), say("Almena {version}", version=edition.version)
    yield say("How to cite"), citation_of(edition)
    for table in _TABLES:
        yield say("Table {table}", table=table), _table_text(table)
    yield from _rules()
    for line in credit_lines(edition.sources):
        yield say("Credit"), line
    for line in share_alike_lines(edition.sources):
        yield say("Share alike"), line


def readme_text(edition: Material) -> str:
    """Return the same as plain text, for outputs that are folders or archives."""
    return "\n\n".join(f"{heading}\n{text}" for heading, text in readme_lines(edition)) + "\n"


def title_of(edition: Material) -> str:
    """Return the title under which all outputs of a run stand."""
    return say("Resilience profile of {city}", city=edition.name)


def citation_of(edition: Material) -> str:
    """Return how to cite the run; the sources of each value are named beside it."""
    return say(
        "Resilience profile of {city}, {edition} edition of {day}, made with Almena {version}. "
        "Name the sources of each value too.",
        city=edition.name, edition=edition.edition, day=edition.run_date, version=edition.version,
    )  # fmt: skip


def _edition_text(edition: Material) -> str:
    if edition.edition == CITY_EDITION:
        return say("City edition: for the city's own use, not to be passed on.")
    return say("Public edition: what may not leave the city is withheld, and the reason is given.")


def _table_text(table: str) -> str:
    texts = {
        "observations": say("One row for each value or gap. All other tables explain its codes."),
        "cards": say("What each indicator counts, and how."),
        "places": say("The city and its parts."),
        "sources": say("The files behind the values, with hash, licence and credit."),
        "gaps": say("What is not known, why, and the cheapest way to find out."),
        "dimensions": say("What sets further values apart from the headline."),
        "codes": say("What the codes for use, status, range and quality mean."),
        "licences": say("Under which terms the files stand."),
    }
    return texts[table]


def _rules() -> Iterator[tuple[str, str]]:
    yield say("Use class"), say("Look at the column use before the value: decide, discuss or context.")
    yield (
        say("Range"),
        say("Low and high are the ends of a 90 % range. An empty value is not known, never zero."),
    )
    yield (
        say("Headline"),
        say("Rows without dimensions are headlines. Never add up rows with different dimensions."),
    )
    yield say("Dates"), say("Dates and periods follow ISO 8601.")
    yield say("People"), say("Exposure is never a reason to move people.")
    for column in declared_columns()["observations"]:
        yield say("Column {column}", column=column.name), f"{column.title}. {column.meaning}."
