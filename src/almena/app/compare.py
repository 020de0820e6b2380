"""Compare two runs of a city, or several cities side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from almena.measure.compare import changes, side_by_side
from almena.model.observation import Observation
from almena.model.problem import InputError, Problem
from almena.packs import load_cards
from almena.publish.comparison import Comparison, Version, for_publication
from almena.publish.comparison_page import write_comparison
from almena.publish.material import CITY_EDITION, PUBLIC_EDITION
from almena.store.folder import CityFolder
from almena.store.observations import as_of, current
from almena.store.runs import DONE, Run, last_run, runs

FEWEST_CITIES = 2


def compare(
    paths: Sequence[Path],
    *,
    before: str = "",
    after: str = "",
    out: Path | None = None,
    edition: str = PUBLIC_EDITION,
) -> tuple[Comparison, Path | None]:
    """
    Compare two runs of one city, or several cities, and write the comparison where asked.

    Parameters
    ----------
    paths : sequence of Path
        One city folder, or several.
    before, after : str
        Runs or days, of one city.
    out : Path, optional
        Page or table to write.
    edition : str
        What is written: ``public`` leaves out what only the city may see.

    Returns
    -------
    Comparison
        All of it.
    Path or None
        What was written.

    Raises
    ------
    InputError
        When the wish makes no sense or a folder cannot be used.
    AlmenaError
        When the file cannot be written.
    """
    if edition not in (PUBLIC_EDITION, CITY_EDITION):
        raise InputError(Problem(f"There is no edition {edition}", edition, "", "Choose public or city."))
    if len(paths) > 1 and (before or after):
        why = "several cities are compared as they are now"
        raise InputError(
            Problem("--before and --after are of one city", "almena compare", why, "Leave them out.")
        )
    found = compare_cities(paths) if len(paths) > 1 else compare_runs(paths[0], before, after)
    if out is None:
        return found, None
    return found, write_comparison(for_publication(found) if edition == PUBLIC_EDITION else found, out)


@dataclass(frozen=True)
class _Known:
    """What one city knows, and when it was measured."""

    version: Version
    observations: Sequence[Observation]


def compare_runs(path: Path, before: str = "", after: str = "") -> Comparison:
    """
    Compare what a city knew after two of its runs.

    Parameters
    ----------
    path : Path
        The city folder.
    before, after : str
        Id of a run, or a day (ISO 8601) for the last run until its end; the last two runs when empty.

    Raises
    ------
    InputError
        When the city has not been measured twice, or a run cannot be found.
    """
    with CityFolder.open(path) as folder:
        done = [run for run in runs(folder.engine) if run.status == DONE]
        first, second = _chosen(done, before, after, str(path))
        found = changes(*([s.shown for s in as_of(folder.engine, run.id)] for run in (first, second)))
        versions = tuple(_version(folder, run) for run in (first, second))
    known = load_cards()
    return Comparison(versions, known, changes=tuple(c for c in found if c.said.indicator in known))


def _chosen(done: Sequence[Run], before: str, after: str, where: str) -> tuple[Run, Run]:
    if len(done) < FEWEST_CITIES and not (before and after):
        runs = len(done)
        why = f"the city has {runs} finished runs" if runs != 1 else "the city has one finished run"
        remedy = "Profile it again after files have changed; or name other cities to stand beside it."
        raise InputError(Problem("There are no two runs to compare", where, why, remedy))
    second = _run_at(done, after, where) if after else done[-1]
    earlier = [run for run in done if run.started < second.started]
    if not before and not earlier:
        why, remedy = f"{second.id} is the first run", "Name two runs with --before and --after."
        raise InputError(Problem("There is no earlier run", where, why, remedy))
    return (_run_at(done, before, where) if before else earlier[-1]), second


def _run_at(done: Sequence[Run], wanted: str, where: str) -> Run:
    named = [run for run in done if run.id == wanted]
    until = [run for run in done if run.started[: len(wanted)] <= wanted]
    if named or (until and _is_day(wanted)):
        return (named or until)[-1]
    listed = ", ".join(run.id for run in done[-5:])
    why = "it is neither the id of a finished run nor a day by whose end there was one"
    raise InputError(Problem(f"There is no run {wanted}", where, why, f"The latest are: {listed}."))


def _is_day(text: str) -> bool:
    return all(part.isdigit() for part in text.split("-")) and text[:4].isdigit()


def compare_cities(paths: Sequence[Path]) -> Comparison:
    """
    Put what several cities know side by side, in the order in which they are named.

    Parameters
    ----------
    paths : sequence of Path
        The city folders.

    Raises
    ------
    InputError
        When a folder is no city or has not been measured; all such folders are named.
    """
    known: list[_Known] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            known.append(_known(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    cards = load_cards()
    rows = side_by_side([k.observations for k in known], cards)
    return Comparison(tuple(k.version for k in known), cards, rows=tuple(rows))


def _known(path: Path) -> _Known:
    with CityFolder.open(path) as folder:
        run = last_run(folder.engine, DONE)
        if run is None:
            why, remedy = "the city has no finished run", "Run `almena profile` first."
            raise InputError(Problem("Nothing was measured yet", str(path), why, remedy))
        return _Known(_version(folder, run), [s.shown for s in current(folder.engine)])


def _version(folder: CityFolder, run: Run) -> Version:
    city = folder.city
    return Version(city.id, city.name, city.country, folder.path.name, run.id, run.started, run.version)
