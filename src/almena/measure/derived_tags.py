"""Figures that somebody has written on the map itself."""

from __future__ import annotations

import re

import numpy as np

from almena.measure.common import lists
from almena.measure.dates import last_day
from almena.measure.derived_people import steps
from almena.measure.registry import derived
from almena.model.data import Layer, Table
from almena.model.problem import GapError


@derived(version="2")
def tagged_population(boundary: Layer) -> Table:
    """
    Take the number of people that the outline of the city carries.

    Parameters
    ----------
    boundary : Layer
        The outline, with ``population`` and ``population_date`` where the source writes them.

    Returns
    -------
    Table
        One row with the column ``persons``, dated as the tag says; of unknown date when it says nothing.

    Raises
    ------
    GapError
        When the outline carries no number.
    """
    persons = np.asarray(boundary.fields.get("population", []), dtype=float)
    said = np.flatnonzero(persons > 0)
    if not len(said):
        raise GapError.of(
            "the outline of the city carries no number of people",
            "role boundary",
            "",
            "Load the census table of the city into the kit",
        )
    date = str(lists(boundary, "population_date")[said[0]])
    return Table(
        role="tagged_population",
        columns={"persons": persons[said[:1]]},
        origins=steps(boundary, "number of people read from the tags of the outline"),
        date=date if _is_date(date) else "unknown",
        hearsay=True,
    )


def _is_date(text: str) -> bool:
    """Tell whether a tag holds a year, month or day as ISO 8601; people also write 11/2011 and worse."""
    return re.fullmatch(r"\d{4}(-\d\d){0,2}", text) is not None and last_day(text) is not None
