"""One hash for all that a city knows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from store_examples import CHAIN, LATER, NOW, PEOPLE, SCHOOLS, neighbourhood, observation, save

from almena.model.observation import Observation
from almena.store.chains import declare_sources
from almena.store.database import connect, writing
from almena.store.folder import CityFolder
from almena.store.hashing import altered_rows, content_hash
from almena.store.observations import current
from almena.store.reviews import review
from almena.store.runs import Run, begin_run


@pytest.fixture
def new_city(tmp_path: Path) -> Callable[[], Engine]:
    made = iter(range(1000))

    def make() -> Engine:
        engine = CityFolder.create(tmp_path / f"c{next(made)}", "C", ("en",), id="c").engine
        begin_run(engine, Run("run-1", NOW))
        return engine

    return make


SAID = (observation(), neighbourhood(1), neighbourhood(2, None), observation(indicator="climate.hot_days"))


def test_the_same_knowledge_has_the_same_hash_on_both_databases(engine: Engine) -> None:
    save(engine, *SAID)
    declare_sources(engine, [SCHOOLS, PEOPLE], at=NOW)
    review(engine, [1], verdict="confirmed", by="Ana", why="counted", at=NOW)
    # a worked example: changes when the meaning of the hash changes, and must then be changed knowingly
    assert content_hash(engine) == "4388b8c75aab0aa4ae30259a13eefabe6083b755d8695b4ac463a5d45403355e"


def test_order_times_authors_and_runs_do_not_enter(new_city: Callable[[], Engine]) -> None:
    one, other = new_city(), new_city()
    save(one, *SAID)
    declare_sources(one, [SCHOOLS, PEOPLE], at=NOW)
    begin_run(other, Run("another", LATER))
    declare_sources(other, [PEOPLE, SCHOOLS], at=LATER)
    for said in reversed(SAID):
        save(other, said, run="another", at=LATER, by="Rui", complete_for=())
    assert content_hash(one) == content_hash(other)


def test_the_way_to_the_present_does_not_enter(new_city: Callable[[], Engine]) -> None:
    straight, winding = new_city(), new_city()
    save(straight, *SAID)
    declare_sources(straight, [SCHOOLS], at=NOW)
    old_source = replace(SCHOOLS, sha256="0" * 64)
    declare_sources(winding, [old_source, PEOPLE], at=NOW)
    save(winding, observation(1.0, origins=(replace(CHAIN[0], source=old_source),)), neighbourhood(9))
    save(winding, *SAID)
    declare_sources(winding, [SCHOOLS], at=NOW)
    assert content_hash(straight) == content_hash(winding)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: save(e, neighbourhood(3), complete_for=()),
        lambda e: save(e, replace(SAID[0], value=71.6), complete_for=()),
        lambda e: save(e, replace(SAID[0], notes=()), complete_for=()),
        lambda e: save(e, replace(SAID[0], origins=CHAIN[:1]), complete_for=()),
        lambda e: save(e, SAID[0]),
        lambda e: declare_sources(e, [SCHOOLS, PEOPLE], at=NOW),
        lambda e: declare_sources(e, [replace(SCHOOLS, licence="CC0")], at=NOW),
        lambda e: review(e, [1], verdict="confirmed", by="Ana", why="", at=NOW),
    ],
    ids=["added", "value", "note", "origin", "retired", "file", "licence", "review"],
)
def test_every_change_of_meaning_changes_the_hash(city: CityFolder, change: Callable[[Engine], Any]) -> None:
    save(city.engine, *SAID)
    declare_sources(city.engine, [SCHOOLS], at=NOW)
    before = content_hash(city.engine)
    change(city.engine)
    assert content_hash(city.engine) != before


def test_every_part_of_a_review_enters_and_so_does_who_spoke_last(new_city: Callable[[], Engine]) -> None:
    yes, no = (
        {"verdict": "confirmed", "by": "Ana", "why": ""},
        {"verdict": "rejected", "by": "Ana", "why": ""},
    )
    spoken: list[list[dict[str, str]]] = [[], [yes], [no], [yes, no], [no, yes], [{**yes, "by": "Rui"}]]
    spoken.append([{**yes, "why": "seen"}])
    hashes = set()
    for words in spoken:
        engine = new_city()
        save(engine, *SAID)
        for said in words:
            review(engine, [1], at=NOW, **said)
        hashes.add(content_hash(engine))
    assert len(hashes) == len(spoken)


def test_a_review_of_one_place_is_not_a_review_of_another(new_city: Callable[[], Engine]) -> None:
    one, other = new_city(), new_city()
    for engine, number in ((one, 1), (other, 2)):
        save(engine, *SAID)
        review(engine, [number], verdict="confirmed", by="Ana", at=NOW)
    assert content_hash(one) != content_hash(other)


MORE = (*SAID, *(neighbourhood(n) for n in range(3, 8)))


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(MORE), cut=st.integers(0, len(MORE)))
def test_any_order_of_recording_gives_one_hash(
    empty_sqlite_city: Path, order: list[Observation], cut: int
) -> None:
    hashes = set()
    for batches in ((MORE, ()), (order[:cut], order[cut:])):
        with tempfile.TemporaryDirectory() as folder:
            engine = connect(Path(shutil.copy(empty_sqlite_city, folder)))
            begin_run(engine, Run("run-1", NOW))
            for batch in batches:
                save(engine, *batch, complete_for=())
            hashes.add(content_hash(engine))
    assert len(hashes) == 1


# --------------------------------------------------------------------------------------- altered from outside


def tamper(engine: Engine, *statements: str) -> None:
    """Change rows as somebody would who takes the triggers away first."""
    with writing(engine) as connection:
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement, rows",
    [
        ("UPDATE observations SET value = 99 WHERE id = 2", [2]),
        ("UPDATE observations SET unit = 'persons' WHERE id = 4", [4]),
        ("UPDATE observations SET notes = '[]' WHERE id = 1", [1]),
        ("UPDATE observations SET chain_id = NULL WHERE id = 3", [3]),
        ("UPDATE origins SET locator = 'elsewhere' WHERE id = 1", [1, 2, 3, 4]),
        ("UPDATE sources SET licence = 'CC0' WHERE id = 1", [1, 2, 3, 4]),
        ("UPDATE chain_links SET position = 5 WHERE position = 0", [1, 2, 3, 4]),
        ("DELETE FROM chain_links WHERE position = 1", [1, 2, 3, 4]),
    ],
)
def test_a_row_that_was_altered_from_outside_is_found(
    city: CityFolder, statement: str, rows: list[int]
) -> None:
    save(city.engine, *SAID)
    assert altered_rows(city.engine) == []
    before = content_hash(city.engine)
    tamper(city.engine, statement)
    assert altered_rows(city.engine) == rows
    assert content_hash(city.engine) != before


def test_a_superseded_row_is_watched_too(city: CityFolder) -> None:
    save(city.engine, observation(1.0))
    save(city.engine, observation(2.0))
    before = content_hash(city.engine)
    tamper(city.engine, "UPDATE observations SET value = 1.5 WHERE id = 1")
    assert altered_rows(city.engine) == [1]
    assert content_hash(city.engine) == before
    assert [s.observation.value for s in current(city.engine)] == [2.0]
