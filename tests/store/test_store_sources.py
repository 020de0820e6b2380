"""The files that a city stands on."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from store_examples import LATER, NOW, PEOPLE, SCHOOLS, neighbourhood, now_known, observation, save

from almena.model.origin import Origin, Source
from almena.model.problem import InputError
from almena.store.chains import declare_sources, declared_sources, known_sources


def test_declared_files_are_those_of_the_last_declaration_and_none_is_forgotten(engine: Engine) -> None:
    declare_sources(engine, [SCHOOLS, PEOPLE, SCHOOLS], at=NOW)
    assert declared_sources(engine) == (PEOPLE, SCHOOLS)
    newer = replace(SCHOOLS, sha256="f" * 64)
    declare_sources(engine, [newer], at=LATER)
    assert declared_sources(engine) == (newer,)
    assert set(known_sources(engine)) == {SCHOOLS, PEOPLE, newer}
    declare_sources(engine, [], at=LATER)
    assert declared_sources(engine) == ()


def test_a_file_behind_a_value_is_known_but_not_declared(engine: Engine) -> None:
    save(engine, observation())
    assert known_sources(engine) == (PEOPLE, SCHOOLS)
    assert declared_sources(engine) == ()


def test_a_declared_file_and_one_behind_a_value_are_one_row(engine: Engine) -> None:
    declare_sources(engine, [SCHOOLS], at=NOW)
    save(engine, observation())
    declare_sources(engine, [PEOPLE], at=NOW)
    assert len(known_sources(engine)) == 2


def test_a_file_larger_than_two_gigabytes_keeps_its_size(engine: Engine) -> None:
    declare_sources(engine, [replace(PEOPLE, size=5_000_000_000)], at=NOW)
    assert declared_sources(engine)[0].size == 5_000_000_000


def test_the_instant_of_a_declaration_is_utc(engine: Engine) -> None:
    with pytest.raises(InputError, match="UTC"):
        declare_sources(engine, [], at="2026-11-20")


def test_a_value_may_stand_on_more_files_than_one_statement_takes(engine: Engine) -> None:
    chain = tuple(Origin(replace(SCHOOLS, file=f"tile-{n}.geojson"), f"tile {n}") for n in range(1_201))
    many = [neighbourhood(n, origins=(chain[n], *chain[:2])) for n in range(1_201)]
    save(engine, observation(origins=chain), *many)
    said = {o.place: o.origins for o in now_known(engine)}
    assert said["city"] == chain
    assert said["neighbourhood-1200"] == (chain[1200], chain[0], chain[1])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([SCHOOLS, PEOPLE, replace(SCHOOLS, role="people"), replace(PEOPLE, licence="")]))
def test_the_order_of_declaration_means_nothing(engine: Engine, order: list[Source]) -> None:
    declare_sources(engine, order, at=NOW)
    assert declared_sources(engine) == tuple(sorted(order))


def real_source(row: dict[str, str]) -> Source:
    return Source(
        row["file"].split("/")[0],
        row["file"],
        row["sha256"],
        licence=row["licence"],
        attribution=row["what"],
        bytes_are=row["bytes_are"].split()[0],
        size=int(row["bytes"]),
    )


@pytest.mark.real
def test_the_real_files_of_a_city_keep_their_words_on_both_databases(
    engine: Engine, porto_alegre: Path
) -> None:
    with (porto_alegre / "MANIFEST.csv").open(encoding="utf-8-sig", newline="") as file:
        real = {real_source(row) for row in csv.DictReader(file)}
    declare_sources(engine, real, at=NOW)
    assert set(declared_sources(engine)) == real
    assert len(real) > 50
    chain = tuple(Origin(source, "whole file") for source in sorted(real))
    save(engine, observation(origins=chain))
    assert now_known(engine)[0].origins == chain
