"""Sentences of a passage, with their places in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"(?<=[^\W\d_][.!?؟»”\")\]]|[\d%²³][.!?؟])\s+(?=[\"“«(]?[^\W\da-zà-ÿ_])|(?<=[.;؛])\s+(?=[-•·▪]\s)|\n{2,}|(?<=[;؛])\s+"
)
_SHORT = re.compile(
    r"(?:\b(?:art|arts|dr|dra|sr|sra|av|nº|no|n|p|pp|fig|tab|ex|hab|prof|et al|inc|eng|approx|vs|cf|sq|st|mr|mrs|ed|vol)\.)$",  # noqa: E501 - one pattern
    re.I,
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every sentence; shortened words such as "Art." do not end one."""
    start = 0
    for match in _END.finditer(text):
        if _SHORT.search(text, max(0, match.start() - 8), match.start()):
            continue
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)
