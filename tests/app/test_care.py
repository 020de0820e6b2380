"""The doctor: says all that is broken in one visit, and leaves the patient as it was."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.toyville import change_file, change_kit, contents, raw_files, settings

from almena.app.care import doctor, hash_of
from almena.app.create import new_city
from almena.app.look import review
from almena.app.profile import Profile, profile
from almena.model.problem import InputError, StoreError


def test_a_sound_city_is_called_sound(profiled: tuple[Path, Profile]) -> None:
    found = doctor(profiled[0])
    assert found.is_sound
    assert found.defects == ()
    assert {t.id for t in found.self_tests} == {t.id for t in profiled[1].self_tests}
    assert set(found.as_dict()) == {"sound", "hash", "problems", "notes", "self_tests"}
    assert len(found.hash) == 64


def test_the_visit_changes_nothing(town: Path) -> None:
    before = contents(town)
    doctor(town)
    assert contents(town) == before


def test_the_hash_is_of_what_the_city_knows_not_of_where_or_when(
    town: Path, kit: Path, tmp_path: Path
) -> None:
    known = hash_of(town)
    copy = Path(shutil.copytree(town, tmp_path / "elsewhere" / "ç ü"))
    assert hash_of(copy) == doctor(copy).hash == known
    later = settings(clock=lambda: "2026-11-28T23:59:59+00:00")
    new_city(tmp_path / "again", kit, later)
    profile(tmp_path / "again", later)
    assert hash_of(tmp_path / "again") == known
    review(copy, ["identity.area"], "confirmed", why="", settings=settings(by="Ana"))
    assert hash_of(copy) != known


def test_a_city_that_was_never_profiled_is_sound_and_knows_nothing(kit: Path, tmp_path: Path) -> None:
    new_city(tmp_path / "city", kit, settings())
    found = doctor(tmp_path / "city")
    assert found.is_sound
    assert found.self_tests == ()


def test_every_defect_is_told_in_one_visit(town: Path) -> None:
    """A raw file has changed, another is gone, and the kit cannot be read."""
    first, second, *_ = raw_files(town)
    first.write_bytes(b"?" + first.read_bytes()[1:])
    second.unlink()
    (town / "kit" / "kit.toml").write_text("[city", encoding="utf-8")
    found = doctor(town)
    assert not found.is_sound
    said = " ".join(p.what for p in found.defects)
    for what in ("has changed", "not valid TOML"):
        assert what in said
    assert any(second.parent.name + second.name in p.why for p in found.defects)
    assert found.hash == hash_of(town)


def test_a_city_without_its_kit_is_told_how_to_go_on(town: Path) -> None:
    (town / "kit" / "kit.toml").unlink()
    assert any("almena new" in p.remedy for p in doctor(town).defects)


def test_a_lost_boundary_is_a_failed_self_test_not_a_crash(town: Path) -> None:
    change_kit(town / "kit", lambda k: replace(k, files=tuple(f for f in k.files if f.role != "boundary")))
    found = doctor(town)
    assert [t.id for t in found.self_tests if not t.passed] == ["places"]
    assert not found.is_sound


def test_a_value_altered_behind_our_back_is_found(town: Path) -> None:
    with sqlite3.connect(town / "city.db") as base:
        (trigger,) = base.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name = 'observations' "
            "and sql like '%UPDATE%'"
        ).fetchone()
        base.execute(f'drop trigger "{trigger}"')
        base.execute("update observations set value = value * 2 where value > 0")
    base.close()
    assert any("altered" in p.what for p in doctor(town).defects)


def test_a_database_that_is_none_is_refused_by_name(town: Path) -> None:
    (town / "city.db").write_bytes(b"these are not tables")
    with pytest.raises(StoreError, match=r"city\.db"):
        doctor(town)
    with pytest.raises(InputError, match="no such folder"):
        doctor(town / "none")


def test_a_licence_that_nobody_stated_is_worth_knowing_and_no_defect(kit: Path, tmp_path: Path) -> None:
    change_file(kit, "hydrants", licence="")
    new_city(tmp_path / "city", kit, settings())
    profile(tmp_path / "city", settings())
    found = doctor(tmp_path / "city")
    assert found.is_sound
    assert any("hydrants" in str(p) for p in found.remarks)
