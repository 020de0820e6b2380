"""Two runs of a city, and cities side by side, as people ask for them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.app.toyville import change_file, settings

from almena.app.compare import compare, compare_cities, compare_runs
from almena.app.profile import profile
from almena.model.card import CITY_ONLY
from almena.model.problem import AlmenaError, InputError
from almena.publish.comparison import Comparison, for_publication
from almena.publish.comparison_page import page

EARLIER, NOON, LATER = "2026-11-20", "2026-11-20T12:00:00+00:00", "2027-02-03T09:00:00+00:00"
HYDRANTS = "municipal_services.hydrants"


def lose_hydrants(city: Path, lost: int, date: str) -> int:
    """Give the city a newer list of hydrants, with some gone; return how many it has left in the file."""
    kit = city / "kit"
    found = next(
        json.loads(text)
        for path in sorted((city / "snapshots").rglob("*"))
        if path.is_file() and (text := path.read_bytes()).startswith(b"{") and b'"DATAINSTAL"' in text
    )
    found["features"] = found["features"][lost:]
    (kit / "hydrants_new.geojson").write_text(json.dumps(found), encoding="utf-8")
    change_file(kit, "hydrants", path="hydrants_new.geojson", sha256="", date=date)
    return len(found["features"])


@pytest.fixture
def twice(town: Path) -> Path:
    """Return a city profiled again after its hydrants were counted anew."""
    lose_hydrants(town, 5, "2027-01")
    profile(town, settings(clock=lambda: LATER))
    return town


def headline(found: Comparison, indicator: str) -> dict[str, Any]:
    return next(
        c
        for c in found.as_dict()["changes"]
        if c["indicator"] == indicator and c["place"] == "city" and not c["dimensions"]
    )


def test_a_newer_list_is_told_as_a_change_of_the_city(twice: Path) -> None:
    found = compare_runs(twice)
    hydrants = headline(found, HYDRANTS)
    assert hydrants["kind"] == "city"
    assert hydrants["difference"]["value"] == hydrants["after"]["value"] - hydrants["before"]["value"] < 0
    assert "January 2027" in hydrants["because"]
    document = found.as_dict()
    assert (document["before"]["started"], document["after"]["started"]) == (NOON, LATER)
    assert sum(document["counts"].values()) == len(found.changes)
    assert document["counts"]["same"] > 0
    assert {c["indicator"].split(".")[0] for c in document["changes"]} <= {"municipal_services", "exposure"}


def test_runs_can_be_named_by_id_or_day(twice: Path) -> None:
    by_default = compare_runs(twice).as_dict()
    by_day = compare_runs(twice, before=EARLIER, after="2027-02").as_dict()
    by_id = compare_runs(twice, by_default["before"]["run"], by_default["after"]["run"]).as_dict()
    assert by_default == by_day == by_id


def test_one_run_has_nothing_to_be_compared_with(town: Path) -> None:
    with pytest.raises(InputError, match="no two runs"):
        compare_runs(town)


def test_a_run_that_cannot_be_found_is_named_with_those_that_can(twice: Path) -> None:
    with pytest.raises(InputError, match=r"no run 1999[\s\S]*The latest are"):
        compare_runs(twice, before="1999")
    with pytest.raises(InputError, match="no earlier run"):
        compare_runs(twice, after=EARLIER)


def test_cities_stand_side_by_side_as_they_were_named(twice: Path, profiled_small: Path) -> None:
    found = compare_cities([twice, profiled_small]).as_dict()
    assert [c["folder"] for c in found["cities"]] == [twice.name, profiled_small.name]
    hydrants = next(r for r in found["indicators"] if r["indicator"] == HYDRANTS)
    first, second = (v["value"] for v in hydrants["values"])
    assert first < second
    area = next(r for r in found["indicators"] if r["indicator"] == "identity.area")
    assert area["comparable"]
    assert not area["clearly_different"]
    assert area["values"][0]["value"] == area["values"][1]["value"]


def test_all_folders_that_are_no_measured_city_are_named_together(town: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        compare_cities([town, tmp_path / "nowhere", tmp_path])
    assert len(refusal.value.problems) == 2


def test_days_are_of_one_city(town: Path) -> None:
    with pytest.raises(InputError, match="of one city"):
        compare([town, town], before="2026")
    with pytest.raises(InputError, match="no edition secret"):
        compare([town, town], edition="secret")


def test_the_page_and_the_table_say_the_same(twice: Path, tmp_path: Path) -> None:
    found, written = compare([twice], out=tmp_path / "c.csv")
    assert written is not None
    rows = list(csv.DictReader(io.StringIO(written.read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(for_publication(found).told) > 0
    text = page(for_publication(found))
    assert "Fire hydrants" in text
    assert "http" not in text.split("</style>")[1]
    first = (tmp_path / "c.csv").read_bytes()
    compare([twice], out=tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_bytes() == first


def test_what_only_the_city_may_see_is_not_written_for_the_public(city: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(city, tmp_path / "other"))
    found, _ = compare([city, other])
    sensitive = {i for i, card in found.cards.items() if card.sensitivity == CITY_ONLY}
    whole, public = ({r.indicator for r in c.rows} for c in (found, for_publication(found)))
    assert whole & sensitive
    assert not public & sensitive
    compare([city, other], out=tmp_path / "own.csv", edition="city")
    assert any(i in (tmp_path / "own.csv").read_text(encoding="utf-8") for i in sensitive)


def test_a_form_that_nobody_writes_and_a_place_that_cannot_be_written_are_refused(
    town: Path, profiled_small: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cannot be written in this form"):
        compare([town, profiled_small], out=tmp_path / "c.docx")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(AlmenaError, match="could not be written"):
        compare([town, profiled_small], out=tmp_path / "file" / "c.csv")
    assert not (tmp_path / "c.docx").exists()
