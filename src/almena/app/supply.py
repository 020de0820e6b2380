"""Hand over roles to the runner: located files, kept as snapshots, read once when asked for."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from almena.gather.checkout import checkout
from almena.gather.located import Located
from almena.gather.mirror import find_files
from almena.gather.snapshot import SnapshotStore
from almena.harmonise import FoundFile, read_role, role_key
from almena.model.card import Role
from almena.model.data import RoleData
from almena.model.kit import Kit
from almena.model.origin import Source
from almena.model.problem import AlmenaError, InputError, Problem


class FileSupply:
    """
    Roles of one kit, read from their files when asked for.

    Parameters
    ----------
    located : sequence of Located
        The files, kept as snapshots.
    roles : mapping of str to Role
        All roles by id.
    memo : mutable mapping
        Contents by key; hand over the same one again to read only what changed.
    """

    def __init__(
        self, located: Sequence[Located], roles: Mapping[str, Role], memo: MutableMapping[str, RoleData]
    ) -> None:
        self.problems: list[Problem] = [found.problem for found in located if found.problem]
        self._roles = roles
        self._memo = memo
        self._working = tempfile.TemporaryDirectory(prefix="almena-")
        self._lock = threading.Lock()
        self._failed: dict[str, InputError] = {}
        self._files = self._checked_out(located)
        self._keys = {role: role_key(roles[role], files) for role, files in self._files.items()}

    def _checked_out(self, located: Sequence[Located]) -> dict[str, list[FoundFile]]:
        files: dict[str, list[FoundFile]] = {}
        for found in located:
            if found.source is not None:
                paths = checkout(found, Path(self._working.name))
                files.setdefault(found.spec.role, []).append(FoundFile(found.spec, paths, found.source))
        return files

    def close(self) -> None:
        """Remove the working folder."""
        self._working.cleanup()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return all usable files, in the order of the kit."""
        return tuple(f.source for files in self._files.values() for f in files)

    @property
    def filled(self) -> frozenset[str]:
        """Return the roles that have at least one file that has not failed."""
        return frozenset(self._files) - frozenset(self._failed)

    def key(self, role: str) -> str | None:
        """Return the hash of what the role would hold, or None when no usable file fills it."""
        return None if role in self._failed else self._keys.get(role)

    def get(self, role: str) -> RoleData:
        """
        Read the role, once.

        Raises
        ------
        AlmenaError
            When no file of the role can be used.
        """
        key = self.key(role)
        if key is None:
            raise self._failed.get(role) or AlmenaError.of(f"No usable file fills the role {role}", role)
        if key not in self._memo:
            self._memo[key] = self._read(role)
        return self._memo[key]

    def _read(self, role: str) -> RoleData:
        try:
            content, problems = read_role(self._roles[role], self._files[role])
        except InputError as error:
            with self._lock:
                self._failed[role] = error
                self.problems += error.problems
            raise
        with self._lock:
            self.problems += problems
        return content

    def prefetch(self, roles: Iterable[str], jobs: int) -> None:
        """
        Read several roles side by side; those that fail are left as gaps with their problems.

        Parameters
        ----------
        roles : iterable of str
            Roles to read.
        jobs : int
            How many at a time.
        """
        wanted = [
            r for r in dict.fromkeys(roles) if self.key(r) is not None and self.key(r) not in self._memo
        ]
        size = {r: -sum(f.source.size for f in self._files[r]) for r in wanted}
        with ThreadPoolExecutor(max(1, jobs)) as pool:
            list(pool.map(self._try, sorted(wanted, key=lambda r: size[r])))

    def _try(self, role: str) -> None:
        try:
            self.get(role)
        except AlmenaError:
            return


def keep_all(kit: Kit, mirror: Path | None, snapshots: Path) -> list[Located]:
    """
    Find all files of a kit and keep their bytes in the city folder.

    Parameters
    ----------
    kit : Kit
        The kit.
    mirror : Path or None
        Folder with files of kits.
    snapshots : Path
        The city's snapshots.

    Returns
    -------
    list of Located
        With paths into the snapshots, so that the mirror may go.
    """
    store = SnapshotStore(snapshots)
    return [store.keep(found) for found in find_files(kit, mirror, store)]
