"""The main job on the generated city: what it says, and what it does not do twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from threading import Event

import pytest
from tests.app.toyville import (
    NOW,
    change_file,
    copy_file,
    file_of,
    settings,
    small_kit,
    without_features,
)

from almena.app.create import new_city
from almena.app.imports import bring_in
from almena.app.look import gaps, review, show
from almena.app.profile import Profile, Session, count_statuses, count_uses, headline, profile
from almena.gather.kit import load_kit
from almena.model.problem import AlmenaError, InputError
from almena.packs import load_cards
from almena.publish.exporters import Exporter, installed_exporters
from almena.publish.material import Material
from almena.publish.records import write_csv
from almena.store.folder import CityFolder
from almena.store.hashing import content_hash
from almena.store.observations import history


def test_every_card_has_a_headline_value_or_a_gap(profiled: tuple[Path, Profile]) -> None:
    found = headline([o.shown for o in profiled[1].observations])
    assert set(found) == set(load_cards())
    for observation in found.values():
        if observation.value is None:
            assert observation.reason
            assert observation.remedy
        else:
            assert observation.low is not None
            assert observation.high is not None
            assert observation.low <= observation.value <= observation.high
            assert observation.origins, observation.indicator


def test_counts_describe_the_current_state(profiled: tuple[Path, Profile]) -> None:
    shown = [o.shown for o in profiled[1].observations]
    document = profiled[1].as_dict()
    assert sum(document["indicators"].values()) == len(load_cards())
    assert sum(document["use"].values()) + document["indicators"]["missing"] == len(load_cards())
    assert document["indicators"] == count_statuses(shown)
    assert document["use"] == count_uses(shown)
    assert document["self_tests"]["failed"] == []
    assert json.loads(json.dumps(document)) == document


def test_only_cards_without_a_method_or_a_role_are_missing(profiled: tuple[Path, Profile]) -> None:
    """The generated city fills every role: whatever is missing there must be a question for people."""
    missing = [o for o in headline([s.shown for s in profiled[1].observations]).values() if o.value is None]
    unexplained = [o.indicator for o in missing if "people know it" not in o.reason]
    assert set(unexplained) <= {"climate.rainfall_trend", "climate.temperature_trend"}, [
        (o.indicator, o.reason) for o in missing if o.indicator in unexplained
    ]


def test_running_again_computes_nothing_and_stores_nothing(city: Path) -> None:
    with CityFolder.open(city) as folder:
        before = (content_hash(folder.engine), len(history(folder.engine, "identity.area")))
    again = profile(city, settings())
    assert again.measured == ()
    with CityFolder.open(city) as folder:
        assert (content_hash(folder.engine), len(history(folder.engine, "identity.area"))) == before


def test_a_new_month_judges_ages_anew_but_equal_values_write_no_row(city: Path) -> None:
    later = settings(clock=lambda: "2026-12-03T08:00:00+00:00")
    again = profile(city, later)
    assert len(again.measured) == len(load_cards())
    with CityFolder.open(city) as folder:
        assert len(history(folder.engine, "identity.area")) == 1


def test_the_city_lives_on_after_its_kit_and_mirror_are_gone(kit: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    new_city(city, kit, settings())
    first = profile(city, settings())
    shutil.rmtree(kit)
    moved = tmp_path / "elsewhere" / "the same city"
    shutil.copytree(city, moved)
    shutil.rmtree(city)
    second = profile(moved, settings())
    assert second.problems == first.problems
    assert second.measured == ()
    assert Path(second.outputs["html"]).is_relative_to(moved)


def test_one_changed_file_redoes_only_what_stands_on_it(city: Path, toy_kit: Path, tmp_path: Path) -> None:
    session = Session()
    path = copy_file(toy_kit, file_of(toy_kit, "hydrants"), tmp_path / "hydrants.geojson")
    without_features(path, 1)
    said = bring_in(city, path, role="hydrants", answers=[], dry_run=False, settings=settings())
    assert said["accepted"], said
    again = profile(city, settings(), session)
    assert "municipal_services.hydrants" in again.measured
    assert "identity.area" not in again.measured
    assert "mobility.transit_access_500m" not in again.measured
    assert session.memo


def test_confirming_a_value_changes_the_report(city: Path) -> None:
    rows = review(city, ["identity.area"], "confirmed", why="land register", settings=settings(by="Ana"))
    assert rows[0]["status"] == "confirmed"
    again = profile(city, settings())
    assert again.as_dict()["indicators"]["confirmed"] == 1
    page = Path(again.outputs["html"]).read_text(encoding="utf-8")
    assert "Ana" in page
    assert "land register" in page
    shown = show(city, "identity.area")["observations"][0]
    assert shown["status"] == "confirmed"
    assert shown["reviews"][0]["by"] == "Ana"


@pytest.mark.parametrize(
    ("indicators", "by", "complaint"),
    [
        (["identity.area"], "", "Nobody is named"),
        ([], "Ana", "No indicator is named"),
        (["municipal_services.shelters"], "Ana", "cannot be reviewed"),
        (["identity.aera"], "Ana", "There is no indicator"),
    ],
)
def test_reviews_that_mean_nothing_are_refused(
    city: Path, indicators: list[str], by: str, complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        review(city, indicators, "confirmed", why="", settings=settings(by=by))


def test_show_walks_back_to_file_locator_hash_and_licence(profiled: tuple[Path, Profile]) -> None:
    found = show(profiled[0], "identity.population_census")
    row = found["observations"][0]
    assert row["place"] == "city"
    origin = row["origins"][0]
    kit = load_kit(profiled[0] / "kit")
    declared = next(f for f in kit.files if f.role == "census_table")
    assert origin["file"] == declared.path
    assert origin["licence"] == declared.licence
    assert len(origin["sha256"]) == 64
    assert "row" in origin["locator"]


def test_an_unknown_place_is_refused_with_names_that_exist(profiled: tuple[Path, Profile]) -> None:
    with pytest.raises(InputError, match="Try one of"):
        show(profiled[0], "identity.population_raster", "Atlantis")


def test_gaps_come_shortest_first_with_whom_to_ask(profiled: tuple[Path, Profile]) -> None:
    rows = gaps(profiled[0])
    assert [r["effort_hours"] for r in rows] == sorted(r["effort_hours"] for r in rows)
    assert all(r["who"] and r["remedy"] and r["reason"] for r in rows)


def test_equal_runs_write_equal_bytes(city: Path) -> None:
    first = {p.name: p.read_bytes() for p in (city / "reports" / "html").rglob("*") if p.is_file()}
    shutil.rmtree(city / "reports" / "html")
    profile(city, settings())
    second = {p.name: p.read_bytes() for p in (city / "reports" / "html").rglob("*") if p.is_file()}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_a_damaged_file_is_a_problem_and_a_gap_and_the_rest_goes_on(toy_kit: Path, tmp_path: Path) -> None:
    kit = small_kit(toy_kit, tmp_path / "kit", ["boundary", "streets", "transit_stops", "population_grid"])
    streets = file_of(kit, "streets")
    whole = (kit / streets.path).read_bytes()
    (kit / streets.path).write_bytes(whole[: len(whole) // 2])
    change_file(kit, "streets", sha256="")
    new_city(tmp_path / "city", kit, settings())
    found = profile(tmp_path / "city", settings())
    assert any(streets.path in p.where for p in found.problems)
    shown = headline([o.shown for o in found.observations])
    assert shown["mobility.transit_access_500m"].value is None
    assert shown["identity.area"].value is not None


def test_a_second_writer_is_told_who_is_at_work(city: Path) -> None:
    with CityFolder.open(city) as folder, folder.lock(what="profile", at=NOW), pytest.raises(AlmenaError):
        profile(city, settings())


def test_what_could_not_be_read_is_said_again_although_nothing_is_read_again(
    kit: Path, tmp_path: Path
) -> None:
    (kit / file_of(kit, "hydrants").path).write_text("{broken", encoding="utf-8")
    change_file(kit, "hydrants", sha256="")
    new_city(tmp_path / "city", kit, settings())
    first = profile(tmp_path / "city", settings())
    second = profile(tmp_path / "city", settings())
    assert second.measured == ()
    assert first.problems
    assert second.problems == first.problems


def test_an_exporter_that_fails_in_its_own_way_is_a_problem_and_the_rest_is_written(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(*_: object) -> Path:
        message = "list index out of range"
        raise IndexError(message)

    broken = Exporter("cuneiform", "clay tablets", fall_over, each_run="reports/clay")
    tables = Exporter("csv", "all values as one table", write_csv, each_run="reports/values.csv")
    monkeypatch.setattr(
        "almena.app.profile.installed_exporters", lambda: ({"cuneiform": broken, "csv": tables}, [])
    )
    found = profile(town, settings())
    [problem] = [p for p in found.problems if "cuneiform" in p.what]
    assert problem.why == "IndexError: list index out of range"
    assert problem.where == "reports/clay"
    assert problem.remedy
    assert set(found.outputs) == {"csv"}
    assert (town / "reports" / "values.csv").read_text(encoding="utf-8-sig").startswith("indicator")


@pytest.mark.parametrize("jobs", [1, 4])
def test_an_output_that_looks_for_another_waits_until_it_is_whole(
    town: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """The first writer gives the second every chance to come too early, and begins only when it has not."""
    came_early, seen = Event(), list[bool]()

    def write_layers(_: Material, out: Path) -> Path:
        came_early.wait(0.3)
        out.write_text("layers", encoding="utf-8")
        return out

    def write_project(_: Material, out: Path) -> Path:
        came_early.set()
        seen.append((out.parent / "layers.txt").exists())
        return out

    project = Exporter(
        "project", "points to the layers", write_project, each_run="project.txt", after="layers"
    )
    layers = Exporter("layers", "the layers", write_layers, each_run="layers.txt")
    both = {"project": project, "layers": layers}  # the one that waits is named first
    monkeypatch.setattr("almena.app.profile.installed_exporters", lambda: (both, []))
    outputs = profile(town, settings(jobs=jobs)).outputs
    assert seen == [True]
    assert list(outputs) == ["project", "layers"]


def test_an_output_whose_forerunner_fails_is_written_all_the_same(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Material, out: Path) -> Path:
        raise RuntimeError(out.name)

    def write(_: Material, out: Path) -> Path:
        out.write_text("", encoding="utf-8")
        return out

    both = {
        "layers": Exporter("layers", "the layers", fail, each_run="layers.txt"),
        "project": Exporter("project", "points to them", write, each_run="project.txt", after="layers"),
    }
    monkeypatch.setattr("almena.app.profile.installed_exporters", lambda: (both, []))
    made = profile(town, settings())
    assert list(made.outputs) == ["project"]
    assert [p.what for p in made.problems if "layers" in p.what] == ["The exporter layers failed"]


def test_the_map_project_is_one_of_those_that_wait() -> None:
    exporters = installed_exporters()[0]
    assert exporters["qgis"].after == "gpkg"
    assert exporters[exporters["qgis"].after].each_run
