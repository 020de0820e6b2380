"""The open sources that are installed: built-ins and plugins through the same door."""

from __future__ import annotations

from importlib.metadata import entry_points

from almena.gather.open_source import OpenSource
from almena.model.problem import Problem

GROUP = "almena.sources"


def installed_sources() -> tuple[dict[str, OpenSource], list[Problem]]:
    """
    Load the sources of all installed packages through their entry points.

    Returns
    -------
    sources : dict of str to OpenSource
        By name, those of the built-in table first and in its order; the first of two with the same name wins.
    problems : list of Problem
        Those that cannot be loaded or are no sources.
    """
    found: dict[str, OpenSource] = {}
    problems: list[Problem] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        try:
            source = entry.load()
            found.setdefault(str(source.terms.id), source)
        except Exception as error:  # noqa: BLE001 - a stranger's plugin may fail in any way
            why = f"{type(error).__name__}: {error}"
            problems.append(Problem(f"The source {entry.name} cannot be loaded", entry.value, why))
    return dict(sorted(found.items(), key=lambda item: _place_in_table(item[0]))), problems


def _place_in_table(name: str) -> tuple[int, str]:
    from almena.gather.source_terms import built_in_terms

    order = list(built_in_terms())
    return (order.index(name) if name in order else len(order), name)
