"""People and road length by neighbourhood, against rasterstats and geopandas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import rasterstats
from affine import Affine
from numpy.typing import NDArray

from almena.geo.crs import reproject
from almena.geo.lines import length_inside
from almena.geo.zonal import cell_centre_sum, zonal_sum
from benchmarks.measure import compare, timed
from benchmarks.real_data import City


def people(city: City) -> None:
    """Compare sums of the population raster in all neighbourhoods."""
    grid, crs = city.population, city.places.crs
    areas = city.places.geometry[city.places.parts]
    peer = timed("rasterstats.zonal_stats, cell centres", lambda: by_rasterstats(city))
    title = f"People in {len(areas)} neighbourhoods, {grid.array.shape[0]} × {grid.array.shape[1]} cells"
    centres = timed(
        "almena.geo.zonal.cell_centre_sum, the same rule", lambda: cell_centre_sum(grid, areas, crs)
    )
    exact = timed("almena.geo.zonal.zonal_sum, exact fractions", lambda: zonal_sum(grid, areas, crs))
    compare(title, centres, [peer], same_sums)
    compare(f"{title}, the rule of the indicators", exact, [peer], same_sums)


def roads(city: City) -> None:
    """Compare the length of all streets in all neighbourhoods."""
    areas = city.places.geometry[city.places.parts]
    ours = timed("almena.geo.lines.length_inside", lambda: length_inside(city.roads, areas))
    peer = timed("geopandas.overlay, then length by neighbourhood", lambda: by_overlay(city), repeats=1)
    compare(f"Length of {len(city.roads):,} streets in {len(areas)} neighbourhoods", ours, [peer], same_sums)


def by_rasterstats(city: City) -> NDArray[np.float64]:
    """Sum with rasterstats; polygons moved to the raster's system as a part of the work, as in ours."""
    grid = city.population
    here = reproject(city.places.geometry[city.places.parts], city.places.crs, grid.crs)
    found = rasterstats.zonal_stats(
        list(here),
        grid.array,
        affine=Affine(*grid.affine),
        nodata=grid.nodata,
        stats=["sum"],
        all_touched=False,
    )
    return np.array([row["sum"] or 0.0 for row in found], dtype=float)


def by_overlay(city: City) -> NDArray[np.float64]:
    """Cut every street by every neighbourhood."""
    areas = city.places.geometry[city.places.parts]
    streets = gpd.GeoDataFrame(geometry=list(city.roads), crs=city.places.crs)
    quarters = gpd.GeoDataFrame({"place": np.arange(len(areas))}, geometry=list(areas), crs=city.places.crs)
    cut = gpd.overlay(streets, quarters, how="intersection", keep_geom_type=True)
    return np.bincount(cut["place"], cut.length, len(areas))


def same_sums(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> str:
    """Tell how far the sums are apart."""
    total = abs(ours.sum() / theirs.sum() - 1)
    apart = np.abs(ours - theirs).max() / ours.mean()
    return f"totals differ by {total:.2e}, the worst place by {apart:.2e} of the mean"
