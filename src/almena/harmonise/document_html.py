"""Web pages: what a person reads of them, without scripts, menus and hidden parts."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from almena.harmonise.document_limits import limit
from almena.harmonise.document_parts import Gathering, Parts
from almena.harmonise.text import decode

UNREAD = frozenset({
    "button", "form", "head", "iframe", "nav", "noscript", "object", "script", "select", "style", "svg", "template",
})  # fmt: skip
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "figure", "footer", "header", "hr",
    "main", "ol", "p", "pre", "section", "ul",
})  # fmt: skip
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
KINDS = {"li": "list", "figcaption": "caption", "caption": "caption"}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])")
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)


def read_html(path: Path) -> Parts:
    """
    Read a web page that was kept as a file.

    Parameters
    ----------
    path : Path
        The file.
    """
    raw = path.read_bytes()
    reader = _Page(Gathering(int(limit("passages"))))
    reader.feed(_text(raw))
    reader.close()
    reader.end()
    return Parts(
        tuple(reader.gathering.passages), title=reader.title.strip(), author=reader.facts.get("author", "")
    )


def _text(raw: bytes) -> str:
    said = CHARSET.search(raw[:4096])
    if said:
        try:
            return raw.decode(said.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(raw)[0]


class _Page(HTMLParser):
    """Gather text between block tags; tables keep their rows."""

    def __init__(self, gathering: Gathering) -> None:
        super().__init__(convert_charrefs=True)
        self.gathering = gathering
        self.title = ""
        self.facts: dict[str, str] = {}
        self._unread: list[str] = []
        self._in_title = False
        self._kind, self._level = "paragraph", 0
        self._parts: list[str] = []
        self._rows: list[list[str]] = []
        self._headed = False
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a cell or a part that is not read."""
        given = {k: v or "" for k, v in attrs}
        if tag == "meta" and given.get("name", "").lower() == "author":
            self.facts["author"] = given.get("content", "").strip()
        if tag == "title" and not self.title:
            self._in_title = True
        if self._unread:
            if tag == self._unread[-1]:
                self._unread.append(tag)
            return
        is_hidden = "hidden" in given or HIDDEN.search(given.get("style", "").lower())
        if tag not in VOID and (tag in UNREAD or is_hidden):
            self._unread.append(tag)
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "table":
            self.end()
            self._depth += 1
        elif self._depth:
            self._in_table(tag)
        elif tag in BLOCKS or tag in KINDS or re.fullmatch("h[1-6]", tag):
            self.end()
            self._kind = "heading" if re.fullmatch("h[1-6]", tag) else KINDS.get(tag, "paragraph")
            self._level = int(tag[1]) if self._kind == "heading" else 0

    def _in_table(self, tag: str) -> None:
        if tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._settle_cell()
            self._rows = self._rows or [[]]
            self._headed = self._headed or (tag == "th" and len(self._rows) == 1)
            self._rows[-1].append("")

    def _settle_cell(self) -> None:
        if self._rows and self._rows[-1]:
            self._rows[-1][-1] += "".join(self._parts)
        self._parts = []

    def handle_endtag(self, tag: str) -> None:
        """End what the tag began."""
        if tag == "title":
            self._in_title = False
        if self._unread:
            if tag == self._unread[-1]:
                self._unread.pop()
            return
        if tag == "table" and self._depth:
            self._settle_cell()
            self._depth -= 1
            if not self._depth:
                self.gathering.add_table(self._rows, headed=self._headed or None)
                self._rows, self._headed = [], False
        elif self._depth:
            if tag in ("td", "th", "tr"):
                self._settle_cell()
        elif tag in BLOCKS or tag in KINDS or re.fullmatch("h[1-6]", tag):
            self.end()

    def handle_data(self, data: str) -> None:
        """Take text, unless it is not read."""
        if self._in_title:
            self.title += data
        elif not self._unread:
            self._parts.append(data)

    def end(self) -> None:
        """Close the passage that is open."""
        self.gathering.add(self._kind, "".join(self._parts), self._level)
        self._parts, self._kind, self._level = [], "paragraph", 0
