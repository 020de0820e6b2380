"""What named persons said of stored values: added, never altered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Engine, insert, select

from almena.model.observation import CONFIRMED, REJECTED
from almena.model.problem import Problem, raise_all
from almena.store.canonical import check_texts, check_time
from almena.store.chains import next_number
from almena.store.database import writing
from almena.store.rows import Review
from almena.store.tables import OBSERVATIONS, RETIRED, REVIEWS, STANDING

VERDICTS = (CONFIRMED, REJECTED)


def review(
    engine: Engine, observation_ids: Iterable[int], *, verdict: str, by: str, why: str = "", at: str
) -> tuple[Review, ...]:
    """
    Note what a named person says of current values, in one transaction.

    Parameters
    ----------
    engine : Engine
        The city's database.
    observation_ids : iterable of int
        Numbers of current rows, from `almena.store.observations.current`.
    verdict : str
        ``confirmed`` or ``rejected``.
    by, why, at : str
        Who says so; the reason; instant in ISO 8601, UTC.

    Returns
    -------
    tuple of Review
        The reviews as stored.

    Raises
    ------
    InputError
        When the verdict is unknown, nobody is named, or a row is unknown, a gap or no longer current; then
        nothing is stored.
    """
    check_time(at)
    wanted = tuple(dict.fromkeys(observation_ids))
    raise_all(_wrong_words(verdict, by))
    check_texts("the review", (by, why))
    reviews = tuple(Review(number, verdict, by.strip(), why.strip(), at) for number in wanted)
    with writing(engine) as connection:
        raise_all(_wrong_rows(connection, wanted))
        first = next_number(connection, REVIEWS)
        rows = [{"id": first + i, **vars(r)} for i, r in enumerate(reviews)]
        if rows:
            connection.execute(insert(REVIEWS), rows)
    return reviews


def reviews_by_identity(connection: Connection) -> dict[str, tuple[Review, ...]]:
    """Return all reviews, oldest first, by the identity of the observation they speak of."""
    query = (
        select(OBSERVATIONS.c.identity, *(REVIEWS.c[name] for name in Review.__dataclass_fields__))
        .join(OBSERVATIONS, OBSERVATIONS.c.id == REVIEWS.c.observation_id)
        .order_by(REVIEWS.c.id)
    )
    found: dict[str, list[Review]] = defaultdict(list)
    for identity, *facts in connection.execute(query):
        found[identity].append(Review(*facts))
    return {identity: tuple(reviews) for identity, reviews in found.items()}


def _wrong_words(verdict: str, by: str) -> Iterable[Problem]:
    if verdict not in VERDICTS:
        yield Problem(f"{verdict!r} is not a verdict", "review", "", f"say one of: {', '.join(VERDICTS)}")
    if not by.strip():
        yield Problem(
            "A review needs a name",
            "review",
            "a value is confirmed or rejected by a person who answers for it",
            "say who you are with --by NAME",
        )


def _wrong_rows(connection: Connection, wanted: Collection[int]) -> Iterable[Problem]:
    facts = OBSERVATIONS.c.id, OBSERVATIONS.c.status, OBSERVATIONS.c.value, STANDING.label("stands")
    query = select(*facts).where(OBSERVATIONS.c.id.in_(list(wanted)))
    rows = {number: facts for number, *facts in connection.execute(query)}
    for number in wanted:
        where = f"observation {number}"
        if number not in rows:
            yield Problem("There is no such observation", where, "", "list them with `almena show`")
            continue
        status, value, stands = rows[number]
        if not stands or status == RETIRED:
            why = "a newer value took its place, and a review holds for one value only"
            yield Problem(
                "The value is no longer current", where, why, "look at the newer one and review that"
            )
        elif value is None:
            why = "there is no value to confirm or reject"
            yield Problem("The observation is a gap", where, why, "`almena gaps` says how to close it")
