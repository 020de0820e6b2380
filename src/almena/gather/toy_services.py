"""The toy city's services, as registers list them and as volunteers mapped them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from almena.gather.toy_bench import Bench
from almena.gather.toy_plan import NAMES

Features = list[tuple[Any, dict[str, object]]]
PILED = 6  # schools that the register puts on one fallback coordinate


def write_services(bench: Bench) -> None:
    """Write everything that serves people at a point or on a plot."""
    _write_schools(bench)
    _write_health(bench)
    _write_open_spaces(bench)
    _write_mapped_points(bench)
    _write_hydrants(bench)
    _write_stations(bench)
    _write_terminals(bench)
    _write_power(bench)


def flooded(bench: Bench, features: Features) -> Features:
    """Return the features that lie inside the flood outline."""
    return [f for f in features if bench.plan.flood.intersects(f[0])]


def _district(bench: Bench, point: Any) -> str:
    found = [name for name, _, part in bench.plan.neighbourhoods if part.intersects(point)]
    return found[0] if found else ""


def _write_schools(bench: Bench) -> None:
    features = _schools(bench)
    fields = {
        "name": "no_entidade",
        "code": "co_entidade",
        "district": "no_bairro",
        "sector": "dependency",
        "preschool_pupils": "mat_infantil",
        "primary_pupils": "mat_fundamental",
        "secondary_pupils": "mat_medio",
        "pupils": "mat_total",
        "teachers": "doc_total",
    }
    codes = {"sector": {"Privada": "private", "Municipal": "municipal", "Estadual": "state"}}
    bench.geojson("schools", "services/schools.geojson", features, date="2024", fields=fields, codes=codes)
    published = flooded(bench, features)[:-1]
    bench.geojson(
        "published_flood_schools",
        "published/schools_flooded.geojson",
        published,
        date="2024-05",
        fields={"name": "no_entidade", "code": "co_entidade"},
    )
    kinds = ("school", "school", "school", "kindergarten", "university")
    mapped: Features = [
        (
            point.buffer(25) if n % 3 else point,
            {"amenity": kinds[n % 5], "name": f"School {n + 1}", "id": f"way/{n}"},
        )
        for n, point in enumerate(bench.points(bench.plan.urban.buffer(-60), 30, "mapped schools"))
    ]
    bench.geojson(
        "schools_on_map",
        "osm/schools.json",
        mapped,
        wrapped_under="geoJson",
        date="2024-03",
        licence="ODbL-1.0",
        fields={"name": "name", "amenity": "amenity", "code": "id"},
    )


def _schools(bench: Bench) -> Features:
    count = max(24, round(40 * bench.plan.size))
    dice = bench.plan.dice("pupils")
    features: Features = []
    for n, point in enumerate(bench.points(bench.plan.urban.buffer(-60), count, "schools")):
        infant, primary, secondary = (int(v) for v in dice.integers(20, 400, 3) * np.array(_OFFER[n % 4]))
        said: dict[str, object] = {
            "co_entidade": 900_000 + n,
            "no_entidade": f"School {n + 1}",
            "no_bairro": _district(bench, point).upper(),
            "dependency": ("Municipal", "Estadual", "Privada")[n % 3],
            "mat_infantil": infant,
            "mat_fundamental": primary,
            "mat_medio": secondary,
            "mat_total": infant + primary + secondary,
            "doc_total": (infant + primary + secondary) // 20 + 1,
        }
        features.append((point, said))
    _spoil(bench, features)
    return features


_OFFER = ((0, 1, 0), (0, 1, 1), (1, 1, 0), (1, 0, 0))  # levels taught: infant, primary, secondary


def _spoil(bench: Bench, features: Features) -> None:
    fallback = shapely.Point(*bench.plan.at(0.5, 0.53))
    for n in range(PILED):
        features[n] = (fallback, features[n][1])
    wrong = features[PILED + 1][1]
    wrong["no_bairro"] = next(name.upper() for name in NAMES if name.upper() != wrong["no_bairro"])


def _write_health(bench: Bench) -> None:
    points = bench.points(bench.plan.urban.buffer(-60), 12, "hospitals")
    kinds = [*["hospital"] * 3, *["clinic"] * 4, *["doctors"] * 2, "pharmacy"]
    mapped: Features = [
        (
            point.buffer(40) if kind == "hospital" else point,
            {"amenity": kind, "name": f"{kind.title()} {n}", "beds": "80"},
        )
        for n, (point, kind) in enumerate(zip(points, kinds, strict=False), 1)
    ]
    bench.geojson(
        "hospitals",
        "osm/hospitals.json",
        mapped,
        wrapped_under="geoJson",
        date="2024-03",
        licence="ODbL-1.0",
        fields={"name": "name", "amenity": "amenity", "beds": "beds"},
    )
    places = bench.points(bench.plan.urban, 60, "health")
    establishments: Features = [
        (
            point,
            {
                "co_cnes": 7_000_000 + n,
                "tp_unidade_label": _UNITS[min(n % 9, 2)],
                "vinc_sus": float(n % 5 == 0),
                "leitos_total": 40 if n % 9 == 0 else 0,
                "qtd_profissionais": n % 7 + 1,
            },
        )
        for n, point in enumerate(places)
    ]
    fields = {
        "code": "co_cnes",
        "type": "tp_unidade_label",
        "public": "vinc_sus",
        "beds": "leitos_total",
        "staff": "qtd_profissionais",
    }
    bench.geojson("health_facilities", "services/health.geojson", establishments, date="2024", fields=fields)
    bench.geojson(
        "published_flood_health",
        "published/health_flooded.geojson",
        flooded(bench, establishments),
        date="2024-05",
        fields=fields,
    )


_UNITS = ("Hospital geral", "Posto de saude", "Consultorio isolado")


def _write_open_spaces(bench: Bench) -> None:
    access = ("", "", "yes", "", "private", "", "", "customers", "")
    features: Features = []
    for n, ((kind, outline), allowed) in enumerate(zip(bench.plan.parks, access, strict=True), 1):
        key = "place" if kind == "square" else "leisure"
        said: dict[str, object] = {key: kind, "name": f"{kind.title()} {n}"}
        features.append((outline, said | ({"access": allowed} if allowed else {})))
    fields = {name: name for name in ("name", "leisure", "place", "access")}
    options: dict[str, Any] = {"wrapped_under": "geoJson", "date": "2024-03", "licence": "ODbL-1.0"}
    bench.geojson("open_spaces", "osm/parks.json", features, fields=fields, **options)
    grounds: Features = [
        (point.buffer(30), {"leisure": "pitch", "name": f"Pitch {n}"})
        for n, point in enumerate(bench.points(bench.plan.urban, 9, "pitches"), 1)
    ]
    bench.geojson("sports_grounds", "osm/sports.json", grounds, **options)
    vacant: Features = [
        (point.buffer(40), {"landuse": ("brownfield", "greenfield")[n % 2], "name": f"Plot {n}"})
        for n, point in enumerate(bench.points(bench.plan.urban, 5, "vacant"), 1)
    ]
    bench.geojson("vacant_land", "osm/vacant.json", vacant, **options)


def _write_mapped_points(bench: Bench) -> None:
    shops: Features = []
    kinds: Sequence[tuple[str, str]] = (
        ("shop", "supermarket"),
        ("shop", "supermarket"),
        ("shop", "greengrocer"),
        ("amenity", "marketplace"),
        ("shop", "supermarket"),
    )
    for n, point in enumerate(bench.points(bench.plan.urban.buffer(-60), 14, "shops")):
        key, value = kinds[n % len(kinds)]
        shops.append((point, {key: value, "name": f"Shop {n + 1}"}))
    bench.geojson("food_shops", "osm/food.geojson", shops, date="2024-03", licence="ODbL-1.0")
    homes: Features = [
        (
            point,
            {"amenity": ("community_centre", "place_of_worship", "shelter")[n % 3], "name": f"House {n + 1}"},
        )
        for n, point in enumerate(bench.points(bench.plan.urban, 12, "social"))
    ]
    bench.geojson(
        "social_facilities",
        "local/community_houses.geojson",
        homes,
        date="2024",
        licence="by agreement with the city, not to be passed on",
        sharing="local-only",
    )


def _write_hydrants(bench: Bench) -> None:
    count = round(80 * bench.plan.size)
    features: Features = [
        (
            point,
            {
                "IDINSTALAC": f"H-{n:04}",
                "OPERAVEL": "0" if n % 5 < 2 else "1",
                "DATAINSTAL": f"{1980 + n % 40}-0{n % 9 + 1}-15",
            },
        )
        for n, point in enumerate(bench.points(bench.plan.urban, count, "hydrants"))
    ]
    fields = {"name": "IDINSTALAC", "operable": "OPERAVEL", "installed": "DATAINSTAL"}
    bench.geojson("hydrants", "infrastructure/hydrants.geojson", features, date="2023-12", fields=fields)
    bench.geojson(
        "published_flood_hydrants",
        "published/hydrants_flooded.geojson",
        flooded(bench, features) + features[:1],
        date="2024-05",
        fields={"name": "IDINSTALAC"},
    )


def _write_stations(bench: Bench) -> None:
    features: Features = [
        (point, {"name": f"Station {n + 1}", "kind": "fire" if n < 2 else "police"})
        for n, point in enumerate(bench.points(bench.plan.urban, 5, "stations"))
    ]
    fields = {"name": "name", "type": "kind"}
    bench.geojson("emergency_stations", "services/stations.geojson", features, date="2024", fields=fields)


def _write_terminals(bench: Bench) -> None:
    features: Features = [
        (point, {"NOME": f"Praça Pública {n + 1}".encode().decode("latin-1"), "CLASSE": _CLASSES[n % 3]})
        for n, point in enumerate(bench.points(bench.plan.urban, 9, "terminals"))
    ]
    fields = {"name": "NOME", "class": "CLASSE"}
    bench.geojson("bus_terminals", "infrastructure/terminals.geojson", features, date="2023", fields=fields)
    bench.geojson(
        "published_flood_bus_terminals",
        "published/terminals_flooded.geojson",
        flooded(bench, features),
        date="2024-05",
        fields={"name": "NOME"},
    )


_CLASSES = ("central terminal", "end-of-line stop", "end-of-line stop")


def _write_power(bench: Bench) -> None:
    at = bench.plan.at
    line = shapely.LineString([at(-0.05, 0.9), at(0.4, 0.75), at(0.6, 0.2), at(1.05, 0.1)])
    features: Features = [
        (line, {"infrastructure_type": "transmission_line", "name": "Toy Line", "voltage_kv": "230"}),
        (
            shapely.Point(*at(0.4, 0.75)),
            {"infrastructure_type": "substation", "name": "North", "voltage_kv": "230"},
        ),
        (
            shapely.Point(*at(0.6, 0.2)),
            {"infrastructure_type": "substation", "name": "South", "voltage_kv": "138"},
        ),
    ]
    bench.geojson(
        "power_lines",
        "infrastructure/power.geojson",
        features,
        date="2022",
        fields={"type": "infrastructure_type", "name": "name", "voltage": "voltage_kv"},
    )
