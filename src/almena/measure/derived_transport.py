"""Public transport: service at stops, and all stops of all lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almena.geo.crs import WGS84, Coordinates, reproject, reproject_xy
from almena.geo.points import positions
from almena.geo.timetable import StopService, stop_services, stops_with_modes
from almena.measure.derived_people import merged_origins
from almena.measure.registry import derived
from almena.model.data import Feed, Layer, RoleData
from almena.model.place import Places
from almena.model.problem import GapError


@dataclass(frozen=True, kw_only=True)
class Stops(RoleData):
    """
    Public transport stops of all lists given.

    Parameters
    ----------
    crs : str
        Metric coordinate system of ``xy``.
    xy : ndarray of float, shape (n, 2)
        Positions; a stop that is in two lists is there twice.
    mode : ndarray of str, shape (n,)
        ``bus``, ``rail`` …, several joined with ``;``, empty where no list says.
    source : ndarray of str, shape (n,)
        Role that the stop comes from.
    """

    role: str = "all_stops"
    crs: str
    xy: Coordinates
    mode: NDArray[np.str_]
    source: NDArray[np.str_]

    def of(self, *modes: str) -> NDArray[np.bool_]:
        """Tell which stops are served by one of some modes."""
        return np.array([bool(set(mode.split(";")) & set(modes)) for mode in self.mode], dtype=np.bool_)


@derived(version="1")
def stop_service(transit_feed: Feed) -> StopService:
    """
    Compute the service at each stop on ordinary weekdays.

    Parameters
    ----------
    transit_feed : Feed
        One timetable, or several in the same tables.

    Returns
    -------
    StopService
        Headways between 07:00 and 19:00, or over the hours that a timetable speaks of.
    """
    service = stop_services(transit_feed)
    done = ["departures counted over the ordinary weekdays"]
    if service.interpolated_share > 0:
        done.append("blank times interpolated along the trips")
    return service.with_(origins=tuple(origin.then(*done) for origin in transit_feed.origins))


@derived(version="1")
def all_stops(
    transit_stops: Layer | None = None, transit_feed: Feed | None = None, *, places: Places
) -> Stops:
    """
    Put all lists of stops together.

    Parameters
    ----------
    transit_stops : Layer, optional
        Stops on a map, with their mode where known.
    transit_feed : Feed, optional
        A timetable, whose stops count whether or not a trip calls there.
    places : Places
        The city; its coordinate system is used.

    Returns
    -------
    Stops
        The union.

    Raises
    ------
    GapError
        When there is neither list.
    """
    lists = []
    if transit_stops is not None:
        lists.append(_from_layer(transit_stops, places.crs))
    if transit_feed is not None:
        lists.append(_from_feed(transit_feed, places.crs))
    if not lists:
        raise GapError.of(
            "There is no list of public transport stops",
            "roles transit_stops and transit_feed",
            "no file of the kit fills them",
            "Add a GTFS timetable or a layer of stops to the kit.",
        )
    xy, mode, source = (np.concatenate(column) for column in zip(*lists, strict=True))
    return Stops(
        crs=places.crs,
        xy=xy,
        mode=mode,
        source=source,
        origins=merged_origins(transit_stops, transit_feed),
        date=next(given.date for given in (transit_stops, transit_feed) if given is not None),
    )


def _from_layer(stops: Layer, crs: str) -> tuple[Coordinates, NDArray[np.str_], NDArray[np.str_]]:
    xy = positions(reproject(stops.geometry, stops.crs, crs))
    mode = np.asarray(stops.fields.get("mode", np.full(len(xy), "")), dtype=object).astype(str)
    return xy, mode, np.full(len(xy), "transit_stops")


def _from_feed(feed: Feed, crs: str) -> tuple[Coordinates, NDArray[np.str_], NDArray[np.str_]]:
    lonlat, mode = stops_with_modes(feed)
    return reproject_xy(lonlat, WGS84, crs), mode, np.full(len(lonlat), "transit_feed")
