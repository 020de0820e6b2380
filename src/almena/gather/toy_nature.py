"""The toy city's water, land and hazards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyogrio.raw
import rasterio
import shapely
from numpy.typing import NDArray

from almena.gather.toy_bench import LICENCE, Bench
from almena.gather.toy_plan import lonlat, metres

ARC3, ARC1 = 3 / 3600, 1 / 3600  # degrees: about 92 m and 31 m here
LAND_COVER = {
    3: "forest",
    11: "wetland",
    12: "grassland",
    21: "farming",
    24: "urban",
    25: "bare",
    33: "water",
}
NODATA = -99999.0
MORE_THAN_CENSUS = 1.09  # the raster says 9 % more people than the census, as happened in a real city
_AFTER, _BEFORE = "2024-05-02/2024-05-10", "2014"


def write_nature(bench: Bench) -> None:
    """Write water, land cover, elevation, people by cell, the flood and the maps drawn before it."""
    _write_water(bench)
    _write_land(bench)
    _write_rasters(bench)
    _write_flood(bench)
    _write_hazard_maps(bench)


def _write_water(bench: Bench) -> None:
    plan, options = bench.plan, {"date": "2024-03", "licence": "ODbL-1.0"}
    ditch = shapely.LineString([plan.at(0.2, 0.1), plan.at(0.5, 0.2), plan.at(0.8, 0.1)])
    lines = [
        (plan.river_line, {"waterway": "river", "name": "River Toy"}),
        (ditch, {"waterway": "drain", "tunnel": "culvert"}),
    ]
    bench.geojson("rivers", "osm/rivers.json", lines, wrapped_under="geoJson", **options)
    bodies = [
        (plan.river, {"natural": "water", "water": "river", "name": "River Toy"}),
        (plan.lake, {"natural": "water", "water": "lake", "name": "Mirror Lake"}),
    ]
    bench.geojson("water_bodies", "osm/water.json", bodies, wrapped_under="geoJson", **options)
    marsh = plan.lake.buffer(150).difference(plan.lake)
    bench.geojson(
        "wetlands", "osm/wetlands.json", [(marsh, {"natural": "wetland", "wetland": "marsh"})], **options
    )


def _write_land(bench: Bench) -> None:
    plan, options = bench.plan, {"date": "2024-03", "licence": "ODbL-1.0"}
    wood = _wood(bench)
    bench.geojson("forests", "osm/forest.json", [(wood, {"natural": "wood", "name": "Fort Wood"})], **options)
    cover = [
        (wood, {"class": "forest", "natural": "wood"}),
        (plan.lake, {"class": "water", "natural": "water"}),
    ]
    bench.geojson("land_cover_map", "osm/land_cover.geojson", cover, **options)
    fields = [
        (plan.block(0.9 - 0.05 * n, 0.06, 300, 200), {"cultura": ("Rice", "Soy")[n % 2]}) for n in range(4)
    ]
    bench.geojson("crops", "landcover/crops.geojson", fields, date="2024", fields={"crop": "cultura"})


def _wood(bench: Bench) -> Any:
    return shapely.Point(*bench.plan.hill).buffer(700).difference(bench.plan.urban)


def _write_rasters(bench: Bench) -> None:
    _write_people(bench)
    _write_cover(bench)
    x, y, affine = _cells(bench, ARC1)
    noise = bench.plan.dice("elevation").normal(0, 0.6, x.shape)
    height = np.round(bench.plan.height_at(x, y) + noise).astype(np.int16)
    _raster(bench, "elevation", "elevation/ground.tif", height, affine, -32768, date="2000-02")


def _write_people(bench: Bench) -> None:
    x, y, affine = _cells(bench, ARC3)
    weight = bench.plan.density(x, y) * bench.plan.dice("people").uniform(0.5, 1.5, x.shape)
    inside = weight[shapely.contains_xy(bench.plan.boundary, x, y)].sum()
    people = weight * (MORE_THAN_CENSUS * bench.plan.people / inside)
    people = np.where(people > 0, people, NODATA).astype(np.float32)
    _raster(bench, "population_grid", "population/people_2020.tif", people, affine, NODATA, date="2020")


def _write_cover(bench: Bench) -> None:
    plan, (x, y, affine) = bench.plan, _cells(bench, ARC1)
    cover = np.full(x.shape, 12, np.uint8)
    cover[y < plan.at(0, 0.16)[1]] = 21
    marsh = plan.lake.buffer(150)
    for polygon, code in ((_wood(bench), 3), (plan.urban, 24), (marsh, 11), (plan.water, 33)):
        shapely.prepare(polygon)
        cover[shapely.contains_xy(polygon, x, y)] = code
    cover[~shapely.contains_xy(plan.boundary, x, y)] = 0
    codes = {"class": {str(number): name for number, name in LAND_COVER.items()}}
    _raster(bench, "land_cover", "landcover/cover.tif", cover, affine, 0, date="2022", codes=codes)


def _cells(bench: Bench, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64], Any]:
    west, south, east, north = lonlat(bench.plan.boundary.buffer(400)).bounds
    columns, rows = round((east - west) / step), round((north - south) / step)
    affine = rasterio.Affine(step, 0.0, west, 0.0, -step, north)
    lon, lat = np.meshgrid(west + (np.arange(columns) + 0.5) * step, north - (np.arange(rows) + 0.5) * step)
    x, y = metres(lon, lat)
    return x, y, affine


def _raster(
    bench: Bench, role: str, path: str, array: NDArray[Any], affine: Any, nodata: float, **options: Any
) -> None:
    rows, columns = array.shape
    facts = {"width": columns, "height": rows, "count": 1, "dtype": array.dtype.name, "nodata": nodata}
    with rasterio.open(
        bench.place(path), "w", driver="GTiff", crs="EPSG:4326", transform=affine, compress="deflate", **facts
    ) as raster:
        raster.write(array, 1)
    bench.note(role, path, "raster", **options)


def _write_flood(bench: Bench) -> None:
    reached = shapely.force_3d(lonlat(bench.plan.flood), 0.0)
    text = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "0", "properties": {}, '
        f'"geometry": {shapely.to_geojson(reached)}}}]}}'
    )
    bench.write("hazards/flood_2024.geojson", text.encode())
    bench.note("flood_extent", "hazards/flood_2024.geojson", "vector", date=_AFTER)


def _write_hazard_maps(bench: Bench) -> None:
    plan = bench.plan
    bands = [plan.river_line.buffer(width) for width in (160, 320, 600)]
    zones = [bands[0], bands[1].difference(bands[0]), bands[2].difference(bands[1])]
    x, y = plan.at(0.12, 0.2)
    bow_tie = shapely.Polygon([(x, y), (x + 400, y + 300), (x + 400, y), (x, y + 300)])
    names = ["Alta", "Média", "Baixa", "Baixa"]
    _shapefile(bench, [*zones, bow_tie], names)
    top = shapely.Point(*plan.hill)
    slopes = [top.buffer(350), top.buffer(700).difference(top.buffer(350)), top.buffer(1_600)]
    rows = [
        (slope, {"classe": name, "municipio": "Toyville", "processo": "slide"})
        for slope, name in zip(slopes, ("Alta", "Média", "Baixa"), strict=True)
    ]
    codes = {"class": {"Alta": "high", "Média": "medium", "Baixa": "low"}}
    bench.geojson(
        "landslide_susceptibility",
        "hazards/slides.geojson",
        rows,
        date=_BEFORE,
        fields={"class": "classe", "municipality": "municipio", "process": "processo"},
        codes=codes,
    )
    _write_sectors(bench)


def _shapefile(bench: Bench, polygons: list[Any], names: list[str]) -> None:
    path = bench.place("hazards/flood_map.shp")
    pyogrio.raw.write(
        str(path),
        geometry=shapely.to_wkb(lonlat(np.array(polygons))),
        field_data=[np.array(names, object), np.array(["Toyville"] * 4, object), np.full(4, 2014, np.int32)],
        fields=["classe", "municipio", "ano"],
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
        encoding="UTF-8",
        DBF_DATE_LAST_UPDATE="2020-01-01",
    )
    path.with_suffix(".cpg").unlink()  # left out on purpose: many agencies forget it
    bench.note(
        "flood_susceptibility",
        "hazards/flood_map.shp",
        "vector",
        date=_BEFORE,
        encoding="utf-8",
        licence=LICENCE,
        fields={"class": "classe", "municipality": "municipio", "year": "ano"},
        codes={"class": {"Alta": "high", "Média": "medium", "Baixa": "low"}},
    )


def _write_sectors(bench: Bench) -> None:
    places = [(0.36, 0.5), (0.22, 0.7), (0.55, 0.47), (0.18, 0.66)]
    rows = [
        (
            bench.plan.block(across, up, 180, 140, 20 * n),
            {
                "num_setor": f"TV-{n + 1:02}",
                "data_setor": f"{(2021, 2022, 2022, 2025)[n]}-06-01",
                "grau_risco": ("Muito alto", "Alto")[n % 2],
                "tipolo": ("Flood", "Slide")[n % 2],
                "num_edif": 40 + n,
                "num_pess": 4 * (40 + n),
            },
        )
        for n, (across, up) in enumerate(places)
    ]
    fields = {
        "code": "num_setor",
        "survey_date": "data_setor",
        "grade": "grau_risco",
        "hazard": "tipolo",
        "people": "num_pess",
        "buildings": "num_edif",
    }
    codes = {"grade": {"Muito alto": "very high", "Alto": "high"}}
    bench.geojson(
        "risk_sectors", "hazards/sectors.geojson", rows, date="2021/2025", fields=fields, codes=codes
    )
