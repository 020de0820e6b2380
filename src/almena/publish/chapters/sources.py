"""Sources, licences, methods and checks."""

from __future__ import annotations

from collections import Counter

from almena.model.origin import Source
from almena.model.problem import Problem
from almena.packs.language import count, say
from almena.packs.retelling import retell
from almena.publish.blocks import Block, Cell, Grid, Item, Points, Prose
from almena.publish.chapters import frameworks
from almena.publish.chapters.desk import Desk
from almena.publish.material import CITY_EDITION
from almena.publish.wording import date_text, listed


def blocks(at: Desk) -> list[Block]:
    """Return the back of the report."""
    tests = at.material.self_tests
    passed = sum(t.passed for t in tests)
    checks = tuple(
        Item(
            say("Passed: {check}", check=t.title) if t.passed else say("FAILED: {check}", check=t.title),
            t.detail,
        )
        for t in tests
    )
    found: list[Block] = [credits_of(at), files_of(at), _methods(at)]
    title = say("Checks of this profile on itself: {passed} of {all} passed", passed=passed, all=len(tests))
    found.append(Points(title, checks, say("No check was run.")))
    found.append(Points(say("Problems met"), _items(at.material.problems), say("None.")))
    found.append(Points(say("Worth knowing"), _items(at.material.notes), say("Nothing further.")))
    return [*found, *frameworks.blocks(at), _about(at)]


def credits_of(at: Desk) -> Prose:
    """Return whom to name."""
    names = " · ".join(dict.fromkeys(s.attribution for s in at.maker.numbers if s.attribution))
    return Prose(
        say("Credit to print with any figure or map of this report"),
        names or say("No source names a credit."),
    )


def files_of(at: Desk) -> Grid:
    """Return every file of the profile, each row the place that numbers link to."""
    rows = tuple(_file_row(at, source, number) for source, number in at.maker.numbers.items())
    head = (say("Number and role"), say("File and sha256"), say("Date"), say("Licence and credit"))
    return Grid(say("Every file behind this report"), head, rows, first=400)


def _file_row(at: Desk, source: Source, number: int) -> tuple[Cell, ...]:
    role = at.material.roles.get(source.role)
    href = source.url if source.url.startswith("https://") else ""
    terms = source.licence or say("no licence: not for publication")
    if source.sharing != "open":
        terms += f" ({retell(source.sharing)})"
    is_original = source.bytes_are == "original"
    kind = say("original bytes") if is_original else say("derived from the original, kept in a mirror")
    return (
        Cell(f"S{number}", small=role.title if role else source.role, id=f"source-{number}"),
        Cell(source.file, small=f"{source.sha256 or say('no hash')}; {kind}", href=href),
        Cell(date_text(source.date)),
        Cell(terms, small=source.attribution),
    )


def _methods(at: Desk) -> Grid:
    rows = tuple(
        (
            Cell(
                card.title,
                small=card.id,
                href="#" + at.maker.figure(at.facts.headlines[card.id], full=False).anchor,
            ),
            Cell(card.definition),
            Cell(at.facts.headlines[card.id].method or say("not installed")),
            Cell(listed(f"{k.upper()} {v}" for k, v in card.codes.items())),
        )
        for card in at.material.cards.values()
        if card.id in at.facts.headlines
    )
    return Grid(
        say("How each indicator is counted"),
        (say("Indicator"), say("Definition"), say("Method"), say("Other frameworks")),
        rows,
        first=10,
    )


def _items(problems: tuple[Problem, ...]) -> tuple[Item, ...]:
    counts = Counter(problems)
    return tuple(
        Item(
            count("{what}", "{what} ({number} times)", n, what=p.what),
            ". ".join(t for t in (p.where, p.why, p.remedy) if t),
        )
        for p, n in counts.items()
    )


def _about(at: Desk) -> Prose:
    material = at.material
    made = {"version": material.version, "date": date_text(material.run_date)}
    public = say("Made with Almena {version} on {date}; public edition.", **made)
    made_with = (
        public
        if material.edition != CITY_EDITION
        else say("Made with Almena {version} on {date}; city edition.", **made)
    )
    warning = say("It does not replace the city's own warning service.")
    rows = say("Every row of the data is in observations.csv beside this page.")
    return Prose(say("About this report"), f"{made_with} {warning} {rows}")
