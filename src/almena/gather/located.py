"""A declared file once it is found: the hand-over from kit to readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from almena.model.kit import KitFile
from almena.model.origin import Source
from almena.model.problem import Problem


@dataclass(frozen=True)
class Located:
    """
    What became of one file of a kit.

    Parameters
    ----------
    spec : KitFile
        The declaration.
    paths : tuple of Path
        Where the bytes lie: one, or several when the declared path is a glob; empty when not found. Paths
        into a snapshot store have no readable name or suffix: check them out before reading.
    source : Source or None
        The facts with the hash of the bytes; None when the file cannot be used.
    problem : Problem or None
        Why it cannot be used.
    names : tuple of str
        Original file names, in the order of ``paths``.
    companions : tuple of (str, Path)
        Files that travel with a shapefile (``roads.dbf``, ``roads.prj`` …) by original name.
    """

    spec: KitFile
    paths: tuple[Path, ...] = ()
    source: Source | None = None
    problem: Problem | None = None
    names: tuple[str, ...] = ()
    companions: tuple[tuple[str, Path], ...] = ()

    @property
    def is_usable(self) -> bool:
        """Tell whether the bytes were found and are the declared ones."""
        return self.source is not None
