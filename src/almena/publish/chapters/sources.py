"""Sources, licences, methods and checks."""

from __future__ import annotations

from collections import Counter

from almena.model.origin import Source
from almena.model.problem import Problem
from almena.publish.blocks import Block, Cell, Grid, Item, Points, Prose
from almena.publish.chapters.desk import Desk
from almena.publish.wording import date_text, listed


def blocks(at: Desk) -> list[Block]:
    """Return the back of the report."""
    tests = at.material.self_tests
    passed = sum(t.passed for t in tests)
    checks = tuple(Item(("Passed: " if t.passed else "FAILED: ") + t.title, t.detail) for t in tests)
    found: list[Block] = [_credits(at), _files(at), _methods(at)]
    title = f"Checks of this profile on itself: {passed} of {len(tests)} passed"
    found.append(Points(title, checks, "No check was run."))
    found.append(Points("Problems met", _items(at.material.problems), "None."))
    found.append(Points("Worth knowing", _items(at.material.notes), "Nothing further."))
    return [*found, _about(at)]


def _credits(at: Desk) -> Prose:
    names = " · ".join(dict.fromkeys(s.attribution for s in at.maker.numbers if s.attribution))
    return Prose(
        "Credit to print with any figure or map of this report", names or "No source names a credit."
    )


def _files(at: Desk) -> Grid:
    rows = tuple(_file_row(at, source, number) for source, number in at.maker.numbers.items())
    head = ("Number and role", "File and sha256", "Date", "Licence and credit")
    return Grid("Every file behind this report", head, rows, first=400)


def _file_row(at: Desk, source: Source, number: int) -> tuple[Cell, ...]:
    role = at.material.roles.get(source.role)
    href = source.url if source.url.startswith("https://") else ""
    terms = source.licence or "no licence: not for publication"
    if source.sharing != "open":
        terms += f" ({source.sharing})"
    kind = (
        "original bytes" if source.bytes_are == "original" else "derived from the original, kept in a mirror"
    )
    return (
        Cell(f"S{number}", small=role.title if role else source.role, id=f"source-{number}"),
        Cell(source.file, small=f"{source.sha256 or 'no hash'}; {kind}", href=href),
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
            Cell(at.facts.headlines[card.id].method or "not installed"),
            Cell(listed(f"{k.upper()} {v}" for k, v in card.codes.items())),
        )
        for card in at.material.cards.values()
        if card.id in at.facts.headlines
    )
    return Grid(
        "How each indicator is counted",
        ("Indicator", "Definition", "Method", "Other frameworks"),
        rows,
        first=10,
    )


def _items(problems: tuple[Problem, ...]) -> tuple[Item, ...]:
    counts = Counter(problems)
    return tuple(
        Item(
            p.what + (f" ({n} times)" if n > 1 else ""), ". ".join(t for t in (p.where, p.why, p.remedy) if t)
        )
        for p, n in counts.items()
    )


def _about(at: Desk) -> Prose:
    material = at.material
    text = (
        f"Made with Almena {material.version} on {date_text(material.run_date)}; {material.edition} edition. "
        "It does not replace the city's own warning service. "
        "Every row of the data is in observations.csv beside this page."
    )
    return Prose("About this report", text)
