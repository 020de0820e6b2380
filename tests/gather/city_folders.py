"""Folders of files as cities hand them over: shapefiles, tables, a timetable with rasters, spreadsheets."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio.raw
import pyproj
import rasterio
import shapely

from .kits import write

ROSARIO = (-60.66, -32.95)
KISUMU = (34.76, -0.09)
TALLINN = (24.75, 59.43)
ROSARIO_METRIC, TALLINN_METRIC = "EPSG:32720", "EPSG:25835"


def metres(lon: float, lat: float, crs: str) -> tuple[float, float]:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)


def write_map(
    path: Path, shapes: Sequence[Any], crs: str | None, fields: Mapping[str, Sequence[Any]]
) -> Path:
    """Write shapes with their fields; the suffix tells the format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    driver = {".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf"}[
        path.suffix
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # long names are cut by shapefiles, and that is the point
        pyogrio.raw.write(
            str(path),
            geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
            field_data=[np.array(list(values), dtype=object) for values in fields.values()],
            fields=list(fields),
            geometry_type=shapes[0].geom_type,
            crs=crs,
            driver=driver,
        )
    return path


def without_prj(path: Path) -> Path:
    """Take the word on its coordinate system from a shapefile."""
    path.with_suffix(".prj").unlink()
    return path


def write_raster(
    path: Path,
    array: np.ndarray,
    west: float,
    north: float,
    cell: float,
    crs: str | None,
    *,
    south_up: bool = False,
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = array.shape[0]
    affine = (
        rasterio.Affine(cell, 0, west, 0, cell, north - rows * cell)
        if south_up
        else rasterio.Affine(cell, 0, west, 0, -cell, north)
    )
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=array.shape[1],
        count=1,
        dtype=array.dtype,
        crs=crs,
        transform=affine,
    ) as file:
        file.write(array[::-1] if south_up else array, 1)
    return path


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def write_timetable(path: Path, tables: Mapping[str, str], folder: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"{folder}{name}.txt", text)
    return path


def small_timetable(lon: float, lat: float) -> dict[str, str]:
    stops = "".join(f"s{n},Stop {n},{lat + n / 1000},{lon + n / 1000}\n" for n in range(6))
    return {
        "stops": f"stop_id,stop_name,stop_lat,stop_lon\n{stops}",
        "routes": "route_id,route_type\nr,3\n",
        "trips": "trip_id,route_id,service_id\nt,r,w\n",
        "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
        "t,s0,1,08:00:00,08:00:00\nt,s1,2,08:05:00,08:05:00\n",
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "w,1,1,1,1,1,0,0,20250301,20250831\n",
    }


def crowd(rows: int, columns: int, seed: int = 1) -> np.ndarray:
    """Return people as they live: many cells with few, few cells with many."""
    dice = np.random.default_rng(seed)
    return (dice.exponential(40.0, (rows, columns)) * (dice.random((rows, columns)) < 0.6)).astype(np.float32)


def hills(rows: int, columns: int, lowest: float = 3.25) -> np.ndarray:
    """Return the heights of a gentle country, nowhere below the sea, in single precision."""
    y, x = np.mgrid[0:rows, 0:columns] / 20.0
    return (lowest + 30 * (2 + np.sin(x) + np.cos(y))).astype(np.float32)


# ---------------------------------------------------------------- a city of shapefiles, in metres and in Spanish


def rosario(folder: Path) -> Path:
    """Write the shapefiles of a city on the Paraná."""
    x, y = metres(*ROSARIO, ROSARIO_METRIC)
    city = shapely.box(x - 6000, y - 6000, x + 6000, y + 6000)
    write_map(folder / "limite_municipal.shp", [city], ROSARIO_METRIC, {"NOMBRE": ["Rosario"]})
    quarters = [
        shapely.box(x - 6000 + 3000 * i, y - 6000 + 3000 * j, x - 3000 + 3000 * i, y - 3000 + 3000 * j)
        for i in range(4)
        for j in range(4)
    ]
    write_map(
        folder / "barrios.shp", quarters, ROSARIO_METRIC, {"BARRIO": [f"Barrio {n}" for n in range(16)]}
    )
    dice = np.random.default_rng(7)
    schools = [shapely.Point(x + dx, y + dy) for dx, dy in dice.uniform(-5900, 5900, (40, 2))]
    names = [f"Escuela N.º {n} Domingo Sarmiento" for n in range(40)]
    write_map(
        folder / "escuelas.shp",
        schools,
        ROSARIO_METRIC,
        {"NOMBRE": names, "ALUMNOS_": [str(n) for n in range(40)]},
    )
    streets = [shapely.LineString([(x - 6000, y + 500 * n), (x + 6000, y + 500 * n)]) for n in range(-10, 11)]
    write_map(folder / "calles.shp", streets, ROSARIO_METRIC, {"fclass": ["residential"] * 20 + ["primary"]})
    flood = shapely.MultiPolygon(
        [shapely.box(x - 6500, y + 1500 * n, x - 4500, y + 1500 * n + 1000) for n in range(-3, 4)]
    )
    write_map(folder / "inundacion_2007-03.shp", [flood], ROSARIO_METRIC, {"id": [1]})
    return folder


ROSARIO_ROLES = {
    "limite_municipal.shp": "boundary",
    "barrios.shp": "neighbourhoods",
    "escuelas.shp": "schools",
    "calles.shp": "streets",
    "inundacion_2007-03.shp": "flood_extent",
}


# ---------------------------------------------------------------- a city of tables, on the equator


def kisumu(folder: Path) -> Path:
    """Write the tables of a city that has nothing else."""
    lon, lat = KISUMU
    dice = np.random.default_rng(3)
    places = dice.uniform(-0.05, 0.05, (30, 2)) + np.array([lon, lat])
    schools = "".join(f"Primary {n};{x:.6f};{y:.6f};{100 + n}\n" for n, (x, y) in enumerate(places))
    write(folder / "education.csv", f"school_name;longitude;latitude;pupils_total\n{schools}")
    stops = "".join(f"{n},Stage {n},{y:.6f},{x:.6f}\n" for n, (x, y) in enumerate(places))
    write(folder / "matatu.csv", f"stop_id,stop_name,stop_lat,stop_lon\n{stops}")
    rain = "".join(
        f"2023-{m:02}-{d:02},{(m * d) % 9}.5,{20 + d % 10}.1\n" for m in range(1, 13) for d in range(1, 29)
    )
    write(folder / "weather.csv", f"date,rain_mm,temp_max\n{rain}")
    write(folder / "people.csv", "Year,Population\n1999,322734\n2009,388311\n2019,397957\n")
    write(folder / "notes.txt", "Collected by hand in 2024.\nNothing else is known.\n")
    return folder


# ---------------------------------------------------------------- a timetable and rasters


def tallinn(folder: Path) -> Path:
    """Write a timetable, people in Mercator's metres, heights in single precision and land cover."""
    lon, lat = TALLINN
    write_timetable(folder / "gtfs.zip", small_timetable(lon, lat), folder="peatus/")
    x, y = metres(lon, lat, "EPSG:3857")
    write_raster(folder / "est_ppp_2020.tif", crowd(80, 90), x - 8000, y + 8000, 200.0, "EPSG:3857")
    write_raster(folder / "dem_copernicus.tif", hills(60, 60), lon - 0.1, lat + 0.1, 0.0033, "EPSG:4326")
    classes = np.random.default_rng(5).choice(np.array([10, 20, 30, 50, 80], np.uint8), (70, 70))
    x, y = metres(lon, lat, TALLINN_METRIC)
    write_raster(folder / "worldcover.tif", classes, x - 7000, y + 7000, 200.0, TALLINN_METRIC, south_up=True)
    return folder


# ---------------------------------------------------------------- a region with its municipalities


def region(folder: Path, name: str = "municipios.shp") -> Path:
    """Write all municipalities of a region in one file, as statistics offices publish them."""
    lon, lat = -51.0, -30.0
    shapes = [
        shapely.box(lon + 0.1 * i, lat + 0.1 * j, lon + 0.1 * i + 0.1, lat + 0.1 * j + 0.1)
        for i in range(6)
        for j in range(4)
    ]
    names = [f"Vila {n}" for n in range(24)]
    write_map(
        folder / name, shapes, "EPSG:4674", {"CD_MUN": [str(43000 + n) for n in range(24)], "NM_MUN": names}
    )
    return folder


def text_table(delimiter: str, rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    for row in rows:
        out.write(delimiter.join(str(cell) for cell in row) + "\n")
    return out.getvalue().encode(encoding)
