"""Open source `population`: the raster of a country, from a catalogue that speaks as WorldPop's does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almena.gather.clip_raster import clip_rasters
from almena.gather.geocoder import JSON_KINDS
from almena.gather.open_source import (
    Desk,
    Kept,
    Made,
    NamedPlace,
    Request,
    is_tiff,
    not_json,
    nothing_there,
    read_json,
)
from almena.gather.source_terms import Terms, terms_of
from almena.model.kit import KitFile

TIFF_KINDS = ("image/tiff", "image/geotiff", "application/octet-stream", "binary/octet-stream")
_SERIES = "G2_CN_POP_R25A_100m"  # Global2 R2025A, constrained, 100 m, 2015-2030 (hub.worldpop.org)
_ANSWER, _FILE = "population-of-country.tif", "population.tif"


@dataclass(frozen=True)
class PopulationRaster:
    """
    People by cell, in the latest year that is not in the future.

    Parameters
    ----------
    terms : Terms
        Where it comes from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the request for the raster of the country; raises `InputError` when the catalogue has none."""
        url = f"{desk.address}/rest/data/pop/{_SERIES}?iso3={place.country}"
        kinds = (
            *JSON_KINDS,
            "text/html",
        )  # some catalogues call their JSON so; a page is told by its content
        catalogue = Request(url, "population-catalogue.json", kinds, _no_catalogue, date=desk.today)
        latest = _latest(desk.ask_json(catalogue), int(desk.today[:4]))
        if latest is None:
            remedy = "Put a population raster of the city into the kit's folder, and draft again."
            why = "the catalogue has no raster of this country"
            raise nothing_there("There is no population raster.", place.country, why, remedy)
        year, address = latest
        return [Request(address, _ANSWER, TIFF_KINDS, is_tiff, self.terms.estimate_bytes, str(year))]

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:
        """Cut the raster to the box of the city."""
        kept = files[_ANSWER]
        clip_rasters([kept.path], folder / _FILE, place.around())
        entry = KitFile("population_grid", _FILE, "raster", date=kept.source.date)
        return [
            Made(
                _FILE,
                (entry,),
                (_ANSWER,),
                "Cut to the box of the city and 1,600 m around, cells as they are.",
            )
        ]


def _latest(catalogue: Mapping[str, Any], this_year: int) -> tuple[int, str] | None:
    found = [
        (int(str(row.get("popyear"))), str(address))
        for row in catalogue["data"]
        if isinstance(row, dict) and str(row.get("popyear")).isdigit()
        for address in row.get("files") or []
        if str(address).lower().endswith((".tif", ".tiff"))
    ]
    past = [one for one in found if one[0] <= this_year]
    return max(past) if past else None


def _no_catalogue(path: Path) -> str:
    if why := not_json(path):
        return why
    found = read_json(path)
    is_catalogue = isinstance(found, dict) and isinstance(found.get("data"), list)
    return "" if is_catalogue else "the answer is no catalogue"


SOURCE = PopulationRaster(terms_of("population"))
