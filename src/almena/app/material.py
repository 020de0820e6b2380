"""Everything a report is made of, gathered from the store, the content and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import RLock

from almena import __version__
from almena.app.settings import Settings
from almena.measure.registry import installed_methods
from almena.measure.runner import Content, Runner
from almena.model.check import SelfTest
from almena.model.data import RoleData
from almena.model.kit import Kit
from almena.model.need import NOTHING_SAID, Pressing
from almena.model.origin import Source
from almena.model.problem import AlmenaError, Problem
from almena.packs import load_cards, load_elements, load_grades, load_roles, load_use_rules
from almena.publish.material import PUBLIC_EDITION, Material
from almena.store.rows import StoredObservation


def load_content() -> tuple[Content, list[Problem]]:
    """Load cards, roles, rules and the functions of all installed plugins."""
    methods, problems = installed_methods()
    return Content(load_cards(), load_roles(), methods, load_use_rules(), load_grades()), problems


def make_material(
    kit: Kit,
    runner: Runner,
    standing: Sequence[StoredObservation],
    *,
    settings: Settings,
    sources: Sequence[Source],
    self_tests: Sequence[SelfTest] = (),
    problems: Iterable[Problem] = (),
    notes: Iterable[Problem] = (),
    edition: str = PUBLIC_EDITION,
    city_roles: Iterable[str] = (),
    pressing: Pressing = NOTHING_SAID,
) -> Material:
    """
    Put together what a report is made of.

    Parameters
    ----------
    kit, runner
        The city; what holds its content and places and hands over its layers.
    standing : sequence of StoredObservation
        What is current.
    settings : Settings
        Gives the day of the run.
    sources, self_tests, problems, notes
        What the run used, checked and met.
    edition : str
        ``public`` or ``city``.
    city_roles : iterable of str
        Roles whose features the city allows its own edition to name.
    pressing : Pressing
        What the city said at the front door that it needs first.
    """
    return Material(
        city=kit.id,
        name=kit.name,
        country=kit.country,
        edition=edition,
        run_date=settings.today,
        version=__version__,
        cards=runner.content.cards,
        elements=load_elements(),
        roles=runner.content.roles,
        observations=tuple(o.shown for o in standing),
        places=runner.places,
        layer=_layer_of(runner),
        sources=tuple(sources),
        city_roles=frozenset(city_roles),
        self_tests=tuple(self_tests),
        problems=tuple(problems),
        notes=tuple(notes),
        confirmed_by=said_by(standing),
        crs=kit.crs,
        pressing=pressing,
    )


def _layer_of(runner: Runner) -> Callable[[str], RoleData | None]:
    """
    Return a function from role id to content, or None when the city has none; read only when asked for.

    Writers work side by side and ask at the same time; what they ask for is read by one of them.
    """
    one_reads = RLock()

    def layer(role: str) -> RoleData | None:
        """Return the content of a role, or None when it cannot be had."""
        with one_reads:
            try:
                return runner.get(role) if runner.key_of(role) is not None else None
            except AlmenaError:
                return None

    return layer


def said_by(standing: Sequence[StoredObservation]) -> dict[str, str]:
    """Return for each reviewed headline who said what of it, when and why."""
    found = {}
    for stored in standing:
        review = stored.review
        if review is not None and stored.observation.is_headline:
            why = f": {review.why}" if review.why else ""
            found[stored.observation.indicator] = f"{review.verdict} by {review.by} on {review.at[:10]}{why}"
    return found
