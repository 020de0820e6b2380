"""How our words become SDMX codes: fixed lists from the pack, the others made from what a run holds."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from almena.measure.dates import first_day, last_day
from almena.model.observation import Observation
from almena.packs.language import say
from almena.packs.loader import load_grades
from almena.packs.table import read_table
from almena.publish.editions import WITHHELD
from almena.publish.material import Material
from almena.publish.wording import unit_text
from almena.publish.words import words

SEX = "sex"
YEAR, MONTH, DAY, SPAN, UNKNOWN = "year", "month", "day", "span", "unknown"
_FORMS = {YEAR: r"\d{4}", MONTH: r"\d{4}-\d{2}", DAY: r"\d{4}-\d{2}-\d{2}"}


@dataclass(frozen=True)
class CodeList:
    """
    A list of codes.

    Parameters
    ----------
    id, name : str
        Id such as ``CL_AREA``; name for people.
    codes : mapping of str to (str, str)
        Our word to its code and name.
    """

    id: str
    name: str
    codes: Mapping[str, tuple[str, str]]

    def code(self, ours: str) -> str:
        """Return the code of one of our words."""
        return self.codes[ours][0]

    @property
    def listed(self) -> dict[str, str]:
        """Return the names by code, each code once."""
        return dict(self.codes.values())


def code_lists(edition: Material) -> dict[str, CodeList]:
    """Return all code lists of an edition by id, sorted."""
    shown = {o.indicator: edition.cards[o.indicator].title for o in edition.observations}
    areas = {place.id: place.name or place.id for place in edition.places.items}
    areas |= {o.place: areas.get(o.place, o.place_name or o.place) for o in edition.observations}
    units = {unit_of(o, edition): unit_text(unit_of(o, edition)) for o in edition.observations}
    breakdowns = {text: text for o in edition.observations if (text := breakdown_of(o))}
    found = [
        CodeList("CL_INDICATOR", say("Indicators"), _coded(shown)),
        CodeList("CL_AREA", say("The city and its parts"), _coded(areas)),
        CodeList("CL_BREAKDOWN", say("Breakdowns"), _coded(breakdowns) | _fixed("CL_BREAKDOWN")),
        CodeList("CL_UNIT", say("Units"), _coded(units) | _fixed("CL_UNIT")),
        CodeList("CL_USE_CLASS", say("Use classes"), {w.id: (w.id, w.word) for w in words("use")}),
        CodeList(
            "CL_QUALITY",
            say("Quality grades"),
            {g.grade: (g.grade, g.meaning) for g in load_grades().values()},
        ),
        CodeList("CL_FREQ", say("Frequency"), _fixed("CL_FREQ")),
        CodeList("CL_SEX", say("Sex"), _fixed("CL_SEX")),
        CodeList("CL_OBS_STATUS", say("Observation status"), _fixed("CL_OBS_STATUS")),
    ]
    return {each.id: each for each in sorted(found, key=lambda each: each.id)}


def unit_of(observation: Observation, edition: Material) -> str:
    """Return the unit of an observation, or that of its card."""
    return observation.unit or edition.cards[observation.indicator].unit


def sex_of(observation: Observation) -> str:
    """Return the sex that an observation speaks of; empty for all people, and for words that SDMX has no code for."""
    sex = dict(observation.dimensions).get(SEX, "")
    return sex if sex in _fixed("CL_SEX") else ""


def breakdown_of(observation: Observation) -> str:
    """Return all dimensions that have no place of their own in the structure, as one text; empty for the headline."""
    apart = sex_of(observation)
    pairs = (f"{k}={v}" for k, v in observation.dimensions if not (k == SEX and apart))
    return "; ".join(pairs)


def status_of(observation: Observation) -> str:
    """Return the status, telling what is withheld from what is not known."""
    return (
        WITHHELD if observation.is_missing and observation.reason.startswith(WITHHELD) else observation.status
    )


def time_of(period: str, run_date: str) -> tuple[str, str]:
    """
    Return the form of a period and the period as SDMX writes it.

    Parameters
    ----------
    period : str
        ISO 8601 date or interval.
    run_date : str
        Stands in where the period is not known.

    Returns
    -------
    form, text : str
        For example ``span`` and ``2001-01-01/P24Y``: SDMX 2.1, section 6, writes a time range as its start and its
        duration.
    """
    for form, pattern in _FORMS.items():
        if re.fullmatch(pattern, period):
            return form, period
    start, end = first_day(period), last_day(period)
    if "/" not in period or start is None or end is None or end < start:
        return UNKNOWN, run_date
    whole_years = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    length = f"{end.year - start.year + 1}Y" if whole_years else f"{(end - start).days + 1}D"
    return SPAN, f"{start.isoformat()}/P{length}"


@lru_cache(maxsize=16)
def _fixed(codelist: str) -> dict[str, tuple[str, str]]:
    rows = read_table("sdmx_codes.csv")
    return {row["ours"]: (row["code"], row["name"]) for row in rows if row["codelist"] == codelist}


def _coded(names: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return a code for each word, the same in every run; two words that would share one are told apart by a hash."""
    plain = {ours: _plain(ours) for ours in names}
    shared = _repeated(plain.values())
    return {
        ours: (f"{code}_{_short_hash(ours)}" if code in shared or not code else code, names[ours] or ours)
        for ours, code in sorted(plain.items())
    }


def _plain(text: str) -> str:
    """Return a text as an SDMX id: letters without marks, digits and underscores."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", bare).strip("_").upper()


def _repeated(codes: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {code for code in codes if code in seen or seen.add(code)}  # type: ignore[func-returns-value]


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8].upper()
