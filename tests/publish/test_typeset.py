"""The typesetter in a forked process: it must not wait for threads that stayed behind."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.publish import city

from almena.model.problem import AlmenaError
from almena.publish.paper import typeset
from almena.publish.paper.brief_pdf import write_brief
from almena.publish.paper.sheet_files import write_sheets

forks = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork"
)


@forks
def test_a_forked_process_sets_the_same_pages(tmp_path: Path) -> None:
    before = write_brief(city.material(), tmp_path / "before.pdf").read_bytes()
    child = multiprocessing.get_context("fork").Process(
        target=write_brief, args=(city.material(), tmp_path / "child.pdf")
    )
    child.start()
    child.join(60)
    hung = child.is_alive()
    child.kill()
    assert not hung
    assert (tmp_path / "child.pdf").read_bytes() == before


def test_pages_set_apart_are_the_same_pictures_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = write_sheets(city.material(), tmp_path / "here").parent
    monkeypatch.setattr(typeset, "_at_work", {"process": -1})
    apart = write_sheets(city.material(), tmp_path / "apart").parent
    assert {f.name for f in apart.iterdir()} == {f.name for f in here.iterdir()}
    for file in here.iterdir():
        assert (apart / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_page_that_cannot_be_set_apart_is_told_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = replace(city.poor_material(), name="\U000f0000")
    with pytest.raises(AlmenaError) as here:
        write_brief(nameless, tmp_path / "b.pdf")
    monkeypatch.setattr(typeset, "_at_work", {"process": -1})
    with pytest.raises(AlmenaError) as apart:
        write_brief(nameless, tmp_path / "b.pdf")
    assert apart.value.problems == here.value.problems
    assert list(tmp_path.iterdir()) == []
