"""Derived roles on Porto Alegre's real files, with their traps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import real_city
from almena.geo.network import WalkNetwork, open_space_entries
from almena.measure.derived import (
    People,
    Walkers,
    all_stops,
    junctions,
    people,
    public_open_spaces,
    real_hospitals,
    share_reached,
    stop_service,
    teaching_schools,
    trusted_schools,
    walk_network,
    walk_to,
    walkers,
)
from almena.model.data import Feed, Layer
from almena.model.place import Places

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def places(porto_alegre: Path) -> Places:
    return real_city.places(porto_alegre)


@pytest.fixture(scope="module")
def everybody(porto_alegre: Path, places: Places) -> People:
    return people(real_city.population(porto_alegre), places=places)


@pytest.fixture(scope="module")
def network(porto_alegre: Path, places: Places) -> WalkNetwork:
    return walk_network(real_city.streets(porto_alegre), places=places)


@pytest.fixture(scope="module")
def on_foot(porto_alegre: Path, everybody: People, network: WalkNetwork, places: Places) -> Walkers:
    return walkers(everybody, network, real_city.population(porto_alegre), places=places)


@pytest.fixture(scope="module")
def schools(porto_alegre: Path) -> Layer:
    read = real_city.vector(porto_alegre, "services/schools_inep2024.geojson", "schools")
    names = {
        "primary_pupils": "qtd_mat_fundamental",
        "secondary_pupils": "qtd_mat_medio",
        "district": "no_bairro",
    }
    return read.with_(fields={name: read.fields[column] for name, column in names.items()})


def test_the_neighbourhoods_hold_all_but_a_few_of_the_people(everybody: People, places: Places) -> None:
    total = everybody.sum()
    assert total[0] == pytest.approx(1_457_856, abs=1)
    assert total[places.parts].sum() == pytest.approx(total[0], rel=0.003)


def test_the_street_extract_covers_64_percent_of_the_people(on_foot: Walkers, everybody: People) -> None:
    assert on_foot.coverage[0] == pytest.approx(0.64, abs=0.005)
    assert (on_foot.sum() <= everybody.sum() + 1e-6).all()
    assert 0.85 < on_foot.start.found.mean() < 1  # some cells lie more than 200 m from any street


def test_access_to_stops_is_a_share_of_the_same_people(
    porto_alegre: Path, on_foot: Walkers, network: WalkNetwork, places: Places
) -> None:
    stops = real_city.vector(porto_alegre, "transit/gtfs_stops_2024.geojson", "transit_stops")
    feed = real_city.feed(porto_alegre, "transit/gtfs_trensurb.zip")
    union = all_stops(stops, feed, places=places)
    assert len(union.xy) == 5_909 + 24
    reached, asked = share_reached(on_foot, walk_to(on_foot, network, union.xy, 500), 500)
    assert (reached <= asked + 1e-9).all()
    assert 100 * reached[0] / asked[0] == pytest.approx(92, abs=1)
    few, _ = share_reached(on_foot, walk_to(on_foot, network, union.xy[union.of("rail")], 500), 500)
    assert few[0] < 0.1 * reached[0]


def test_two_timetables_in_one_feed_keep_their_own_hours(porto_alegre: Path) -> None:
    files = [real_city.feed(porto_alegre, f"transit/gtfs_{name}.zip") for name in ("eptc", "trensurb")]
    service = stop_service(union(*files))
    assert service.windows == ("11:00–17:00", "07:00–19:00")
    alone = [stop_service(feed) for feed in files]
    np.testing.assert_allclose(service.headway_min, np.concatenate([s.headway_min for s in alone]))


def union(*feeds: Feed) -> Feed:
    tables: dict[str, dict[str, np.ndarray]] = {}
    for name in ("stops", "routes", "trips", "stop_times", "calendar", "calendar_dates"):
        given = [feed.tables[name] for feed in feeds if name in feed.tables]
        columns = set.union(*(set(table) for table in given))
        tables[name] = {
            column: np.concatenate([_column(table, column) for table in given]) for column in columns
        }
    return feeds[0].with_(tables=tables)


def _column(table: dict[str, np.ndarray], name: str) -> np.ndarray:
    return table[name] if name in table else np.full(len(next(iter(table.values()))), "")


def test_there_are_fewer_junctions_than_nodes(
    porto_alegre: Path, network: WalkNetwork, places: Places
) -> None:
    found = junctions(real_city.streets(porto_alegre), network, places=places)
    per_km2 = len(found.xy) / (network.covered.area / 1e6)
    assert 40 < per_km2 < 70


def test_real_schools_and_their_doubtful_positions(
    porto_alegre: Path, schools: Layer, places: Places
) -> None:
    folder = "boundary/neighbourhoods_"
    nameless = real_city.vector(porto_alegre, f"{folder}lc12112_cc0.geojson", "neighbourhoods").with_(
        fields={}
    )
    older = real_city.vector(porto_alegre, f"{folder}ibge_indicators.geojson", "neighbourhood_statistics")
    older = older.with_(fields={"name": older.fields["neighbourhood_name"]})
    found = trusted_schools(schools, nameless, older, places=places)
    assert found.piled.sum() == 54
    # the data note counts 102; two more lie 519 m and 525 m away when all 94 neighbourhoods carry a name
    assert found.contradicted.sum() == pytest.approx(103, abs=1)
    assert np.isfinite(found.away).sum() > 850
    assert 0.1 < found.doubtful_share < 0.13
    assert len(teaching_schools(schools)) == 378


def test_hospitals_proper_are_a_quarter_of_what_the_map_calls_health(porto_alegre: Path) -> None:
    found = real_hospitals(real_city.wrapped(porto_alegre, "osm/sites_hospitals.json", "hospitals"))
    assert len(found) == 62


def test_private_parks_are_left_out_and_the_rest_can_be_entered(
    porto_alegre: Path, network: WalkNetwork, on_foot: Walkers, places: Places
) -> None:
    drawn = real_city.wrapped(porto_alegre, "osm/sites_parks.json", "open_spaces")
    assert (drawn.fields["access"] == "private").sum() == 20
    found = public_open_spaces(drawn, places=places)
    assert len(found.geometry) < len(drawn)
    entries, space = open_space_entries(network, found.geometry)
    large = found.area >= 15_000
    any_space, asked = share_reached(on_foot, walk_to(on_foot, network, entries, 400), 400)
    large_space, _ = share_reached(on_foot, walk_to(on_foot, network, entries.take(large[space]), 400), 400)
    assert 0 < large_space[0] < any_space[0] < asked[0]
