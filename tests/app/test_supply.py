"""Roles handed over: read once, from kept bytes, with what the reading met."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from tests.app import toyville
from tests.app.toyville import change_file, file_of, small_kit, without_features

from almena.app import supply as supply_room
from almena.app.supply import FileSupply, keep_all
from almena.gather.kit import load_kit
from almena.model.data import Layer, RoleData
from almena.model.problem import AlmenaError, InputError
from almena.packs import load_roles


def shelf(kit: Path, snapshots: Path, memo: dict[str, RoleData] | None = None) -> FileSupply:
    return FileSupply(keep_all(load_kit(kit), None, snapshots), load_roles(), {} if memo is None else memo)


def test_a_role_is_read_once_for_all_who_ask(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = supply_room.read_role

    def counted(role: object, files: object) -> object:
        read.append(role.id)  # type: ignore[attr-defined]
        return real(role, files)  # type: ignore[arg-type]

    monkeypatch.setattr(supply_room, "read_role", counted)
    memo: dict[str, RoleData] = {}
    supply = shelf(kit, tmp_path / "s", memo)
    supply.prefetch(["schools", "hydrants", "schools", "nothing"], jobs=2)
    first = supply.get("schools")
    assert isinstance(first, Layer)
    assert supply.get("schools") is first
    supply.close()
    second = shelf(kit, tmp_path / "s", memo)
    assert second.get("schools") is first
    second.close()
    assert sorted(read) == ["hydrants", "schools"]


def test_the_largest_files_are_read_first_and_side_by_side(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(2, timeout=5)
    order: list[str] = []
    real = supply_room.read_role

    def meet(role: object, files: object) -> object:
        order.append(role.id)  # type: ignore[attr-defined]
        together.wait()
        return real(role, files)  # type: ignore[arg-type]

    monkeypatch.setattr(supply_room, "read_role", meet)
    supply = shelf(kit, tmp_path / "s")
    by_size = sorted(["schools", "hydrants"], key=lambda r: -(kit / file_of(kit, r).path).stat().st_size)
    supply.prefetch(reversed(by_size), jobs=2)
    supply.close()
    assert order[0] == by_size[0]


def test_a_role_that_cannot_be_read_is_a_gap_with_its_problem(kit: Path, tmp_path: Path) -> None:
    (kit / file_of(kit, "hydrants").path).write_text("{broken", encoding="utf-8")
    change_file(kit, "hydrants", sha256="")
    supply = shelf(kit, tmp_path / "s")
    assert supply.key("hydrants")
    supply.prefetch(["hydrants", "schools"], jobs=2)
    assert supply.key("hydrants") is None
    assert supply.filled == {"boundary", "neighbourhoods", "schools", "population_grid"}
    with pytest.raises(InputError, match="hydrants"):
        supply.get("hydrants")
    with pytest.raises(AlmenaError, match="No usable file fills the role rivers"):
        supply.get("rivers")
    assert ["hydrants.geojson" in p.where for p in supply.problems] == [True]
    supply.close()


def test_what_the_reading_met_is_remembered_while_the_file_stays(kit: Path, tmp_path: Path) -> None:
    (kit / file_of(kit, "hydrants").path).write_text("{broken", encoding="utf-8")
    change_file(kit, "hydrants", sha256="")
    first = shelf(kit, tmp_path / "s")
    first.prefetch(["hydrants"], jobs=1)
    states = {s.role: s for s in first.states({})}
    first.close()
    second = shelf(kit, tmp_path / "s")
    assert {s.role: s.problems for s in second.states(states)} == {r: s.problems for r, s in states.items()}
    second.close()
    shutil.copyfile(kit / file_of(kit, "schools").path, kit / file_of(kit, "hydrants").path)
    third = shelf(kit, tmp_path / "s")
    assert next(s for s in third.states(states) if s.role == "hydrants").problems == ()
    third.close()


def test_the_key_of_a_role_follows_its_bytes_not_its_name(kit: Path, tmp_path: Path) -> None:
    def key() -> str | None:
        """Return the key of the hydrants."""
        supply = shelf(kit, tmp_path / "s")
        supply.close()
        return supply.key("hydrants")

    before, path = key(), kit / file_of(kit, "hydrants").path
    path.rename(path.with_name("renamed.geojson"))
    change_file(kit, "hydrants", path="infrastructure/renamed.geojson")
    assert key() == before
    without_features(path.with_name("renamed.geojson"), 1)
    change_file(kit, "hydrants", sha256="")
    assert key() != before


def test_the_key_of_a_shapefile_follows_its_attributes_too(toy_kit: Path, tmp_path: Path) -> None:
    kit = small_kit(toy_kit, tmp_path / "kit", ["boundary", "flood_susceptibility"])
    keys = set()
    for byte in (b"", b"\x00"):
        with (kit / "hazards" / "flood_map.dbf").open("ab") as file:
            file.write(byte)
        supply = shelf(kit, tmp_path / f"s{len(keys)}")
        keys.add(supply.key("flood_susceptibility"))
        supply.close()
    assert len(keys) == 2


def test_kept_bytes_outlive_the_kit(kit: Path, tmp_path: Path) -> None:
    spec = load_kit(kit)
    keep_all(spec, None, tmp_path / "s")
    shutil.rmtree(kit)
    located = keep_all(spec, None, tmp_path / "s")
    assert all(found.problem is None for found in located)
    supply = FileSupply(located, load_roles(), {})
    assert len(supply.sources) == 5
    assert isinstance(supply.get("schools"), Layer)
    supply.close()


def test_the_working_folder_is_gone_after_closing(kit: Path, tmp_path: Path) -> None:
    supply = shelf(kit, tmp_path / "s")
    folder = Path(supply._working.name)
    assert folder.is_dir()
    supply.close()
    assert not folder.exists()
    assert toyville.raw_files(tmp_path) == []
