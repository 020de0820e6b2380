"""Join what several people answered: all answers are kept, and one counts when they agree or somebody decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from almena.ask.answers import UNIT
from almena.ask.instrument import content_version
from almena.ask.scoring import proposal_of, score_of
from almena.model.pack import Row
from almena.model.question import (
    ALTERNATIVE,
    COLOUR,
    COMPLETE,
    MARKS,
    PENDING,
    STATUS,
    VALUE,
    GivenAnswer,
    Question,
)
from almena.model.statement import DECISION, Statement, StoredStatement

VOICE, AGAINST, WHY = "voice", "answers", "why"
"""Members of a decision: whose answer counts, all answers it was made between (hash by voice), and the reason."""
PERSON, CUT_OFF = "person", "cut-off"
_SAME = (VALUE, STATUS, COLOUR)


def joined(
    question: Question, said: Sequence[StoredStatement], decision: Statement | None, cuts: Iterable[Row]
) -> GivenAnswer:
    """
    Return what stands for one question.

    Parameters
    ----------
    question : Question
        Which one.
    said : sequence of StoredStatement
        All answers that stand, one for each voice; at least one.
    decision : Statement, optional
        What somebody decided between them.
    cuts : iterable of rows
        Rows of the tables ``benchmarks``.
    """
    voices = tuple(sorted(one.statement.voice for one in said))
    counts = _counting(said, decision)
    if counts is None:
        return GivenAnswer(question, voices, status=PENDING)
    content = counts.statement.content
    value = content.get(VALUE)
    colour, set_by, letter = str(content.get(COLOUR, "")), PERSON, ""
    if not colour:
        proposal = proposal_of(question, value, str(content.get(UNIT, "")), cuts)
        colour, set_by, letter = (proposal.colour, CUT_OFF, proposal.confidence) if proposal else ("", "", "")
    return GivenAnswer(
        question,
        voices,
        chosen=counts.statement.voice,
        value=value,
        marks={name: content[name] for name in MARKS if name in content},
        status=str(content.get(STATUS, COMPLETE)),
        colour=colour,
        set_by=set_by,
        confidence=letter,
        score=score_of(question, value),
        source=counts.statement.source,
        by=counts.by,
        at=counts.recorded_at,
    )


def from_profile(
    question: Question, value: float, unit: str, cuts: Iterable[Row], *, source: str, by: str, at: str
) -> GivenAnswer:
    """Return the profile's own value as the answer to a question: an alternative, since it may measure a part."""
    proposal = proposal_of(question, value, unit, cuts)
    return GivenAnswer(
        question,
        value=value,
        marks={UNIT: unit},
        status=ALTERNATIVE,
        colour=proposal.colour if proposal else "",
        set_by=CUT_OFF if proposal else "",
        confidence=proposal.confidence if proposal else "",
        from_profile=True,
        source=source,
        by=by,
        at=at,
    )


def decision_between(said: Sequence[StoredStatement], voice: str, why: str) -> Statement:
    """Return the decision that one voice counts, bound to the answers it was made between."""
    key = said[0].statement.key
    return Statement(
        DECISION,
        key,
        {VOICE: voice, WHY: why, AGAINST: {s.statement.voice: answer_hash(s.statement) for s in said}},
    )


def answer_hash(answer: Statement) -> str:
    """Return the hash of an answer with its source, by which a decision knows it again."""
    return content_version([dict(answer.content), answer.source])


def _counting(said: Sequence[StoredStatement], decision: Statement | None) -> StoredStatement | None:
    """Return the answer that counts: the only one, the one decided for, or the latest of those that agree."""
    if decision is not None and (decided := _decided(said, decision.content)) is not None:
        return decided
    first = said[0].statement.content
    agree = all(one.statement.content.get(name) == first.get(name) for one in said for name in _SAME)
    return max(said, key=lambda one: one.id) if agree else None


def _decided(said: Sequence[StoredStatement], content: Mapping[str, Any]) -> StoredStatement | None:
    """Return the answer decided for, unless an answer has come or changed since then."""
    known = content.get(AGAINST, {})
    if any(known.get(one.statement.voice) != answer_hash(one.statement) for one in said):
        return None
    return next((one for one in said if one.statement.voice == content.get(VOICE)), None)
