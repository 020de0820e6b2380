"""The paper a draft is written on: notes, questions, answers, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from almena.gather.draft_city import Candidate
from almena.model.kit import Kit
from almena.model.problem import Problem


@dataclass(frozen=True)
class Question:
    """
    A doubt that a person can settle.

    Parameters
    ----------
    id : str
        Name to answer it by, as ``id=value``.
    about : str
        The question in words.
    candidates : tuple of Candidate
        Possible answers, the likeliest first; others may be given.
    default : str
        What the draft takes until it is answered.
    """

    id: str
    about: str
    candidates: tuple[Candidate, ...]
    default: str

    def as_dict(self) -> dict[str, Any]:
        """Return the question as the JSON output shows it."""
        return asdict(self)


_ORDER = (
    "city.name",
    "city.country",
    "city.crs",
    "city.languages",
    "licence",
    "which",
    "parts",
    "role",
    "crs",
    "date",
)


@dataclass(frozen=True)
class Proposal:
    """
    What a file may be.

    Parameters
    ----------
    name : str
        Path inside the folder, with the sheet or layer after a ``#`` when there are several.
    role : str
        The role it is taken for; empty when none.
    candidates : tuple of Candidate
        Roles that something speaks for, the likeliest first.
    """

    name: str
    role: str
    candidates: tuple[Candidate, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proposal as the JSON output shows it."""
        shown = [{"value": c.value, "why": c.why} for c in self.candidates]
        return {"path": self.name, "role": self.role, "candidates": shown}


@dataclass(frozen=True)
class Draft:
    """
    A kit as far as it can be guessed.

    Parameters
    ----------
    kit : Kit
        The kit with the default answers.
    questions : tuple of Question
        What only a person knows.
    text : str
        The ``kit.toml``, with reasons and questions as comments.
    left_out : tuple of Problem
        Files that are not in the kit, with the reason.
    proposals : tuple of Proposal
        What each file may be.
    """

    kit: Kit
    questions: tuple[Question, ...]
    text: str
    left_out: tuple[Problem, ...]
    proposals: tuple[Proposal, ...] = ()


class Paper:
    """
    Collects what a draft says besides the kit.

    Parameters
    ----------
    answers : mapping of str to str
        Answers given, by question.
    """

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self._used: set[str] = set()
        self._notes: dict[int, list[str]] = {}
        self.questions: list[Question] = []
        self.left_out: list[Problem] = []
        self.proposals: list[Proposal] = []

    def answer(self, question: str, default: str) -> str:
        """Return the answer given to a question that need not be asked, or the default."""
        self._used.add(question)
        return self._answers.get(question, default)

    def has(self, question: str) -> bool:
        """Tell whether a question was answered."""
        return question in self._answers

    def ask(self, question: str, about: str, candidates: tuple[Candidate, ...], default: str) -> str:
        """Return the answer given, or note the question and return the default."""
        if question in self._answers:
            return self.answer(question, default)
        self.questions.append(Question(question, about, candidates, default))
        return default

    def note(self, number: int, text: str) -> None:
        """Note something about a file by its number, or about the whole by 0."""
        self._notes.setdefault(number, []).append(text)

    def propose(self, name: str, role: str, candidates: tuple[Candidate, ...]) -> None:
        """Note what a file is taken for, and what else it may be."""
        self.proposals.append(Proposal(name, role, candidates))

    def leave_out(self, name: str, why: str, remedy: str) -> None:
        """Note that a file is not in the kit."""
        self.left_out.append(Problem("A file is not in the drafted kit.", name, why, remedy))

    def settle(self) -> None:
        """Order the questions; write them, answers not needed and files left out under the notes about the whole."""
        self.questions.sort(key=lambda question: _place_of(question.id))
        for question in self.questions:
            self.note(0, f"QUESTION {question.id}: {question.about} Taken for now: {question.default!r}.")
            for candidate in question.candidates:
                self.note(0, f"    {candidate.value}: {candidate.why}")
        for unused in (q for q in self._answers if q not in self._used):
            self.note(0, f"the answer {unused}={self._answers[unused]} was not needed")
        for problem in self.left_out:
            self.note(0, f"left out {problem.where}: {problem.why}")

    def notes(self) -> Mapping[int, list[str]]:
        """Return all notes by number of the file."""
        return self._notes


def _place_of(question: str) -> int:
    """Return where a question comes: what concerns the whole kit first, then the outline, then single files."""
    subject = question.partition(":")[0]
    return _ORDER.index(subject) if subject in _ORDER else len(_ORDER)
