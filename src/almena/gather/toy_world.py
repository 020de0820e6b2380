"""The toy city's country and its neighbours: small tables of a world that does not exist, with real quirks."""

from __future__ import annotations

import json
from typing import Any

import shapely

from almena.gather.toy_bench import Bench
from almena.gather.toy_plan import lonlat

COUNTRY, NAME = "ZZZ", "Toyland"
NEIGHBOUR = "YYY"
TOYVILLE = "Toyville (generated)"
LAST_YEAR, LAST_PROJECTION = 2018, 2050
_PREFIX = "average_value_"  # as a repository that cleaned the real tables left it


def write_world(bench: Bench) -> None:
    """Write the tables of the world, the cities and the earthquakes around the toy city."""
    _write_countries(bench)
    _write_people(bench)
    _write_figures(bench)
    _write_cities(bench)
    _write_earthquakes(bench)


def _write_countries(bench: Bench) -> None:
    rows: list[list[object]] = [
        ["Country Code", "Region", "IncomeGroup", "TableName"],
        [NEIGHBOUR, "Islands", "Low income", "Far Toyland"],
        ["TOY", "", "", "Toy world (a group: it has no income group)"],
        [COUNTRY, "Islands", "Upper middle income", NAME],
    ]
    fields = {"iso3": "Country Code", "name": "TableName", "region": "Region", "income_group": "IncomeGroup"}
    bench.table("country_metadata", "world/countries.csv", rows, date="2021", fields=fields)


def _write_people(bench: Bench) -> None:
    """Write people by year up to 2050: what lies after the date of the table is a projection."""
    rows: list[list[object]] = [["Code", "Year", "Urban population", "Rural population"]]
    for code, start, growth in ((NEIGHBOUR, 9_000_000, 1.03), (COUNTRY, 2_000_000, 1.01)):
        for step, year in enumerate(range(1990, LAST_PROJECTION + 1)):
            urban = round(start * growth**step)
            rows.append([code, year, urban, round(urban / 4)])
    fields = {"iso3": "Code", "year": "Year", "urban": "Urban population", "rural": "Rural population"}
    path = "world/urban_rural.csv"
    bench.table("country_urban_population", path, rows, date=str(LAST_YEAR), fields=fields)
    capitals: list[list[object]] = [
        ["Code", "Year", "Capital city population"],
        [NEIGHBOUR, 2018, 2_500_000],
        [COUNTRY, 2018, 410_000],
    ]
    fields = {"iso3": "Code", "year": "Year", "population": "Capital city population"}
    bench.table("capital_population", "world/capitals.csv", capitals, date="2018", fields=fields)
    large: list[list[object]] = [
        ["Entity", "Year", "City population (millions)", "Projected city population (millions)"]
    ]
    large += [["Great Toyton", 2015, 3.6, ""], ["Great Toyton", 2020, "", 4.0]]
    large += [[TOYVILLE, 2010, 0.056, ""], [TOYVILLE, 2015, 0.058, ""], [TOYVILLE, 2020, "", 0.061]]
    columns = zip(("city", "year", "population", "projected"), map(str, large[0]), strict=True)
    path = "world/large_cities.csv"
    bench.table("large_city_population", path, large, date="2018", fields=dict(columns))


def _write_figures(bench: Bench) -> None:
    names = {
        "urban_share": "Urban (%)",
        "urban_growth": "Urban population growth (%)",
        "slum_share": "Slums (%)",
    }
    names |= {
        "electricity_share": "Electricity (%)",
        "fine_dust": "PM2.5",
        "traffic_deaths": "Traffic deaths",
    }
    names |= {"largest_city": "Largest city", "largest_city_share": "Largest city (%)"}
    rows: list[list[object]] = [["Country Code", "Year", *(_PREFIX + n for n in names.values())]]
    for year in (2016, 2010, 2018, 2014):  # rows of the real table are in no order
        slums = 14.5 if year == 2014 else ""
        values = [79.9 + year / 1000, 1.2, slums, 99.1, 18.4, 15.2, 610_000, 25.5]
        rows += [[NEIGHBOUR, year, *(v or 50 for v in values)], [COUNTRY, year, *values]]
    _by_code(bench, "country_urban_indicators", rows, names, "2020")
    poverty = {"poverty_share": "Poverty headcount ratio at $1.90 (%)"}
    poverty |= {"poverty_share_550": "Poverty headcount ratio at $5.50 (%)", "gini": "Gini index"}
    rows = [
        ["Country Code", "Year", *(_PREFIX + n for n in poverty.values())],
        [COUNTRY, 2015, 3.4, 19.9, 47.1],
    ]
    _by_code(bench, "country_poverty", rows, poverty, "2020")
    tables: tuple[tuple[str, str, str, dict[int, float]], ...] = (
        ("country_hdi", "hdi", "Human Development Index", {2010: 0.731, 2017: 0.762}),
        ("country_earthquakes", "events", "Significant earthquake events", {2015: 0, 2016: 2, 2017: 1}),
        ("country_earthquake_deaths", "deaths", "Earthquake deaths", {2015: 0, 2016: 31, 2017: 0}),
    )
    for role, column, title, numbers in tables:
        rows = [["Country Code", "Year", _PREFIX + title], *([COUNTRY, y, v] for y, v in numbers.items())]
        _by_code(bench, role, rows, {column: title}, "2017")


def _by_code(bench: Bench, role: str, rows: list[list[object]], names: dict[str, str], date: str) -> None:
    fields = {"iso3": "Country Code", "year": "Year", **{f: _PREFIX + n for f, n in names.items()}}
    bench.table(role, f"world/{role}.csv", rows, date=date, fields=fields)


def _write_cities(bench: Bench) -> None:
    """Write cities with a namesake of the toy city in another country."""
    middle = bench.plan.boundary.centroid
    places = (
        (TOYVILLE, COUNTRY, 0, 0),
        (TOYVILLE, NEIGHBOUR, 900_000, 0),
        ("Nearby", COUNTRY, 0, 60_000),
        ("Great Toyton", COUNTRY, 85_000, 0),
    )
    rows: list[list[object]] = [["name", "country", "latitude", "longitude", "population"]]
    for n, (name, country, east, north) in enumerate(places, 1):
        at = lonlat(shapely.Point(middle.x + east, middle.y + north))
        rows.append([name, country, at.y, at.x, 100_000 * n])
    fields = {
        "x": "longitude",
        "y": "latitude",
        "name": "name",
        "iso3": "country",
        "population": "population",
    }
    bench.table("world_cities", "world/cities.csv", rows, date="2020", fields=fields, crs="EPSG:4326")


def _write_earthquakes(bench: Bench) -> None:
    """Write earthquakes as points whose third coordinate is the depth in km."""
    middle = bench.plan.boundary.centroid
    features: list[dict[str, Any]] = []
    shaken = ((4.6, 40, 12.5), (5.2, 150, 33.0), (6.9, 400, 10.0))
    for number, (magnitude, kilometres, depth) in enumerate(shaken, 1):
        at = lonlat(shapely.Point(middle.x, middle.y - 1000 * kilometres))
        geometry = {"type": "Point", "coordinates": [at.x, at.y, depth]}
        said = {"mag": magnitude, "time": 1_500_000_000_000 + number}
        features.append({"type": "Feature", "id": f"t{number}", "properties": said, "geometry": geometry})
    path = "world/earthquakes.geojson"
    bench.write(path, json.dumps({"type": "FeatureCollection", "features": features}).encode())
    fields = {"magnitude": "mag", "time": "time", "depth": "z"}
    bench.note("earthquakes", path, "vector", date="2017-07", fields=fields)
