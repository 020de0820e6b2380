"""Basic infrastructure, municipal services, settlements and land on the small town."""

from __future__ import annotations

import numpy as np
import pytest

from almena.measure.basic_infrastructure import dwelling_service, substations, transmission_lines
from almena.measure.built_environment import (
    informal_settlement_area,
    informal_settlements_count,
    street_feature,
    vacant_sites,
)
from almena.measure.derived_points import placed
from almena.measure.municipal_services import addresses_near_hydrant, hydrants_count, hydrants_operable
from almena.model.data import Layer, Table
from almena.model.place import Places
from almena.model.problem import AlmenaError
from measure.town import KM2, box, layer, line, objects, only_city, points, settlements, table


def dwellings(share: float, without: float | None = None) -> Table:
    columns = {"feature": ["water network"], "share": [share]}
    return table("census_dwellings", **columns, **({} if without is None else {"share_without": [without]}))


# --- published shares -----------------------------------------------------------------------------------------


def test_a_published_share_is_taken_over(town: Places) -> None:
    found = dwelling_service(dwellings(93.0, 7.0), places=town, feature="water network")
    np.testing.assert_allclose(found.value, only_city(93.0))
    assert (found.status, found.causes[0].kind) == ("reported", "enumerated")
    assert found.locators == {"census_dwellings": "row 1"}


def test_shares_that_do_not_add_up_to_100_put_each_other_in_doubt(town: Places) -> None:
    cause = dwelling_service(dwellings(93.0, 6.0), places=town, feature="water network").causes[0]
    assert "do not add up to 100" in cause.name
    assert cause.low == cause.high == 94.0


def test_rounding_is_no_disagreement(town: Places) -> None:
    found = dwelling_service(dwellings(93.01, 7.03), places=town, feature="water network")
    assert found.causes[0].kind == "enumerated"


@pytest.mark.parametrize("without", [None, np.nan])
def test_a_share_may_stand_without_its_counterpart(town: Places, without: float | None) -> None:
    assert dwelling_service(dwellings(93.0, without), places=town, feature="water network").value[0] == 93.0


def test_a_feature_that_the_table_lacks_is_named(town: Places) -> None:
    with pytest.raises(AlmenaError, match="no row for 'sewer network'"):
        dwelling_service(dwellings(93.0), places=town, feature="sewer network")


def test_features_of_streets_are_read_in_the_same_way(town: Places) -> None:
    held = table("census_streets", feature=["trees", "paved"], share=[79.1, 90.6])
    assert street_feature(held, places=town, feature="paved").value[0] == 90.6


# --- power ----------------------------------------------------------------------------------------------------


def power() -> Layer:
    shapes = objects(line((500, 500), (2500, 500)), box(400, 400, 500, 500), points((1500, 1500))[0])
    return layer("power_lines", shapes, type=["Transmission Line", "Substation (138 kV)", "SUBSTATION"])


def test_substations_are_told_by_their_type(town: Places) -> None:
    np.testing.assert_array_equal(substations(power(), places=town).value, [2, 1, 0, 0, 1])


def test_without_a_type_what_is_no_line_is_a_substation(town: Places) -> None:
    untyped = power().with_(fields={})
    np.testing.assert_array_equal(substations(untyped, places=town).value, [2, 1, 0, 0, 1])


def test_lines_are_measured_inside_each_place(town: Places) -> None:
    # of 2 km from 500 to 2,500, 1.5 km lie in the town: 0.5 in the south west, 1 in the south east
    found = transmission_lines(power(), places=town)[0]
    np.testing.assert_allclose(found.value, [1.5, 0.5, 1.0, 0, 0], rtol=1e-3)
    assert any("not mapped is not none" in c.name for c in found.causes)


# --- hydrants -------------------------------------------------------------------------------------------------


def hydrants(*states: float | None) -> Layer:
    """Return hydrants every 100 m along the southern edge, from x = 100."""
    held = layer("hydrants", points(*((100 * (i + 1), 100) for i in range(len(states)))))
    if all(state is None for state in states):
        return held
    return held.with_(fields={"operable": np.array([np.nan if s is None else s for s in states])})


def test_hydrants_on_a_pile_are_counted_and_put_in_doubt(town: Places) -> None:
    held = layer("hydrants", points(*[(500, 500)] * 5, (1500, 500), (-50, 0)))
    found = hydrants_count(held, places=town)
    np.testing.assert_array_equal(found.value, [6, 5, 1, 0, 0])
    np.testing.assert_array_equal(found.causes[0].low, [1, 0, 1, 0, 0])
    assert found.piled == pytest.approx(5 / 7)
    assert hydrants_count(layer("hydrants", points()), places=town).piled == 0


def test_hydrants_that_can_be_used_are_a_share_of_those_whose_state_is_known(town: Places) -> None:
    found = hydrants_operable(hydrants(1, 1, 1, 0), places=town)
    assert found.value[0] == 75.0
    assert np.isnan(found.value[2])
    assert found.notes == ("1 of 4 hydrants are flagged not operable",)
    assert found.causes[0].kind == "enumerated"


def test_a_hydrant_without_a_state_is_neither_good_nor_bad(town: Places) -> None:
    found = hydrants_operable(hydrants(1, 0, None, None), places=town)
    assert found.value[0] == 50.0
    cause = found.causes[0]
    assert (cause.low[0], cause.high[0]) == (25.0, 75.0)  # type: ignore[index]
    assert found.coverage[0] == 0.5  # type: ignore[index]
    assert "2 hydrants is not given" in found.notes[1]


def test_a_register_that_says_nothing_about_use_is_a_gap(town: Places) -> None:
    assert "does not say" in hydrants_operable(hydrants(None, None), places=town).missing


def homes(*xy: tuple[float, float]) -> Layer:
    return layer("addresses", points(*xy))


def near(town: Places, held: Layer, taps: Layer) -> tuple[float, float]:
    found = addresses_near_hydrant(placed(held, town), taps, places=town, distance=200)
    return found.value[0], found.causes[0].high[0]  # type: ignore[index]


def test_an_address_is_near_a_hydrant_in_a_straight_line(town: Places) -> None:
    # hydrants at (100, 100) and, out of use, (200, 100): 199 m and 201 m above the first; 150 m above the second
    held = homes((100, 299), (100, 301), (200, 299), (1900, 1900))
    # from (200, 299) to the usable one are √(100² + 199²) = 223 m
    assert near(town, held, hydrants(1, 0)) == (25.0, 50.0)


def test_hydrants_of_unknown_state_count_as_usable(town: Places) -> None:
    assert near(town, homes((100, 200), (1900, 1900)), hydrants(None))[0] == 50.0
    assert near(town, homes((100, 200), (1900, 1900)), hydrants(None, 0))[0] == 50.0


def test_without_a_usable_hydrant_there_is_nothing_to_measure(town: Places) -> None:
    found = addresses_near_hydrant(placed(homes((100, 100)), town), hydrants(0), places=town, distance=200)
    assert "no usable hydrant" in found.missing


# --- settlements and vacant land ------------------------------------------------------------------------------


def test_settlements_that_overlap_count_once(town: Places) -> None:
    drawn = settlements(box(0, 0, 500, 500), box(250, 0, 750, 500), box(-500, 1500, 100, 2000))
    found = informal_settlement_area(drawn, places=town)
    # 0.75 × 0.5 km in the south west, 0.1 × 0.5 km of the last inside the town
    np.testing.assert_allclose(found.value, np.array([0.425, 0.375, 0, 0.05, 0]) * KM2, rtol=1e-5)


def test_settlements_are_counted_as_the_source_draws_them(town: Places) -> None:
    found = informal_settlements_count(settlements(box(0, 0, 1, 1), box(5, 5, 6, 6)), places=town)
    assert found.value[0] == 2
    assert "smaller settlements" in found.notes[0]


def test_vacant_sites_are_at_least_those_on_the_map(town: Places) -> None:
    found = vacant_sites(
        layer("vacant_land", objects(box(0, 0, 10, 10), box(3000, 0, 3010, 10))), places=town
    )
    np.testing.assert_allclose(found.value, only_city(1))
    assert found.notes[0].startswith("at least")
