"""What was read last for each role, so that only what changed is read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from almena.model.problem import Problem
from almena.store.canonical import check_time, from_text, to_text
from almena.store.database import reading, writing
from almena.store.tables import ROLE_STATES


@dataclass(frozen=True)
class RoleState:
    """
    How a role was filled when it was read last.

    Parameters
    ----------
    role, key : str
        Id of the role; hash of everything its content depends on, empty when it could not be read.
    files : tuple of str
        The files that filled it.
    notes : tuple of str
        What the reader had to decide or repair.
    problems : tuple of Problem
        Why files could not be used.
    """

    role: str
    key: str
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def put_role_states(engine: Engine, states: Iterable[RoleState], *, at: str) -> None:
    """
    Keep the states of all roles, in place of those of the reading before.

    Parameters
    ----------
    engine : Engine
        The city's database.
    states : iterable of RoleState
        Every role that the kit fills.
    at : str
        Instant in ISO 8601, UTC.
    """
    check_time(at)
    rows = [
        {
            "role": state.role,
            "key": state.key,
            "files": to_text(list(state.files)),
            "notes": to_text(list(state.notes)),
            "problems": to_text([p.as_dict() for p in state.problems]),
            "read_at": at,
        }
        for state in states
    ]
    with writing(engine) as connection:
        connection.execute(delete(ROLE_STATES))
        if rows:
            connection.execute(insert(ROLE_STATES), rows)


def role_states(engine: Engine) -> dict[str, RoleState]:
    """Return the states of all roles by id of the role."""
    with reading(engine) as connection:
        rows = connection.execute(select(ROLE_STATES).order_by(ROLE_STATES.c.role)).mappings().all()
    return {
        row["role"]: RoleState(
            row["role"],
            row["key"],
            tuple(from_text(row["files"])),
            tuple(from_text(row["notes"])),
            tuple(Problem(**p) for p in from_text(row["problems"])),
        )
        for row in rows
    }
