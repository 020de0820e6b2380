"""A form as it was handed in, before anybody has checked what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from almena.model.problem import Problem

Cell = tuple[Any, str]
"""What stands in a cell, and its address as a person finds it."""


@dataclass(frozen=True)
class RawAnswer:
    """
    One answer as it stands in a form.

    Parameters
    ----------
    question : str
        Id, code or paper code of the question.
    cells : mapping of str to Cell
        ``value`` and marks, by name; empty cells are left out.
    parts : mapping of (str, str) to Cell
        Cells of a table by row and column; of a trend by year and an empty column.
    where : str
        Where the answer stands.
    exact : bool
        Whether a machine wrote it: decimal points, ids parted by blanks.
    version : str
        Version of the question that the form was made from, when the form says so.
    """

    question: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    parts: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    where: str = ""
    exact: bool = False
    version: str = ""


@dataclass(frozen=True)
class FilledForm:
    """
    A form as it was handed in.

    Parameters
    ----------
    id, sha256 : str
        Id that it carries, empty when it carries none; hash of its bytes or, for one row of an export, of its cells.
    hand_in : str
        Which hand-in of this form by this voice it is; empty when the id is that of one hand-in, as in an export.
    what : str
        Name of the file.
    voice : str
        Person or office that answered, as the form says.
    instrument, version : str
        What it was made from, as far as it says.
    answers : tuple of RawAnswer
        What was answered.
    problems : tuple of Problem
        What could not be read.
    """

    id: str
    sha256: str
    what: str
    voice: str = ""
    hand_in: str = ""
    instrument: str = ""
    version: str = ""
    answers: tuple[RawAnswer, ...] = ()
    problems: tuple[Problem, ...] = ()

    def submission(self, by: str) -> str:
        """
        Return the id of this very hand-in: several people may fill copies of one form, and each may correct it.

        Parameters
        ----------
        by : str
            Who hands it in; stands for the voice where the form names none.
        """
        if not self.id:
            return self.sha256
        return f"{self.id}/{self.voice or by}/{self.hand_in}" if self.hand_in else self.id


def is_blank(raw: Any) -> bool:
    """Tell whether a cell says nothing."""
    return raw is None or (isinstance(raw, str) and not raw.strip())
