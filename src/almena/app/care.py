"""Look after a city folder: its soundness, its hash, its self-tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almena.app.city_kit import has_only_answers, read_city_kit
from almena.app.material import load_content
from almena.app.packs import sound_packs_of
from almena.app.places import build_places
from almena.app.supply import FileSupply, keep_all
from almena.measure.self_tests import run_self_tests
from almena.model.check import SelfTest
from almena.model.problem import AlmenaError, Problem
from almena.packs import load_roles
from almena.store.doctor import defects, remarks
from almena.store.folder import CityFolder
from almena.store.hashing import content_hash
from almena.store.observations import current


@dataclass(frozen=True)
class Health:
    """
    What the doctor found.

    Parameters
    ----------
    defects : tuple of Problem
        What is broken.
    remarks : tuple of Problem
        What is sound but worth knowing.
    self_tests : tuple of SelfTest
        The profile checked against itself.
    hash : str
        Hash of the content, independent of ids and times.
    """

    defects: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    self_tests: tuple[SelfTest, ...]
    hash: str

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is broken and every self-test passes."""
        return not self.defects and all(t.passed for t in self.self_tests)

    def as_dict(self) -> dict[str, Any]:
        """Return the shape that ``doctor --json`` prints."""
        return {
            "sound": self.is_sound,
            "hash": self.hash,
            "problems": [p.as_dict() for p in self.defects],
            "notes": [p.as_dict() for p in self.remarks],
            "self_tests": [t.as_dict() for t in self.self_tests],
        }


def doctor(path: Path) -> Health:
    """
    Examine a city folder.

    Parameters
    ----------
    path : Path
        The city folder.

    Returns
    -------
    Health
        Defects, remarks, self-tests and the content hash.

    Raises
    ------
    InputError
        When the folder is no city.
    StoreError
        When its database cannot be opened at all.
    """
    with CityFolder.open(path) as folder:
        broken, digest = [*defects(path), *sound_packs_of(folder)[1]], ""
        tests: tuple[SelfTest, ...] = ()
        try:
            digest = content_hash(folder.engine)
            tests = _self_tests(folder)
        except AlmenaError as error:  # what else is broken is worth knowing all the same
            broken += error.problems
    return Health(tuple(dict.fromkeys(broken)), tuple(remarks(path)), tests, digest)


def hash_of(path: Path) -> str:
    """Return the content hash of a city folder."""
    with CityFolder.open(path) as folder:
        return content_hash(folder.engine)


def _self_tests(folder: CityFolder) -> tuple[SelfTest, ...]:
    if has_only_answers(folder):
        return ()
    kit = read_city_kit(folder)
    shown = [o.shown for o in current(folder.engine)]
    if not shown:
        return ()
    supply = FileSupply(keep_all(kit, None, folder.snapshots), load_roles(), {})
    try:
        places, _ = build_places(supply, kit)
    except AlmenaError as error:
        return (SelfTest("places", "The places of the city can be made", False, str(error)),)
    finally:
        supply.close()
    return run_self_tests(shown, places, load_content()[0].cards)
