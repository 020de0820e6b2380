"""What persons say of the city, only ever added: register entries, answers, decisions, and the forms they came in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, insert, select

from almena.model.problem import InputError, Problem
from almena.model.statement import Statement, StoredStatement, Submission
from almena.store.canonical import check_texts, check_time, digest, from_text, to_text
from almena.store.chains import next_number
from almena.store.database import reading, writing
from almena.store.tables import STATEMENTS, SUBMISSIONS

_LATER = STATEMENTS.alias("later")
_STANDS = ~select(_LATER.c.id).where(_LATER.c.supersedes == STATEMENTS.c.id).exists()


@dataclass(frozen=True)
class Said:
    """
    What one call changed.

    Parameters
    ----------
    written, unchanged, withdrawn : int
        Statements that were new or said something new; that stood already; that were taken back.
    repeated : bool
        Whether the whole submission had been accepted before, byte for byte.
    """

    written: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    repeated: bool = False


def say_all(
    engine: Engine,
    statements: Iterable[Statement],
    *,
    at: str,
    by: str,
    submission: Submission | None = None,
    withdraw: Iterable[Statement] = (),
) -> Said:
    """
    Add statements in one transaction: all of them are stored afterwards, or none.

    A statement that says what already stands for its kind, key and voice is not written again; any other supersedes
    what stood.

    Parameters
    ----------
    engine : Engine
        The city's database.
    statements : iterable of Statement
        One at most for each kind, key and voice.
    at, by : str
        Instant in ISO 8601, UTC; who records.
    submission : Submission, optional
        The form or file that they came in. The same id with the same bytes is accepted again and changes nothing; with
        other bytes it is refused.
    withdraw : iterable of Statement
        What is taken back; only kind, key and voice count.

    Raises
    ------
    InputError
        When two statements speak of one thing, a text cannot be stored, nobody is named, or the submission's id came
        with other bytes before; nothing is stored then.
    StoreError
        When the database cannot be written.
    """
    check_time(at)
    _refuse_nobody(by)
    rows = _rows(statements, withdrawn=False)
    rows |= _rows(withdraw, withdrawn=True)
    with writing(engine) as connection:
        if submission is not None and _is_repeated(connection, submission):
            return Said(unchanged=len(rows), repeated=True)
        standing = _standing(connection, rows)
        changed = [row for row in rows.values() if _differs(row, standing.get(row["identity"]))]
        _write(connection, changed, standing, at=at, by=by, batch=submission.id if submission else "")
        if submission is not None:
            _keep(connection, submission)
    taken_back = sum(row["withdrawn"] for row in changed)
    return Said(len(changed) - taken_back, len(rows) - len(changed), taken_back)


def standing(engine: Engine, *, kind: str = "", key: str = "") -> list[StoredStatement]:
    """
    Return what stands now, in the order of kind, key and voice; what was taken back does not stand.

    Parameters
    ----------
    engine : Engine
        The city's database.
    kind, key : str
        Keep only these; a kind that ends in ``:`` stands for all that begin with it.
    """
    found = _load(engine, _STANDS, STATEMENTS.c.withdrawn == 0, *_chosen(kind, key))
    return sorted(found, key=lambda s: (s.statement.kind, s.statement.key, s.statement.voice))


def all_ever_said(engine: Engine, *, kind: str = "", key: str = "") -> list[StoredStatement]:
    """Return every statement ever recorded, oldest first, those taken back included."""
    return _load(engine, *_chosen(kind, key))


def submissions(engine: Engine) -> list[Submission]:
    """Return the forms and files that were accepted, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(SUBMISSIONS).order_by(SUBMISSIONS.c.id)).mappings()
        return [Submission(r["name"], r["sha256"], r["what"], r["at"], r["by"]) for r in rows]


def statement_facts(connection: Connection) -> Iterator[str]:
    """Yield the hash of everything that stands, for the hash of the whole city."""
    query = select(STATEMENTS.c.content_hash).where(_STANDS, STATEMENTS.c.withdrawn == 0)
    for content in connection.execute(query).scalars():
        yield to_text(["statement", content])


def altered_statements(engine: Engine) -> list[int]:
    """Return the numbers of all rows that no longer say what they said when they were recorded."""
    with reading(engine) as connection:
        rows = connection.execute(select(STATEMENTS).order_by(STATEMENTS.c.id)).mappings().all()
    return [row["id"] for row in rows if row["content_hash"] != _content_hash(row)]


def _refuse_nobody(by: str) -> None:
    check_texts("the author of a statement", (by,))
    if not by.strip():
        why = "what a city says of itself is said by somebody who answers for it"
        raise InputError(Problem("A statement needs a name", "--by", why, "say who you are with --by NAME"))


def _rows(statements: Iterable[Statement], *, withdrawn: bool) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    problems = []
    for said in statements:
        row = _row(said, withdrawn=withdrawn)
        old = rows.setdefault(row["identity"], row)
        if old is not row and old["content_hash"] != row["content_hash"]:
            where = f"{said.kind}, {said.key}"
            problems.append(
                Problem("Two statements speak of one thing", where, "only one can stand", "keep one of them")
            )
    if problems:
        raise InputError(*problems)
    return rows


def _row(said: Statement, *, withdrawn: bool) -> dict[str, Any]:
    check_texts(f"{said.kind}, {said.key}", (said.kind, said.key, said.voice, said.source))
    row = {
        "identity": digest(to_text([said.kind, said.key, said.voice])),
        "kind": said.kind,
        "key": said.key,
        "voice": said.voice,
        "content": "{}" if withdrawn else to_text(dict(said.content)),
        "source": said.source,
        "withdrawn": int(withdrawn),
    }
    check_texts(f"{said.kind}, {said.key}", _texts_inside(said.content))
    return row | {"content_hash": _content_hash(row)}


def _texts_inside(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts_inside(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_inside(inner)


def _content_hash(row: Mapping[Any, Any]) -> str:
    columns = ("kind", "key", "voice", "content", "source", "withdrawn")
    return digest(to_text([row[name] for name in columns]))


def _is_repeated(connection: Connection, submission: Submission) -> bool:
    query = select(SUBMISSIONS.c.sha256).where(SUBMISSIONS.c.name == submission.id)
    before = connection.execute(query).scalar()
    if before is None or before == submission.sha256:
        return before is not None
    raise InputError(
        Problem(
            "A form with this id was handed in before, with other content",
            submission.id,
            f"the first had the hash {before}, this one has {submission.sha256}",
            "if both are right, give this one an id of its own; if it corrects the first, say so in a new form",
        )
    )


def _keep(connection: Connection, submission: Submission) -> None:
    row = {
        "id": next_number(connection, SUBMISSIONS),
        "name": submission.id,
        "sha256": submission.sha256,
        "what": submission.what,
        "at": submission.at,
        "by": submission.by,
    }
    connection.execute(insert(SUBMISSIONS), row)


def _standing(connection: Connection, identities: Collection[str]) -> dict[str, RowMapping]:
    columns = STATEMENTS.c.id, STATEMENTS.c.identity, STATEMENTS.c.content_hash, STATEMENTS.c.withdrawn
    wanted = sorted(identities)
    found: dict[str, RowMapping] = {}
    for start in range(0, len(wanted), 500):  # below the number of variables that SQLite takes
        part = wanted[start : start + 500]
        query = select(*columns).where(_STANDS, STATEMENTS.c.identity.in_(part))
        found |= {row["identity"]: row for row in connection.execute(query).mappings()}
    return found


def _differs(row: Mapping[str, Any], old: RowMapping | None) -> bool:
    if row["withdrawn"]:
        return old is not None and not old["withdrawn"]
    return old is None or old["content_hash"] != row["content_hash"]


def _write(
    connection: Connection,
    rows: list[dict[str, Any]],
    standing: Mapping[str, RowMapping],
    *,
    at: str,
    by: str,
    batch: str,
) -> None:
    if not rows:
        return
    first = next_number(connection, STATEMENTS)
    stamp = {"recorded_at": at, "by": by.strip(), "batch": batch}
    before = {identity: row["id"] for identity, row in standing.items()}
    full = [
        {**row, **stamp, "id": first + i, "supersedes": before.get(row["identity"])}
        for i, row in enumerate(rows)
    ]
    connection.execute(insert(STATEMENTS), full)


def _chosen(kind: str, key: str) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if kind.endswith(":"):
        chosen.append(STATEMENTS.c.kind.startswith(kind, autoescape=True))
    elif kind:
        chosen.append(STATEMENTS.c.kind == kind)
    if key:
        chosen.append(STATEMENTS.c.key == key)
    return chosen


def _load(engine: Engine, *conditions: ColumnElement[bool]) -> list[StoredStatement]:
    query = select(STATEMENTS).where(*conditions).order_by(STATEMENTS.c.id)
    with reading(engine) as connection:
        return [_stored(row) for row in connection.execute(query).mappings()]


def _stored(row: RowMapping) -> StoredStatement:
    said = Statement(row["kind"], row["key"], from_text(row["content"]), row["voice"], row["source"])
    return StoredStatement(
        statement=said,
        id=row["id"],
        recorded_at=row["recorded_at"],
        by=row["by"],
        batch=row["batch"],
        supersedes=row["supersedes"],
        withdrawn=bool(row["withdrawn"]),
    )
