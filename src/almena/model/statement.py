"""What persons say: register entries, answers, decisions; kept in one append-only trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REGISTER, ANSWER, DECISION, NEED = "register", "answer", "decision", "need"


@dataclass(frozen=True)
class Statement:
    """
    One thing that a person or an office says of the city.

    Parameters
    ----------
    kind : str
        ``register:NAME`` (an entry of a register), ``answer`` (to a question), ``decision`` (between answers, a colour
        set by a person) or ``need`` (an answer at the front door).
    key : str
        What it speaks of: the id of the entry or of the question.
    voice : str
        Whose word it is, when several may stand side by side (answers of two persons); empty when there can only be
        one, as for an entry of a register.
    content : mapping
        What is said, as JSON can hold it: texts, finite numbers, lists, mappings, None for nothing known.
    source : str
        Means of verification: the document, page or file cited; empty when none was given.
    """

    kind: str
    key: str
    content: Mapping[str, Any] = field(default_factory=dict)
    voice: str = ""
    source: str = ""


@dataclass(frozen=True)
class StoredStatement:
    """
    A statement with what the store knows of it.

    Parameters
    ----------
    statement : Statement
        What is said.
    id : int
        Number of its row.
    recorded_at, by, batch : str
        Instant in ISO 8601, UTC; who recorded it; id of the submission or import that brought it.
    supersedes : int or None
        The row that it took the place of.
    withdrawn : bool
        Whether the row takes back what was said before; what stands never is.
    """

    statement: Statement
    id: int
    recorded_at: str
    by: str
    batch: str = ""
    supersedes: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Submission:
    """
    A filled form or imported file, accepted once.

    Parameters
    ----------
    id, sha256 : str
        Id that the form carries (a file's own hash when it carries none); hash of its bytes.
    what, at, by : str
        Instrument or file name; instant in ISO 8601, UTC; who handed it in.
    """

    id: str
    sha256: str
    what: str
    at: str
    by: str
