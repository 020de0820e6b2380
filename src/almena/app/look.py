"""Look at what a city knows: values with their chain, gaps with their remedy; and say what one thinks of them."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

from almena.app.city_kit import at_work
from almena.app.settings import Settings
from almena.app.start import pressing_in
from almena.model.card import Card
from almena.model.observation import CONFIRMED, REJECTED
from almena.model.problem import InputError, Problem
from almena.packs import load_cards
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.reviews import review as store_review
from almena.store.rows import StoredObservation


def card_of(indicator: str) -> Card:
    """
    Return the card of an indicator.

    Raises
    ------
    InputError
        When there is none; names the nearest.
    """
    cards = load_cards()
    if indicator in cards:
        return cards[indicator]
    near = difflib.get_close_matches(indicator, cards, 3, 0.4)
    remedy = f"Did you mean {', '.join(near)}?" if near else "`almena gaps` and the report list all ids."
    raise InputError(
        Problem(f"There is no indicator {indicator}", indicator, "its id is not in any pack", remedy)
    )


def show(path: Path, indicator: str, place: str | None = None) -> dict[str, Any]:
    """
    Return all that is known about an indicator, down to its files.

    Parameters
    ----------
    path : Path
        The city folder.
    indicator : str
        Id of the indicator.
    place : str, optional
        Id or name of a place; all places when absent.

    Returns
    -------
    dict
        ``{indicator, card, observations}``.

    Raises
    ------
    InputError
        When the indicator or the place is unknown.
    """
    card = card_of(indicator)
    with CityFolder.open(path) as folder:
        found = current(folder.engine, indicator=indicator)
    if place is not None:
        found = _at(found, place)
    return {"indicator": indicator, "card": asdict(card), "observations": [as_row(o) for o in found]}


def _at(found: list[StoredObservation], place: str) -> list[StoredObservation]:
    wanted = _heard(place)
    here = [
        o
        for o in found
        if wanted and wanted in (_heard(o.observation.place), _heard(o.observation.place_name))
    ]
    if here or not found:
        return here
    known = sorted({o.observation.place_name or o.observation.place for o in found})
    near = difflib.get_close_matches(place, known, 3, 0.4) or known[:5]
    why = f"it has values for {len(known)} places"
    raise InputError(
        Problem(f"The indicator has no value for {place}", place, why, f"Try one of: {', '.join(near)}.")
    )


def _heard(name: str) -> str:
    """Return a name without accents, capitals and spare blanks, as people type it."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def as_row(stored: StoredObservation) -> dict[str, Any]:
    """Return an observation in the shape that ``show --json`` prints."""
    o = stored.shown
    return {
        "indicator": o.indicator,
        "place": o.place,
        "place_kind": o.place_kind,
        "place_name": o.place_name,
        "period": o.period,
        "dimensions": dict(o.dimensions),
        "value": o.value,
        "low": o.low,
        "high": o.high,
        "interval_kind": o.interval_kind,
        "unit": o.unit,
        "status": o.status,
        "use": o.use,
        "quality": o.quality,
        "method": o.method,
        "coverage": o.coverage,
        "causes": [dict(c) for c in o.causes],
        "origins": [origin.as_dict() for origin in o.origins],
        "notes": list(o.notes),
        "reason": o.reason,
        "remedy": o.remedy,
        "recorded_at": stored.recorded_at,
        "by": stored.by,
        "supersedes": stored.supersedes,
        "reviews": [asdict(r) for r in stored.reviews],
    }


def gaps(path: Path) -> list[dict[str, Any]]:
    """
    Return what is missing and the cheapest way to close each gap: first what presses, then what is shortest.

    Parameters
    ----------
    path : Path
        The city folder.

    Raises
    ------
    InputError
        When nothing was measured yet: no gap is known then, which is not the same as none.
    """
    cards = load_cards()
    with CityFolder.open(path) as folder:
        known = [o.observation for o in current(folder.engine)]
        presses = pressing_in(folder.engine).cards
    if not known:
        why, remedy = "the city has no finished run", "Run `almena profile` first."
        raise InputError(Problem("Nothing was measured yet", str(path), why, remedy))
    missing = [o for o in known if o.is_missing]
    rows = [
        {
            "indicator": o.indicator,
            "title": cards[o.indicator].title,
            "reason": o.reason,
            "remedy": o.remedy or cards[o.indicator].remedy,
            "effort_hours": cards[o.indicator].effort_hours,
            "who": cards[o.indicator].who,
            "presses": o.indicator in presses,
        }
        for o in missing
        if o.indicator in cards
    ]
    return sorted(
        rows, key=lambda row: (not row["presses"], row["effort_hours"], row["who"], row["indicator"])
    )


def review(
    path: Path, indicators: list[str], verdict: str | None, *, why: str, settings: Settings
) -> list[dict[str, Any]]:
    """
    List values to review, or note what a named person says of them.

    Parameters
    ----------
    path : Path
        The city folder.
    indicators : list of str
        Ids; all that are not reviewed yet when empty.
    verdict : str or None
        ``confirmed``, ``rejected``, or None to list only.
    why : str
        The reason.
    settings : Settings
        Clock, and who says so.

    Returns
    -------
    list of dict
        The city's headline values with their reviews.

    Raises
    ------
    InputError
        When an indicator is unknown, has no value, or a verdict names nobody or no indicator.
    """
    for indicator in indicators:
        card_of(indicator)
    with CityFolder.open(path) as folder:
        found = _headlines(folder, indicators)
        if verdict is not None:
            _insist(indicators, found, settings.by)
            with at_work(folder, "review", settings.clock()):
                ids = [o.id for o in found]
                store_review(
                    folder.engine, ids, verdict=verdict, by=settings.by, why=why, at=settings.clock()
                )
            found = _headlines(folder, indicators)
    return [as_row(o) for o in found if indicators or not o.reviews]


def _headlines(folder: CityFolder, indicators: list[str]) -> list[StoredObservation]:
    found = [o for o in current(folder.engine) if o.observation.is_headline]
    return [
        o
        for o in found
        if not o.observation.is_missing and (not indicators or o.observation.indicator in indicators)
    ]


def _insist(indicators: list[str], found: list[StoredObservation], by: str) -> None:
    problems = []
    if not indicators:
        remedy = "Give the ids of the values you have looked at."
        problems.append(
            Problem("No indicator is named", "almena review", "a review is of values one has seen", remedy)
        )
    if not by:
        problems.append(
            Problem("Nobody is named", "--by", "a review without a name is worth nothing", "Add --by NAME.")
        )
    have = {o.observation.indicator for o in found}
    for indicator in indicators:
        if indicator not in have:
            why = "there is no value to review: it is a gap"
            problems.append(Problem(f"{indicator} cannot be reviewed", indicator, why, "See `almena gaps`."))
    if problems:
        raise InputError(*problems)


VERDICTS = {"confirm": CONFIRMED, "reject": REJECTED}
