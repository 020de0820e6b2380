"""The toy city's outlines and the places where people live."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
import shapely.affinity

from almena.gather.toy_bench import Bench
from almena.gather.toy_plan import lonlat

_TAGGED = {"population": 58_000, "population:date": "2015"}  # as somebody wrote it on the map


def write_places(bench: Bench) -> None:
    """Write boundaries, neighbourhoods of now and then, informal settlements, addresses and buildings."""
    plan = bench.plan
    bench.geojson(
        "boundary",
        "boundary/city.geojson",
        [(plan.boundary, {"name": "Toyville", "code": "T1", **_TAGGED})],
        date="2022",
        fields={
            "name": "name",
            "code": "code",
            "population": "population",
            "population_date": "population:date",
        },
    )
    _write_other_boundary(bench)
    named = [(part, {"NAME_1": name, "id": code}) for name, code, part in plan.neighbourhoods]
    bench.geojson(
        "neighbourhoods",
        "boundary/parts.geojson",
        named,
        date="2016",
        fields={"name": "NAME_1", "code": "id"},
    )
    bench.geojson(
        "neighbourhood_statistics",
        "boundary/parts_2010.geojson",
        list(_older_parts(bench)),
        date="2010",
        fields={"name": "neighbourhood", "code": "number", "population": "population_total"},
    )
    settlements = [(outline, {"settlement_name": name}) for name, outline in plan.settlements]
    bench.geojson(
        "informal_settlements",
        "boundary/settlements.geojson",
        settlements,
        date="2021",
        fields={"name": "settlement_name"},
    )
    _write_addresses(bench)
    _write_buildings(bench)


def _write_other_boundary(bench: Bench) -> None:
    x, y = bench.plan.at(0.5, 0.5)
    other = shapely.affinity.scale(bench.plan.boundary, 1.01, 1.005, origin=(x, y))
    bench.geojson(
        "boundary",
        "boundary/city_map.json",
        [(other, {"name": "Toyville"})],
        wrapped_under="boundaryGeoJson",
        date="2024",
        licence="ODbL-1.0",
        combine="alternative",
    )


def _older_parts(bench: Bench) -> list[tuple[Any, dict[str, object]]]:
    parts: list[tuple[Any, dict[str, object]]] = []
    share = (0.24, 0.12, 0.1, 0.08, 0.1, 0.2, 0.08, 0.08)
    for number, (name, _, part) in enumerate(bench.plan.neighbourhoods):
        people = round(0.9 * share[number] * bench.plan.people)
        for piece in _cut(part) if name == "Old Harbour" else [part]:
            said = {"number": number + 1, "neighbourhood": name, "population_total": people}
            parts.append((piece, said))
    parts[4][1]["neighbourhood"] = ""
    parts[-1][1]["population_total"] = round(0.9 * bench.plan.people)
    return parts


def _cut(part: Any) -> list[Any]:
    west, south, east, north = part.bounds
    middle = (west + east) / 2
    return [
        part.intersection(shapely.box(west, south, middle, north)),
        part.intersection(shapely.box(middle, south, east, north)),
    ]


def _write_addresses(bench: Bench) -> None:
    plan = bench.plan
    places = plan.inside(plan.urban.buffer(-20), round(5_000 * plan.size), "addresses")
    settled = shapely.union_all([outline for _, outline in plan.settlements])
    away = ~shapely.contains_xy(settled, places)
    away |= plan.dice("settled addresses").random(len(places)) < 0.1
    points = lonlat(shapely.points(places[away]))
    number = np.arange(len(points))
    table = pa.table(
        {
            "hnum": pa.array([str(n % 400 + 1) for n in number]),
            "via": pa.array([f"Street {n % 37 + 1}" for n in number]),
            "geometry": pa.array(shapely.to_wkb(points), pa.binary()),
        }
    )
    facts = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
    }
    path = bench.place("buildings/addresses.parquet")
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(facts)}), path)
    bench.note(
        "addresses",
        "buildings/addresses.parquet",
        "vector",
        date="2023",
        fields={"house_number": "hnum", "street": "via"},
    )


def _write_buildings(bench: Bench) -> None:
    """Write square houses of ten metres, of which every third says how many storeys it has."""
    middles = bench.plan.inside(bench.plan.urban.buffer(-20), round(2_000 * bench.plan.size), "buildings")
    x, y = middles.T
    houses = shapely.box(x - 5, y - 5, x + 5, y + 5)
    said = [
        {"building": "house", **({"building:levels": number % 5 + 1} if number % 3 == 0 else {})}
        for number in range(len(houses))
    ]
    bench.geojson(
        "buildings",
        "buildings/buildings.geojson",
        list(zip(houses, said, strict=True)),
        date="2023",
        licence="ODbL-1.0",
        fields={"building": "building", "levels": "building:levels"},
    )
