"""What leaves the city: in which format, to whom, and never over what somebody keeps there."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.app.toyville import change_file, contents, settings

from almena.app.create import new_city
from almena.app.exports import Export, export
from almena.app.look import review
from almena.app.profile import Profile, profile
from almena.model.problem import AlmenaError, InputError
from almena.packs import load_cards

CITY_ONLY = "exposure.risk_sector_population"


def write(
    city: Path,
    format: str,  # noqa: A002
    out: Path,
    edition: str = "public",
    roles: Sequence[str] = (),
) -> Export:
    return export(city, format, out, edition=edition, city_roles=iter(roles), settings=settings())


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_public_report_is_the_one_that_the_profile_wrote(
    profiled: tuple[Path, Profile], tmp_path: Path
) -> None:
    done = write(profiled[0], "html", tmp_path / "report")
    assert done.path == tmp_path / "report" / "index.html"
    assert contents(tmp_path / "report") == contents(profiled[0] / "reports" / "html")


def test_what_could_not_be_read_is_said_in_an_export_too(kit: Path, tmp_path: Path) -> None:
    change_file(kit, "hydrants", sha256="", path="infrastructure/broken.geojson")
    (kit / "infrastructure" / "broken.geojson").write_text("{broken", encoding="utf-8")
    city = tmp_path / "city"
    new_city(city, kit, settings())
    said = profile(city, settings()).problems
    document = json.loads(write(city, "json", tmp_path / "out.json").path.read_text(encoding="utf-8"))
    assert [p["where"] for p in document["problems"]] == [p.where for p in said]
    assert "broken.geojson" in document["problems"][0]["where"]


def test_the_table_and_the_document_say_the_same(profiled: tuple[Path, Profile], tmp_path: Path) -> None:
    rows = rows_of(write(profiled[0], "csv", tmp_path / "a.csv").path.read_bytes())
    document = json.loads(write(profiled[0], "json", tmp_path / "a.json").path.read_text(encoding="utf-8"))
    told = {
        (i["indicator"], o["place"], o["period"]): o["value"]
        for i in document["indicators"]
        for o in i["observations"]
        if not o["dimensions"]
    }
    listed = {(r["indicator"], r["place"], r["period"]): r["value"] for r in rows if not r["dimensions"]}
    assert told.keys() == listed.keys()
    for key, value in told.items():
        assert listed[key] == ("" if value is None else str(value)), key
    assert set(load_cards()) >= {key[0] for key in told}
    assert (document["edition"], document["run_date"]) == ("public", "2026-11-20")


def test_each_edition_shows_what_it_may(profiled: tuple[Path, Profile], tmp_path: Path) -> None:
    city = profiled[0]
    public = rows_of(write(city, "csv", tmp_path / "p.csv").path.read_bytes())
    own = rows_of(write(city, "csv", tmp_path / "c.csv", "city", ["risk_sectors"]).path.read_bytes())

    def known(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
        """Return what has a value, by indicator and place."""
        return {(r["indicator"], r["place"]) for r in rows if r["value"]}

    assert CITY_ONLY not in {indicator for indicator, _ in known(public)}
    assert (CITY_ONLY, "city") in known(own)
    assert known(public) < known(own)


@pytest.mark.parametrize("edition", ["public", "city"])
def test_files_for_local_use_never_leave_in_public(
    toy_kit: Path, kit: Path, tmp_path: Path, edition: str
) -> None:
    change_file(kit, "hydrants", sharing="local-only")
    change_file(kit, "schools", licence="")
    city = tmp_path / "city"
    new_city(city, kit, settings())
    found = profile(city, settings())
    assert found.as_dict()["withheld_for_licence"] >= 2
    rows = rows_of(write(city, "csv", tmp_path / "a.csv", edition).path.read_bytes())
    known = {r["indicator"] for r in rows if r["value"]}
    assert ("municipal_services.hydrants" in known) is (edition == "city")
    page = (write(city, "html", tmp_path / "r", edition).path).read_text(encoding="utf-8")
    assert page


def test_the_zip_holds_all_three_and_anybody_may_read_them(town: Path, tmp_path: Path) -> None:
    done = write(town, "zip", tmp_path / "deep" / "er" / "all.zip")
    with zipfile.ZipFile(done.path) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
        inside = {i.filename: archive.read(i) for i in infos}
    assert {i.external_attr >> 16 for i in infos} == {0o100644}
    assert {i.date_time for i in infos} == {(2026, 11, 20, 0, 0, 0)}
    assert all(name.startswith("toy/") for name in inside)
    assert inside["toy/observations.csv"] == inside["toy/report/observations.csv"]
    json.loads(inside["toy/observations.json"])
    assert b"</html>" in inside["toy/report/index.html"]
    assert list(done.path.parent.iterdir()) == [done.path]


@pytest.mark.parametrize("format", ["csv", "json", "zip", "html"])
def test_equal_cities_write_equal_bytes_and_an_output_is_written_over(
    town: Path,
    tmp_path: Path,
    format: str,  # noqa: A002
) -> None:
    out = tmp_path / "out"
    first = write(town, format, out).path.read_bytes()
    moved = Path(shutil.move(town, tmp_path / "moved"))
    assert write(moved, format, out).path.read_bytes() == first


def test_a_review_shows_in_the_next_export(town: Path, tmp_path: Path) -> None:
    review(town, ["identity.area"], "confirmed", why="land register", settings=settings(by="Ana"))
    rows = rows_of(write(town, "csv", tmp_path / "a.csv").path.read_bytes())
    found = [r["status"] for r in rows if r["indicator"] == "identity.area" and r["place"] == "city"]
    assert found == ["confirmed"]


@pytest.mark.parametrize(
    ("format", "edition", "roles", "complaints"),
    [
        ("vellum", "public", [], ["no format vellum"]),
        ("csv", "secret", [], ["no edition secret"]),
        ("csv", "city", ["houses", "homes"], ["no role houses", "no role homes"]),
        ("csv", "public", ["risk_sectors"], ["--name-role is of the city edition"]),
        ("papyrus", "secret", ["houses"], ["no format", "no edition", "no role"]),
    ],
)
def test_all_that_is_wrong_with_a_wish_is_said_at_once(
    town: Path,
    tmp_path: Path,
    format: str,  # noqa: A002
    edition: str,
    roles: list[str],
    complaints: list[str],
) -> None:
    with pytest.raises(InputError) as refusal:
        write(town, format, tmp_path / "out", edition, roles)
    assert len(refusal.value.problems) == len(complaints)
    for complaint in complaints:
        assert complaint in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_there_is_nothing_to_export_before_the_first_profile(kit: Path, tmp_path: Path) -> None:
    new_city(tmp_path / "city", kit, settings())
    with pytest.raises(InputError, match=r"Nothing was measured[\s\S]*almena profile"):
        write(tmp_path / "city", "csv", tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("format", "out", "why"),
    [
        ("html", "documents", "not of a report: thesis.txt"),
        ("html", "thesis.txt", "there is a file"),
        ("html", "the town", "city folder itself"),
        ("html", "", "city folder itself"),
        ("html", "the town/snapshots", "kept by Almena"),
        ("html", "the town/reports", "kept by Almena"),
        ("html", "the town/reports/html", "kept by Almena"),
        ("csv", "the town/city.db", "kept by Almena"),
        ("json", "the town/city.toml", "kept by Almena"),
        ("zip", "the town/kit/kit.toml", "kept by Almena"),
        ("csv", "documents", "there is a folder"),
        ("zip", "documents", "there is a folder"),
        ("csv", "link/city.db", "kept by Almena"),
    ],
)
def test_an_export_destroys_nothing(town: Path, tmp_path: Path, format: str, out: str, why: str) -> None:  # noqa: A002
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(town)
    before = contents(tmp_path)
    with pytest.raises(InputError, match=why):
        write(town, format, tmp_path / out)
    assert contents(tmp_path) == before


def test_a_report_may_lie_beside_the_citys_own_and_be_renewed(town: Path) -> None:
    own = contents(town / "reports" / "html")
    for _ in range(2):
        write(town, "html", town / "reports" / "for the council", "city")
    assert contents(town / "reports" / "html") == own
    assert (town / "reports" / "for the council" / "index.html").is_file()


def test_an_empty_folder_is_a_place_for_a_report(town: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(town, "html", tmp_path / "empty")
    assert (tmp_path / "empty" / "index.html").is_file()


@pytest.mark.parametrize(
    ("format", "step"),
    [("zip", "almena.publish.bundle.readme_text"), ("html", "almena.publish.report.render")],
)
def test_a_disk_that_refuses_leaves_the_former_output(
    town: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,  # noqa: A002
    step: str,
) -> None:
    out = tmp_path / "outputs" / "out"
    write(town, format, out)
    before = contents(out.parent)

    def refuse(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(step, refuse)
    with pytest.raises(AlmenaError, match="No space left"):
        write(town, format, out)
    assert contents(out.parent) == before


def test_a_place_under_a_file_is_refused(town: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for format in ("csv", "zip", "html", "json"):  # noqa: A001
        with pytest.raises(AlmenaError, match=r"cannot be written|could not be written"):
            write(town, format, tmp_path / "file" / "out")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
