"""Read a page as a reader's program would: tags, ids, links and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "link", "input", "col"}


@dataclass
class Page(HTMLParser):
    """
    Everything the tests ask of a page.

    Parameters
    ----------
    html : str
        The page.
    """

    html: str
    open_tags: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.close()
        self.mistakes += [f"never closed: {tag}" for tag in self.open_tags]

    __hash__ = object.__hash__

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self.mistakes.append(f"closed out of order: {tag} at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if not self.open_tags or self.open_tags[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Return what is to be read, blanks reduced."""
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        """Return every id, in order."""
        return [a["id"] for _, a in self.tags if "id" in a]

    def headings(self) -> list[int]:
        """Return the levels of the headings, in order."""
        return [int(t[1]) for t, _ in self.tags if len(t) == 2 and t[0] == "h" and t[1].isdigit()]


def chapter(html: str, name: str) -> str:
    """Return the text of one chapter."""
    start = html.index(f'<section class="chapter" id="{name}"')
    end = html.find('<section class="chapter"', start + 1)
    return Page(html[start:end] if end > 0 else html[start : html.index("</main>")]).text
