"""Looking at values and gaps, and what named people say of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.app.toyville import change_file, file_of, settings, without_features

from almena.app.create import new_city
from almena.app.imports import bring_in
from almena.app.look import card_of, gaps, review, show
from almena.app.profile import Profile, profile
from almena.model.problem import InputError
from almena.packs import load_cards
from almena.store.folder import CityFolder
from almena.store.observations import current

AREA, PEOPLE = "identity.area", "identity.population_raster"


def says(city: Path, verdict: str | None, *indicators: str, by: str = "Ana", why: str = "") -> list[Any]:
    return review(city, list(indicators), verdict, why=why, settings=settings(by=by))


@pytest.mark.parametrize(
    "typed", ["Centro Histórico", "centro historico", " CENTRO  HISTÓRICO ", "Centro Histo\u0301rico"]
)
def test_a_place_is_found_by_id_and_by_name_as_people_type_it(kit: Path, tmp_path: Path, typed: str) -> None:
    parts = kit / file_of(kit, "neighbourhoods").path
    parts.write_text(parts.read_text(encoding="utf-8").replace("Old Harbour", "Centro Histórico"), "utf-8")
    change_file(kit, "neighbourhoods", sha256="")
    new_city(tmp_path / "city", kit, settings())
    profile(tmp_path / "city", settings())
    wanted = show(tmp_path / "city", PEOPLE, "neighbourhood-centro-historico")["observations"]
    assert {r["place_name"] for r in wanted} == {"Centro Histórico"}
    assert show(tmp_path / "city", PEOPLE, typed)["observations"] == wanted


def test_the_city_is_a_place_too(profiled: tuple[Path, Profile]) -> None:
    whole = show(profiled[0], PEOPLE, "city")["observations"]
    assert {r["place_kind"] for r in whole} == {"city"}
    assert show(profiled[0], PEOPLE, whole[0]["place_name"])["observations"] == whole


@pytest.mark.parametrize("place", ["", "   ", "Atlantis", "neighbourhood-", "cit"])
def test_a_place_that_is_none_is_refused_with_names(profiled: tuple[Path, Profile], place: str) -> None:
    with pytest.raises(InputError, match="Try one of: "):
        show(profiled[0], PEOPLE, place)


def test_an_unknown_indicator_brings_the_nearest_to_mind() -> None:
    assert card_of(AREA).id == AREA
    with pytest.raises(InputError, match=r"Did you mean identity\.area"):
        card_of("identity.arae")
    with pytest.raises(InputError, match="list all ids"):
        card_of("xyz")


def test_every_row_is_a_document(profiled: tuple[Path, Profile]) -> None:
    for indicator in load_cards():
        found = show(profiled[0], indicator)
        assert json.loads(json.dumps(found, allow_nan=False))["indicator"] == indicator
        for row in found["observations"]:
            assert (row["value"] is None) == (row["status"] == "missing")
            assert row["value"] is not None or (row["reason"] and row["remedy"])


def test_before_the_first_profile_no_value_and_no_gap_is_known(kit: Path, tmp_path: Path) -> None:
    city = tmp_path / "city"
    new_city(city, kit, settings())
    assert show(city, AREA)["observations"] == []
    assert show(city, AREA, "anywhere")["observations"] == []
    with pytest.raises(InputError, match="Nothing was measured yet"):
        gaps(city)
    assert says(city, None) == []


def test_each_missing_indicator_is_one_gap(profiled: tuple[Path, Profile], profiled_small: Path) -> None:
    for city in (profiled[0], profiled_small):
        rows = gaps(city)
        with CityFolder.open(city) as folder:
            missing = {
                o.observation.indicator
                for o in current(folder.engine, place="city")
                if o.observation.is_missing and not o.observation.dimensions
            }
        assert missing <= {r["indicator"] for r in rows}
        assert len(rows) == len({(r["indicator"], r["reason"]) for r in rows})
        assert all(set(r) >= {"indicator", "reason", "remedy", "effort_hours", "who"} for r in rows)


def test_a_gap_closes_when_its_file_comes_in(town: Path, toy_kit: Path) -> None:
    gap = "mobility.bus_terminals"
    assert gap in {r["indicator"] for r in gaps(town)}
    bring_in(
        town,
        toy_kit / "infrastructure" / "terminals.geojson",
        role="bus_terminals",
        answers=["date:terminals.geojson=2024"],
        dry_run=False,
        settings=settings(),
    )
    profile(town, settings())
    assert gap not in {r["indicator"] for r in gaps(town)}
    assert show(town, gap, "city")["observations"][0]["value"] > 0


def test_the_list_for_review_shrinks_with_every_verdict(town: Path) -> None:
    todo = [r["indicator"] for r in says(town, None)]
    assert AREA in todo
    assert len(todo) == len(set(todo))
    done = says(town, "confirmed", AREA, why="land register")
    assert [(r["indicator"], r["status"], r["reviews"][0]["why"]) for r in done] == [
        (AREA, "confirmed", "land register")
    ]
    assert [r["indicator"] for r in says(town, None)] == [i for i in todo if i != AREA]
    assert [r["reviews"][0]["by"] for r in says(town, None, AREA)] == ["Ana"]


def test_a_rejected_value_is_shown_as_rejected_everywhere(town: Path) -> None:
    says(town, "rejected", AREA, by="Bia", why="old boundary")
    row = show(town, AREA, "city")["observations"][0]
    assert (row["status"], row["reviews"][0]["verdict"]) == ("rejected", "rejected")
    again = profile(town, settings())
    assert again.measured == ()
    assert again.as_dict()["indicators"]["rejected"] == 1
    assert "Bia" in Path(again.outputs["html"]).read_text(encoding="utf-8")


def test_the_last_word_counts_and_the_first_is_kept(town: Path) -> None:
    says(town, "rejected", AREA, by="Bia")
    rows = says(town, "confirmed", AREA, by="Ana")
    assert rows[0]["status"] == "confirmed"
    assert {(r["by"], r["verdict"]) for r in rows[0]["reviews"]} == {
        ("Bia", "rejected"),
        ("Ana", "confirmed"),
    }


def test_a_verdict_is_on_a_value_not_on_the_next_one(town: Path, kit: Path, tmp_path: Path) -> None:
    """A confirmed value is superseded by new data: nobody has confirmed the new one."""
    indicator = "municipal_services.hydrants"
    says(town, "confirmed", indicator)
    newer = tmp_path / "hydrants.geojson"
    newer.write_bytes((kit / "infrastructure" / "hydrants.geojson").read_bytes())
    without_features(newer, 10)
    bring_in(town, newer, role="hydrants", answers=[], dry_run=False, settings=settings())
    profile(town, settings())
    row = show(town, indicator, "city")["observations"][0]
    assert row["status"] != "confirmed"
    assert row["reviews"] == []
    assert row["supersedes"]


def test_one_bad_name_among_good_ones_changes_nothing(town: Path) -> None:
    gap = gaps(town)[0]["indicator"]
    with pytest.raises(InputError, match="cannot be reviewed"):
        says(town, "confirmed", AREA, gap)
    assert says(town, None, AREA)[0]["reviews"] == []


def test_all_that_is_wrong_with_a_review_is_said_together(town: Path) -> None:
    with pytest.raises(InputError) as refusal:
        says(town, "confirmed", by="")
    assert len(refusal.value.problems) == 2
