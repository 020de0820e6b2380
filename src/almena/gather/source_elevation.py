"""Open source `elevation`: squares of one degree of the Copernicus DEM GLO-30, named after their south-west corner."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from almena.gather.clip_raster import clip_rasters
from almena.gather.open_source import Desk, Kept, Made, NamedPlace, Request, is_tiff, nothing_there
from almena.gather.source_population import TIFF_KINDS
from almena.gather.source_terms import Terms, terms_of
from almena.model.kit import KitFile

_FILE = "elevation.tif"
_MOST_SQUARES = 12  # a city that needs more is no city
_FLOWN = "2011/2015"  # years of the TanDEM-X flights (Copernicus DEM Product Handbook, section 1)


@dataclass(frozen=True)
class Heights:
    """
    Heights of the ground, with woods and roofs on it: a surface model.

    Parameters
    ----------
    terms : Terms
        Where it comes from.
    """

    terms: Terms

    def plan(self, place: NamedPlace, desk: Desk) -> list[Request]:
        """Return the requests for the squares that the city touches; squares in the sea have no file."""
        names = list(squares(place))
        if len(names) > _MOST_SQUARES:
            why = f"its box touches {len(names)} squares of one degree; up to {_MOST_SQUARES} are fetched"
            raise nothing_there("The place is too large.", place.name, why, "Choose a smaller place.")
        urls = {name: f"{desk.address}/{name}/{name}.tif" for name in names}
        there = [name for name in names if desk.exists(urls[name]) is not False]
        if not there:
            why = "none of the squares of one degree that it touches has a file"
            remedy = "Put a raster of heights into the kit's folder, and draft again."
            raise nothing_there("There are no heights for this place.", place.name, why, remedy)
        size = self.terms.estimate_bytes
        return [Request(urls[n], f"{n}.tif", TIFF_KINDS, is_tiff, size, _FLOWN) for n in there]

    def accept(self, place: NamedPlace, files: Mapping[str, Kept], folder: Path) -> list[Made]:
        """Join the squares and cut them to the box of the city."""
        names = sorted(files)
        clip_rasters([files[n].path for n in names], folder / _FILE, place.around())
        entry = KitFile("elevation", _FILE, "raster", date=_FLOWN)
        how = "Squares joined and cut to the box of the city and 1,600 m around, cells as they are."
        return [Made(_FILE, (entry,), tuple(names), how)]


def squares(place: NamedPlace) -> Iterator[str]:
    """Yield the names of the squares that a place and what lies around it touch."""
    west, south, east, north = place.around()
    for latitude in range(math.floor(south), math.ceil(north)):
        for longitude in range(math.floor(west), math.ceil(east)):
            folded = (longitude + 180) % 360 - 180  # a box may reach over the date line
            up = f"{'S' if latitude < 0 else 'N'}{abs(latitude):02d}_00"
            along = f"{'W' if folded < 0 else 'E'}{abs(folded):03d}_00"
            yield f"Copernicus_DSM_COG_10_{up}_{along}_DEM"


SOURCE = Heights(terms_of("elevation"))
