"""The report's tree as plain data for the typesetter, cut to what paper can hold."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Any

from almena.packs.language import count, say, spoken
from almena.publish.blocks import Cell, Chapter, Figure, Grid
from almena.publish.book import Book, Cover
from almena.publish.material import CITY_EDITION, Material
from almena.publish.wording import country_text, date_text, sentence
from almena.publish.words import words

Plain = dict[str, Any]
LONGEST_TABLE = 25  # rows; a longer one is cut to its first ones
FIRST_ROWS = 15
WHOLE = 200  # a table that the screen shows in full up to here is no list to be cut
_LONG_WORD = re.compile(r"\S{25,}")
_PIECE = 12
_NARROWEST, _WIDEST = 8.0, 48.0  # letters
_LINE = 110.0  # letters of a table's print that fit on a line of A4
_SMALLER = 0.85  # small print against the rest
_MAY_BREAK = "\u200b"


def report_content(book: Book) -> Plain:
    """Return the whole report as data: frame, chapters, and the anchors that links may lead to."""
    chapters = [as_plain(chapter) for chapter in book.chapters]
    anchors: set[str] = {chapter.id for chapter in book.chapters}
    _collect_anchors(chapters, anchors)
    return {
        **front(book.edition, book.cover),
        "frame": frame_words(),
        "chapters": chapters,
        "anchors": sorted(anchors),
    }


def front(edition: Material, cover: Cover | None = None) -> Plain:
    """
    Return what stands on top of every paper of a run: name, day, edition, language, use classes.

    Parameters
    ----------
    edition : Material
        The run, cut to its edition.
    cover : Cover, optional
        Of a document; other papers are the resilience profile's.
    """
    name = cover.name if cover else say("Resilience profile")
    return {
        "city": edition.name,
        "language": spoken().code,
        "direction": spoken().direction,
        "title": cover.title
        if cover
        else say("{city}: resilience profile, {date}", city=edition.name, date=date_text(edition.run_date)),
        "kicker": say(
            "{document} · {country} · {date}",
            document=name,
            country=country_text(edition.country),
            date=date_text(edition.run_date),
        ),
        "notice": cover.notice if cover else "",
        "edition": edition_line(edition),
        "closed": edition.edition == CITY_EDITION,
        "uses": [as_plain(use) for use in (*words("use"), *(cover.key if cover else ()))],
        "maker": say("Made with Almena {version}", version=edition.version),
    }


def edition_line(edition: Material) -> str:
    """Return which edition this is, and what that means for whoever holds the paper."""
    if edition.edition == CITY_EDITION:
        return say("City edition: not for publication. It shows what the city keeps to itself.")
    return say("Public edition")


def frame_words() -> dict[str, str]:
    """Return the words around the content, in the language of the task."""
    return {
        "contents": say("Contents"),
        "key": say("How far a number can be trusted"),
        "page": say("Page"),
        "how": say("How we know"),
        "counted": say("Counted"),
        "covers": say("Covers"),
        "of_all": say("of what should be counted"),
        "off": say("Why it may be off"),
        "others": say("Other readings"),
        "benchmark": say("Benchmark"),
        "sources": say("Sources"),
        "no_file": say("no file"),
        "because": say("because"),
        "reviewed": say("reviewed"),
        "to_close": say("To close it:"),
        "depends": say("Depends on (our proposal):"),
        "needed_by": say("Needed by:"),
        "proposal": say(
            "Which element depends on which is our proposal, for the city to correct. "
            "A hole means that nothing is known yet."
        ),
        "may": say("You may say"),
        "nothing_to_say": say("Nothing in this chapter is fit to be quoted yet."),
        "may_not": say("You may not say"),
        "age": say("Age"),
        "evidence": say("Evidence"),
        "against": say("Speaks against it"),
        "overturn": say("Could overturn it"),
        "women": say("Women"),
        "men": say("Men"),
    }


def cut(grid: Grid) -> tuple[tuple[tuple[Cell, ...], ...], str]:
    """Return the rows of a table that fit on paper, and what is said about the rest."""
    if len(grid.rows) <= LONGEST_TABLE or grid.first >= WHOLE:
        return grid.rows, ""
    shown = grid.rows[: max(FIRST_ROWS, grid.first)]
    rest = count(
        "One more row: it is in the table of all values and in the workbook.",
        "{number} more rows: they are in the table of all values and in the workbook.",
        len(grid.rows) - len(shown),
    )
    return shown, rest


def breakable(text: str) -> str:
    """Return a text whose very long words (paths, hashes) may be broken at the end of a line."""
    return _LONG_WORD.sub(_with_breaks, text)


def _with_breaks(found: re.Match[str]) -> str:
    word = re.sub(r"(?<=[/_.·-])(?=\w)", _MAY_BREAK, found.group())
    parts = (
        re.findall(f".{{1,{_PIECE}}}", part) if len(part) > 2 * _PIECE else [part]
        for part in word.split(_MAY_BREAK)
    )
    return _MAY_BREAK.join(piece for part in parts for piece in part)


def as_plain(thing: Any) -> Any:
    """Return a node of the tree with all below it as data: dicts, lists, texts that may break, and numbers."""
    if isinstance(thing, str):
        return breakable(thing)
    if isinstance(thing, tuple):
        return [as_plain(part) for part in thing]
    if not is_dataclass(thing):
        return thing
    told = {field.name: as_plain(getattr(thing, field.name)) for field in fields(thing)}
    for name in ("id", "href", "anchor", "file"):  # addresses are not text
        if isinstance(told.get(name), str):
            told[name] = getattr(thing, name)
    return {**told, **_beside(thing)}


def _beside(thing: Any) -> Plain:
    """Return what the writer needs of a node besides its fields."""
    found: Plain = {"kind": thing.kind} if hasattr(thing, "kind") and isinstance(thing.kind, str) else {}
    if isinstance(thing, Figure):
        found["anchor"] = thing.anchor
        found["reason"] = thing.reason if thing.use.id != "decide" else ""
    if isinstance(thing, Grid):
        rows, rest = cut(thing)
        found |= {"rows": as_plain(rows), "rest": rest, "widths": widths(thing)}
    if isinstance(thing, Chapter):
        found["anchor"] = thing.id
    if hasattr(thing, "remedy") and hasattr(thing, "figures"):
        found |= {"reason": sentence(thing.reason), "remedy": sentence(thing.remedy)}
    return found


def widths(grid: Grid) -> list[float]:
    """Return the share of the line that each column gets, by how much its cells have to say."""
    columns = list(zip(grid.head, *grid.rows, strict=True))
    wanted = [_width(head, list(cells)) for head, *cells in columns]
    least = [_least(head, list(cells)) for head, *cells in columns]
    over = [max(want - need, 0.0) for want, need in zip(wanted, least, strict=True)]
    spare = _LINE - sum(least)
    if sum(wanted) <= _LINE or spare <= 0 or not any(over):
        return wanted
    return [need + spare * more / sum(over) for need, more in zip(least, over, strict=True)]


def _width(head: str, cells: list[Cell]) -> float:
    lengths = [max(len(_told(cell)), len(cell.small) / 2) for cell in cells]
    usual = sum(lengths) / len(lengths) if lengths else 1.0
    return min(max(usual, _least(head, cells)), _WIDEST)


def _least(head: str, cells: list[Cell]) -> float:
    """Return the letters that a column needs so that no word of it runs into the next one."""
    large = (len(word) for text in (head, *map(_told, cells)) for word in text.split())
    little = (_SMALLER * len(word) for cell in cells for word in cell.small.split())
    longest_word = max((*large, *little), default=1)
    return max(min(longest_word, 20) * 1.2, _NARROWEST)


def _told(cell: Cell) -> str:
    return cell.text if cell.use is None or cell.use.word == cell.text else f"{cell.use.word} {cell.text}"


def _collect_anchors(node: Any, found: set[str]) -> None:
    """Note every place that a link may lead to: figures told in full, and rows with an id."""
    if isinstance(node, list):
        for part in node:
            _collect_anchors(part, found)
    elif isinstance(node, dict):
        if node.get("proof"):
            found.add(node["anchor"])
        if node.get("id") and "small" in node:
            found.add(node["id"])
        if "boxes" in node:
            found |= {f"element-{box['id']}" for box in node["boxes"]}
        for part in node.values():
            _collect_anchors(part, found)
