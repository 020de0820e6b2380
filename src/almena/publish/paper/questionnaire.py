"""Set a questionnaire on paper: boxes to tick and lines to write on, with a code beside each question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almena.publish.paper.typeset import press

TEMPLATE = "questionnaire.typ"


def questionnaire_pdf(content: Mapping[str, Any], day: str) -> bytes:
    """
    Return a questionnaire as a tagged PDF of A4 pages.

    Parameters
    ----------
    content : mapping
        Plain data: title, frame, questions, lists.
    day : str
        Day on which it was made, ISO 8601.

    Raises
    ------
    AlmenaError
        When a page cannot be set.
    """
    with press(TEMPLATE, day, {}) as sheet:
        return sheet.pdf(content)
