"""The pieces that a chapter is made of; each knows the template that draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Word:
    """A term with its shape and meaning, so that it can be told without colour."""

    id: str
    symbol: str
    word: str
    meaning: str


@dataclass(frozen=True)
class Cell:
    """
    One cell of a table.

    Parameters
    ----------
    text, small : str
        What it says, and a second line in small print.
    href : str
        Anchor or https address to go to.
    use : Word or None
        Use class shown before the text.
    number : bool
        Whether to align it as a number.
    """

    text: str
    small: str = ""
    href: str = ""
    use: Word | None = None
    number: bool = False
    id: str = ""


@dataclass(frozen=True)
class Grid:
    """
    A table with a caption; rows beyond ``first`` are folded away. The first cell of a row is its header.

    ``behind`` lists anchors and titles of the indicators whose account says how the values were made.
    """

    kind: ClassVar[str] = "grid"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    first: int = 12
    note: str = ""
    behind: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reading:
    """A further value of the same indicator: a breakdown, another year, another way of counting."""

    what: str
    value: str
    range: str
    period: str
    use: Word


@dataclass(frozen=True)
class CauseLine:
    """Why a value may be off, with the value under both readings of that cause."""

    name: str
    kind: str
    range: str


@dataclass(frozen=True)
class SourceLine:
    """A file behind a value: number in the list of sources, name, credit, place inside it, steps since."""

    number: int
    file: str
    credit: str
    locator: str
    steps: str


@dataclass(frozen=True)
class Proof:
    """Everything behind a number, opened on demand."""

    exact: str
    definition: str
    denominator: str
    quality: str
    method: str
    coverage: str
    status: str
    codes: str
    because: tuple[str, ...] = ()
    causes: tuple[CauseLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    notes: tuple[str, ...] = ()
    others: tuple[Reading, ...] = ()
    places: int = 0
    benchmark: str = ""


@dataclass(frozen=True)
class Figure:
    """
    One indicator as a reader meets it.

    Parameters
    ----------
    indicator, title : str
        Id and short title.
    use : Word
        Use class, said before the number.
    value, range, period, status : str
        Rounded value with unit; its range; date in words; how it was obtained.
    reason, remedy : str
        Why it is missing, or in short words why it is not fit to decide; and how to mend that.
    review : str
        Who confirmed or rejected it; empty when nobody did.
    benchmark : str
        Judgement against an agreed benchmark; empty when there is none.
    proof : Proof or None
        The details, where the figure is told in full; elsewhere the title links there.
    split : tuple of Reading
        The value by group, class or state, where the figure is told in full.
    no_range : str
        Why there is no range; empty when there is one.
    """

    indicator: str
    title: str
    use: Word
    value: str
    range: str
    period: str
    status: str
    missing: bool
    reason: str = ""
    remedy: str = ""
    review: str = ""
    benchmark: str = ""
    proof: Proof | None = None
    split: tuple[Reading, ...] = ()
    no_range: str = ""

    @property
    def anchor(self) -> str:
        """Return the id of the full account in the page."""
        return "n-" + self.indicator.replace(".", "-").replace("_", "-")


@dataclass(frozen=True)
class Hole:
    """What is missing for one and the same reason, and what would close it."""

    use: Word
    figures: tuple[Figure, ...]
    reason: str
    remedy: str


@dataclass(frozen=True)
class Numbers:
    """A list of figures; what is missing is drawn as holes after the values. A page may fold it away."""

    kind: ClassVar[str] = "numbers"
    title: str
    figures: tuple[Figure, ...]
    holes: tuple[Hole, ...] = ()
    folded: bool = False


@dataclass(frozen=True)
class Cards:
    """The few large numbers of the first page."""

    kind: ClassVar[str] = "cards"
    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Key:
    """One line of a map's legend, repeated in the page for small screens."""

    colour: str
    hatched: bool
    text: str


@dataclass(frozen=True)
class Picture:
    """A map with its text alternative and the list that says the same."""

    kind: ClassVar[str] = "picture"
    title: str
    file: str
    alt: str
    width: int
    height: int
    note: str = ""
    table: Grid | None = None
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One age group of the pyramid, in people and in per cent of the longest bar."""

    label: str
    women: str
    men: str
    women_width: float
    men_width: float


@dataclass(frozen=True)
class Pyramid:
    """People by age and sex, oldest on top."""

    kind: ClassVar[str] = "pyramid"
    title: str
    bars: tuple[Bar, ...]
    source: str


@dataclass(frozen=True)
class Chip:
    """A component of an element, with how many of its indicators have a value."""

    name: str
    known: int
    asked: int


@dataclass(frozen=True)
class ElementBox:
    """One urban element: what it depends on, its components, its numbers."""

    id: str
    title: str
    needs: tuple[tuple[str, str], ...]
    needed_by: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    numbers: Numbers


@dataclass(frozen=True)
class Elements:
    """The urban elements, each with its holes."""

    kind: ClassVar[str] = "elements"
    title: str
    boxes: tuple[ElementBox, ...]


@dataclass(frozen=True)
class Item:
    """One line of a list: a lead-in, then text; the use class before it where it tells a value."""

    lead: str
    text: str
    href: str = ""
    use: Word | None = None


@dataclass(frozen=True)
class Points:
    """A titled list."""

    kind: ClassVar[str] = "points"
    title: str
    items: tuple[Item, ...]
    empty: str = ""
    note: str = ""
    level: int = 3


@dataclass(frozen=True)
class Prose:
    """A paragraph, with a title or without."""

    kind: ClassVar[str] = "prose"
    title: str
    text: str


@dataclass(frozen=True)
class Ref:
    """A piece of evidence: in a few words, with the anchor where it stands in full."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Claim:
    """
    A statement with what carries it, what speaks against it, and what could overturn it.

    Parameters
    ----------
    text : str
        What is said.
    evidence, against, overturn : tuple of Ref
        Records and judgements behind it; those against it; what is not known and may change it.
    """

    text: str
    evidence: tuple[Ref, ...]
    against: tuple[Ref, ...] = ()
    overturn: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Findings:
    """A titled list of statements, each with its evidence."""

    kind: ClassVar[str] = "findings"
    title: str
    claims: tuple[Claim, ...]
    empty: str = ""
    note: str = ""


Block = Grid | Numbers | Cards | Picture | Pyramid | Elements | Points | Prose | Findings


@dataclass(frozen=True)
class Sentence:
    """A sentence to copy, with the use class of the weakest number in it."""

    text: str
    use: Word


@dataclass(frozen=True)
class Wrong:
    """A tempting sentence and why it is wrong."""

    text: str
    why: str


@dataclass(frozen=True)
class Chapter:
    """One page of the report; ``is_quoted`` where it ends with what may and may not be said."""

    id: str
    number: int
    title: str
    facts: Sentence | None
    lead: str
    blocks: tuple[Block, ...]
    say: tuple[Sentence, ...] = ()
    not_say: tuple[Wrong, ...] = field(default=())
    is_quoted: bool = True
