"""A folder of real files under names that say nothing: every one is drafted, asked about or listed, and read truly."""

from __future__ import annotations

import csv
import io
import re
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from almena.gather.draft import Draft, draft_kit
from almena.harmonise import FoundFile, read_file
from almena.model.data import Table
from almena.model.kit import KitFile
from almena.model.listed import rows_listed
from almena.model.origin import Source
from almena.packs import load_roles

PATTERNS = (
    "world/*.csv", "world/storms/*", "world/wildfire/*.csv", "world/vulnerability/*.csv",
    "world/vulnerability/costs*.xlsx",
    "porto_alegre/statistics/**/*.csv", "porto_alegre/documents/*.xlsx", "porto_alegre/river/*.csv",
    "porto_alegre/climate/*.csv", "porto_alegre/population/*.csv", "porto_alegre/buildings/*.parquet",
)  # fmt: skip
EXPECTED = {
    "census_table", "census_age_sex", "census_sex", "census_literacy", "census_education", "census_dwellings",
    "census_streets", "census_households", "census_ethnicity", "census_indigenous", "census_urban_rural",
    "census_settlements", "census_territory", "addresses", "climate_daily", "climate_hourly", "climate_model_daily",
    "river_level", "emissions", "services_grid", "plan_lists",
}  # fmt: skip
ADDRESS = re.compile(r"row (\d+), column (\d+)")


@pytest.fixture(scope="module")
def folder(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files with names that say nothing."""
    target = tmp_path_factory.mktemp("desk")
    files = sorted({p for pattern in PATTERNS for p in mirror.glob(pattern) if p.name != "MANIFEST.csv"})
    for number, file in enumerate(files):
        shutil.copyfile(file, target / f"f{number:02d}{file.suffix}")
    return target


@pytest.fixture(scope="module")
def draft(folder: Path) -> Draft:
    """Return the kit drafted from them."""
    return draft_kit(folder)


def test_no_file_is_dropped_silently(folder: Path, draft: Draft) -> None:
    told = {f.path for f in draft.kit.files} | {p.where.partition("#")[0] for p in draft.left_out}
    told |= {q.id.split(":")[1].partition("#")[0] for q in draft.questions if ":" in q.id}
    assert {p.name for p in folder.iterdir()} == told


def test_the_roles_of_the_city_are_found_without_names(draft: Draft) -> None:
    assert set(draft.kit.roles) >= EXPECTED


def test_every_doubt_is_a_question_with_candidates(draft: Draft) -> None:
    doubts = [q for q in draft.questions if q.id.startswith(("role:", "combine:", "which:"))]
    assert doubts
    assert all(len(q.candidates) > 1 for q in doubts)
    asked = {q.id.removeprefix("role:") for q in doubts}
    clear = [p for p in draft.proposals if p.role and p.name not in asked]
    assert all(p.candidates and p.candidates[0].value == p.role for p in clear)


def readable(draft: Draft) -> list[KitFile]:
    """Return the entries that no question stands in the way of."""
    asked = {q.id.split(":")[1] for q in draft.questions if q.id.startswith(("field:", "role:"))}
    return [f for f in draft.kit.files if f.path not in asked]


def read(folder: Path, spec: KitFile) -> Any:
    source = Source(spec.role, spec.path, spec.sha256)
    return read_file(FoundFile(spec, (folder / spec.path,), source), load_roles()[spec.role])


@lru_cache
def grid_of(path: Path, delimiter: str, encoding: str) -> list[list[str]]:
    """Read a text with the standard library alone."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))


def in_file(folder: Path, spec: KitFile, address: str) -> Any:
    """Return what a cell of the file holds, read without any code of ours."""
    path = folder / spec.path
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return book[spec.sheet or book.sheetnames[0]][address].value
    row, column = map(int, ADDRESS.match(address).groups())  # type: ignore[union-attr]
    encoding = "utf-8-sig" if spec.encoding in ("", "utf-8") else spec.encoding
    cells = grid_of(path, spec.delimiter or ",", encoding)[row - 1]
    return cells[column - 1].strip() if column <= len(cells) else ""


def number(text: str) -> float:
    """Return a number of these files: with a decimal point, or a comma alone."""
    return float(text.replace(",", ".") if "." not in text else text)


def test_each_accepted_value_equals_the_cell_it_came_from(folder: Path, draft: Draft) -> None:
    compared = 0
    for spec in readable(draft):
        table = read(folder, spec)
        if not isinstance(table, Table) or spec.path.endswith(".xlsx"):
            continue
        for field, values in table.columns.items():
            for value, address in zip(values.tolist(), table.cells[field], strict=True):
                there = in_file(folder, spec, address)
                if isinstance(value, str):
                    assert value in (there, spec.codes.get(field, {}).get(there)), (spec.path, address)
                elif isinstance(value, (int, float)) and value == value:
                    assert value == pytest.approx(number(there), rel=1e-12), (spec.path, address)
                elif isinstance(value, float):
                    assert there in ("", "-", "-9999", "null", "NaN"), (spec.path, address, there)
                compared += 1
    assert compared > 50_000


def test_each_name_of_the_plan_lists_is_the_one_in_its_cell(folder: Path, draft: Draft) -> None:
    spec = draft.kit.of_role("plan_lists")[0]
    table = read(folder, spec)
    book = openpyxl.load_workbook(folder / spec.path, data_only=True)
    page = book[spec.sheet or book.sheetnames[0]]
    for field, values in table.columns.items():
        for value, cell in zip(values.tolist(), table.cells[field], strict=True):
            assert value == str(page[cell].value or "").strip()


def test_rows_in_are_rows_out_and_rows_listed(folder: Path, draft: Draft) -> None:
    for spec in readable(draft):
        content = read(folder, spec)
        assert content.rows_read == len(content) + rows_listed(content.listed), spec.path
        path = folder / spec.path
        if path.suffix == ".csv":
            encoding = "utf-8-sig" if spec.encoding in ("", "utf-8") else spec.encoding
            grid = grid_of(path, spec.delimiter or ",", encoding)
            below = grid[0 if spec.header == 0 else spec.header or 1 :]
            assert content.rows_read == sum(any(c.strip() for c in row) for row in below), spec.path
        elif path.suffix == ".parquet":
            assert content.rows_read == pq.ParquetFile(path).metadata.num_rows
