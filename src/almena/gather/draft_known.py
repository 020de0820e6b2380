"""Files of a folder that need no guess, since whoever put them there knows what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from almena.gather.draft_files import Drafted
from almena.gather.draft_paper import Paper
from almena.gather.facts import FileFacts
from almena.model.kit import Kit, KitFile


@dataclass(frozen=True)
class Known:
    """
    What is known of files before a draft begins.

    Parameters
    ----------
    files : tuple of KitFile
        Their entries in the kit.
    notes : mapping of str to sequence of str
        Comments by path; they stand before the first entry of the path.
    others : frozenset of str
        Paths of files that are there for people and fill no role.
    """

    files: tuple[KitFile, ...] = ()
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    others: frozenset[str] = frozenset()

    def without(self, paths: Sequence[Path], folder: Path) -> list[Path]:
        """Return the paths of the files that are not known."""
        known = self.others | {f.path for f in self.files}
        return [path for path in paths if path.relative_to(folder).as_posix() not in known]

    def placed(self, folder: Path, probe: Callable[[Path], FileFacts]) -> list[Drafted]:
        """Look where the outlines among the files lie: they tell where the city is."""
        outlines = [f for f in self.files if f.role == "boundary"]
        return [Drafted(f.path, probe(folder / f.path), f.role, f.reader, []) for f in outlines]

    def added_to(self, kit: Kit, paper: Paper) -> Kit:
        """Return a kit with the files after its own, and note what is known of them."""
        told = dict(self.notes)
        for number, spec in enumerate(self.files, len(kit.files) + 1):
            for text in told.pop(spec.path, ()):
                paper.note(number, text)
        return replace(kit, files=(*kit.files, *self.files))
