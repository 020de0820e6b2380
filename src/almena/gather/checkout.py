"""Snapshots with their own names again, for readers that look at names, suffixes and neighbours."""

from __future__ import annotations

from pathlib import Path

from almena.gather.located import Located
from almena.gather.trouble import cannot_write


def checkout(found: Located, into: Path) -> tuple[Path, ...]:
    """
    Give a located file its own name back, with its companions beside it.

    Parameters
    ----------
    found : Located
        A usable file.
    into : Path
        Working folder; a folder within it is made for each source, so that equal names do not meet.

    Returns
    -------
    tuple of Path
        The files in the order of ``found.paths``, as links where the system allows them, else as copies.

    Raises
    ------
    StoreError
        When the working folder cannot be written.
    """
    if found.source is None:
        return ()
    folder = into / found.source.sha256[:16]
    try:
        for name, path in found.companions:
            _appear(path, folder / name)
        return tuple(
            _appear(path, folder / name) for name, path in zip(found.names, found.paths, strict=True)
        )
    except OSError as error:
        raise cannot_write(into, error) from error


def _appear(path: Path, target: Path) -> Path:
    real = path.resolve()
    if target.is_symlink() and target.resolve() == real:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.symlink_to(real)
    except (
        OSError,
        NotImplementedError,
    ):  # file systems of USB sticks, and Windows without the right to link
        target.write_bytes(real.read_bytes())
    return target
