"""The toy city's tables: census, weather, river, emissions, jobs and the lists of a plan."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import openpyxl
import shapely

from almena.gather.toy_bench import Bench, fixed_zip
from almena.gather.toy_plan import NAMES, lonlat

Rows = list[Sequence[object]]
_GASES = {"carbon_dioxide": "CO2", "methane": "CH4", "nitrous_oxide": "N2O"}
_CENSUS: dict[str, Any] = {"delimiter": ";", "encoding": "utf-8-sig", "date": "2022"}


def write_tables(bench: Bench) -> None:
    """Write every table, with the quirks that real ones have."""
    _write_census_people(bench)
    _write_census_shares(bench)
    _write_emissions(bench)
    _write_jobs(bench)
    _write_lists(bench)
    _write_plan_text(bench)


def _census(
    bench: Bench, role: str, header: list[str], rows: Rows, fields: dict[str, str], **more: Any
) -> None:
    tail = ["Toyville ", "TV"]
    content: Rows = [[*header, "City", "Region"], *([*row, *tail] for row in rows)]
    bench.table(role, f"census/{role}.csv", content, fields=fields, **{**_CENSUS, **more})


def _write_census_people(bench: Bench) -> None:
    people = bench.plan.people
    years = (1990, 2000, 2010, 2022)
    growth: Rows = [
        [year, round(people * share)] for year, share in zip(years, (0.7, 0.88, 1.03, 1.0), strict=True)
    ]
    _census(bench, "census_table", ["Year", "Persons"], growth, {"year": "Year", "population": "Persons"})
    _write_pyramid(bench)
    women = round(0.53 * people)
    sexes: Rows = [["Women", women], ["Men", people - women]]
    codes = {"sex": {"Women": "women", "Men": "men"}}
    _census(bench, "census_sex", ["Sex", "Persons"], sexes, {"sex": "Sex", "persons": "Persons"}, codes=codes)
    for role, first, share, second in (
        ("census_literacy", "literate", 0.975, "illiterate"),
        ("census_urban_rural", "urban", 0.985, "rural"),
        ("census_settlements", "outside", 0.88, "inside"),
    ):
        whole = round(0.8 * people) if role == "census_literacy" else people
        one = round(whole * share)
        rows: Rows = [
            [first, one, _comma(100 * one / whole)],
            [second, whole - one, _comma(100 - 100 * one / whole)],
        ]
        fields = {"group": "Group", "persons": "Persons", "share": "Percent"}
        _census(bench, role, ["Group", "Persons", "Percent"], rows, fields, decimal=",")
    groups = (("A", 0.6), ("B", 0.25), ("C", 0.15))
    ethnic: Rows = [[f"Group {name}", round(people * share)] for name, share in groups]
    _census(bench, "census_ethnicity", ["Group", "Persons"], ethnic, {"group": "Group", "persons": "Persons"})
    own: Rows = [["total", 130], ["consider themselves", 30], ["declared", 100]]
    _census(bench, "census_indigenous", ["Group", "Persons"], own, {"group": "Group", "persons": "Persons"})
    levels = zip(
        ("none or incomplete primary", "primary", "secondary", "higher"), (0.2, 0.15, 0.4, 0.25), strict=True
    )
    taught: Rows = [[level, round(0.75 * people * share)] for level, share in levels]
    _census(bench, "census_education", ["Level", "Persons"], taught, {"level": "Level", "persons": "Persons"})


def _write_pyramid(bench: Bench) -> None:
    weights = np.array([*np.linspace(60, 95, 8), *np.linspace(92, 4, 12), 1.0])
    women = np.round(0.53 * bench.plan.people * weights / weights.sum()).astype(int)
    men = np.round(0.47 * bench.plan.people * weights / weights.sum()).astype(int)
    women[8] += round(0.53 * bench.plan.people) - women.sum()
    men[8] += bench.plan.people - round(0.53 * bench.plan.people) - men.sum()
    groups = [f"{age} to {age + 4} years" for age in range(0, 100, 5)] + ["100 years or more"]
    rows: Rows = [
        [g, int(w), int(m), "Total", "Toyville ", "TV"] for g, w, m in zip(groups, women, men, strict=True)
    ]
    content: Rows = [["Age group", "Women", "Men", "City", "Region"], *rows[::-1]]
    fields = {"age_group": "Age group", "women": "Women", "men": "Men"}
    bench.table("census_age_sex", "census/census_age_sex.csv", content, fields=fields, **_CENSUS)


def _write_census_shares(bench: Bench) -> None:
    for role, shares in (("census_dwellings", _DWELLINGS), ("census_streets", _STREETS)):
        rows: Rows = [[name, _comma(100 - share), _comma(share)] for name, share in shares.items()]
        fields = {"feature": "Feature", "share": "Has (%)", "share_without": "Has not (%)"}
        _census(bench, role, ["Feature", "Has not (%)", "Has (%)"], rows, fields, decimal=",")
    homes: Rows = [["one person", "24"], ["same-sex couple", "0.9"], ["couple without children", "19.75"]]
    fields = {"composition": "Composition", "share": "Percent"}
    _census(bench, "census_households", ["Composition", "Percent"], homes, fields)
    area = bench.plan.boundary.area / 1e6
    land: Rows = [[2022, _comma(area), _comma(bench.plan.people / area)]]
    fields = {"year": "Year", "area": "Area (km²)", "density": "Density"}
    _census(bench, "census_territory", ["Year", "Area (km²)", "Density"], land, fields, decimal=",")


_DWELLINGS = {"water network": 98.7, "sewer network": 81.2, "own bathroom": 99.4, "waste collection": 97.9}
_STREETS = {"trees": 71.3, "paved": 86.4, "cycle signs": 4.2, "lighting": 93.8}


def _comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _write_emissions(bench: Bench) -> None:
    size = bench.plan.size
    header = ["GPC Reference Number", "Subsector name", "Total Emissions", "Total Emission Units", "Source"]
    rows: Rows = [[*header, "CO2 Emissions", "CH4 Emissions", "N2O Emissions"]]
    for code, name, amount in (
        ("I.1.1", "Residential buildings", 21_400.5),
        ("I.1.2", "Residential buildings", 8_010.2),
        ("II.1.1", "On-road transport", 61_200.0),
        ("III.1.1", "Solid waste", 15_750.75),
        ("IV.1", "Industrial processes", ""),
    ):
        total = amount * size if isinstance(amount, float) else ""
        # waste gives off methane, everything else nine tenths of carbon dioxide; the file states gases in kilograms
        shares = (0.0, 1.0, 0.0) if code.startswith("III") else (0.9, 0.06, 0.04)
        gases = [round(1000 * total * share, 1) if isinstance(total, float) else "" for share in shares]
        rows.append([code, name, total, "t CO2e", "Toy inventory", *gases])
    fields = {"sector": "Subsector name", "emissions": "Total Emissions", "reference": "GPC Reference Number"}
    fields |= {name: f"{gas} Emissions" for name, gas in _GASES.items()}
    units = dict.fromkeys(_GASES, "kg CO2e")
    bench.table("emissions", "statistics/emissions_2022.csv", rows, date="2022", fields=fields, units=units)


def _write_jobs(bench: Bench) -> None:
    plan, dice = bench.plan, bench.plan.dice("jobs")
    west, south = plan.at(0.2, 0.25)
    rows: Rows = [["id", "lon", "lat", "population", "jobs", "schools", "healthcare"]]
    for n in range(round(120 * plan.size)):
        x, y = west + 400 * (n % 12), south + 400 * (n // 12)
        place = lonlat(shapely.Point(x, y))
        people = float(plan.density(np.array([x]), np.array([y]))[0]) * 900
        rows.append(
            [f"c{n:04}", place.x, place.y, round(people), int(dice.integers(0, 600)), n % 7 == 0, n % 11 == 0]
        )
    rows[1:] = [[*row[:5], int(bool(row[5])), int(bool(row[6]))] for row in rows[1:]]
    fields = {"code": "id", "x": "lon", "y": "lat"}
    fields |= {name: name for name in ("population", "jobs", "schools", "healthcare")}
    bench.table("services_grid", "population/jobs.csv", rows, date="2019", fields=fields, crs="EPSG:4326")


def _write_lists(bench: Bench) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Neighbourhoods"
    lists = {"Above flood level": (1, 2, 4, 6, 7), "Protected by the system": (0, 5), "Under study": (3, 7)}
    for column, (header, members) in enumerate(lists.items(), 1):
        sheet.cell(1, column, header)
        for row, member in enumerate(sorted(members), 2):
            sheet.cell(row, column, NAMES[member].upper())
    sheet.cell(1000, 26).number_format = "0.00"  # an empty cell with a format: the sheet claims 1,000 rows
    book.properties.created = datetime.datetime(2023, 6, 1)
    bench.write("documents/lists_2023.xlsx", _without_clock(book))
    fields = dict(zip(("above_flood_level", "protected", "under_study"), lists, strict=True))
    bench.note("plan_lists", "documents/lists_2023.xlsx", "table", date="2023-06", fields=fields, header=1)


def _without_clock(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"]
    members["docProps/core.xml"] = re.sub(
        rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2023-06-01T00:00:00Z", core
    )
    return fixed_zip(members)


def _write_plan_text(bench: Bench) -> None:
    text = (
        "Plan of Toyville 2030 (fictional)\n\n"
        "Article 1. The city wants every resident within 400 m of a public park by 2030.\n\n"
        "Article 2. No school is to be built inside the outline of the flood of May 2024.\n"
    )
    bench.write("documents/plan_2030.txt", text.encode())
    bench.note("city_plan", "documents/plan_2030.txt", "document", date="2025")
