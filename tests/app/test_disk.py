"""Disks that are full or closed for writing: told in words, nothing half-written, nothing lost."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from tests.app.toyville import change_file, contents, copy_file, file_of, raw_files, settings

from almena.app import profile as profile_room
from almena.app.care import doctor
from almena.app.city_kit import is_made, put_city_kit, read_city_kit
from almena.app.create import new_city
from almena.app.exports import export
from almena.app.imports import bring_in
from almena.app.look import gaps, review, show
from almena.app.profile import Profile, profile
from almena.model.problem import AlmenaError, Problem, StoreError
from almena.publish.exporters import Exporter, installed_exporters
from almena.store.folder import CityFolder
from almena.store.observations import current
from almena.store.runs import DONE, INTERRUPTED, last_run, runs

ROOM = 8 << 20


def _mount(*words: object) -> bool:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode == 0


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount a disk of its own in memory; skip where this user may not."""
    folder.mkdir(exist_ok=True)
    if not _mount("-t", "tmpfs", "-o", options, "tmpfs", folder):
        pytest.skip("only an administrator may mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 3 MB."""
    with mounted(tmp_path / "disk", f"size={ROOM}"):
        yield tmp_path / "disk"


def fill_up(disk: Path, but: int = 0) -> Path:
    """Fill a disk except for so many bytes."""
    state = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * max(0, state.f_bavail * state.f_frsize - but))
    return ballast


def test_a_new_city_on_a_full_disk_leaves_nothing_and_works_once_there_is_room(
    small_disk: Path, kit: Path
) -> None:
    new_city(small_disk.parent / "elsewhere", kit, settings())
    needed = sum(len(c) for c in contents(small_disk.parent / "elsewhere").values())
    for share in (0.0, 0.3, 0.6, 0.9):
        ballast = fill_up(small_disk, int(share * needed))
        with pytest.raises(AlmenaError, match=r"(?i)disk is full|no space"):
            new_city(small_disk / "city", kit, settings())
        assert [p.name for p in small_disk.iterdir()] == ["ballast"], share
        ballast.unlink()
    assert new_city(small_disk / "city", kit, settings()) == []
    assert profile(small_disk / "city", settings()).problems == ()


def test_a_profile_on_a_full_disk_keeps_what_was_there_and_is_resumed(
    small_disk: Path, profiled_small: Path
) -> None:
    city = small_disk / "city"
    shutil.copytree(profiled_small, city)
    report = contents(city / "reports")
    before = show(city, "identity.area")
    later = settings(clock=lambda: "2026-12-24T12:00:00+00:00")
    for left in (0, 8_192, 65_536, 131_072):
        ballast = fill_up(small_disk, left)
        told = _told(lambda: profile(city, later))
        assert "full" in told or "No space" in told or "could not be written" in told
        _each_former_or_whole(report, contents(city / "reports"))
        assert show(city, "identity.area")["observations"][0]["value"] == before["observations"][0]["value"]
        ballast.unlink()
    assert profile(city, later).problems == ()
    assert doctor(city).is_sound


def _each_former_or_whole(former: dict[str, bytes], now: dict[str, bytes]) -> None:
    """The page stays as it was; what is smaller is the former one or a whole new one."""
    assert now.keys() == former.keys()
    for name, held in now.items():
        if name.endswith(".xlsx"):
            openpyxl.load_workbook(io.BytesIO(held))
        else:
            assert held == former[name] or (name.endswith(".pdf") and held.endswith(b"%%EOF")), name


def _told(run: Callable[[], Profile]) -> str:
    """Return what a run said stands in its way, whether it gave up or wrote no report."""
    try:
        return " ".join(map(str, run().problems))
    except AlmenaError as error:
        return str(error)


def test_an_import_on_a_full_disk_changes_nothing(
    small_disk: Path, profiled_small: Path, toy_kit: Path
) -> None:
    city = small_disk / "city"
    shutil.copytree(profiled_small, city)
    before = contents(city / "kit")
    file = copy_file(toy_kit, file_of(toy_kit, "elevation"), small_disk.parent / "elevation.tif")
    ballast = fill_up(small_disk, 4096)
    with pytest.raises(StoreError, match="full"):
        bring_in(
            city,
            file,
            role="elevation",
            answers=["date:elevation.tif=2020"],
            dry_run=False,
            settings=settings(),
        )
    assert contents(city / "kit") == before
    ballast.unlink()
    assert not list((city / "snapshots").glob("*/.*"))
    assert doctor(city).is_sound


def test_an_export_on_a_full_disk_leaves_the_former_one(small_disk: Path, profiled_small: Path) -> None:
    outs = {f: small_disk / f"out.{f}" for f in ("csv", "json", "zip", "html")}
    for format, out in outs.items():  # noqa: A001
        export(profiled_small, format, out, edition="public", city_roles=[], settings=settings())
    ballast = fill_up(small_disk)
    before = contents(small_disk)
    for format, out in outs.items():  # noqa: A001
        with pytest.raises(AlmenaError, match=r"(?i)no space|full"):
            export(profiled_small, format, out, edition="public", city_roles=[], settings=settings())
    assert contents(small_disk) == before
    ballast.unlink()


def test_a_city_on_a_disk_closed_for_writing_can_be_looked_at(tmp_path: Path, profiled_small: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, f"size={ROOM}"):
        shutil.copytree(profiled_small, disk / "city")
        assert _mount("-o", "remount,ro", disk)
        city = disk / "city"
        assert show(city, "identity.area")["observations"]
        assert gaps(city)
        assert doctor(city).is_sound
        done = export(city, "csv", tmp_path / "a.csv", edition="public", city_roles=[], settings=settings())
        assert done.path.stat().st_size > 1000
        for change in (
            lambda: profile(city, settings()),
            lambda: review(city, ["identity.area"], "confirmed", why="", settings=settings(by="Ana")),
            lambda: export(city, "csv", disk / "a.csv", edition="public", city_roles=[], settings=settings()),
        ):
            with pytest.raises(AlmenaError, match=r"(?i)read-only|cannot be written"):
                change()


def test_a_report_that_cannot_be_written_is_a_problem_and_the_values_are_kept(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = tmp_path / "city"
    new_city(city, kit, settings())

    def refuse(exporter: Exporter, *_: object) -> Path:
        raise AlmenaError.of("The output could not be written", exporter.each_run, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(profile_room, "write_edition", refuse)
        found = profile(city, settings())
    document = found.as_dict()
    assert document["outputs"] == {"html": None, "pdf": None, "xlsx": None, "gpkg": None}
    refused = [e.each_run for e in installed_exporters()[0].values() if e.each_run]
    assert "reports/html" in refused
    assert len(refused) > 2
    assert [p.where for p in found.problems] == refused
    assert show(city, "identity.area")["observations"]
    again = profile(city, settings())
    assert again.measured == ()
    assert again.problems == ()
    assert Path(again.outputs["html"]).is_file()


@pytest.mark.parametrize("step", ["record", "put_role_states", "write_edition"])
def test_a_run_that_dies_at_any_step_is_finished_by_the_next(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What is known at the end, problems included, is what an undisturbed run would know."""
    (kit / file_of(kit, "hydrants").path).write_text("{broken", encoding="utf-8")
    change_file(kit, "hydrants", sha256="")
    city, twin = tmp_path / "city", tmp_path / "twin"
    for path in (city, twin):
        new_city(path, kit, settings())
    undisturbed = profile(twin, settings())

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(profile_room, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            profile(city, settings())
    with CityFolder.open(city) as folder:
        assert last_run(folder.engine, DONE) is None
    found = profile(city, settings())
    with CityFolder.open(city) as folder:
        assert [r.status for r in runs(folder.engine)] == [INTERRUPTED, DONE]
    assert found.problems == undisturbed.problems != ()
    assert doctor(city).hash == doctor(twin).hash
    assert contents(city / "reports") == contents(twin / "reports")


def test_what_the_reading_met_outlives_a_run_that_dies_after_its_values(
    kit: Path, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run of a month reads a broken file and dies: the third must not call it sound."""
    broken = copy_file(kit, file_of(kit, "hydrants"), town.parent / "broken" / "b.geojson")
    with CityFolder.open(town) as folder:
        changed = read_city_kit(folder)
        files = tuple(
            replace(f, path=str(broken.name), sha256="") if f.role == "hydrants" else f for f in changed.files
        )
        put_city_kit(replace(changed, files=files), folder)
    broken.write_text("{broken", encoding="utf-8")
    mirror = settings(mirror=broken.parent)
    real = profile_room.record

    def then_die(*words: object, **more: object) -> None:
        real(*words, **more)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(profile_room, "record", then_die)
        with pytest.raises(KeyboardInterrupt):
            profile(town, mirror)
    found = profile(town, mirror)
    assert found.measured == ()
    assert any("b.geojson" in p.where for p in found.problems)


def test_a_method_that_fails_is_tried_again_and_not_forgotten(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = tmp_path / "city"
    new_city(city, kit, settings())
    real = profile_room.load_content

    def broken() -> object:
        content, problems = real()

        def fail(**_: object) -> None:
            raise ZeroDivisionError("by hand")

        methods = dict(content.methods)
        name = content.cards["identity.area"].function
        methods[name] = replace(methods[name], call=fail)
        return replace(content, methods=methods), problems

    with monkeypatch.context() as patch:
        patch.setattr(profile_room, "load_content", broken)
        first = profile(city, settings())
        second = profile(city, settings())
    assert [p.where for p in first.problems] == ["identity.area"]
    assert second.problems == first.problems
    assert second.measured == ("identity.area",)
    mended = profile(city, settings())
    assert mended.problems == ()
    assert show(city, "identity.area")["observations"][0]["value"] > 0


def test_the_first_trouble_is_told_even_when_it_cannot_be_noted(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(what: str) -> Callable[..., None]:
        """Return a step that fails."""

        def fail(*_: object, **__: object) -> None:
            raise StoreError(Problem(what))

        return fail

    monkeypatch.setattr(profile_room, "build_places", refuse("The stick was pulled out"))
    monkeypatch.setattr(profile_room, "finish_run", refuse("The run cannot be noted"))
    with pytest.raises(StoreError, match="The stick was pulled out"):
        profile(town, settings())


def test_a_run_over_midnight_carries_one_date(kit: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    new_city(city, kit, settings())
    hours = iter([f"2026-11-30T23:59:5{n}+00:00" for n in range(2)] + ["2026-12-01T00:00:01+00:00"] * 50)
    found = profile(city, settings(clock=lambda: next(hours)))
    page = Path(found.outputs["html"]).read_text(encoding="utf-8")
    assert "30 November 2026" in page
    assert "1 December 2026" not in page


def test_two_who_look_while_one_writes_are_not_kept_waiting(town: Path) -> None:
    with CityFolder.open(town) as folder, folder.lock(what="profile", at="2026-11-20T12:00:00+00:00"):
        assert show(town, "identity.area")["observations"]
        assert gaps(town)
        assert doctor(town).is_sound
        with pytest.raises(StoreError, match="`profile`"):
            review(town, ["identity.area"], "confirmed", why="", settings=settings(by="Ana"))
    with CityFolder.open(town) as folder:
        assert all(not o.reviews for o in current(folder.engine))


def test_the_bytes_of_a_city_are_all_in_it(kit: Path, tmp_path: Path) -> None:
    new_city(tmp_path / "city", kit, settings())
    size = sum(p.stat().st_size for p in raw_files(tmp_path / "city"))
    shutil.rmtree(kit)
    assert is_made(tmp_path / "city")
    found = profile(tmp_path / "city", settings())
    assert found.problems == ()
    assert size == sum(
        {o.source.sha256: o.source.size for s in found.observations for o in s.shown.origins}.values()
    )
