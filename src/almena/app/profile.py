"""The main job: gather, harmonise, measure, report; redoing only what changed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from almena import __version__
from almena.app.city_kit import at_work, read_city_kit
from almena.app.material import load_content, make_material
from almena.app.memory import peak_megabytes
from almena.app.places import build_places
from almena.app.settings import Settings, Stopwatch
from almena.app.start import pressing_in
from almena.app.supply import FileSupply, keep_all
from almena.measure.contradictions import as_note, contradictions
from almena.measure.runner import Content, Runner
from almena.measure.self_tests import run_self_tests
from almena.model.card import Card
from almena.model.check import SelfTest
from almena.model.data import RoleData
from almena.model.observation import CONFIRMED, CONTEXT, DECIDE, DISCUSS, MISSING, Observation
from almena.model.place import NEIGHBOURHOOD
from almena.model.problem import AlmenaError, Problem
from almena.packs import load_roles
from almena.packs.language import first_spoken, speaking
from almena.publish.editions import for_edition
from almena.publish.exporters import Exporter, installed_exporters, write_edition
from almena.publish.material import Material
from almena.publish.sitting import one_sitting
from almena.store.chains import declare_sources
from almena.store.folder import CityFolder
from almena.store.observations import current, keys, record
from almena.store.roles import put_role_states, role_states
from almena.store.rows import StoredObservation
from almena.store.runs import DONE, FAILED, Run, begin_run, finish_run, last_run

OUTPUTS = ("html", "pdf", "xlsx", "gpkg")


@dataclass
class Session:
    """
    What a running process keeps between profiles of one city, so that only what changed is redone.

    Parameters
    ----------
    memo : mutable mapping
        Contents of roles by key.
    """

    memo: MutableMapping[str, RoleData] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """
    What one run found.

    Parameters
    ----------
    city : str
        Name of the city.
    seconds : mapping of str to float
        Duration of each step.
    peak_mb : float
        Largest memory in use, in megabytes.
    observations : tuple of StoredObservation
        What is current now.
    self_tests : tuple of SelfTest
        Checks of the profile against itself.
    outputs : mapping of str to str
        Files written, by format, absolute; empty when the disk refused the report.
    problems, notes : tuple of Problem
        What could not be used; what is worth knowing.
    measured : tuple of str
        Indicators that were computed in this run; the others had not changed.
    """

    city: str
    seconds: Mapping[str, float]
    peak_mb: float
    observations: tuple[StoredObservation, ...]
    self_tests: tuple[SelfTest, ...]
    outputs: Mapping[str, str]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    measured: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the shape that ``profile --json`` prints."""
        shown = [o.shown for o in self.observations]
        failed = [t.as_dict() for t in self.self_tests if not t.passed]
        return {
            "city": self.city,
            "seconds": round(sum(self.seconds.values()), 3),
            "seconds_by_step": dict(self.seconds),
            "peak_mb": self.peak_mb,
            "indicators": count_statuses(shown),
            "use": count_uses(shown),
            "values": {"decide_or_discuss": sum(o.use != CONTEXT for o in shown if o.value is not None)},
            "by_neighbourhood": by_neighbourhood(shown),
            "measured_now": len(self.measured),
            "withheld_for_licence": withheld_for_licence(shown),
            "self_tests": {"passed": sum(t.passed for t in self.self_tests), "failed": failed},
            "outputs": dict.fromkeys(OUTPUTS) | dict(self.outputs),
            "problems": [p.as_dict() for p in self.problems],
            "notes": [n.as_dict() for n in self.notes],
        }


def headline(observations: Sequence[Observation]) -> dict[str, Observation]:
    """Return for each indicator what is said of the whole city, or of its country, or its gap."""
    return {o.indicator: o for o in observations if o.is_headline}


def count_statuses(observations: Sequence[Observation]) -> dict[str, int]:
    """Count indicators by the status of their headline; all statuses are listed."""
    names = ("measured", "modelled", "proxy", "reported", "proposed", CONFIRMED, "rejected", MISSING)
    counts = Counter(o.status for o in headline(observations).values())
    return {name: counts.get(name, 0) for name in names}


def count_uses(observations: Sequence[Observation]) -> dict[str, int]:
    """Count indicators that have a value by the use class of their headline."""
    counts = Counter(o.use for o in headline(observations).values() if o.value is not None)
    return {name: counts.get(name, 0) for name in (DECIDE, DISCUSS, CONTEXT)}


def by_neighbourhood(observations: Sequence[Observation]) -> int:
    """Count the indicators that have a value for at least one neighbourhood."""
    return len({o.indicator for o in observations if o.place_kind == NEIGHBOURHOOD and o.value is not None})


def withheld_for_licence(observations: Sequence[Observation]) -> int:
    """Count the indicators whose value stands on a file that may not leave the city."""
    known = [o for o in headline(observations).values() if o.value is not None]
    return sum(any(not origin.source.may_leave for origin in o.origins) for o in known)


def profile(path: Path, settings: Settings, session: Session | None = None) -> Profile:
    """
    Bring a city's profile up to date.

    Parameters
    ----------
    path : Path
        The city folder.
    settings : Settings
        Mirror, clock, author, progress.
    session : Session, optional
        Of an earlier call in this process; then only what changed is read and computed again.

    Returns
    -------
    Profile
        What is current now, with the report that was written; a report that cannot be written is a problem.

    Raises
    ------
    InputError
        When the folder is no city, its kit cannot be used, or it has no boundary.
    StoreError
        When the folder cannot be written.
    """
    with CityFolder.open(path) as folder, at_work(folder, "profile", settings.clock()):
        return _Run(folder, settings, session or Session()).go()


class _Run:
    """One run over one city, step by step; what each step leaves for the next is an attribute."""

    def __init__(self, folder: CityFolder, settings: Settings, session: Session) -> None:
        started = settings.clock()
        self.folder, self.session = folder, session
        self.started, self.settings = started, replace(settings, clock=lambda: started)
        self.now = settings.clock
        self.kit = read_city_kit(folder)
        self.watch = Stopwatch()
        self.notes: list[Problem] = []
        self.problems: list[Problem] = []

    def go(self) -> Profile:
        """
        Begin the run, take its steps, and note how it ended.

        An interruption is noted by the run after it: in the middle of a transaction the database is not free.
        """
        engine, started = self.folder.engine, self.started
        previous = last_run(engine, DONE)
        run = Run(
            id=f"{started}-{self.kit.id}-{time.time_ns() % 10**9:09d}", started=started, version=__version__
        )
        begin_run(engine, run)
        try:
            found = self._steps(run, previous)
        except Exception:
            with suppress(AlmenaError):  # what went wrong first is what helps
                finish_run(engine, replace(run, status=FAILED, finished=self.now()))
            raise
        inside = {k: Path(v).relative_to(self.folder.path).as_posix() for k, v in found.outputs.items()}
        ended = replace(
            run,
            status=DONE,
            finished=self.now(),
            seconds=found.seconds,
            peak_mb=found.peak_mb,
            problems=found.problems,
            notes=found.notes,
            outputs=inside,
        )
        finish_run(engine, ended)
        return found

    def _steps(self, run: Run, previous: Run | None) -> Profile:
        self._step("gather", "Finding and keeping the files")
        located = keep_all(self.kit, self.settings.mirror, self.folder.snapshots)
        supply = FileSupply(located, load_roles(), self.session.memo)
        try:
            runner = self._made_ready(supply)
            todo = self._todo(runner, previous)
            self._measure(runner, supply, todo, run)
            return self._report(runner, supply, todo)
        finally:
            supply.close()

    def _made_ready(self, supply: FileSupply) -> Runner:
        self._step("harmonise", "Reading the boundary and the neighbourhoods")
        places, notes = build_places(supply, self.kit)
        self.notes += notes
        content, plugin_problems = load_content()
        self.problems += plugin_problems
        return Runner(content, places, supply, self.settings.today, self.session.memo)

    def _measure(self, runner: Runner, supply: FileSupply, todo: list[Card], run: Run) -> None:
        self._step("harmonise", "Reading the files")
        supply.prefetch(needed_roles(todo, runner.content, runner), self.settings.jobs)
        self._step("measure", f"Measuring {len(todo)} indicators")
        found = [o for card in todo for o in runner.observe(card)]
        self._step("store", "Storing what changed")
        engine, at = self.folder.engine, self.now()
        declare_sources(engine, supply.sources, at=at)
        states = supply.states(role_states(engine))
        # before the values: a run killed in between measures again, and what the reading met is not forgotten
        put_role_states(engine, states, at=at)
        record(engine, run.id, found, at=at, by=self.settings.by, complete_for=[c.id for c in todo])
        read = [problem for state in states for problem in state.problems]
        self.problems = list(dict.fromkeys([*supply.problems, *read, *self.problems, *runner.problems]))

    def _report(self, runner: Runner, supply: FileSupply, todo: list[Card]) -> Profile:
        self._step("report", "Writing the report")
        cards = runner.content.cards
        standing = tuple(o for o in current(self.folder.engine) if o.observation.indicator in cards)
        tests = run_self_tests([o.shown for o in standing], runner.places, cards)
        self.notes += [as_note(c, cards) for c in contradictions([o.shown for o in standing])]
        exporters, absent = installed_exporters()
        self.notes += absent
        material = make_material(
            self.kit,
            runner,
            standing,
            settings=self.settings,
            sources=supply.sources,
            self_tests=tests,
            problems=self.problems,
            notes=self.notes,
            pressing=pressing_in(self.folder.engine),
        )
        with speaking(self.settings.language or first_spoken(self.kit.languages)), one_sitting():
            outputs = self._written(material, exporters.values())
        self.watch.stop(time.perf_counter())
        return Profile(
            city=self.kit.name,
            seconds=self.watch.seconds,
            peak_mb=peak_megabytes(),
            observations=standing,
            self_tests=tests,
            outputs=outputs,
            problems=tuple(self.problems),
            notes=tuple(self.notes),
            measured=tuple(c.id for c in todo),
        )

    def _written(self, material: Material, exporters: Iterable[Exporter]) -> dict[str, str]:
        """
        Write what each run leaves, several side by side, since each writes its own file.

        What the disk refuses is a problem, for the values are measured and kept.
        """
        written: dict[str, str] = {}
        edition = for_edition(material)
        wanted = [each for each in exporters if each.each_run]
        under_way: dict[str, Future[Path]] = {}
        for turn in ([e for e in wanted if not e.after], [e for e in wanted if e.after]):
            with ThreadPoolExecutor(max(1, self.settings.jobs)) as pool:
                for each in turn:
                    under_way[each.name] = pool.submit(copy_context().run, self._write, each, edition)
        for exporter in wanted:
            try:
                written[exporter.name] = str(under_way[exporter.name].result())
            except AlmenaError as error:
                self.problems += [problem for problem in error.problems if problem not in self.problems]
            except Exception as error:  # noqa: BLE001 - a stranger's exporter may fail in any way
                self.problems.append(_not_written(exporter, error))
        return written

    def _write(self, exporter: Exporter, edition: Material) -> Path:
        return write_edition(exporter, edition, self.folder.path / exporter.each_run)

    def _todo(self, runner: Runner, previous: Run | None) -> list[Card]:
        """
        Return the cards whose method, inputs or month changed: the use class depends on the age of the data.

        Cards whose method failed in the run before are tried again, so that its failure is not forgotten.
        """
        if previous is None or previous.started[:7] != self.settings.today[:7]:
            return list(runner.content.cards.values())
        stored, failed = keys(self.folder.engine), {p.where for p in previous.problems}
        return [
            c
            for c in runner.content.cards.values()
            if c.id in failed or stored.get(c.id) != runner.key_of_card(c)
        ]

    def _step(self, step: str, text: str) -> None:
        self.watch.start(step, time.perf_counter())
        self.settings.progress(text)


def _not_written(exporter: Exporter, error: Exception) -> Problem:
    """Return what to say of an exporter that failed in a way nobody foresaw; the values and the other outputs stand."""
    return Problem(
        f"The exporter {exporter.name} failed",
        exporter.each_run,
        f"{type(error).__name__}: {error}",
        "Tell its makers; the values and all other outputs are there.",
    )


def needed_roles(cards: Sequence[Card], content: Content, runner: Runner) -> list[str]:
    """Return the roles filled by files that some cards will ask for, derived roles followed to their files."""
    wanted: dict[str, None] = {}

    def follow(role: str) -> None:
        """Note a role, or the roles that a derived one is made from."""
        if role in wanted or runner.key_of(role) is None:
            return
        described = content.roles[role]
        method = content.methods.get(described.maker) if described.is_derived else None
        if method is None:
            wanted[role] = None
            return
        for need in (*method.needs, *method.wishes):
            follow(need)

    for card in cards:
        method = content.methods.get(card.function)
        if method and not runner.missing_roles(method):
            for need in (*method.needs, *method.wishes):
                follow(need)
    return list(wanted)
