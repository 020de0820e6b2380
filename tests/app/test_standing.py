"""Outputs that stand: a second run leaves alone what it would write again byte by byte, and nothing else."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.toyville import settings

from almena.app import standing
from almena.app.look import review
from almena.app.profile import profile
from almena.app.standing import StandingOutputs
from almena.model.problem import AlmenaError
from almena.publish.exporters import Exporter
from almena.publish.records import write_csv
from almena.store.folder import CityFolder


def _files(city: Path) -> dict[str, tuple[str, int]]:
    """Return hash and instant of every file that a run leaves for people."""
    kept = [p for p in city.rglob("*") if p.is_file() and p.relative_to(city).parts[0] != "snapshots"]
    return {
        p.relative_to(city).as_posix(): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
        for p in kept
        if p.name.startswith("layers.") or p.relative_to(city).parts[0] in ("reports", "rasters")
    }


def _rewritten(before: dict[str, tuple[str, int]], after: dict[str, tuple[str, int]]) -> set[str]:
    return {name.split("/html/")[0] for name in after if before.get(name, ("", 0))[1] != after[name][1]}


def _bytes(files: dict[str, tuple[str, int]]) -> dict[str, str]:
    return {name: content for name, (content, _) in files.items()}


def test_a_second_run_writes_nothing_and_says_the_same(town: Path) -> None:
    first = profile(town, settings())  # a moved city stands as well as one that stayed
    before = _files(town)
    second = profile(town, settings())
    assert _files(town) == before
    assert second.outputs == first.outputs
    assert second.problems == first.problems
    assert all(Path(path).exists() for path in second.outputs.values())


def test_what_was_left_alone_is_what_a_city_without_memory_writes(town: Path) -> None:
    profile(town, settings())
    before = _bytes(_files(town))
    with CityFolder.open(town) as folder:
        StandingOutputs(folder, "").keep()  # nothing is known of any output
    profile(town, settings())
    assert _bytes(_files(town)) == before


@pytest.mark.parametrize("lost", ["reports/profile.xlsx", "layers.gpkg", "reports/html/index.html"])
def test_a_deleted_output_is_written_again_and_no_other(town: Path, lost: str) -> None:
    before = _files(town)
    (town / lost).unlink()
    found = profile(town, settings())
    after = _files(town)
    assert _bytes(after) == _bytes(before)
    assert _rewritten(before, after) == {"reports" if "html" in lost else lost}
    assert set(found.outputs) >= {"html", "xlsx", "gpkg"}


def test_an_edited_output_is_written_again_and_so_is_a_folder_with_a_stranger_in_it(town: Path) -> None:
    before = _files(town)
    with (town / "reports" / "profile.xlsx").open("ab") as file:
        file.write(b" ")
    (town / "reports" / "html" / "mine.txt").write_text("a note", encoding="utf-8")
    profile(town, settings())
    assert _bytes(_files(town)) == _bytes(before)


def test_another_day_another_language_and_another_review_are_told(town: Path) -> None:
    profile(town, settings())

    def confirm() -> None:
        """Say that a value is right."""
        review(town, ["identity.area"], "confirmed", why="seen", settings=settings())

    tomorrow = replace(settings(), clock=lambda: "2031-01-01T00:00:00+00:00")
    for change in (
        lambda: profile(town, settings(language="pt")),
        lambda: profile(town, settings()),
        lambda: profile(town, tomorrow),
        lambda: (confirm(), profile(town, tomorrow)),
    ):
        before = _files(town)
        change()
        assert "reports/profile.xlsx" in _rewritten(before, _files(town))


def test_another_version_of_the_program_writes_all_outputs(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(town)
    monkeypatch.setattr(standing, "_software", lambda: "another")
    profile(town, settings())
    rewritten = _rewritten(before, _files(town))
    assert {"layers.gpkg", "layers.qgs", "reports", "reports/profile.xlsx"} <= rewritten


def test_the_program_is_told_by_every_file_of_it_and_by_what_is_installed_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = tmp_path / "site"
    (shelf / "pillow-1.0.dist-info").mkdir(parents=True)
    package = tmp_path / "almena"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "words.csv").write_text("word\none\n", encoding="utf-8")
    monkeypatch.setattr("almena.__file__", str(package / "__init__.py"))
    monkeypatch.setattr("sys.path", [str(shelf)])

    def told() -> str:
        """Return the hash, taken afresh."""
        standing._software.cache_clear()
        return standing._software()

    try:
        first = told()
        assert told() == first
        (package / "words.csv").write_text("word\ntwo\n", encoding="utf-8")
        other_words = told()
        (shelf / "pillow-1.0.dist-info").rename(shelf / "pillow-1.1.dist-info")
        assert len({first, other_words, told()}) == 3
    finally:
        standing._software.cache_clear()


def test_a_writer_of_another_package_writes_each_time(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def clay(material: object, out: Path) -> Path:
        calls.append(material)
        out.write_text("tablet", encoding="utf-8")
        return out

    exporters = {"clay": Exporter("clay", "clay tablets", clay, each_run="reports/clay.txt")}
    monkeypatch.setattr("almena.app.profile.installed_exporters", lambda: (exporters, []))
    profile(town, settings())
    profile(town, settings())
    assert len(calls) == 2


def test_what_waits_for_an_output_is_written_again_with_it(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = Exporter("base", "values", write_csv, each_run="reports/base.csv")
    later = Exporter("later", "values again", write_csv, each_run="reports/later.csv", after="base")
    monkeypatch.setattr(
        "almena.app.profile.installed_exporters", lambda: ({"later": later, "base": base}, [])
    )
    profile(town, settings())
    written = (town / "reports/later.csv").stat().st_mtime_ns
    profile(town, settings())
    assert (town / "reports/later.csv").stat().st_mtime_ns == written

    def refuse(*_: object) -> Path:
        raise AlmenaError.of("The output could not be written", "reports/base.csv")

    refuse.__module__ = write_csv.__module__
    (town / "reports/base.csv").unlink()
    refused = {"later": later, "base": replace(base, write=refuse)}
    monkeypatch.setattr("almena.app.profile.installed_exporters", lambda: (refused, []))
    found = profile(town, settings())
    assert set(found.outputs) == {"later"}
    assert (town / "reports/later.csv").stat().st_mtime_ns != written


def test_a_copied_city_stands_where_it_was_put(town: Path, tmp_path: Path) -> None:
    profile(town, settings())
    moved = Path(shutil.copytree(town, tmp_path / "elsewhere"))
    before = _files(moved)
    found = profile(moved, settings())
    assert _files(moved) == before
    assert all(Path(path).is_relative_to(moved) for path in found.outputs.values())
