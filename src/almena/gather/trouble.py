"""Errors of disks, said so that a person can mend them."""

from __future__ import annotations

import errno
from pathlib import Path

from almena.model.problem import Problem, StoreError


def cannot_write(folder: Path, error: OSError) -> StoreError:
    """
    Return the error for a folder that cannot be written.

    Parameters
    ----------
    folder : Path
        The folder, named when the error itself names no file.
    error : OSError
        What the system said.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why, remedy = (
            "the disk is full",
            "Free some space and run the command again; nothing half-written is left.",
        )
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why, remedy = "the system refuses access", "Change the permissions, or choose another folder."
    else:
        why, remedy = (
            error.strerror or str(error),
            "Check the disk and the folder, then run the command again.",
        )
    return StoreError(Problem("A file cannot be kept.", str(error.filename or folder), why, remedy))
