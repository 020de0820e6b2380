"""Short codes of questions on paper: the framework's own code and a check sign, so that a slip is noticed."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

from almena.geo.check_signs import check_sign
from almena.model.problem import Problem
from almena.model.question import Instrument, Question


def short_codes(questions: Sequence[Question]) -> dict[str, str]:
    """
    Return the code printed beside each question, by its id, such as ``5.1.1.1-K``.

    Parameters
    ----------
    questions : sequence of Question
        Of one form; where two packs number alike, the id stands for the code.
    """
    often = Counter(question.code for question in questions)
    bodies = {q.id: q.code if often[q.code] == 1 else q.id for q in questions}
    return {id_: f"{body}-{check_sign(body)}" for id_, body in bodies.items()}


def find_question(
    written: str, instrument: Instrument, where: str, problems: list[Problem]
) -> Question | None:
    """
    Return the question that an id, a code or a paper code names; a problem is added when there is none.

    Parameters
    ----------
    written : str
        What stands in the form.
    instrument : Instrument
        All questions.
    where : str
        Where it stands.
    problems : list of Problem
        Takes what is wrong.
    """
    text = written.strip()
    by_id = {q.id.casefold(): q for q in instrument.questions}
    body, dash, sign = text.rpartition("-")
    if dash and len(sign) == 1 and text.casefold() not in by_id:
        if check_sign(body) != sign.upper():
            why, remedy = "its last letter does not fit the others", "Read the code on the paper again."
            problems.append(Problem(f"The code {text} cannot be right", where, why, remedy))
            return None
        text = body
    found = [by_id[text.casefold()]] if text.casefold() in by_id else []
    found = found or [q for q in instrument.questions if q.code.casefold() == text.casefold()]
    if len(found) == 1:
        return found[0]
    problems.append(_not_one(text, found, instrument, where))
    return None


def _not_one(text: str, found: Sequence[Question], instrument: Instrument, where: str) -> Problem:
    if found:
        ids = ", ".join(q.id for q in found)
        return Problem(f"The code {text} is used twice", where, f"it may be {ids}", "Write the id.")
    names = [name for q in instrument.questions for name in (q.id, q.code)]
    near = difflib.get_close_matches(text, names, 3, 0.6)
    remedy = f"Did you mean {', '.join(near)}?" if near else "`almena ask` lists the questions."
    return Problem(f"There is no question {text}", where, "no pack in use has it", remedy)
