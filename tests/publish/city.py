"""Vale Claro: a small invented city with six neighbourhoods, a flood, gaps, and secrets that must not get out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from almena.model.check import SelfTest
from almena.model.data import Layer, RoleData, Table
from almena.model.observation import Observation
from almena.model.origin import Origin, Source
from almena.model.place import Place, Places
from almena.model.problem import Problem
from almena.packs import load_cards, load_elements, load_roles
from almena.publish.material import Material

CRS = "EPSG:32722"
EAST, NORTH, SIDE = 500_000.0, 6_700_000.0, 2_000.0
NAMES = ("Alto", "Baixo", "Centro", "Doca", "Estação", "Figueira")
# Names of features of sensitive roles; none of them may appear in anything public.
SECRETS = ("Vila Esperança do Cais", "Hidrante da Praça Nove", "Subestação Leste Quatro", "Abrigo São Tomé")
FLOODED = {"Baixo": 900.0, "Centro": 420.0, "Doca": 1510.0, "Estação": 6.0}
PEOPLE = {
    "Alto": 3000.0,
    "Baixo": 2500.0,
    "Centro": 4000.0,
    "Doca": 1600.0,
    "Estação": 2200.0,
    "Figueira": 8.0,
}

SETTLED, REST = (("group", "informal settlements"),), (("group", "rest of the city"),)
SCALED = (("basis", "scaled to the census of 2022"),)

CREDITS = {
    "census_table": ("Instituto Fictício", "2022", "CC-BY-4.0"),
    "population_grid": ("Raster Makers", "2020", "CC-BY-4.0"),
    "flood_extent": ("Civil Defence of Vale Claro", "2024-05", "CC-BY-4.0"),
    "flood_susceptibility": ("Geological Survey", "2014", "CC-BY-4.0"),
    "plan_lists": ("Planning Department", "2024-11", "CC-BY-4.0"),
    "streets": ("OpenStreetMap contributors", "2020-08", "ODbL-1.0"),
    "transit_stops": ("Transport Authority", "2024-10", "CC-BY-4.0"),
    "schools": ("Education Department", "2024", "CC-BY-4.0"),
    "hydrants": ("Fire Service", "2019", "CC-BY-4.0"),
    "power_lines": ("Power Utility", "2021", "CC-BY-4.0"),
    "informal_settlements": ("Instituto Fictício", "2022", "CC-BY-4.0"),
    "climate_daily": ("Weather Service", "2001/2024", "CC-BY-4.0"),
    "river_level": ("River Gauge Readings", "2024-05", ""),
    "boundary": ("Instituto Fictício", "2022", "CC-BY-4.0"),
    "census_age_sex": ("Instituto Fictício", "2022", "CC-BY-4.0"),
}


def source(role: str, **changes: Any) -> Source:
    """Return the file behind a role."""
    credit, date, licence = CREDITS[role]
    made = Source(
        role=role,
        file=f"{role}/{role}.dat",
        sha256=(role.encode().hex() * 8)[:64],
        url=f"https://example.org/{role}",
        licence=licence,
        attribution=credit,
        date=date,
    )
    return replace(made, **changes)


def origins(*roles: str) -> tuple[Origin, ...]:
    """Return one origin per role, with a place inside the file and a step."""
    return tuple(Origin(source(r), f"features of {r}", ("read as utf-8", "clipped")) for r in roles)


def square(column: int, row: int, *, size: float = SIDE) -> Any:
    """Return a neighbourhood-sized square of the city's grid."""
    west, south = EAST + column * SIDE, NORTH + row * SIDE
    return shapely.box(west, south, west + size, south + size)


def places() -> Places:
    """Return three columns and two rows of neighbourhoods, the city first."""
    squares = [square(i % 3, i // 3) for i in range(6)]
    items = [Place("city", "city", "Vale Claro")]
    items += [Place(f"neighbourhood:{i}", "neighbourhood", name) for i, name in enumerate(NAMES)]
    geometry = np.array([shapely.union_all(squares), *squares], dtype=object)
    return Places(tuple(items), geometry, CRS, key="places")


def layer(role: str, shapes: list[Any], **fields: list[Any]) -> Layer:
    """Return a layer of a role in the city's coordinate system."""
    arrays = {k: np.array(v, dtype=object) for k, v in fields.items()}
    date = CREDITS[role][1]
    geometry = np.array(shapes, dtype=object)
    return Layer(role=role, origins=origins(role), date=date, crs=CRS, geometry=geometry, fields=arrays)


def layers() -> dict[str, RoleData]:
    """Return what fills the roles that the report draws or lists."""
    east = shapely.LineString([(EAST, NORTH + 700), (EAST + 3 * SIDE, NORTH + 700)])
    flood = shapely.box(EAST + 1500, NORTH, EAST + 3 * SIDE, NORTH + 1800)
    prone = shapely.box(EAST + 3000, NORTH - 500, EAST + 3 * SIDE + 900, NORTH + 3000)
    ages = {"age_group": ["0-14", "15-64", "65+"], "women": [1200, 4300, 1500], "men": [1300, 4100, 900]}
    lists = {"protected": ["Doca", "Centro", ""], "above_flood_level": ["Alto", "", ""]}
    point = shapely.Point(EAST + 500, NORTH + 500)
    street = replace(
        layer("streets", [east]), covered=shapely.box(EAST, NORTH, EAST + 2.2 * SIDE, NORTH + 2 * SIDE)
    )
    settled = shapely.box(EAST + 4200, NORTH + 300, EAST + 4500, NORTH + 520)
    return {
        "flood_extent": layer("flood_extent", [flood], name=[""]),
        "flood_susceptibility": layer("flood_susceptibility", [prone], **{"class": ["high"]}),
        "streets": street,
        "informal_settlements": layer("informal_settlements", [settled], name=[SECRETS[0]]),
        "hydrants": layer("hydrants", [point], name=[SECRETS[1]]),
        "power_lines": layer("power_lines", [point], name=[SECRETS[2]], type=["substation"]),
        "census_age_sex": table("census_age_sex", ages),
        "plan_lists": table("plan_lists", lists),
    }


def table(role: str, columns: Mapping[str, list[Any]]) -> Table:
    """Return a table of a role."""
    arrays = {k: np.array(v) for k, v in columns.items()}
    return Table(role=role, origins=origins(role), date=CREDITS[role][1], columns=arrays)


def value(
    indicator: str, number: float, low: float | None = None, high: float | None = None, **more: Any
) -> Observation:
    """Return a city-wide value as the runner would make it."""
    roles = more.pop("roles", ("census_table",))
    enumerated = low is None
    ends = (number, number) if enumerated else (low, high)
    kind = "enumerated" if enumerated else "sources+sensitivity"
    names = "complete enumeration" if enumerated else "another source"
    cause = {"name": names, "kind": kind.split("+")[0], "low": ends[0], "high": ends[1]}
    facts = {
        "period": "2022", "use": "decide", "status": "measured", "quality": "A", "coverage": 1.0,
        "place": "city", "place_kind": "city", "place_name": "Vale Claro",
    } | more  # fmt: skip
    return Observation(
        indicator=indicator, value=number, low=ends[0], high=ends[1], interval_kind=kind, causes=(cause,),
        unit=load_cards()[indicator].unit, method=f"{load_cards()[indicator].function}@1",
        origins=origins(*roles), **facts,
    )  # fmt: skip


def parts(
    indicator: str, numbers: Mapping[str, float], spread: float = 0.1, **more: Any
) -> list[Observation]:
    """Return values by neighbourhood with a relative range."""
    found = []
    for name, number in numbers.items():
        place = {
            "place": f"neighbourhood:{NAMES.index(name)}",
            "place_kind": "neighbourhood",
            "place_name": name,
        }
        ends = number * (1 - spread), number * (1 + spread)
        found.append(value(indicator, number, *ends, **(more | place)))
    return found


def gap(indicator: str, reason: str = "no open file holds this; people know it") -> Observation:
    """Return a gap as the runner would make it."""
    card = load_cards()[indicator]
    return Observation(
        indicator=indicator, place="city", period="", place_kind="city", place_name="Vale Claro", unit=card.unit,
        reason=reason, remedy=card.remedy, method="",
    )  # fmt: skip


def city_values() -> list[Observation]:
    """Return what is known without any event."""
    street = ("population_grid", "streets", "transit_stops")
    rain = {"roles": ("climate_daily",), "period": "2001/2024"}
    cover = {
        "roles": street,
        "use": "discuss",
        "status": "modelled",
        "quality": "B",
        "coverage": 0.64,
        "period": "2020",
    }
    return [
        value("identity.area", 24.0, roles=("boundary",)),
        value("identity.population_census", 13_300, status="reported"),
        value("identity.population_census", 12_100, status="reported", period="2010", dimensions=(("census", "2010"),)),
        value("identity.population_raster", 14_210.4, 13_300, 15_100, roles=("population_grid",), status="modelled",
              use="discuss", period="2020"),
        value("identity.older_share", 18.04, status="reported"),
        value("identity.children_share", 18.8, status="reported"),
        value("identity.population_growth", -0.41, status="reported", period="2010/2022"),
        value("built_environment.intersection_density", 88.0, 84.0, 92.0, roles=("streets",), use="discuss",
              coverage=0.6),
        value("mobility.transit_access_500m", 91.23, 88.1, 94.2, reason="the inputs cover only part", **cover),
        value("mobility.transit_access_500m", 71.0, 66.0, 75.5, dimensions=SETTLED, **cover),
        value("mobility.transit_access_500m", 92.9, 89.5, 95.1, dimensions=REST, **cover),
        value("social_inclusion.schools", 14, roles=("schools",), period="2024"),
        value("municipal_services.hydrants_operable", 60.1, roles=("hydrants",), period="2019", use="discuss",
              notes=(f"one of them, {SECRETS[1]}, has two states",)),
        value("basic_infrastructure.substations", 2, roles=("power_lines",), period="2021"),
        value("basic_infrastructure.sewer_network", 91.4, status="reported"),
        value("social_inclusion.informal_settlement_census", 1_420, status="reported"),
        value("economy.jobs_mapped", 2_100, roles=("population_grid",), use="context", reason="the data are old"),
        value("climate.hot_days", 12.31, 8.2, 16.9, **rain),
        value("climate.annual_rainfall", 1_512, 1_431, 1_598, **rain),
        value("climate.temperature_trend", 0.21, 0.02, 0.39, use="discuss", **rain),
        value("climate.rainfall_trend", 12.0, -40.0, 66.0, use="discuss", **rain),
        value("exposure.river_peak", 535, roles=("river_level",), period="2024-05-05"),
        gap("basic_infrastructure.water_interruption"), gap("basic_infrastructure.stormwater_pumps"),
        gap("municipal_services.shelters"), gap("supply_chain.food_access_500m", "no usable file fills: food shops"),
        gap("municipal_services.contingency_plan"), gap("economy.unemployment"),
        *parts("identity.population_raster", PEOPLE, roles=("population_grid",), status="modelled", use="discuss"),
        *parts("mobility.transit_access_500m", dict(zip(NAMES, (99, 71, 97, 52, 88, 93), strict=True)), 0.02, **cover),
    ]  # fmt: skip


def event_values() -> list[Observation]:
    """Return what is known of the flood."""
    flood = {
        "roles": ("population_grid", "flood_extent"),
        "status": "modelled",
        "use": "discuss",
        "period": "2024-05",
        "quality": "B",
    }
    shares = {name: 100 * n / PEOPLE[name] for name, n in FLOODED.items()}
    areas = {"Baixo": 2.7, "Centro": 0.9, "Doca": 3.6, "Estação": 0.1}
    against = {
        "roles": ("flood_extent", "flood_susceptibility"),
        "status": "modelled",
        "use": "discuss",
        "period": "2024-05",
    }
    return [
        value("exposure.flood_area", 8.1, 7.9, 8.4, roles=("flood_extent",), period="2024-05"),
        value("exposure.flood_population", 2836.0, 2510.0, 3170.0, **flood),
        value("exposure.flood_population", 2654.0, 2654.0, 2654.0, dimensions=SCALED, **flood),
        value("exposure.flood_population_share", 20.0, 17.7, 22.3, **flood),
        value("exposure.flood_population_share", 61.0, 52.0, 70.0, dimensions=SETTLED, **flood),
        value("exposure.flood_population_share", 15.5, 13.9, 17.0, dimensions=REST, **flood),
        value("exposure.flood_informal_population", 866.0, 700.0, 1010.0,
              **flood | {"roles": ("population_grid", "flood_extent", "informal_settlements")}),
        value("exposure.flood_schools", 3, 2, 4, roles=("schools", "flood_extent"), period="2024-05"),
        value("exposure.flood_hydrants", 5, 4, 6, roles=("hydrants", "flood_extent"), period="2024-05", use="discuss"),
        value("exposure.flood_published_difference", 25.0, roles=("schools", "flood_extent"), period="2024-05"),
        value("exposure.flood_published_difference", 25.0, roles=("schools", "flood_extent"), period="2024-05",
              dimensions=(("list", "schools"),), notes=("schools: 3 counted here, 4 published, of 14",)),
        value("exposure.flood_map_hits", 61.0, 55.0, 68.0, **against),
        value("exposure.flood_map_false_alarms", 47.0, 41.0, 55.0, **against),
        value("exposure.flood_in_protected_neighbourhoods", 68.0, 60.0, 76.0,
              **against | {"roles": ("flood_extent", "plan_lists", "population_grid")}),
        value("exposure.flood_risk_sector_hits", 22.0, 15.0, 30.0, **against),
        value("exposure.river_record_coverage", 54.0, roles=("climate_daily",), use="discuss", period="2024"),
        *parts("exposure.flood_population", FLOODED, **flood),
        *parts("exposure.flood_population_share", shares, **flood),
        *parts("exposure.flood_area", areas, roles=("flood_extent",), period="2024-05"),
        settlement_value(),
    ]  # fmt: skip


def settlement_value() -> Observation:
    """Return a value about one named settlement, which no public output may show."""
    place = {"place": "settlement:1", "place_kind": "settlement", "place_name": SECRETS[0]}
    return value("mobility.transit_access_500m", 12.5, 10.0, 15.0, roles=("informal_settlements",), **place)


def material(edition: str = "public", *, event: bool = True, **changes: Any) -> Material:
    """Return the whole run, with or without a flood."""
    held = layers()
    if not event:
        held = {r: d for r, d in held.items() if not r.startswith("flood")}
    values = city_values() + (event_values() if event else [])
    roles = [r for r in CREDITS if event or not r.startswith("flood")]
    made = Material(
        city="vale-claro", name="Vale Claro", country="BRA", edition=edition, run_date="2026-11-20", version="0.1.0",
        cards=load_cards(), elements=load_elements(), roles=load_roles(), observations=tuple(values), places=places(),
        layer=held.get, sources=tuple(source(r) for r in roles),
        self_tests=(SelfTest("sum", "The parts add up to the city", True, "14,210 against 14,210"),),
        problems=(Problem(f"The point {SECRETS[2]} lies outside the city", "power_lines", "swapped", "Check it."),),
        crs=CRS,
    )  # fmt: skip
    return replace(made, **changes)


def poor_material() -> Material:
    """Return a city of which hardly anything is known: an outline and gaps."""
    only = Places(places().items[:1], places().geometry[:1], CRS)
    values = (value("identity.area", 24.0, roles=("boundary",)), gap("identity.population_census"))
    return material(
        event=False, observations=values, places=only, layer=lambda role: None, sources=(source("boundary"),)
    )
