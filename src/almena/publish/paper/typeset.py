"""Set pages with typst: a template of ours, the content as data, the same bytes for the same run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from almena.model.problem import AlmenaError
from almena.publish.paper.apart import NotSetError, compiler_of, set_apart

TEMPLATES, FONTS = "templates/paper", "fonts"
CONTENT = "content.json"
ACCESSIBLE = "ua-1"  # PDF/UA-1, ISO 14289-1
_NO_GLYPH = "could not be displayed"
_at_work: dict[str, int] = {}  # the process that started the threads of the typesetter


@dataclass(frozen=True)
class Press:
    """
    A template ready to be set, with its fonts and pictures; the content changes from sheet to sheet.

    Parameters
    ----------
    folder : Path
        Working folder with template, pictures and content.
    template : str
        Name of the template file.
    day : str
        Day of the run, ISO 8601: the only clock of the file.
    """

    folder: Path
    template: str
    day: str
    _compilers: dict[bool, Any] = field(default_factory=dict, repr=False, compare=False)

    def pdf(self, content: Mapping[str, Any]) -> bytes:
        """
        Return one tagged PDF.

        Raises
        ------
        AlmenaError
            When a page cannot be set.
        """
        made: bytes = self._set(content, format="pdf", pdf_standards=[ACCESSIBLE])
        return made

    def pictures(self, content: Mapping[str, Any], *, dots_per_inch: float) -> list[bytes]:
        """
        Return each page as a PNG picture.

        Raises
        ------
        AlmenaError
            When a page cannot be set.
        """
        made = self._set(content, format="png", ppi=dots_per_inch)
        return [made] if isinstance(made, bytes) else list(made)

    def _set(self, content: Mapping[str, Any], **how: Any) -> Any:
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        (self.folder / CONTENT).write_text(text, encoding="utf-8")
        try:
            return self._compiled(own_fonts_only=True, **how)
        except (typst.TypstError, NotSetError) as error:
            if _NO_GLYPH not in str(error):
                raise _cannot_set(self.template, error) from error
        try:  # names in a script that our fonts lack: the fonts of this machine may have it
            return self._compiled(own_fonts_only=False, **how)
        except (typst.TypstError, NotSetError) as error:
            raise _cannot_set(self.template, error) from error

    def _compiled(self, *, own_fonts_only: bool, **how: Any) -> Any:
        noon = datetime.fromisoformat(f"{self.day}T12:00:00").replace(tzinfo=UTC)
        how = {**how, "timestamp": int(noon.timestamp())}
        wanted: dict[str, Any] = {"template": self.template, "fonts": FONTS, "own_fonts_only": own_fonts_only}
        _at_work.setdefault("process", os.getpid())
        if (
            _at_work["process"] != os.getpid()
        ):  # forked from one whose threads stayed behind: it would wait for ever
            return set_apart(self.folder, {"compiler": wanted, "how": how})
        if own_fonts_only not in self._compilers:  # reading the fonts takes longer than setting a sheet
            self._compilers[own_fonts_only] = compiler_of(self.folder, **wanted)
        return self._compilers[own_fonts_only].compile(**how)


@contextmanager
def press(template: str, day: str, pictures: Mapping[str, bytes]) -> Iterator[Press]:
    """
    Lay out a template with its fonts and pictures in a working folder that goes when the block ends.

    Parameters
    ----------
    template : str
        Name of the template file.
    day : str
        Day of the run, ISO 8601.
    pictures : mapping of str to bytes
        Files that the content names.
    """
    with tempfile.TemporaryDirectory(prefix="almena-press-") as working:
        folder = Path(working)
        _each_file(TEMPLATES, lambda file: shutil.copy(file, folder / file.name))
        (folder / FONTS).mkdir()
        _each_file(FONTS, lambda file: shutil.copy(file, folder / FONTS / file.name))
        for name, picture in pictures.items():
            (folder / name).write_bytes(picture)
        yield Press(folder, template, day)


def _each_file(name: str, do: Callable[[Path], object]) -> None:
    with resources.as_file(resources.files("almena.publish") / name) as folder:
        for file in sorted(folder.iterdir()):
            do(file)


def _cannot_set(template: str, error: Exception) -> AlmenaError:
    remedy = "Choose another format, such as html, and tell the makers of Almena."
    return AlmenaError.of("A page could not be set", template, str(error).splitlines()[0], remedy)
