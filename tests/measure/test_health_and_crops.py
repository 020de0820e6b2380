"""Health establishments, crop fields and what stands beside counts, by hand on the town of 2 km by 2 km."""

from __future__ import annotations

import numpy as np
import pytest

from almena.measure.derived_events import settlement_people
from almena.measure.derived_points import placed
from almena.measure.exposure import flood_crop_area, flood_health_facilities
from almena.measure.identity import address_count
from almena.measure.quality import SHARE_FLOOR, combine_causes
from almena.measure.river import river_peak
from almena.measure.social_inclusion import health_facilities_count
from almena.measure.supply_chain import crop_area
from almena.model.data import Layer
from almena.model.place import Places
from almena.model.problem import GapError
from measure.town import box, everybody, layer, objects, points, population, reached, settlements, table


def clinics() -> Layer:
    """Return four establishments: two public ones, a private one, and one that does not say."""
    return layer(
        "health_facilities",
        points((100, 100), (600, 600), (1500, 1500), (1600, 1600)),
        public=np.array([1.0, 0.0, 1.0, np.nan]),
    )


def test_establishments_are_counted_and_public_ones_apart(town: Places) -> None:
    every, public = health_facilities_count(clinics(), places=town)
    assert every.value[0] == 4
    assert public.dimensions == {"system": "public"}
    assert public.value[0] == 2
    assert np.isnan(public.value[1:]).all()


def test_without_a_word_on_ownership_there_is_no_public_count(town: Places) -> None:
    assert len(health_facilities_count(layer("health_facilities", points((100, 100))), places=town)) == 1


def test_establishments_inside_an_outline(town: Places) -> None:
    event, _ = reached(town, shape=box(0, 0, 1000, 1000))
    every, public = flood_health_facilities(event, clinics(), places=town)
    assert every.value[0] == 2
    assert public.value[0] == 1


def test_without_a_register_a_published_list_is_taken_over_and_said_to_be_so(town: Places) -> None:
    event, _ = reached(town)
    listed = clinics().with_(role="published_flood_health")
    every, public = flood_health_facilities(event, None, listed, places=town)
    assert (every.status, every.value[0], public.value[0]) == ("reported", 4, 2)
    assert "private consulting rooms" in every.notes[0]
    with pytest.raises(GapError, match="no register"):
        flood_health_facilities(event, places=town)


def test_with_both_the_list_is_another_source_for_the_count(town: Places) -> None:
    event, _ = reached(town, shape=box(0, 0, 1000, 1000))
    listed = clinics().with_(role="published_flood_health")
    every = flood_health_facilities(event, clinics(), listed, places=town)[0]
    assert every.value[0] == 2
    published = next(c for c in every.causes if c.name == "the published list")
    assert published.high[0] == 4  # type: ignore[index]


def fields_of(*shapes: object, crop: list[str]) -> Layer:
    return layer("crops", objects(*shapes), crop=crop)


def test_overlapping_fields_of_one_crop_count_once(town: Places) -> None:
    # two rice fields of 0.25 km² that share half their area, and a soy field of 0.04 km² beside them
    fields = fields_of(
        box(0, 0, 500, 500), box(250, 0, 750, 500), box(1000, 1000, 1200, 1200), crop=["rice", "rice", "soy"]
    )
    whole, rice, soy = crop_area(fields, places=town)
    assert rice.dimensions == {"crop": "rice"}
    assert rice.value[0] == pytest.approx(0.375, rel=2e-3)
    assert soy.value[0] == pytest.approx(0.04, rel=2e-3)
    assert whole.value[0] == pytest.approx(0.415, rel=2e-3)


def test_only_the_part_of_a_field_inside_the_outline_and_the_city_counts(town: Places) -> None:
    event, _ = reached(town, shape=box(-500, 0, 250, 2000))
    whole, rice = flood_crop_area(event, fields_of(box(-500, 0, 500, 500), crop=["rice"]), places=town)
    assert whole.value[0] == pytest.approx(0.125, rel=2e-3)
    assert rice.value[0] == pytest.approx(whole.value[0])


def test_addresses_say_how_few_of_them_settlements_have(town: Places) -> None:
    # the settlement holds 250 of 4,000 people; one address point inside it, ten outside: 250 and 375 people each
    homes = points((1600, 600), *[(100 + 50 * i, 100) for i in range(10)])
    camp = settlements(box(1500, 500, 2000, 1000))
    settled = settlement_people(camp, everybody(town), population(), places=town)
    found = address_count(
        placed(layer("addresses", homes), town), camp, settled, everybody(town), places=town
    )
    assert found.notes[0].startswith(
        "250 people share an address point in informal settlements, 375.0 elsewhere"
    )
    assert found.used == ("address_points",)


def test_no_address_in_a_settlement_is_said_without_dividing_by_nothing(town: Places) -> None:
    camp = settlements(box(1500, 500, 2000, 1000))
    settled = settlement_people(camp, everybody(town), population(), places=town)
    points_outside = placed(layer("addresses", points((100, 100))), town)
    note = address_count(points_outside, camp, settled, everybody(town), places=town).notes[0]
    assert note.startswith("no address point lies in an informal settlement")


def test_jumps_before_the_peak_lower_what_the_first_gauge_may_have_read(town: Places) -> None:
    # 367 falls to 285 in two hours and 365 rises to 470 in one: −82 + 105 = +23 cm between the gauges
    times = ["2024-05-02T23", "2024-05-03T01", "2024-05-03T11", "2024-05-03T12", "2024-05-05T05"]
    series = table(
        "river_level",
        "2024",
        time=np.array(times, dtype="datetime64[m]"),
        level=np.array([367.0, 285.0, 365.0, 470.0, 535.0]),
    )
    found = river_peak(series, places=town)
    assert found.value[0] == 535
    cause = found.causes[0]
    assert cause.low[0] == pytest.approx(512)  # type: ignore[index]
    assert cause.high[0] == pytest.approx(535)  # type: ignore[index]
    assert any("from 367 to 285 cm" in note and "from 365 to 470 cm" in note for note in found.notes)


def test_a_steep_rise_within_the_peak_itself_is_no_change_of_gauge(town: Places) -> None:
    times = ["2024-05-01T00", "2024-05-02T00", "2024-05-03T00", "2024-05-03T02"]
    level = np.array([100.0, 160.0, 220.0, 230.0])
    series = table("river_level", "2024", time=np.array(times, dtype="datetime64[m]"), level=level)
    assert river_peak(series, places=town).causes[0].kind == "enumerated"


def test_a_share_of_zero_by_a_coarse_source_has_a_range() -> None:
    unknown = [("expert", float("nan"), float("nan"))]
    assert combine_causes(0.0, unknown, 0.25).high == 0.0
    assert combine_causes(0.0, unknown, 0.25, floor=SHARE_FLOOR).high == pytest.approx(2.5)
    # above the floor nothing changes
    assert combine_causes(40.0, unknown, 0.25, floor=SHARE_FLOOR) == combine_causes(40.0, unknown, 0.25)
