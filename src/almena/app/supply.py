"""Hand over roles to the runner: located files, kept as snapshots, read once when asked for."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from almena.gather.checkout import checkout
from almena.gather.hashing import hash_file
from almena.gather.located import Located
from almena.gather.mirror import find_files
from almena.gather.snapshot import SnapshotStore
from almena.harmonise import FoundFile, read_role, role_key
from almena.model.card import Role
from almena.model.data import RoleData
from almena.model.kit import Kit
from almena.model.origin import Source
from almena.model.problem import AlmenaError, InputError, Problem
from almena.store.roles import RoleState


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
        self._missing = [found.problem for found in located if found.problem]
        self._roles = roles
        self._memo = memo
        self._working = tempfile.TemporaryDirectory(prefix="almena-")
        self._lock = threading.Lock()
        self._failed: dict[str, InputError] = {}
        self._met: dict[str, list[Problem]] = {}
        self._files = self._checked_out(located)
        self._keys = {
            role: _with_companions(role_key(roles[role], files), located, role)
            for role, files in self._files.items()
        }

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
    def problems(self) -> list[Problem]:
        """Return what stands in the way: files not found, then what the reading met so far."""
        return [*self._missing, *(problem for met in self._met.values() for problem in met)]

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
                self._met[role] = list(error.problems)
            raise
        with self._lock:
            self._met[role] = problems
        return content

    def states(self, before: Mapping[str, RoleState]) -> list[RoleState]:
        """
        Return how each role was filled, with what its reading met, now or when it was read last.

        Parameters
        ----------
        before : mapping of str to RoleState
            The states of the run before: a role that did not change is not read again.
        """
        found = []
        for role in sorted(self._files):
            key = self._keys[role]
            last = before.get(role)
            kept = list(last.problems) if last is not None and last.key == key else []
            met = tuple(self._met.get(role, kept))
            found.append(
                RoleState(role=role, key=key, files=tuple(f.name for f in self._files[role]), problems=met)
            )
        return found

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


def _with_companions(key: str, located: Sequence[Located], role: str) -> str:
    """Mix the hashes of files that travel with a shapefile into the key: its attributes may change alone."""
    beside = [
        f"{name} {hash_file(path)}"
        for found in located
        if found.spec.role == role
        for name, path in found.companions
    ]
    return hashlib.sha256("\n".join([key, *beside]).encode()).hexdigest() if beside else key


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
