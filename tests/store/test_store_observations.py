"""The trail of values: what is known now, and how it came to be known."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, select, text
from store_examples import (
    CHAIN,
    LATER,
    NOW,
    PEOPLE,
    SCHOOLS,
    neighbourhood,
    now_known,
    observation,
    save,
    values,
)

from almena.model.observation import Observation
from almena.model.origin import Origin, Source
from almena.model.problem import InputError, StoreError
from almena.store.chains import known_sources
from almena.store.database import reading, writing
from almena.store.folder import CityFolder
from almena.store.observations import Recorded, as_of, current, history, keys
from almena.store.runs import Run, begin_run
from almena.store.tables import CHAIN_LINKS, CHAINS, OBSERVATIONS, ORIGINS, RETIRED, SOURCES


def count(engine: Engine, table: Any) -> int:
    with reading(engine) as connection:
        return len(connection.execute(select(table)).all())


# ------------------------------------------------------------------------------------------ one value's life


def test_a_first_recording_is_stored_in_every_field(engine: Engine) -> None:
    said = (observation(), neighbourhood(1, dimensions=(("sex", "women"),)))
    assert save(engine, *said, by="Ana", at=LATER) == Recorded(written=2)
    stored = current(engine)
    assert tuple(s.observation for s in stored) == said
    assert [(s.id, s.by, s.recorded_at, s.run_id, s.supersedes) for s in stored] == [
        (1, "Ana", LATER, "run-1", None),
        (2, "Ana", LATER, "run-1", None),
    ]


def test_saying_the_same_again_writes_no_row(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1))
    again = save(engine, observation(), neighbourhood(1), at=LATER, by="somebody else")
    assert again == Recorded(unchanged=2)
    assert count(engine, OBSERVATIONS) == 2
    assert {s.recorded_at for s in current(engine)} == {NOW}


def test_a_changed_value_takes_the_place_of_the_old_one_and_the_old_one_stays(engine: Engine) -> None:
    save(engine, observation(71.5))
    assert save(engine, observation(72.0), at=LATER) == Recorded(written=1, superseded=1)
    (now,) = current(engine)
    assert (now.observation.value, now.supersedes, now.recorded_at) == (72.0, 1, LATER)
    assert [s.observation.value for s in history(engine, now.observation.indicator)] == [71.5, 72.0]


CHANGES: dict[str, Any] = {
    "period": "2025",
    "place_kind": "country",
    "place_name": "Newer Town",
    "value": 71.6,
    "low": 60.0,
    "high": None,
    "interval_kind": "sources",
    "unit": "share",
    "status": "proxy",
    "use": "decide",
    "quality": "C",
    "method": "school_access@2",
    "coverage": 0.65,
    "causes": (),
    "origins": CHAIN[:1],
    "reason": "old",
    "remedy": "ask",
    "notes": (),
    "key": "k2",
}


def test_the_list_of_changes_below_names_every_field_that_is_not_identity() -> None:
    assert set(CHANGES) | {"indicator", "place", "dimensions"} == {f.name for f in fields(Observation)}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_in_any_field_supersedes(engine: Engine, name: str) -> None:
    save(engine, observation())
    changed = replace(observation(), **{name: CHANGES[name]})
    assert save(engine, changed) == Recorded(written=1, superseded=1)
    assert now_known(engine) == [changed]
    assert save(engine, changed) == Recorded(unchanged=1)


@pytest.mark.parametrize(
    "part", ["url", "licence", "attribution", "date", "sha256", "sharing", "size", "file"]
)
def test_a_change_in_what_is_said_of_a_source_supersedes(engine: Engine, part: str) -> None:
    save(engine, observation())
    source = replace(SCHOOLS, **{part: 5 if part == "size" else "local-only"})
    changed = replace(observation(), origins=(replace(CHAIN[0], source=source), CHAIN[1]))
    assert save(engine, changed).superseded == 1
    assert now_known(engine) == [changed]


@pytest.mark.parametrize(
    "chain",
    [
        CHAIN[::-1],
        (replace(CHAIN[0], locator="features 1–2"), CHAIN[1]),
        (CHAIN[0].then("dissolved"), CHAIN[1]),
        (),
    ],
    ids=["order", "locator", "steps", "none"],
)
def test_a_change_in_the_chain_supersedes(engine: Engine, chain: tuple[Origin, ...]) -> None:
    save(engine, observation())
    changed = replace(observation(), origins=chain)
    assert save(engine, changed).superseded == 1
    assert now_known(engine)[0].origins == chain


def test_a_new_period_replaces_the_headline_instead_of_standing_beside_it(engine: Engine) -> None:
    save(engine, observation(period="2024"))
    save(engine, observation(period="2025"))
    assert [o.period for o in now_known(engine)] == ["2025"]


def test_a_value_that_becomes_a_gap_and_a_value_again(engine: Engine) -> None:
    for value in (71.5, None, 71.5):
        save(engine, observation(value))
        assert [o.value for o in now_known(engine)] == [value]
    assert [s.supersedes for s in history(engine, observation().indicator)] == [None, 1, 2]


def test_dimensions_are_values_of_their_own(engine: Engine) -> None:
    women, men = (
        observation(60.0, dimensions=(("sex", "women"),)),
        observation(80.0, dimensions=(("sex", "men"),)),
    )
    assert save(engine, observation(), women, men).written == 3
    assert [o.value for o in now_known(engine)] == [71.5, 80.0, 60.0]


def test_the_order_of_dimensions_means_nothing(engine: Engine) -> None:
    one, other = ("age", "0-14"), ("sex", "women")
    save(engine, observation(dimensions=(one, other)))
    assert save(engine, observation(dimensions=(other, one))) == Recorded(unchanged=1)
    assert now_known(engine)[0].dimensions == (one, other)


# ------------------------------------------------------------------------------------------------ retirement


def test_what_an_indicator_no_longer_gives_is_retired(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1), neighbourhood(2))
    assert save(engine, observation(), neighbourhood(2)) == Recorded(unchanged=2, retired=1)
    assert values(now_known(engine)) == {"city": 71.5, "neighbourhood-2": 50.0}


def test_a_retired_row_says_what_it_closes_and_is_part_of_the_history(engine: Engine) -> None:
    gone = neighbourhood(1, dimensions=(("sex", "women"),))
    save(engine, observation(), gone)
    save(engine, observation(), at=LATER, by="Ana")
    value, closing = history(engine, gone.indicator, gone.place)
    assert value.observation == gone
    assert (closing.supersedes, closing.by, closing.recorded_at) == (value.id, "Ana", LATER)
    said = closing.observation
    assert (said.status, said.value, said.low, said.high, said.origins) == (RETIRED, None, None, None, ())
    assert (said.place_kind, said.place_name, said.dimensions) == ("neighbourhood", "Part 1", gone.dimensions)
    assert said.unit == "%"
    assert said.reason


def test_retiring_happens_once(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1))
    save(engine, observation())
    assert save(engine, observation()) == Recorded(unchanged=1)
    assert count(engine, OBSERVATIONS) == 3


def test_a_retired_value_can_come_back_as_it_was(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1))
    save(engine, observation())
    assert save(engine, observation(), neighbourhood(1)).written == 1
    assert values(now_known(engine)) == {"city": 71.5, "neighbourhood-1": 50.0}
    assert [s.supersedes for s in history(engine, observation().indicator, "neighbourhood-1")] == [None, 2, 3]


def test_an_indicator_that_is_not_mentioned_keeps_its_values(engine: Engine) -> None:
    save(engine, observation(indicator="ecology.green_cover"))
    save(engine, observation(indicator="climate.hot_days"))
    assert [o.indicator for o in now_known(engine)] == ["climate.hot_days", "ecology.green_cover"]


def test_an_indicator_named_as_complete_is_closed_even_when_it_gives_nothing(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1))
    assert save(engine, complete_for={observation().indicator}) == Recorded(retired=2)
    assert now_known(engine) == []


def test_only_indicators_named_as_complete_are_closed(engine: Engine) -> None:
    pairs = [(i, n) for i in ("a.a", "b.b") for n in (1, 2)]
    save(engine, *(neighbourhood(n, indicator=i) for i, n in pairs))
    some = neighbourhood(1, indicator="a.a"), neighbourhood(1, indicator="b.b")
    assert save(engine, *some, complete_for={"a.a"}) == Recorded(unchanged=2, retired=1)
    assert [(o.indicator, o.place[-1]) for o in now_known(engine)] == [
        ("a.a", "1"),
        ("b.b", "1"),
        ("b.b", "2"),
    ]


def test_a_single_value_can_be_added_without_closing_the_others(engine: Engine) -> None:
    save(engine, observation(), neighbourhood(1))
    assert save(engine, neighbourhood(1, 51.0), complete_for=()) == Recorded(written=1, superseded=1)
    assert values(now_known(engine)) == {"city": 71.5, "neighbourhood-1": 51.0}


# -------------------------------------------------------------------------------------------- what is refused


def test_two_values_for_the_same_thing_are_refused_and_nothing_is_stored(engine: Engine) -> None:
    years = observation(period="2010"), observation(period="2022"), neighbourhood(1), neighbourhood(1)
    with pytest.raises(InputError, match="two values for one place") as caught:
        save(engine, *years)
    assert [p.where for p in caught.value.problems] == [
        "place city, dimensions: none",
        "place neighbourhood-1, dimensions: none",
    ]
    assert now_known(engine) == []


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["value", "low", "high", "coverage"])
def test_a_number_that_is_not_finite_is_refused(engine: Engine, name: str, number: float) -> None:
    with pytest.raises(InputError, match="cannot be stored") as caught:
        save(engine, neighbourhood(1), replace(observation(), **{name: number}))
    assert "social_inclusion.school_access_500m for city" in str(caught.value)
    assert now_known(engine) == []


def test_a_cause_without_numbers_is_stored_as_unknown(engine: Engine) -> None:
    cause = {"name": "shelters unknown", "kind": "expert", "low": math.nan, "high": math.inf}
    save(engine, observation(causes=(cause,)))
    assert now_known(engine)[0].causes == ({**cause, "low": None, "high": None},)


def test_numbers_of_numpy_are_stored_as_plain_numbers(engine: Engine) -> None:
    cause = {"name": "c", "kind": "sources", "low": np.float64(1.5), "high": np.float32(2.5)}
    save(engine, observation(np.float64(71.5), coverage=np.float32(0.5), causes=(cause,)))
    (said,) = now_known(engine)
    assert (said.value, said.coverage, said.causes[0]["low"], said.causes[0]["high"]) == (71.5, 0.5, 1.5, 2.5)
    assert type(said.value) is float


@pytest.mark.parametrize("bad", ["a\0b", "half \ud83d"])
@pytest.mark.parametrize("name", ["place_name", "reason", "notes", "dimensions", "causes"])
def test_a_character_that_one_database_cannot_hold_is_refused_by_both(
    engine: Engine, name: str, bad: str
) -> None:
    shapes = {"notes": (bad,), "dimensions": (("group", bad),), "causes": ({"name": bad, "kind": "expert"},)}
    with pytest.raises(InputError, match="character that cannot be stored"):
        save(engine, observation(**{name: shapes.get(name, bad)}))


@pytest.mark.parametrize("bad", ["a\0b", "half \ud83d"])
def test_such_a_character_is_refused_in_an_origin_and_an_author(engine: Engine, bad: str) -> None:
    for origin in (Origin(SCHOOLS, bad), Origin(SCHOOLS, "", (bad,)), Origin(replace(SCHOOLS, file=bad))):
        with pytest.raises(InputError, match="character that cannot be stored"):
            save(engine, observation(origins=(origin,)))
    with pytest.raises(InputError, match="the author of a record"):
        save(engine, observation(), by=bad)
    assert count(engine, SOURCES) == 0


def test_a_text_that_only_looks_like_an_escaped_nul_is_kept(engine: Engine) -> None:
    save(engine, observation(reason="\\u0000", notes=("\\u0000",)))
    assert now_known(engine)[0].notes == ("\\u0000",)


@pytest.mark.parametrize("at", ["2026-11-20", "2026-11-20T12:00:00", "2026-11-20T12:00:00+02:00", "noon"])
def test_an_instant_that_is_not_utc_is_refused(engine: Engine, at: str) -> None:
    with pytest.raises(InputError, match="not ISO 8601 in UTC"):
        save(engine, observation(), at=at)


def test_an_unknown_run_is_refused_and_nothing_is_stored(engine: Engine) -> None:
    with pytest.raises(StoreError, match="refused a change"):
        save(engine, observation(), run="never begun")
    assert (now_known(engine), count(engine, SOURCES)) == ([], 0)


# --------------------------------------------------------------------------------------- nothing is overwritten


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE observations SET value = 99",
        "DELETE FROM observations",
        "UPDATE sources SET licence = 'CC0'",
        "DELETE FROM sources",
        "DELETE FROM origins",
        "UPDATE chain_links SET position = 7",
        "DELETE FROM chains",
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(engine: Engine, change: str) -> None:
    save(engine, observation())
    with pytest.raises(StoreError, match="only ever added"), writing(engine) as connection:
        connection.execute(text(change))
    assert now_known(engine) == [observation()]


def test_a_row_cannot_be_replaced_past_the_triggers(city: CityFolder) -> None:
    save(city.engine, observation())
    replacing = pytest.raises(StoreError, match="only ever added")
    with replacing, writing(city.engine) as connection:
        connection.execute(text("INSERT OR REPLACE INTO observations SELECT * FROM observations"))


@pytest.mark.parametrize("supersedes", [None, 1], ids=["a second first row", "a second successor"])
def test_the_database_itself_keeps_one_line_for_each_value(engine: Engine, supersedes: int | None) -> None:
    save(engine, observation(1.0))
    save(engine, observation(2.0))
    with reading(engine) as connection:
        row = dict(connection.execute(select(OBSERVATIONS)).mappings().first() or {})
    with pytest.raises(StoreError, match="refused a change"), writing(engine) as connection:
        connection.execute(insert(OBSERVATIONS), {**row, "id": 3, "supersedes": supersedes})


# -------------------------------------------------------------------------------------------------- questions


@pytest.fixture
def filled(engine: Engine) -> Engine:
    save(
        engine,
        observation(indicator="mobility.a"),
        neighbourhood(2, indicator="mobility.a"),
        neighbourhood(1, indicator="mobility.a"),
        neighbourhood(1, indicator="ecology.b", place="a-park"),
        observation(indicator="ecology.b"),
    )
    return engine


def seen(stored: list[Any]) -> list[tuple[str, str]]:
    return [(s.observation.indicator, s.observation.place) for s in stored]


def test_current_values_come_by_indicator_with_the_city_first(filled: Engine) -> None:
    assert seen(current(filled)) == [
        ("ecology.b", "city"),
        ("ecology.b", "a-park"),
        ("mobility.a", "city"),
        ("mobility.a", "neighbourhood-1"),
        ("mobility.a", "neighbourhood-2"),
    ]


@pytest.mark.parametrize(
    "chosen, expected",
    [
        ({"indicator": "ecology.b"}, [("ecology.b", "city"), ("ecology.b", "a-park")]),
        ({"place": "city"}, [("ecology.b", "city"), ("mobility.a", "city")]),
        ({"place_kind": "neighbourhood", "indicator": "ecology.b"}, [("ecology.b", "a-park")]),
        ({"indicator": "nobody.knows"}, []),
    ],
)
def test_current_values_can_be_chosen(filled: Engine, chosen: dict[str, str], expected: Any) -> None:
    assert seen(current(filled, **chosen)) == expected


def test_history_is_of_one_indicator_or_one_place_of_it(filled: Engine) -> None:
    assert len(history(filled, "mobility.a")) == 3
    assert seen(history(filled, "mobility.a", "neighbourhood-2")) == [("mobility.a", "neighbourhood-2")]


def test_keys_name_the_indicators_that_need_no_new_computation(engine: Engine) -> None:
    save(
        engine,
        observation(indicator="same.key", key="k7"),
        neighbourhood(1, indicator="same.key", key="k7"),
        observation(indicator="two.keys", key="k7"),
        neighbourhood(1, indicator="two.keys", key="k8"),
        observation(indicator="no.key", key=""),
    )
    assert keys(engine) == {"same.key": "k7"}


def test_keys_look_at_what_stands_now(engine: Engine) -> None:
    save(engine, observation(key="k1"), neighbourhood(1, key="k1"))
    save(engine, observation(key="k2"))
    assert keys(engine) == {observation().indicator: "k2"}


# ---------------------------------------------------------------------------------------- stored once, in bulk


def test_origins_shared_by_many_values_are_stored_once(engine: Engine) -> None:
    twin = tuple(Origin(Source(**vars(o.source)), o.locator, o.steps) for o in CHAIN)
    assert twin == CHAIN
    assert twin is not CHAIN
    save(engine, *(neighbourhood(n, origins=twin if n % 2 else CHAIN) for n in range(20)))
    save(engine, *(neighbourhood(n, 51.0, origins=CHAIN) for n in range(20)))
    tables = (OBSERVATIONS, CHAINS, CHAIN_LINKS, ORIGINS, SOURCES)
    assert [count(engine, table) for table in tables] == [40, 1, 2, 2, 2]
    assert known_sources(engine) == (PEOPLE, SCHOOLS)


def test_the_number_of_statements_does_not_grow_with_the_number_of_values(engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    def cost(places: int, value: float) -> tuple[int, int]:
        statements.clear()
        save(engine, *(neighbourhood(n, value) for n in range(places)))
        written = len(statements)
        statements.clear()
        assert len(current(engine)) == places
        return written, len(statements)

    cost(3, 1.0)  # stores the chain of origins, which the others share
    assert cost(3, 2.0) == cost(300, 3.0)


# ------------------------------------------------------------------------------------------------- properties

plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
awkward = st.sampled_from(
    [
        "'; DROP TABLE observations; --",
        '"',
        "%s :x ?",
        "=1+1",
        "@SUM(A1)",
        "NULL",
        "\\",
        "\r\n",
        "'",
        "São João",
    ]
)
texts = plain | awkward
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
origins = st.builds(
    Origin,
    st.builds(Source, texts, texts, texts, texts, texts, texts, size=st.integers(0, 2**40)),
    texts,
    st.lists(texts, max_size=2).map(tuple),
)
anything = st.builds(
    Observation,
    indicator=texts,
    place=texts,
    period=texts,
    place_kind=texts,
    place_name=texts,
    dimensions=st.dictionaries(texts, texts, max_size=2).map(lambda d: tuple(sorted(d.items()))),
    value=numbers,
    low=numbers,
    high=numbers,
    interval_kind=texts,
    unit=texts,
    status=st.sampled_from(["measured", "missing", "proxy"]),
    use=texts,
    quality=texts,
    method=texts,
    coverage=numbers,
    causes=st.lists(
        st.fixed_dictionaries({"name": texts, "kind": texts, "low": numbers, "high": numbers}), max_size=2
    ).map(tuple),
    origins=st.lists(origins, max_size=2).map(tuple),
    reason=texts,
    remedy=texts,
    notes=st.lists(texts, max_size=2).map(tuple),
    key=texts,
)
several = st.lists(anything, max_size=3, unique_by=lambda o: (o.indicator, o.place, o.dimensions))
calmly = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@calmly
@given(said=several)
def test_whatever_is_recorded_is_read_back_exactly(engine: Engine, said: list[Observation]) -> None:
    for observations in (said, said):
        every = {s.observation.indicator for s in current(engine)} | {o.indicator for o in said}
        save(engine, *observations, complete_for=every)
        assert sorted(now_known(engine), key=repr) == sorted(said, key=repr)


small = st.builds(
    lambda place, sex, period, value: neighbourhood(
        place, value, period=period, dimensions=(("sex", sex),) if sex else ()
    ),
    st.integers(0, 2),
    st.sampled_from(["", "women"]),
    st.sampled_from(["2010", "2022"]),
    st.sampled_from([None, 1.0, 2.0]),
)
batches = st.lists(
    st.lists(small, min_size=1, max_size=4, unique_by=lambda o: (o.place, o.dimensions)),
    min_size=1,
    max_size=5,
)


@calmly
@given(batches=batches)
def test_current_is_always_the_last_batch_and_nothing_is_ever_lost(
    engine: Engine, batches: list[Any]
) -> None:
    for batch in batches:
        before = {(o.place, o.dimensions): o for o in now_known(engine)}
        rows = count(engine, OBSERVATIONS)
        done = save(engine, *batch)
        after = {(o.place, o.dimensions): o for o in batch}
        assert {(o.place, o.dimensions): o for o in now_known(engine)} == after
        same = sum(before.get(identity) == said for identity, said in after.items())
        assert done.unchanged == same
        assert done.written == len(after) - same
        assert done.retired == len(before.keys() - after.keys())
        assert count(engine, OBSERVATIONS) == rows + done.written + done.retired


# ------------------------------------------------------------------------------------------ as it was


def test_what_was_known_after_each_run_can_be_told(engine: Engine) -> None:
    """One value changes, one stays, one goes: each run is remembered as it ended."""
    begin_run(engine, Run("run-2", LATER))
    first = (observation(), neighbourhood(1), neighbourhood(2))
    save(engine, *first)
    save(engine, observation(80.0), neighbourhood(1), run="run-2", at=LATER)
    assert [s.observation for s in as_of(engine, "run-1")] == list(first)
    assert values(s.observation for s in as_of(engine, "run-2")) == {"city": 80.0, "neighbourhood-1": 50.0}
    assert [s.observation for s in as_of(engine, "run-2")] == now_known(engine)


def test_a_value_that_went_and_came_back_is_known_again(engine: Engine) -> None:
    for number in (2, 3):
        begin_run(engine, Run(f"run-{number}", LATER))
    save(engine, observation(), neighbourhood(1))
    save(engine, observation(), run="run-2", at=LATER)
    save(engine, observation(), neighbourhood(1), run="run-3", at=LATER)
    assert [len(as_of(engine, f"run-{n}")) for n in (1, 2, 3)] == [2, 1, 2]


def test_a_run_that_never_was_is_refused(engine: Engine) -> None:
    with pytest.raises(InputError, match="no such run"):
        as_of(engine, "run-9")
