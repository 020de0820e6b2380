"""Between an observation as the rooms speak of it and its row in the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from almena.model.observation import Observation
from almena.model.origin import Origin
from almena.model.problem import InputError, Problem
from almena.store.canonical import check_texts, digest, from_text, to_text, without_nan
from almena.store.tables import RETIRED

TEXTS = (
    "indicator",
    "place",
    "place_kind",
    "place_name",
    "period",
    "interval_kind",
    "unit",
    "status",
    "use",
    "quality",
    "method",
    "reason",
    "remedy",
    "key",
)
NUMBERS = ("value", "low", "high", "coverage")
LISTS = ("dimensions", "causes", "notes")


@dataclass(frozen=True)
class Review:
    """
    What a named person said of one stored value.

    Parameters
    ----------
    observation_id : int
        The row that was reviewed; a later value needs a review of its own.
    verdict : str
        ``confirmed`` or ``rejected``.
    by, why, at : str
        Who; the reason, possibly empty; instant in ISO 8601, UTC.
    """

    observation_id: int
    verdict: str
    by: str
    why: str
    at: str


@dataclass(frozen=True)
class StoredObservation:
    """
    An observation with what the store knows of it.

    Parameters
    ----------
    observation : Observation
        As it was recorded; see `shown` for the status after review.
    id : int
        Number of its row.
    recorded_at, by, run_id : str
        Instant in ISO 8601, UTC; who or what recorded it; the run that did.
    supersedes : int or None
        The row that it took the place of.
    reviews : tuple of Review
        What was said of this very row, oldest first.
    earlier_reviews : tuple of Review
        What was said of rows that it took the place of; listed, but without effect on it.
    """

    observation: Observation
    id: int
    recorded_at: str
    by: str
    run_id: str
    supersedes: int | None = None
    reviews: tuple[Review, ...] = ()
    earlier_reviews: tuple[Review, ...] = ()

    @property
    def review(self) -> Review | None:
        """Return the latest review of this very row."""
        return self.reviews[-1] if self.reviews else None

    @property
    def status(self) -> str:
        """Return the status to show: the latest verdict on this row, else the status as recorded."""
        return self.reviews[-1].verdict if self.reviews else self.observation.status

    @property
    def shown(self) -> Observation:
        """Return the observation with the status to show."""
        return replace(self.observation, status=self.status) if self.reviews else self.observation


def identity_digest(indicator: str, place: str, dimensions: tuple[tuple[str, str], ...]) -> str:
    """Return the hash of what stays the same while values follow each other; the period may change."""
    return digest(to_text([indicator, place, sorted(dimensions)]))


def to_row(observation: Observation, chain: str) -> dict[str, Any]:
    """
    Return the columns that say what an observation says, with the hash of their content.

    Parameters
    ----------
    observation : Observation
        The value or gap.
    chain : str
        Digest of its chain of origins; empty when it has none.

    Raises
    ------
    InputError
        When a number is not finite or a text cannot be stored.
    """
    row: dict[str, Any] = {name: getattr(observation, name) for name in TEXTS}
    row.update((name, _number(getattr(observation, name))) for name in NUMBERS)
    row["dimensions"] = to_text(sorted(observation.dimensions))
    row["causes"] = to_text([{k: without_nan(v) for k, v in c.items()} for c in observation.causes])
    row["notes"] = to_text(list(observation.notes))
    row["content"] = _checked_content(row, chain)
    row["identity"] = identity_digest(observation.indicator, observation.place, observation.dimensions)
    return row


def content_digest(row: Mapping[Any, Any], chain: str) -> str:
    """Return the hash of everything that a row says; not of its number, time, author or run."""
    return digest(_content(row, chain))


def from_row(row: Mapping[Any, Any], origins: tuple[Origin, ...]) -> Observation:
    """Return the observation that a row holds."""
    return Observation(
        **{name: row[name] for name in TEXTS},
        **{name: row[name] for name in NUMBERS},
        dimensions=tuple((name, value) for name, value in _list(row["dimensions"])),
        causes=tuple(_list(row["causes"])),
        notes=tuple(_list(row["notes"])),
        origins=origins,
    )


def retirement_of(old: Observation) -> Observation:
    """Return the observation that closes an identity which its indicator no longer produces."""
    return Observation(
        indicator=old.indicator,
        place=old.place,
        period=old.period,
        place_kind=old.place_kind,
        place_name=old.place_name,
        dimensions=old.dimensions,
        unit=old.unit,
        status=RETIRED,
        method=old.method,
        reason="the indicator no longer gives a value for this place and these dimensions",
    )


def _content(row: Mapping[Any, Any], chain: str) -> str:
    return to_text([*(row[n] for n in TEXTS), *(row[n] for n in NUMBERS), *(row[n] for n in LISTS), chain])


def _checked_content(row: Mapping[Any, Any], chain: str) -> str:
    where = f"{row['indicator']} for {row['place']}"
    try:
        content = _content(row, chain)
        suspicious = "\\u0000" in content or not content.isascii()
    except InputError as error:
        raise InputError(
            Problem(
                f"The value of {row['indicator']} cannot be stored",
                where,
                error.problems[0].why,
                "values, limits and coverage are finite numbers, or None where nothing is known",
            )
        ) from error
    if suspicious:
        check_texts(where, (*(row[n] for n in TEXTS), *_inner_texts(row)))
    return digest(content)


def _inner_texts(row: Mapping[Any, Any]) -> list[str]:
    pairs = [text for pair in _list(row["dimensions"]) for text in pair]
    causes = [str(part) for cause in _list(row["causes"]) for item in cause.items() for part in item]
    return [*pairs, *causes, *_list(row["notes"])]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _list(text: str) -> list[Any]:
    # most rows have no dimensions or notes: parsing "[]" thousands of times is worth avoiding
    return from_text(text) if text != "[]" else []
