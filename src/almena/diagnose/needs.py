"""From the answers at the front door to the one or two needs that press, with the case for and against each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from almena.model.need import UNKNOWN, Answers, Need, Pressing, RankedNeed, StartRule

NEAR = 0.7
"""A second need is named when it has at least this share of the points of the first (assumed)."""


def pressing(
    answers: Answers,
    needs: Sequence[Need],
    rules: Sequence[StartRule],
    *,
    options: Mapping[str, Sequence[str]],
    depends_on: Mapping[str, Iterable[str]],
    wishes: Mapping[str, str],
) -> Pressing:
    """
    Return the needs that press, first the one with the most points; equal ones in the order of the table.

    Parameters
    ----------
    answers : mapping of str to tuple of str
        Options chosen, by question.
    needs, rules
        The tables of the front door.
    options : mapping of str to sequence of str
        All options by question; questions without options are not scored.
    depends_on : mapping of str to iterable of str
        For each urban element those that it needs in order to work.
    wishes : mapping of str to str
        What the options of the question ``asked_for`` would be as needs.
    """
    ranked = ranking(answers, needs, rules, depends_on=depends_on)
    if not ranked or ranked[0].points <= 0:
        return Pressing(could_change=tuple(q for q in options if q not in answers))
    named = ranked[:1] + [r for r in ranked[1:2] if r.points >= NEAR * ranked[0].points]
    wanted = next(iter(answers.get("asked_for", ())), "")
    is_other = bool(wishes.get(wanted)) and wishes[wanted] not in {r.need.id for r in named}
    change = _could_change(answers, needs, rules, options, first=ranked[0].need.id)
    return Pressing(tuple(named), wanted if is_other else "", tuple(change))


def ranking(
    answers: Answers,
    needs: Sequence[Need],
    rules: Sequence[StartRule],
    *,
    depends_on: Mapping[str, Iterable[str]],
) -> list[RankedNeed]:
    """Return all needs for or against which something was said, the most points first."""
    found = []
    for need in needs:
        held = [r for r in rules if r.need == need.id and r.answer in answers.get(r.question, ())]
        if held:
            found.append(_ranked(need, held, depends_on))
    return sorted(found, key=lambda ranked: -ranked.points)


def _ranked(need: Need, held: Sequence[StartRule], depends_on: Mapping[str, Iterable[str]]) -> RankedNeed:
    heart = set(need.elements[:1])
    return RankedNeed(
        need,
        sum(rule.points for rule in held),
        tuple(sorted((r for r in held if r.points > 0), key=lambda r: -r.points)),
        tuple(sorted((r for r in held if r.points < 0), key=lambda r: r.points)),
        tuple(element for element, needed in depends_on.items() if heart & set(needed)),
    )


def _could_change(
    answers: Answers,
    needs: Sequence[Need],
    rules: Sequence[StartRule],
    options: Mapping[str, Sequence[str]],
    *,
    first: str,
) -> Iterator[str]:
    """Yield the open questions of which some answer alone would put another need first."""
    order = [need.id for need in needs]
    for question, choices in options.items():
        if question in answers and UNKNOWN not in answers[question]:
            continue
        for choice in choices:
            tried = {**answers, question: (choice,)}
            if _first(tried, order, rules) != first:
                yield question
                break


def _first(answers: Answers, order: Sequence[str], rules: Sequence[StartRule]) -> str:
    points = dict.fromkeys(order, 0.0)
    for rule in rules:
        if rule.answer in answers.get(rule.question, ()):
            points[rule.need] += rule.points
    return max(order, key=lambda need: points[need])
