"""Making a city: whole or not at all, resumed where it stopped, never over what is there."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.toyville import change_kit, contents, file_of, raw_files, settings, small_kit

from almena.app import create
from almena.app.city_kit import is_made, put_city_kit, read_city_kit
from almena.app.create import NothingFoundError, demo, new_city
from almena.app.look import show
from almena.app.profile import profile
from almena.gather.kit import load_kit
from almena.model.problem import InputError, Problem, StoreError
from almena.store.folder import CityFolder


class Killed(BaseException):
    """Stands for a process that ends at once: nothing that it still meant to do is done."""


def kill(*_: object, **__: object) -> None:
    raise Killed


def no_space(*_: object, **__: object) -> None:
    raise StoreError(Problem("A file cannot be kept.", "", "the disk is full"))


def test_a_new_city_holds_its_kit_and_the_bytes_of_every_file(kit: Path, tmp_path: Path) -> None:
    path = tmp_path / "city"
    assert new_city(path, kit, settings()) == []
    assert is_made(path)
    with CityFolder.open(path) as folder:
        assert folder.city.id == "toy"
        declared = load_kit(kit)
        assert read_city_kit(folder).files == declared.files
    assert {p.parent.name + p.name for p in raw_files(path)} == {f.sha256 for f in declared.files}


@pytest.mark.parametrize("name", ["São Tomé das Letras", "東京 2026", "Ürümqi (ئۈرۈمچى)", 'a\'b "c" $d'])
def test_any_name_of_a_folder_will_do(kit: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "my cities" / name
    new_city(path, kit, settings())
    found = profile(path, settings())
    assert found.problems == ()
    assert Path(found.outputs["html"]).is_file()
    assert show(path, "identity.area")["observations"][0]["value"] > 0


def test_a_killed_new_is_finished_by_the_same_command(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the folder was made, after the bytes were kept, or while the kit was written."""
    path, twin = tmp_path / "city", tmp_path / "twin"
    new_city(twin, kit, settings())
    for step in ("keep_all", "put_city_kit"):
        with monkeypatch.context() as patch:
            patch.setattr(create, step, kill)
            with pytest.raises(Killed):
                new_city(path, kit, settings())
        assert not is_made(path)
        with pytest.raises(InputError, match=r"not finished[\s\S]*almena new"):
            profile(path, settings())
    assert new_city(path, kit, settings()) == []
    assert contents(path / "kit") == contents(twin / "kit")
    assert [p.name for p in raw_files(path)] == [p.name for p in raw_files(twin)]
    assert profile(path, settings()).problems == ()


def test_a_killed_demonstration_goes_on_too(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo"
    with monkeypatch.context() as patch:
        patch.setattr(create, "put_city_kit", kill)
        with pytest.raises(Killed):
            demo(path, settings(), kit=str(kit))
    found, notes = demo(path, settings(), kit=str(kit))
    assert notes == []
    assert found.problems == ()


def test_a_city_that_lost_its_kit_takes_it_back_and_keeps_its_values(town: Path, kit: Path) -> None:
    (town / "kit" / "kit.toml").unlink()
    before = show(town, "identity.area")
    assert new_city(town, kit, settings()) == []
    assert show(town, "identity.area") == before
    assert profile(town, settings()).measured == ()


def test_a_refusal_of_the_disk_never_costs_a_city_that_was_there(
    town: Path, kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (town / "kit" / "kit.toml").unlink()
    monkeypatch.setattr(create, "keep_all", no_space)
    with pytest.raises(StoreError):
        new_city(town, kit, settings())
    assert show(town, "identity.area")["observations"]


def test_a_refusal_of_the_disk_leaves_nothing_of_a_new_city(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(create, "put_city_kit", no_space)
    with pytest.raises(StoreError):
        new_city(tmp_path / "cities" / "one", kit, settings())
    assert list((tmp_path / "cities").iterdir()) == []


def test_an_interrupted_new_keeps_what_was_finished(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(create, "put_city_kit", interrupt)
        with pytest.raises(KeyboardInterrupt):
            new_city(tmp_path / "city", kit, settings())
    kept = contents(tmp_path / "city" / "snapshots")
    assert len(raw_files(tmp_path / "city")) == len(load_kit(kit).files)
    assert new_city(tmp_path / "city", kit, settings()) == []
    assert contents(tmp_path / "city" / "snapshots") == kept


def test_a_half_made_city_is_not_finished_with_the_kit_of_another(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "city"
    with monkeypatch.context() as patch:
        patch.setattr(create, "put_city_kit", kill)
        with pytest.raises(Killed):
            new_city(path, kit, settings())
    change_kit(kit, lambda k: replace(k, id="other", name="Other"))
    with pytest.raises(InputError, match="'toy' whose making was cut short, and the kit is of 'other'"):
        new_city(path, kit, settings())
    assert raw_files(path)


def test_a_second_new_does_not_disturb_the_first(kit: Path, tmp_path: Path) -> None:
    """The second comes while the first is at work: it is told so, and removes nothing."""
    path = tmp_path / "city"
    told: list[str] = []
    real = create.keep_all

    def meanwhile(*words: object) -> object:
        with pytest.raises(StoreError) as refusal:
            new_city(path, kit, settings())
        told.append(str(refusal.value))
        return real(*words)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(create, "keep_all", meanwhile)
        assert new_city(path, kit, settings()) == []
    assert "Another program is writing" in told[0]
    assert "`new`" in told[0]
    assert is_made(path)


def test_a_city_is_never_made_over_something_else(kit: Path, town: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for name, why in [("full", "holds files"), ("file", "a file"), (town.name, "a city already")]:
        before = contents(tmp_path)
        with pytest.raises(InputError, match=why):
            new_city(tmp_path / name, kit, settings())
        assert contents(tmp_path) == before


def test_the_folder_one_stands_in_is_not_pulled_from_under_ones_feet(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for way in (Path(), Path("../here"), here):
        with pytest.raises(InputError, match="you are in"):
            new_city(way, kit, settings())
    assert Path.cwd() == here


def test_a_kit_named_from_here_is_found_wherever_the_city_is(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(kit)
    assert new_city(Path("../there/city"), ".", settings()) == []
    monkeypatch.chdir(tmp_path)
    assert new_city(Path("second"), "kit/kit.toml", settings()) == []
    assert contents(tmp_path / "second" / "kit") == contents(tmp_path / "there" / "city" / "kit")


def test_a_kit_without_any_of_its_files_makes_no_city(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    shutil.copyfile(kit / "kit.toml", tmp_path / "bare" / "kit.toml")
    with pytest.raises(NothingFoundError, match="None of the 5 files"):
        new_city(tmp_path / "city", tmp_path / "bare", settings())
    assert not (tmp_path / "city").exists()


def test_files_come_from_the_mirror_under_the_name_of_the_kit(kit: Path, tmp_path: Path) -> None:
    shutil.copytree(kit, tmp_path / "mirror" / "toy")
    (tmp_path / "bare").mkdir()
    shutil.copyfile(kit / "kit.toml", tmp_path / "bare" / "kit.toml")
    assert new_city(tmp_path / "city", tmp_path / "bare", settings(mirror=tmp_path / "mirror")) == []


def test_one_missing_file_is_a_problem_that_names_it(kit: Path, tmp_path: Path) -> None:
    gone = file_of(kit, "hydrants")
    (kit / gone.path).unlink()
    problems = new_city(tmp_path / "city", kit, settings())
    assert [gone.path in p.where and bool(p.remedy) for p in problems] == [True]


def test_a_file_with_other_bytes_than_declared_is_not_used(kit: Path, tmp_path: Path) -> None:
    changed = file_of(kit, "schools")
    (kit / changed.path).write_bytes((kit / changed.path).read_bytes() + b" ")
    problems = new_city(tmp_path / "city", kit, settings())
    assert [changed.path in p.where for p in problems] == [True]
    found = profile(tmp_path / "city", settings())
    assert [changed.path in p.where for p in found.problems] == [True]


def test_the_demonstration_keeps_to_the_files_that_the_mirror_has(kit: Path, tmp_path: Path) -> None:
    shutil.copytree(kit, tmp_path / "mirror" / "toy")
    bare = tmp_path / "bare"
    bare.mkdir()
    shutil.copyfile(kit / "kit.toml", bare / "kit.toml")
    said: list[str] = []
    found, notes = demo(
        tmp_path / "demo", settings(mirror=tmp_path / "mirror", progress=said.append), kit=str(bare)
    )
    assert notes == []
    assert found.as_dict()["use"]["decide"] > 0
    assert said[0] == f"Making the city folder {tmp_path / 'demo'}"
    again, _ = demo(tmp_path / "demo", settings(), kit=str(bare))
    assert again.measured == ()


def test_the_demonstration_hides_no_other_trouble_behind_the_generated_city(
    kit: Path, tmp_path: Path
) -> None:
    (kit / "kit.toml").write_text("[city", encoding="utf-8")
    with pytest.raises(InputError, match="not valid TOML"):
        demo(tmp_path / "demo", settings(), kit=str(kit))
    assert not (tmp_path / "demo").exists()


def test_the_kit_in_place_survives_a_disk_that_refuses_the_next(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(town / "kit")
    with CityFolder.open(town) as folder:
        kit = read_city_kit(folder)

        def half(_kit: object, path: Path) -> None:
            path.write_text("[city]\nid =", encoding="utf-8")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("almena.app.city_kit.write_kit", half)
        with pytest.raises(StoreError, match="disk is full"):
            put_city_kit(kit, folder)
    assert contents(town / "kit") == before


def test_the_toy_by_name_needs_no_files(tmp_path: Path) -> None:
    assert new_city(tmp_path / "toy", "toy", settings()) == []
    with CityFolder.open(tmp_path / "toy") as folder:
        assert len(read_city_kit(folder).roles) > 50


def test_a_city_of_few_roles_is_a_city(toy_kit: Path, tmp_path: Path) -> None:
    """The boundary alone: one place, its area, and a gap with a remedy for everything else."""
    kit = small_kit(toy_kit, tmp_path / "outline", ["boundary"])
    new_city(tmp_path / "city", kit, settings())
    found = profile(tmp_path / "city", settings())
    assert show(tmp_path / "city", "identity.area")["observations"][0]["value"] > 0
    assert found.as_dict()["indicators"]["missing"] > 50
