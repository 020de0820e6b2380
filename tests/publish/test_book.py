"""One tree for all writers: within a sitting nothing is made twice, and afterwards nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.publish import city

import almena.publish.book
from almena.packs.language import speaking
from almena.publish.book import book_of, edition_of
from almena.publish.exporters import installed_exporters, write_edition
from almena.publish.maps import paint as painting
from almena.publish.sitting import once, one_sitting


def test_within_a_sitting_a_thing_is_made_once() -> None:
    made: list[int] = []
    owner = object()
    with one_sitting():
        first = once("thing", owner, lambda: made.append(1) or object())
        assert once("thing", owner, lambda: made.append(1) or object()) is first
        assert once("other thing", owner, object) is not first
        assert once("thing", object(), object) is not first
    assert made == [1]
    assert once("thing", owner, object) is not first


def test_a_sitting_inside_a_sitting_is_the_same_one() -> None:
    owner = object()
    with one_sitting():
        first = once("thing", owner, object)
        with one_sitting():
            assert once("thing", owner, object) is first
        assert once("thing", owner, object) is first


def test_an_edition_is_its_own_edition_and_a_changed_copy_is_not() -> None:
    with one_sitting():
        material = city.material("city")
        edition = edition_of(material)
        assert edition_of(edition) is edition
        public = edition_of(replace(edition, edition="public"))
        assert public is not edition
        assert book_of(material) is book_of(edition)


def test_another_language_is_another_book() -> None:
    with one_sitting():
        material = city.material()
        english = book_of(material)
        with speaking("pt"):
            assert book_of(material) is not english
        assert book_of(material) is english


def test_all_outputs_of_a_run_share_the_chapters_and_paint_each_map_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: Counter[str] = Counter()
    original, desk = painting.paint, almena.publish.book.set_up
    monkeypatch.setattr(painting, "paint", lambda job: counted.update([job.file]) or original(job))
    monkeypatch.setattr(
        almena.publish.book, "set_up", lambda edition: counted.update(["desk"]) or desk(edition)
    )
    each_run = [e for e in installed_exporters()[0].values() if e.each_run]
    assert {e.name for e in each_run} >= {"html", "pdf", "brief"}
    material = city.material()
    with one_sitting():
        for exporter in each_run:
            write_edition(exporter, material, tmp_path / exporter.each_run)
    assert counted.pop("desk") == 1
    assert set(counted.values()) == {1}
    assert {p.name for p in (tmp_path / "reports").iterdir()} >= {"html", "profile.pdf", "mayors-brief.pdf"}
