"""The record of runs: what was done, with which settings, how long it took and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Engine, RowMapping, func, insert, select, update

from almena.model.problem import InputError, Problem
from almena.store.canonical import check_texts, check_time, from_text, to_text
from almena.store.database import reading, writing
from almena.store.tables import RUNS

RUNNING, DONE, FAILED, INTERRUPTED = "running", "done", "failed", "interrupted"


@dataclass(frozen=True)
class Run:
    """
    One run over the city.

    Parameters
    ----------
    id, started, finished, status : str
        Its id; instants in ISO 8601, UTC (``finished`` is empty while it runs); ``running``, ``done``,
        ``failed`` or ``interrupted``.
    version, kit_hash : str
        Version of Almena; hash of the kit.
    settings : mapping
        The options it was started with.
    seconds : mapping of str to float
        Duration of each step.
    peak_mb : float or None
        Largest memory in use, in megabytes.
    problems, notes : tuple of Problem
        What could not be used; what is worth knowing.
    outputs : mapping of str to str
        Files written, by format, relative to the city folder.
    """

    id: str
    started: str
    version: str = ""
    kit_hash: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    status: str = RUNNING
    finished: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak_mb: float | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)


def begin_run(engine: Engine, run: Run) -> None:
    """
    Note that a run begins; runs that never ended are noted as interrupted.

    Parameters
    ----------
    engine : Engine
        The city's database; the caller holds the city's lock, so no other run can be under way.
    run : Run
        The run, with its id, start, version, kit hash and settings.

    Raises
    ------
    InputError
        When a run of that id exists.
    """
    check_time(run.started)
    check_texts("the run", (run.id, run.version, run.kit_hash))
    with writing(engine) as connection:
        if connection.execute(select(RUNS.c.id).where(RUNS.c.id == run.id)).first():
            raise InputError(Problem("A run of this id exists", run.id, "", "give each run an id of its own"))
        connection.execute(update(RUNS).where(RUNS.c.status == RUNNING).values(status=INTERRUPTED))
        number = (connection.execute(select(func.max(RUNS.c.number))).scalar() or 0) + 1
        connection.execute(insert(RUNS), {**_row(run), "number": number})


def finish_run(engine: Engine, run: Run) -> None:
    """
    Note how a run ended.

    Parameters
    ----------
    engine : Engine
        The city's database.
    run : Run
        The run with ``finished``, ``status`` and everything learned on the way.

    Raises
    ------
    InputError
        When no run of that id has begun.
    """
    check_time(run.finished)
    with writing(engine) as connection:
        done = connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(**_row(run)))
        if done.rowcount != 1:
            raise InputError(Problem("There is no run of this id", run.id, "", "begin the run first"))


def runs(engine: Engine) -> list[Run]:
    """Return all runs, oldest first."""
    with reading(engine) as connection:
        return [_run(row) for row in connection.execute(select(RUNS).order_by(RUNS.c.number)).mappings()]


def last_run(engine: Engine, status: str | None = None) -> Run | None:
    """Return the latest run, or the latest one with a given status; None when there is none."""
    query = select(RUNS).order_by(RUNS.c.number.desc()).limit(1)
    if status is not None:
        query = query.where(RUNS.c.status == status)
    with reading(engine) as connection:
        row = connection.execute(query).mappings().first()
    return _run(row) if row else None


_AS_JSON = ("settings", "seconds", "outputs")
_PROBLEMS = ("problems", "notes")


def _row(run: Run) -> dict[str, Any]:
    row = {f.name: getattr(run, f.name) for f in fields(run)}
    row.update((name, to_text(dict(row[name]))) for name in _AS_JSON)
    row.update((name, to_text([p.as_dict() for p in row[name]])) for name in _PROBLEMS)
    return row


def _run(row: RowMapping) -> Run:
    facts = {f.name: row[f.name] for f in fields(Run)}
    facts.update((name, from_text(row[name])) for name in _AS_JSON)
    facts.update((name, tuple(Problem(**p) for p in from_text(row[name]))) for name in _PROBLEMS)
    return Run(**facts)
