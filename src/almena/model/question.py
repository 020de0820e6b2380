"""Questions to the people of a city: an instrument, its questions, and what an answer looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT, NUMBER, PERCENT, SINGLE, MULTIPLE, TABLE, TREND, YES_NO = (
    "text", "number", "percent", "single", "multiple", "table", "trend", "yes_no",
)  # fmt: skip
TYPES = (TEXT, NUMBER, PERCENT, SINGLE, MULTIPLE, TABLE, TREND, YES_NO)
"""Types of answers, as in the column ``answer`` of a pack's questions."""

SUPPORTING, RELATED = "si", "rq"

VALUE, STATUS, SOURCE, YEAR, SOURCE_TYPE, SCALE = "value", "status", "source", "year", "source_type", "scale"
QUALITY, IMPORTANCE, COLOUR, COMMENT = "quality", "importance", "colour", "comment"
MARKS = (STATUS, SOURCE, YEAR, SOURCE_TYPE, SCALE, QUALITY, IMPORTANCE, COLOUR, COMMENT)
"""What a person says beside the answer itself: completion, means of verification, judgement, comment."""
LIST_OF = {
    STATUS: "completion",
    SOURCE_TYPE: "source_type",
    SCALE: "collection_scale",
    QUALITY: "data_quality",
    IMPORTANCE: "importance",
    COLOUR: "benchmark",
}
"""The list of a pack that holds the choices of a mark."""

COMPLETE, INCOMPLETE, PENDING = "complete", "incomplete", "pending"
NOT_AVAILABLE, NOT_APPLICABLE, ALTERNATIVE = "not_available", "not_applicable", "alternative"
DONE = frozenset({COMPLETE, NOT_AVAILABLE, NOT_APPLICABLE, ALTERNATIVE})
"""What counts as done by the progress rule of the method (workbook of 2020, confidence A)."""
WITHOUT_VALUE = frozenset({NOT_AVAILABLE, NOT_APPLICABLE})


@dataclass(frozen=True)
class Choice:
    """
    One step of a scale or one entry of a list.

    Parameters
    ----------
    id, label, english : str
        Permanent id; its name in the language of the form, and in that of the pack.
    position : int
        Order; for ordinal scales from worst to best.
    colour : str
        Hexadecimal colour, possibly empty.
    """

    id: str
    label: str
    english: str
    position: int = 0
    colour: str = ""


@dataclass(frozen=True)
class Question:
    """
    One question of an instrument.

    Parameters
    ----------
    id, code, pack : str
        Permanent id; code of the framework; pack that it comes from.
    kind : str
        ``si`` (supporting indicator, judged by a colour) or ``rq`` (related question, context).
    text, help : str
        The question and what counts, in the language of the form.
    answer : str
        One of `TYPES`.
    element, component, indicator, parent : str
        Ids of where it belongs; ``parent`` is the supporting indicator of a related question.
    heading : str
        Titles from the element down to the indicator, in the language of the form.
    level : str
        ``basic``, ``intermediate`` or ``advanced``.
    unit : str
        Unit of a number, or of the cells of a table.
    low, high : float or None
        Least and greatest sensible value, in the unit.
    choices : tuple of Choice
        Steps of a scale or entries of a list.
    rows, columns : tuple of Choice
        Of a table.
    card : str
        Indicator of this software that measures the same or a part.
    holder, holder_label : str
        Office that usually holds the answer, in the pack's words and in the language of the form.
    minutes : float
        Minutes to answer once the source is at hand (assumed).
    version : str
        Hash of everything that gives an answer its meaning, whatever the language.
    """

    id: str
    code: str
    text: str
    answer: str
    pack: str = ""
    kind: str = SUPPORTING
    help: str = ""
    element: str = ""
    component: str = ""
    indicator: str = ""
    parent: str = ""
    heading: str = ""
    level: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    card: str = ""
    holder: str = ""
    holder_label: str = ""
    minutes: float = 0.0
    version: str = ""


@dataclass(frozen=True)
class Instrument:
    """
    A versioned questionnaire.

    Parameters
    ----------
    id : str
        The packs it is made from, and the part of the version that tells it from others.
    version : str
        Hash of its questions and lists; equal for the same questions in every language.
    language : str
        ISO 639-1 code of its texts.
    questions : tuple of Question
        In the order of the form.
    lists : mapping of str to tuple of Choice
        The choices of each mark, by the name of the mark.
    """

    id: str
    version: str
    language: str
    questions: tuple[Question, ...]
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)

    def by_id(self) -> dict[str, Question]:
        """Return the questions by id."""
        return {question.id: question for question in self.questions}


@dataclass(frozen=True)
class GivenAnswer:
    """
    What stands for one question, joined from all voices.

    Parameters
    ----------
    question : Question
        Which one.
    voices : tuple of str
        Who answered, in alphabetical order.
    chosen : str
        Whose answer counts; empty while several differ and nobody has decided.
    value : object
        The answer as stored; None when there is none or it is disputed.
    marks : mapping of str to object
        What was said beside it, of the answer that counts.
    status : str
        Completion status by the vocabulary of the method; ``pending`` while disputed.
    colour, set_by, confidence : str
        Colour that counts, ``person`` or ``cut-off``, and the letter of the cut-off; empty when there is none.
    score : float or None
        Position on an ordinal scale, from 0 (worst) to 100 (best).
    from_profile : bool
        Whether the value is the profile's own, from open files.
    source, by, at : str
        Means of verification; who recorded it; instant in ISO 8601, UTC.
    """

    question: Question
    voices: tuple[str, ...] = ()
    chosen: str = ""
    value: object = None
    marks: Mapping[str, object] = field(default_factory=dict)
    status: str = PENDING
    colour: str = ""
    set_by: str = ""
    confidence: str = ""
    score: float | None = None
    from_profile: bool = False
    source: str = ""
    by: str = ""
    at: str = ""

    @property
    def is_disputed(self) -> bool:
        """Tell whether several people answered differently and nobody has decided."""
        return len(self.voices) > 1 and not self.chosen

    @property
    def is_done(self) -> bool:
        """Tell whether the method counts the question as done."""
        return self.status in DONE and not self.is_disputed
