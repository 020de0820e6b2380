"""What is known of the flood that the report is about, from its file alone."""

from __future__ import annotations

from dataclasses import dataclass

from almena.measure.dates import before, first_day, last_day
from almena.model.data import Layer, RoleData
from almena.packs.language import say
from almena.publish.material import Material
from almena.publish.wording import date_text

FLOOD, FLOOD_MAP, PLAN_LISTS = "flood_extent", "flood_susceptibility", "plan_lists"
BEFORE, AFTER, UNDATED, ABSENT = "before", "after", "undated", "absent"


@dataclass(frozen=True)
class Event:
    """
    A flood as its outline file tells it.

    Parameters
    ----------
    name : str
        What to call it in a sentence, for example ``the flood of May 2024``.
    date : str
        ISO 8601 date or interval, or ``unknown``.
    layer : Layer
        The outline.
    map_dating, list_dating : str
        Whether the hazard map and the plan's lists are dated ``before`` or ``after`` it, ``undated`` or ``absent``.
    """

    name: str
    date: str
    layer: Layer
    map_dating: str
    list_dating: str


def find_event(material: Material) -> Event | None:
    """Return the event of a run, or None when no outline was given."""
    layer = material.layer(FLOOD)
    if not isinstance(layer, Layer) or not len(layer):
        return None
    date = _date_of(layer)
    return Event(
        name=_name(layer, date),
        date=date,
        layer=layer,
        map_dating=dating(material.layer(FLOOD_MAP), date),
        list_dating=dating(material.layer(PLAN_LISTS), date),
    )


def dating(data: RoleData | None, event: str) -> str:
    """Tell whether content is dated before an event; a date that touches the event counts as after it."""
    if data is None:
        return ABSENT
    date = _date_of(data)
    if last_day(date) is None or first_day(event) is None:
        return UNDATED
    return BEFORE if before(date, event) else AFTER


def dating_text(which: str, data: RoleData | None) -> str:
    """Return the dating of a map or list in words."""
    date = date_text(_date_of(data)) if data is not None else ""
    words = {
        BEFORE: say("dated before the event ({date})", date=date),
        AFTER: say("dated {date}, not before the event: the event cannot test it", date=date),
        UNDATED: say("without a date that can be compared with the event: the event cannot test it"),
        ABSENT: say("not given"),
    }
    return words[which]


def _date_of(data: RoleData) -> str:
    if data.date != "unknown":
        return data.date
    return next((s.date for s in data.sources if s.date != "unknown"), "unknown")


def _name(layer: Layer, date: str) -> str:
    named = layer.fields.get("name")
    names = (
        {str(n).strip() for n in named if n is not None and str(n).strip()} if named is not None else set()
    )
    title, when = names.pop() if len(names) == 1 else "", date_text(date)
    if date == "unknown":
        return say("the event “{name}”", name=title) if title else say("the flood")
    if title:
        return say("the event “{name}” of {date}", name=title, date=when)
    return say("the flood of {date}", date=when)
