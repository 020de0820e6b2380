"""Set pages in a process of their own: the typesetter's threads do not live on in a forked process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

ORDER, MADE, REFUSED = "order.json", "made", 3


class NotSetError(Exception):
    """A page could not be set in a process of its own; the words are those of the typesetter."""


def compiler_of(folder: Path, template: str, fonts: str, *, own_fonts_only: bool) -> typst.Compiler:
    """Return the typesetter for a template in a folder, with the fonts beside it; else those of the machine too."""
    return typst.Compiler(
        input=str(folder / template),
        root=str(folder),
        font_paths=[str(folder / fonts)],
        ignore_system_fonts=own_fonts_only,
    )


def set_apart(folder: Path, order: Mapping[str, Any]) -> bytes | list[bytes]:
    """
    Return what a fresh process sets.

    Parameters
    ----------
    folder : Path
        Holds template, fonts and content.
    order : mapping
        ``compiler``: arguments of `compiler_of`; ``how``: arguments of its compile.

    Raises
    ------
    NotSetError
        When a page cannot be set.
    """
    (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
    command = [sys.executable, "-m", "almena.publish.paper.apart", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise NotSetError(done.stderr.strip() or "the typesetter ended without a word")
    files = sorted((folder / MADE).iterdir())
    pages = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    return pages[0] if len(pages) == 1 else pages


def main(folder: Path) -> int:
    """Do what the order in a folder says, and leave the pages there."""
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    try:
        made = compiler_of(folder, **order["compiler"]).compile(**order["how"])
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        return REFUSED
    (folder / MADE).mkdir(exist_ok=True)
    for number, page in enumerate([made] if isinstance(made, bytes) else made or []):
        (folder / MADE / f"{number:05d}").write_bytes(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
