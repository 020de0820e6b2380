"""The gaps of a city, as a person reads them: what one file or one answer would close stands together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from almena.cli import speak
from almena.packs.language import count, from_table, say
from almena.packs.retelling import retell


def tell_gaps(rows: Sequence[dict[str, Any]]) -> None:
    """
    Print gaps; those with the same reason and remedy are told once.

    Parameters
    ----------
    rows : sequence of dict
        ``{indicator, title, reason, remedy, effort_hours, who}``, the cheapest first.
    """
    together: dict[tuple[str, str, str, float], list[dict[str, Any]]] = {}
    for row in rows:
        together.setdefault((row["reason"], row["remedy"], row["who"], row["effort_hours"]), []).append(row)
    for alike in together.values():
        _tell(alike)
    speak.say(count("{number} gap", "{number} gaps", len(rows)))


def _tell(alike: Sequence[dict[str, Any]]) -> None:
    for row in alike:
        speak.say(f"{row['indicator']} ({from_table('cards', row['title'])})")
    who, remedy = (from_table("cards", alike[0][column]) for column in ("who", "remedy"))
    told = remedy if remedy != alike[0]["remedy"] else retell(remedy)
    speak.say("  " + say("why: {reason}", reason=retell(alike[0]["reason"])))
    speak.say("  " + say("do:  {remedy}", remedy=told))
    speak.say(
        "  " + say("ask: {who}, about {hours} (assumed)", who=who, hours=_hours(alike[0]["effort_hours"]))
    )


def _hours(effort: float) -> str:
    told = speak.number(effort, 0 if effort == int(effort) else 1)
    return count("{hours}\u00a0hour", "{hours}\u00a0hours", 1 if effort == 1 else 2, hours=told)
