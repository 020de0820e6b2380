"""A city adds and removes packs: its values stay as they are, and its folder holds all that it needs."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.app.toyville import NOW, contents, settings
from tests.packs.pack_folders import pack_folder, row

from almena.app.care import hash_of
from almena.app.pack_changes import add_pack, remove_pack
from almena.app.packs import check_pack, list_packs, packs_of
from almena.model.observation import Observation
from almena.model.problem import AlmenaError, InputError, Problem
from almena.model.statement import Statement
from almena.store.folder import CityFolder
from almena.store.observations import record
from almena.store.runs import Run, begin_run
from almena.store.statements import say_all, standing

THEMES = ("theme-tourism", "theme-climate-action")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Return a small city that knows its area and has answered two questions."""
    path = tmp_path / "toyville"
    with CityFolder.create(path, "Toyville", ("en",), id="toyville") as folder:
        begin_run(folder.engine, Run("run-1", NOW))
        area = Observation(
            "identity.area", "toyville", "2024", "city", "Toyville", value=12.0, unit="km2", use="decide"
        )
        record(folder.engine, "run-1", [area], at=NOW, by="almena")
        said = [Statement("answer", key, {"value": 7}, "Ana", "yearbook") for key in ("toy.1", "other.1")]
        say_all(folder.engine, said, at=NOW, by="Ana")
    return path


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Return somebody's pack with one question, one of its answers given already."""
    return pack_folder(tmp_path / "my pack", {"questions": [row("questions")], "scales": [row("scales")]})


def names(city: Path) -> tuple[str, ...]:
    with CityFolder.open(city) as folder:
        return folder.city.packs


def installed(city: Path) -> set[str]:
    with CityFolder.open(city) as folder:
        return set(packs_of(folder))


def zipped(folder: Path, target: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, inside + file.name)
    return target


def refused(city: Path, source: str | Path) -> tuple[Problem, ...]:
    """Return why a pack cannot be added; nothing may have changed by trying."""
    before = contents(city)
    with pytest.raises(InputError) as caught:
        add_pack(city, str(source), settings())
    assert contents(city) == before
    return caught.value.problems


def test_a_shipped_pack_is_named_and_not_copied(city: Path) -> None:
    before = hash_of(city)
    done = add_pack(city, THEMES[0], settings())
    assert (done["changed"], done["packs"], done["answers"]) == (True, [THEMES[0]], [])
    assert done["pack"]["rows"] == 28
    assert not (city / "packs").exists()
    assert THEMES[0] in installed(city)
    assert hash_of(city) == before
    assert add_pack(city, THEMES[0], settings())["changed"] is False
    assert names(city) == (THEMES[0],)


def test_somebodys_pack_is_copied_so_that_the_folder_needs_nothing_else(city: Path, survey: Path) -> None:
    files = contents(survey)
    done = add_pack(city, str(survey), settings())
    assert done["pack"]["id"] == "toy-survey"
    assert contents(city / "packs" / "toy-survey") == files
    shutil.rmtree(survey)
    elsewhere = city.rename(city.with_name("moved"))
    assert "toy-survey" in installed(elsewhere)
    (own,) = [p for p in list_packs(elsewhere)["packs"] if p["from"] == "city"]
    assert (own["id"], own["installed"], own["letters"]) == ("toy-survey", "added", {"P": 2})


def test_answers_given_under_a_pack_stay_when_it_goes_and_count_again_when_it_comes_back(
    city: Path, survey: Path
) -> None:
    before = hash_of(city)
    answer = {"question": "toy.1", "kind": "answer", "voice": "Ana", "by": "Ana", "at": NOW}
    assert add_pack(city, str(survey), settings())["answers"] == [answer]
    gone = remove_pack(city, "toy-survey", settings())
    assert (gone["answers"], gone["packs"], gone["still_required_by"]) == ([answer], [], [])
    assert not (city / "packs").exists()
    assert hash_of(city) == before
    with CityFolder.open(city) as folder:
        assert len(standing(folder.engine)) == 2


def test_a_pack_is_removed_by_the_path_it_came_from_too(city: Path, survey: Path, tmp_path: Path) -> None:
    add_pack(city, str(survey), settings())
    assert remove_pack(city, str(zipped(survey, tmp_path / "p.zip")), settings())["pack"] == "toy-survey"


def test_a_pack_that_was_spoilt_can_still_be_removed(city: Path, survey: Path) -> None:
    add_pack(city, str(survey), settings())
    (city / "packs" / "toy-survey" / "pack.toml").write_text("spoilt", encoding="utf-8")
    with CityFolder.open(city) as folder, pytest.raises(InputError, match="cannot be read"):
        packs_of(folder)
    assert list_packs(city)["problems"]
    assert remove_pack(city, "toy-survey", settings())["packs"] == []


def test_a_pack_that_is_gone_from_the_folder_is_told_and_can_be_removed(city: Path, survey: Path) -> None:
    add_pack(city, str(survey), settings())
    shutil.rmtree(city / "packs")
    with CityFolder.open(city) as folder, pytest.raises(InputError, match="is not there"):
        packs_of(folder)
    assert remove_pack(city, "toy-survey", settings())["packs"] == []


@pytest.mark.parametrize("inside", ["", "my pack/"])
def test_a_zip_holds_the_pack_at_its_top_or_in_its_one_folder(
    city: Path, survey: Path, tmp_path: Path, inside: str
) -> None:
    path = zipped(survey, tmp_path / "p.zip", inside)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._pack.toml", b"\0")
    add_pack(city, str(path), settings())
    assert contents(city / "packs" / "toy-survey") == contents(survey)


@pytest.mark.parametrize(
    "member", ["../evil.csv", "/evil.csv", "a\\..\\evil.csv", "C:evil.csv", "codes.csv/../../x.csv"]
)
def test_a_zip_that_climbs_out_is_refused(city: Path, survey: Path, tmp_path: Path, member: str) -> None:
    path = zipped(survey, tmp_path / "p.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(member, "x")
    assert "unsafe" in refused(city, path)[0].what


def test_a_zip_that_grows_is_refused_before_it_is_opened(city: Path, survey: Path, tmp_path: Path) -> None:
    path = zipped(survey, tmp_path / "p.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.csv", b"0" * (80 << 20))
    assert {p.what for p in refused(city, path)} <= {
        "The zip would grow too large.",
        "The zip holds an unsafe member.",
    }
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(500):
            archive.writestr(f"{number}.txt", "x")
    assert "too many files" in refused(city, many)[0].what


def test_what_is_no_pack_is_refused(city: Path, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n", encoding="utf-8")
    assert "not a pack" in refused(city, tmp_path / "table.csv")[0].what
    (near,) = refused(city, "theme-turism")
    assert near.remedy == "Did you mean `theme-tourism`?"
    assert "not a pack" in refused(city, tmp_path)[-1].what + refused(city, city.parent)[-1].what


def test_code_in_a_zip_is_refused_with_all_else_that_is_wrong(city: Path, tmp_path: Path) -> None:
    bad = pack_folder(tmp_path / "bad", {"scales": [row("scales", position="x")]})
    (bad / "setup.py").write_text("import os", encoding="utf-8")
    assert [p.where for p in refused(city, zipped(bad, tmp_path / "bad.zip"))] == [
        "bad.zip/setup.py",
        "bad.zip/scales.csv, row 2, column position",
    ]


def test_the_id_of_a_shipped_pack_is_taken(city: Path, tmp_path: Path) -> None:
    false = pack_folder(tmp_path / "false", {"scales": [row("scales")]}, id=THEMES[0])
    assert "taken" in refused(city, false)[0].what
    assert check_pack(str(false))["sound"] is False


def test_two_packs_of_a_city_may_not_say_different_things_of_one_id(
    city: Path, survey: Path, tmp_path: Path
) -> None:
    add_pack(city, str(survey), settings())
    other = pack_folder(tmp_path / "other", {"questions": [row("questions", text="Other?")]}, id="other")
    (clash,) = refused(city, other)
    assert clash.where == "other/questions.csv, row 2"
    assert check_pack(str(other))["sound"] is True
    assert check_pack(str(other), city)["problems"][0]["where"] == clash.where


def test_a_newer_version_takes_the_place_of_the_older_one_as_a_whole(city: Path, survey: Path) -> None:
    (survey / "LICENCE.txt").write_text("CC0", encoding="utf-8")
    add_pack(city, str(survey), settings())
    (survey / "LICENCE.txt").unlink()
    pack_folder(survey, {"scales": [row("scales", label="Fine")]}, version="2")
    assert add_pack(city, str(survey), settings())["changed"] is True
    assert contents(city / "packs" / "toy-survey") == contents(survey)
    assert names(city) == ("toy-survey",)
    assert add_pack(city, str(survey), settings())["changed"] is False


def test_packs_that_need_each_other_come_and_go_in_order(city: Path, survey: Path, tmp_path: Path) -> None:
    asking = row("questions", id="more.1", code="2", answer="single", scale="mood")
    more = pack_folder(tmp_path / "more", {"questions": [asking]}, id="more", requires=["toy-survey"])
    assert "requires toy-survey" in refused(city, more)[0].what
    assert check_pack(str(more))["sound"] is False
    add_pack(city, str(survey), settings())
    assert check_pack(str(more), city)["sound"] is True
    add_pack(city, str(more), settings())
    with CityFolder.open(city) as folder:  # whatever the order in which the city names them
        folder.change(packs=("more", "toy-survey"))
    assert {"more", "toy-survey"} <= installed(city)
    with pytest.raises(InputError, match="needed by others"):
        remove_pack(city, "toy-survey", settings())
    lesser = pack_folder(tmp_path / "lesser", {"scales": [row("scales", scale="other")]})
    assert "more/questions.csv" in refused(city, lesser)[0].where
    remove_pack(city, "more", settings())
    assert remove_pack(city, "toy-survey", settings())["packs"] == []


def test_packs_that_require_each_other_in_a_circle_are_told(city: Path, tmp_path: Path) -> None:
    for one, other in (("aa", "bb"), ("bb", "aa")):
        pack_folder(city / "packs" / one, {"scales": [row("scales", scale=one)]}, id=one, requires=[other])
    with CityFolder.open(city) as folder, pytest.raises(InputError, match="requires bb, which is not there"):
        packs_of(folder.change(packs=("aa", "bb")))


@pytest.mark.parametrize("name", ["crpt", "hazards"])
def test_the_method_is_always_there(city: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be removed"):
        remove_pack(city, name, settings())


def test_what_was_not_added_cannot_be_removed(city: Path) -> None:
    add_pack(city, THEMES[0], settings())
    with pytest.raises(InputError) as caught:
        remove_pack(city, "theme-turism", settings())
    assert caught.value.problems[0].remedy == "Did you mean `theme-tourism`?"
    with pytest.raises(InputError, match="has not added"):
        remove_pack(city, THEMES[1], settings())


def test_a_disk_that_refuses_leaves_the_city_as_it_was(
    city: Path, survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(city)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AlmenaError):
        add_pack(city, str(survey), settings())
    monkeypatch.undo()
    assert contents(city) == before
    assert add_pack(city, str(survey), settings())["changed"]


def test_two_writers_wait_for_each_other(city: Path) -> None:
    with CityFolder.open(city) as folder, folder.lock(what="profile", at=NOW), pytest.raises(AlmenaError):
        add_pack(city, THEMES[0], settings())
    assert names(city) == ()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return a city and packs of all kinds by id, for many steps in a row."""
    place = tmp_path_factory.mktemp("workshop")
    path = place / "city"
    with CityFolder.create(path, "Toyville", ("en",), id="toyville") as folder:
        say_all(folder.engine, [Statement("answer", "toy.1", {"value": 7}, "Ana")], at=NOW, by="Ana")
    first = pack_folder(place / "first", {"questions": [row("questions")]})
    second = pack_folder(place / "second", {"scales": [row("scales")]}, id="second", requires=["toy-survey"])
    return path, {"toy-survey": str(first), "second": str(second), **{theme: theme for theme in THEMES}}


STEPS = st.lists(st.tuples(st.booleans(), st.sampled_from(["toy-survey", "second", *THEMES])), max_size=7)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_whatever_is_added_and_removed_in_whatever_order_no_value_changes(
    workshop: tuple[Path, dict[str, str]], steps: list[tuple[bool, str]]
) -> None:
    city, sources = workshop
    before, there = hash_of(city), set(names(city))
    for is_added, pack in steps:
        if _is_to_be_refused(is_added, pack, there):
            with pytest.raises(InputError):
                _take(is_added, city, sources[pack])
        else:
            _take(is_added, city, sources[pack])
            there = there | {pack} if is_added else there - {pack}
        assert set(names(city)) == there
        assert hash_of(city) == before
        assert installed(city) >= there
    copies = {p.name for p in (city / "packs").iterdir()} if (city / "packs").exists() else set()
    assert copies == there - set(THEMES)


def _take(is_added: bool, city: Path, source: str) -> None:
    (add_pack if is_added else remove_pack)(city, source, settings())


def _is_to_be_refused(is_added: bool, pack: str, there: set[str]) -> bool:
    if is_added:
        return pack == "second" and "toy-survey" not in there
    return pack not in there or (pack == "toy-survey" and "second" in there)
