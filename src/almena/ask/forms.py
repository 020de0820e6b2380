"""What every form says of itself, and the words around its questions in the language of the form."""

from __future__ import annotations

from dataclasses import dataclass

from almena.ask.instrument import content_version
from almena.ask.numbers import number_text, tidy
from almena.model.question import (
    MARKS,
    MULTIPLE,
    NUMBER,
    PERCENT,
    SINGLE,
    TABLE,
    TREND,
    YES_NO,
    Instrument,
    Question,
)
from almena.packs.language import count, say


@dataclass(frozen=True)
class Form:
    """
    A form to be filled: some questions of an instrument for one office of one city.

    Parameters
    ----------
    instrument : Instrument
        Its questions, in the order in which they are asked.
    city, city_name, office : str
        Id and name of the city; the office that is asked, empty for anybody.
    day : str
        Day on which it was made, ISO 8601.
    """

    instrument: Instrument
    city: str
    city_name: str
    office: str = ""
    day: str = ""

    @property
    def id(self) -> str:
        """Return the id of the form: equal for the same questions to the same office on the same day."""
        seed = [self.city, self.office, self.day, self.instrument.version]
        return f"{self.city}-{self.day.replace('-', '')}-{content_version(seed)}"

    @property
    def title(self) -> str:
        """Return what stands on top of it."""
        if self.office:
            return say("{city}: questions to {office}", city=self.city_name, office=self.office)
        return say("{city}: questions", city=self.city_name)

    @property
    def minutes(self) -> float:
        """Return the minutes that it takes once the sources are at hand (assumed)."""
        return sum(question.minutes for question in self.instrument.questions)


def mark_labels() -> dict[str, str]:
    """Return the names of what is said beside an answer, in the language that is spoken."""
    return {
        "status": say("Status of the answer"),
        "source": say("Source: document, page or file"),
        "year": say("Year of the data"),
        "source_type": say("Type of source"),
        "scale": say("Area that the data cover"),
        "quality": say("Quality of the data"),
        "importance": say("Importance"),
        "colour": say("Your judgement (colour)"),
        "comment": say("Comment"),
    }


def how_to_answer(question: Question) -> str:
    """Return in one line what kind of answer is expected."""
    unit = question.unit
    if question.answer in (NUMBER, PERCENT):
        what = (
            say("A number in {unit}", unit=unit or "%")
            if unit or question.answer == PERCENT
            else say("A number")
        )
        return f"{what}{_reach(question)}"
    if question.answer in (SINGLE, YES_NO):
        return say("Choose one")
    if question.answer == MULTIPLE:
        return say("Choose all that apply")
    if question.answer == TABLE and question.choices:
        return say("Fill in the table with one of the choices in each cell")
    if question.answer == TABLE:
        return say("Fill in the table, in {unit}", unit=unit) if unit else say("Fill in the table")
    if question.answer == TREND:
        return _trend_line(question)
    return say("A few words")


def total_line(form: Form) -> str:
    """Return how many questions there are and how long they take."""
    number = len(form.instrument.questions)
    return count(
        "{number} question, about {minutes} minutes once the sources are at hand (assumed).",
        "{number} questions, about {minutes} minutes once the sources are at hand (assumed).",
        number,
        minutes=number_text(tidy(form.minutes)),
    )


def marks_asked(question: Question) -> tuple[str, ...]:
    """Return what is asked beside an answer: a related question gives context and is not judged by a colour."""
    return MARKS if question.kind == "si" else tuple(m for m in MARKS if m != "colour")


def _trend_line(question: Question) -> str:
    if question.choices:
        return say("Choose the direction; give values by year as far as you have them")
    return say("Values by year, in {unit}", unit=question.unit) if question.unit else say("Values by year")


def _reach(question: Question) -> str:
    low, high = question.low, question.high
    if question.answer == PERCENT:
        low, high = 0.0 if low is None else low, 100.0 if high is None else high
    if low is not None and high is not None:
        bounds = {"low": number_text(tidy(low)), "high": number_text(tidy(high))}
        return " (" + say("{low} to {high}", **bounds) + ")"
    return ""
