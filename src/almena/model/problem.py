"""What went wrong, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from almena.model.listed import Listed


@dataclass(frozen=True, order=True)
class Problem:
    """
    One thing that stands in the way, or is worth knowing.

    Parameters
    ----------
    what : str
        What happened, in one plain sentence.
    where : str
        The file, sheet, cell, layer, role or option concerned.
    why : str
        The cause, as far as it is known.
    remedy : str
        What the reader can do about it.
    listed : tuple of Listed
        The cells concerned, when there are such.
    """

    what: str
    where: str = ""
    why: str = ""
    remedy: str = ""
    listed: tuple[Listed, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"  where: {self.where}")
        if self.why:
            parts.append(f"  why:   {self.why}")
        if self.remedy:
            parts.append(f"  do:    {self.remedy}")
        return "\n".join(parts)

    def as_dict(self) -> dict[str, str]:
        """Return the four texts by name, as the JSON outputs show them."""
        return {"what": self.what, "where": self.where, "why": self.why, "remedy": self.remedy}


class AlmenaError(Exception):
    """
    Root of all errors that a user may see; carries one or more problems.

    Parameters
    ----------
    *problems : Problem
        All that was found, collected rather than first-fail.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems: tuple[Problem, ...] = problems

    @classmethod
    def of(cls, what: str, where: str = "", why: str = "", remedy: str = "") -> AlmenaError:
        """Build the error from the four texts of a single problem."""
        return cls(Problem(what, where, why, remedy))


class InputError(AlmenaError, ValueError):
    """The input or the command cannot be used (exit status 2)."""


class GapError(InputError):
    """Nothing was given that could answer: a gap to be shown, not a fault of the input."""


class StoreError(AlmenaError, RuntimeError):
    """The city folder cannot be read or written."""


def raise_all(problems: Iterable[Problem]) -> None:
    """
    Raise one error for all problems, or return when there is none.

    Raises
    ------
    InputError
        When at least one problem is given.
    """
    found = tuple(problems)
    if found:
        raise InputError(*found)
