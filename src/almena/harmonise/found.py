"""What gather hands over: a declared file together with the real bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from almena.model.kit import KitFile
from almena.model.listed import Listed
from almena.model.origin import Source
from almena.model.problem import InputError, Problem

SIDECARS = frozenset({".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix"})


@dataclass(frozen=True)
class FoundFile:
    """
    A file of a kit that is there and can be opened.

    Parameters
    ----------
    spec : KitFile
        How the kit says that it is read.
    paths : tuple of Path
        The real files: one, or several when the kit's path is a glob. Sidecars of a shapefile lie beside it.
    source : Source
        Where the bytes come from, with their hash.
    """

    spec: KitFile
    paths: tuple[Path, ...]
    source: Source

    @property
    def path(self) -> Path:
        """Return the first path: the only one when a reader is called."""
        return self.paths[0]

    @property
    def name(self) -> str:
        """Return the name to show to people: the path inside the kit, never a path of this machine."""
        declared = self.source.file or self.spec.path
        is_pattern = any(mark in declared for mark in "*?[")
        return self.path.name if is_pattern and self.paths else declared

    def singles(self) -> tuple[FoundFile, ...]:
        """Return one entry per path, the sidecars of shapefiles left out."""
        mains = [p for p in self.paths if p.suffix.lower() not in SIDECARS]
        return tuple(replace(self, paths=(p,)) for p in mains or self.paths)

    def problem(
        self,
        what: str,
        why: str = "",
        remedy: str = "",
        inside: str = "",
        listed: tuple[Listed, ...] = (),
    ) -> Problem:
        """Return a problem of this file; ``inside`` names the sheet, layer, column or cell."""
        return Problem(what, f"{self.name}, {inside}" if inside else self.name, why, remedy, listed)

    def refusal(
        self,
        what: str,
        why: str = "",
        remedy: str = "",
        inside: str = "",
        listed: tuple[Listed, ...] = (),
    ) -> InputError:
        """Return the error to raise when this file cannot be used."""
        return InputError(self.problem(what, why, remedy, inside, listed))
