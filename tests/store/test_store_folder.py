"""One city, one folder: made, opened, copied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_examples import NOW, now_known, observation, save

from almena.model.problem import InputError, StoreError
from almena.store import folder as folder_module
from almena.store.city_toml import City
from almena.store.folder import CityFolder, is_city
from almena.store.runs import Run, begin_run
from almena.store.settings import put_setting


def create(path: Path, **facts: Any) -> CityFolder:
    given: dict[str, Any] = {"name": "New Town", "languages": ("pt", "en"), "id": "new-town"}
    return CityFolder.create(path, **{**given, **facts})


def entries(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir()}


def test_a_new_city_has_its_database_its_facts_and_its_rooms(tmp_path: Path) -> None:
    path = tmp_path / "cities" / "new-town"
    with create(path, country="BRA", crs="EPSG:31982", packs=("core",)) as city:
        assert city.path == path
        assert city.city == City("new-town", "New Town", "BRA", "EPSG:31982", ("pt", "en"), ("core",))
    assert entries(path) == {"city.db", "city.toml", "kit", "rasters", "reports", "snapshots"}
    assert (path / "city.toml").read_text(encoding="utf-8") == (
        'id = "new-town"\nname = "New Town"\ncountry = "BRA"\ncrs = "EPSG:31982"\n'
        'languages = ["pt", "en"]\npacks = ["core"]\n'
    )
    assert entries(path.parent) == {"new-town"}


def test_what_lies_where(city: CityFolder) -> None:
    places = city.snapshots, city.layers, city.rasters, city.reports, city.kit
    assert [p.name for p in places] == ["snapshots", "layers.gpkg", "rasters", "reports", "kit"]
    assert {p.parent for p in places} == {city.path}


def test_a_city_is_opened_with_all_it_knows(city: CityFolder) -> None:
    save(city.engine, observation())
    with CityFolder.open(city.path) as again:
        assert (again.path, again.city) == (city.path, city.city)
        assert now_known(again.engine) == [observation()]


def test_a_copy_of_the_folder_is_the_same_city_and_no_longer_the_same_folder(
    city: CityFolder, tmp_path: Path
) -> None:
    save(city.engine, observation())
    copy = tmp_path / "a stick" / "100 % of São João?"
    shutil.copytree(city.path, copy)
    shutil.rmtree(city.path)
    with CityFolder.open(copy) as other:
        assert now_known(other.engine) == [observation()]
        save(other.engine, observation(1.0))
    assert str(city.path).encode() not in (copy / "city.db").read_bytes()
    assert str(city.path) not in (copy / "city.toml").read_text()


def test_a_relative_path_means_the_same_city_after_the_working_folder_changed(
    city: CityFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(city.path.parent)
    with CityFolder.open(Path(city.path.name)) as again:
        monkeypatch.chdir(tmp_path)
        assert now_known(again.engine) == []


def test_an_empty_folder_can_become_a_city(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with create(tmp_path / "empty"):
        assert is_city(tmp_path / "empty")


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match="files that are not of a city") as caught:
        create(tmp_path / "photos")
    assert caught.value.problems[0].remedy == "give another name, or an empty folder"
    assert entries(tmp_path / "photos") == {"one.jpg"}


def test_a_city_is_not_made_over_another_city(city: CityFolder) -> None:
    save(city.engine, observation())
    with pytest.raises(InputError, match="there is a city already"):
        create(city.path)
    assert now_known(city.engine) == [observation()]


def test_a_city_is_not_made_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("x")
    with pytest.raises(InputError, match="there is a file"):
        create(tmp_path / "note")


def test_facts_that_cannot_be_used_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        create(tmp_path / "c", id="New Town", country="Brazil", languages=())
    assert len(caught.value.problems) == 3
    assert entries(tmp_path) == set()


def test_a_making_that_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_is_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module, "write_city", disk_is_full)
    with pytest.raises(StoreError, match="The disk is full"):
        create(tmp_path / "c")
    assert entries(tmp_path) == set()


def test_the_folder_appears_only_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    real = Path.rename

    def look_first(self: Path, target: Path) -> Path:
        seen.append(entries(self))
        assert not Path(target).exists()
        return real(self, target)

    monkeypatch.setattr(Path, "rename", look_first)
    create(tmp_path / "c").close()
    assert seen == [{"city.db", "city.toml", "kit", "rasters", "reports", "snapshots"}]


# ---------------------------------------------------------------------------------------- what is not a city


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder") as caught:
        CityFolder.open(tmp_path / "nowhere")
    assert "almena new" in caught.value.problems[0].remedy


def test_a_folder_that_is_no_city(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"it has no city\.toml") as caught:
        CityFolder.open(tmp_path)
    assert "almena new" in caught.value.problems[0].remedy
    assert entries(tmp_path) == set()


def test_a_city_whose_database_is_gone_is_not_taken_for_an_empty_one(city: CityFolder) -> None:
    (city.path / "city.db").unlink()
    with pytest.raises(StoreError, match="database is not there") as caught:
        CityFolder.open(city.path)
    assert "last copy" in caught.value.problems[0].remedy
    assert not (city.path / "city.db").exists()


def test_a_database_of_another_city_is_refused(city: CityFolder, tmp_path: Path) -> None:
    with create(tmp_path / "other", id="old-town", name="Old Town") as other:
        shutil.copyfile(city.path / "city.db", other.path / "city.db")
    with pytest.raises(StoreError, match="not that of Old Town") as caught:
        CityFolder.open(tmp_path / "other")
    assert "'new-town'" in caught.value.problems[0].why


# ------------------------------------------------------------------------------------------- changing the facts


def test_the_name_and_languages_can_change(city: CityFolder) -> None:
    changed = city.change(name="Newer Town", languages=("es",), packs=("floods",))
    assert changed.city == City("new-town", "Newer Town", languages=("es",), packs=("floods",))
    with CityFolder.open(city.path) as again:
        assert again.city == changed.city
    assert ".part" not in str(entries(city.path))


@pytest.mark.parametrize(
    "facts", [{"id": "x"}, {"database": "postgresql://x"}, {"country": "br"}, {"name": " "}]
)
def test_other_facts_stay(city: CityFolder, facts: dict[str, str]) -> None:
    before = (city.path / "city.toml").read_bytes()
    with pytest.raises(InputError):
        city.change(**facts)
    assert (city.path / "city.toml").read_bytes() == before


# ------------------------------------------------------------------------------------------------- on a server


def test_a_city_can_live_on_a_server(tmp_path: Path, new_database: Callable[[], str]) -> None:
    address = new_database()
    with create(tmp_path / "c", database=address) as city:
        begin_run(city.engine, Run("run-1", NOW))
        save(city.engine, observation())
    assert "city.db" not in entries(tmp_path / "c")
    with CityFolder.open(tmp_path / "c") as again:
        assert again.city.database == address
        assert now_known(again.engine) == [observation()]


def test_two_cities_cannot_share_a_database(tmp_path: Path, new_database: Callable[[], str]) -> None:
    address = new_database()
    create(tmp_path / "one", database=address).close()
    with pytest.raises(StoreError, match="not that of Old Town"):
        create(tmp_path / "two", id="old-town", name="Old Town", database=address)
    assert entries(tmp_path) == {"one"}


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    address = f"postgresql://ana:secret@/city?host={tmp_path}"
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        create(tmp_path / "c", database=address)
    assert "secret" not in str(caught.value)
    assert "ana" in caught.value.problems[0].where
    assert entries(tmp_path) == set()


@pytest.mark.parametrize(
    "address, expected",
    [("mysql://host/city", "'mysql' are not supported"), ("not an address", "address is not understood")],
)
def test_an_address_that_cannot_be_used(tmp_path: Path, address: str, expected: str) -> None:
    with pytest.raises(StoreError, match=expected):
        create(tmp_path / "c", database=address)


# ----------------------------------------------------------------------------------------------------- lightness


def test_looking_at_a_city_loads_neither_migrations_nor_objects_nor_drivers(city: CityFolder) -> None:
    put_setting(city.engine, "x", 1)
    program = (
        "import sys; from pathlib import Path\n"
        "from almena.store.folder import CityFolder\n"
        "from almena.store.observations import current\n"
        "with CityFolder.open(Path(sys.argv[1])) as city: current(city.engine)\n"
        "heavy = {'alembic', 'sqlalchemy.orm', 'psycopg', 'pandas', 'shapely'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    source = str(Path(folder_module.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program, str(city.path)],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
