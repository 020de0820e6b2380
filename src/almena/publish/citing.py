"""Whom to name for a value: shortly in sentences and cells, in full in the account and in the list of files."""

from __future__ import annotations

from almena.measure.dates import last_day
from almena.model.observation import Observation
from almena.model.origin import Source
from almena.packs.language import count, say
from almena.publish.wording import year_text

BOUNDARY = "boundary"
UNDATED = "~"  # sorts after every year


def source_text(*observations: Observation, most: int = 3) -> str:
    """
    Return whom to credit for one or more values, with the years of the files.

    Parameters
    ----------
    *observations : Observation
        The values.
    most : int
        Sources to name; the rest is counted.

    Returns
    -------
    str
        For example ``Weather Service 2001–2024; Raster Makers 2020``. The city's outline is named only when nothing
        else is behind the value.
    """
    sources = dict.fromkeys(o.source for each in observations for o in each.origins)
    telling = [s for s in sources if s.role != BOUNDARY] or list(sources)
    years: dict[str, list[str]] = {}
    for source in telling:
        years.setdefault(short_name(source), []).append(_year(source))
    names = [_dated(name, sorted(set(found))) for name, found in years.items()]
    return "; ".join(_shortened(names, most)) or say("no source named")


def _dated(name: str, years: list[str]) -> str:
    told = ", ".join(say("undated") if year == UNDATED else year for year in years)
    return f"{name}, {told}" if years == [UNDATED] else f"{name} {told}"


def short_name(source: Source) -> str:
    """Return the first name of a credit, or the name of the file where no credit is given."""
    first = source.attribution.split(";")[0].strip().removeprefix("©").strip()
    return first or source.file.rsplit("/", 1)[-1]


def year_of(observation: Observation, role: str) -> str:
    """Return the years of the files of a role behind a value; empty when there are none."""
    found = (o.source for o in observation.origins if o.source.role == role)
    return ", ".join(dict.fromkeys(say("undated") if y == UNDATED else y for y in map(_year, found)))


def _year(source: Source) -> str:
    return year_text(source.date) if last_day(source.date) is not None else UNDATED


def _shortened(names: list[str], most: int) -> list[str]:
    rest = len(names) - most
    return [*names[:most], count("and {number} more", "and {number} more", rest)] if rest > 0 else names
