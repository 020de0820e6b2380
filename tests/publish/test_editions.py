"""What each edition shows, and that seeded secrets never get out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from tests.publish import city

from almena.model.data import Layer
from almena.model.observation import Observation
from almena.model.origin import LOCAL_ONLY, Origin
from almena.publish.editions import for_edition, is_closed
from almena.publish.generalise import CELL, MARK, generalised
from almena.publish.material import Material
from almena.publish.records import write_csv, write_json


def one(material: Material, indicator: str) -> Observation:
    """Return the headline of an indicator."""
    return next(o for o in material.observations if o.indicator == indicator and o.place == "city")


def test_sensitive_values_become_gaps_with_a_reason_in_public() -> None:
    public = for_edition(city.material())
    for indicator in ("basic_infrastructure.substations", "exposure.flood_risk_sector_hits"):
        gap = one(public, indicator)
        assert gap.value is None
        assert (gap.low, gap.high, gap.causes) == (None, None, ())
        assert gap.reason == "withheld in this edition: sensitive, for the city only"


def test_the_city_edition_shows_sensitive_values_only_for_the_roles_that_the_city_names() -> None:
    unnamed = for_edition(city.material("city"))
    named = for_edition(city.material("city", city_roles=frozenset({"power_lines"})))
    assert one(unnamed, "basic_infrastructure.substations").value is None
    assert one(named, "basic_infrastructure.substations").value == 2


def test_restricted_values_are_in_no_edition() -> None:
    run = city.material("city", city_roles=frozenset({"power_lines"}))
    card = replace(run.cards["basic_infrastructure.substations"], sensitivity="restricted")
    shown = for_edition(replace(run, cards={**run.cards, card.id: card}))
    assert one(shown, card.id).reason.endswith("restricted")


@pytest.mark.parametrize("changes", [{"licence": ""}, {"sharing": LOCAL_ONLY}])
def test_values_on_files_without_a_licence_are_withheld_and_said_to_be(changes: dict[str, str]) -> None:
    closed = Origin(city.source("census_table", **changes), "cell B7")
    run = city.material(
        observations=(replace(city.value("identity.population_census", 13_300), origins=(closed,)),)
    )
    gap = one(for_edition(run), "identity.population_census")
    assert gap.value is None
    assert gap.reason.startswith("withheld in the public edition: licence")
    assert gap.origins[0].locator == "withheld in this edition"
    assert one(for_edition(replace(run, edition="city")), "identity.population_census").value == 13_300


def test_a_gap_keeps_its_own_reason() -> None:
    assert one(for_edition(city.material()), "municipal_services.shelters").reason.startswith("no open file")


def test_values_about_single_settlements_are_dropped_and_counted_in_public() -> None:
    public = for_edition(city.material())
    assert not any(o.place_kind == "settlement" for o in public.observations)
    assert any("1 values about single settlements" in note.what for note in public.notes)
    named = for_edition(city.material("city", city_roles=frozenset({"informal_settlements"})))
    assert any(o.place_kind == "settlement" for o in named.observations)


def test_cards_for_neighbourhoods_are_not_shown_below_them() -> None:
    run = city.material("city", city_roles=frozenset({"informal_settlements"}))
    small = replace(city.settlement_value(), indicator="exposure.flood_informal_population")
    shown = for_edition(replace(run, observations=(small,)))
    assert shown.observations[0].reason.endswith("not shown below the neighbourhood")


def test_layers_of_sensitive_roles_are_not_handed_out_and_settlements_only_coarsely() -> None:
    public = for_edition(city.material())
    assert public.layer("hydrants") is None
    assert public.layer("power_lines") is None
    assert public.layer("flood_extent") is not None
    assert public.layer("no_such_role") is None
    settlements = public.layer("informal_settlements")
    assert isinstance(settlements, Layer)
    assert settlements.fields == {}
    assert len(settlements.ids) == 0
    assert settlements.notes == (MARK,)
    assert (
        for_edition(city.material("city", city_roles=frozenset({"hydrants"}))).layer("hydrants") is not None
    )


def test_layers_made_from_sensitive_ones_are_closed_too() -> None:
    held = city.layers()
    made = held["streets"].with_(role="walk_network", origins=city.origins("streets", "hydrants"))
    run = city.material(layer={**held, "walk_network": made}.get)
    assert for_edition(run).layer("walk_network") is None


def test_local_only_layers_are_drawn_in_no_edition() -> None:
    secret = Origin(city.source("streets", sharing=LOCAL_ONLY))
    held = {"streets": city.layers()["streets"].with_(origins=(secret,))}
    for edition in ("public", "city"):
        assert for_edition(city.material(edition, layer=held.get)).layer("streets") is None


def test_names_of_open_layers_and_of_places_are_not_blanked() -> None:
    settlements = city.layer("informal_settlements", [city.square(0, 0)], name=["Centro"])
    noted = replace(city.value("identity.area", 24.0), notes=("Centro was redrawn",))
    run = city.material(layer={"informal_settlements": settlements}.get, observations=(noted,))
    assert one(for_edition(run), "identity.area").notes == ("Centro was redrawn",)


def test_an_edition_of_an_edition_is_the_same() -> None:
    once = for_edition(city.material())
    twice = for_edition(once)
    assert twice.observations == once.observations
    first, second = once.layer("informal_settlements"), twice.layer("informal_settlements")
    assert isinstance(first, Layer)
    assert isinstance(second, Layer)
    assert shapely.equals(first.geometry[0], second.geometry[0])


def test_closed_roles_follow_the_table_and_the_city() -> None:
    assert is_closed(city.material(), "hydrants")
    assert not is_closed(city.material(), "schools")
    assert not is_closed(city.material("city", city_roles=frozenset({"hydrants"})), "hydrants")


def test_secrets_never_appear_in_anything_public(reports: dict[str, Path], tmp_path: Path) -> None:
    run = city.material()
    files = [write_csv(run, tmp_path / "a.csv"), write_json(run, tmp_path / "a.json")]
    for name in ("public", "dry"):
        files += [f for f in reports[name].rglob("*") if f.is_file()]
    for file in files:
        content = file.read_bytes()
        for secret in city.SECRETS:
            assert secret.encode() not in content, file.name
            assert json.dumps(secret).strip('"').encode() not in content, file.name
    # The seeds are really there: the city's own edition, with all roles named, shows them.
    own = (reports["city"] / "index.html").read_text(encoding="utf-8")
    assert city.SECRETS[1] in own
    assert city.SECRETS[2] in own


def test_coarse_cells_cover_the_settlement_and_hide_its_shape() -> None:
    shape = shapely.Point(1_234, 5_678).buffer(90)
    other = shapely.Point(1_300, 5_600).buffer(20)
    first = generalised(city.layer("informal_settlements", [shape]), city.CRS).geometry[0]
    both = generalised(city.layer("informal_settlements", [shape, other]), city.CRS).geometry[0]
    assert shapely.contains(first, shape)
    assert shapely.area(first) % CELL**2 == 0
    assert shapely.equals(first, both)
    assert len(generalised(city.layer("informal_settlements", []), city.CRS)) == 0
    assert np.all(np.mod(shapely.bounds(first), CELL) == 0)
