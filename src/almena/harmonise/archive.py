"""Zip files from strangers, looked at before anything in them is opened."""

from __future__ import annotations

import stat
import struct
import zipfile
from itertools import pairwise
from pathlib import Path, PurePosixPath

from almena.model.problem import InputError, Problem

MAX_TOTAL = 2 * 2**30
MAX_RATIO = 200
RATIO_FROM = 10 * 2**20
MAX_ENTRIES = 10_000
LOCAL_HEADER = 30
READ_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    IndexError,  # a name that is cut to nothing
    NotImplementedError,
    OSError,
    ValueError,
    struct.error,
)


def safe_zip(path: Path, name: str = "") -> tuple[str, ...]:
    """
    Check a zip file (also xlsx, docx, kmz, gtfs) before it is opened, and list its members.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Name to show to people; the file name when empty.

    Returns
    -------
    tuple of str
        Names of the files inside, folders left out.

    Raises
    ------
    InputError
        With all problems: not a zip file, too large when unpacked (2 GB), packed too tightly (200 times, from
        10 MB on), too many members (10,000), a name that climbs out, a link, members that overlap, a password.
    """
    shown = name or path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except READ_ERRORS as error:
        raise InputError(
            Problem("The file is not a readable zip file.", shown, str(error), "Fetch the file again.")
        ) from error
    complaints = _complaints(members)
    if complaints:
        raise InputError(
            *(
                Problem(what, shown, why, "Do not use this file; ask for a clean copy.")
                for what, why in complaints
            )
        )
    return tuple(m.filename for m in members if not m.is_dir())


def _complaints(members: list[zipfile.ZipInfo]) -> list[tuple[str, str]]:
    """Return everything that is wrong with an archive as pairs of what and why."""
    if len(members) > MAX_ENTRIES:
        return [("The archive holds too many files.", f"{len(members):,}, more than {MAX_ENTRIES:,}.")]
    found = []
    total = sum(m.file_size for m in members)
    if total > MAX_TOTAL:
        found.append(
            ("The archive is too large when unpacked.", f"{total:,} bytes, more than {MAX_TOTAL:,}.")
        )
    found += [pair for member in members for pair in _member_complaints(member)]
    return found + _overlaps(members)


def _member_complaints(member: zipfile.ZipInfo) -> list[tuple[str, str]]:
    found = []
    if climbs_out(member.filename):
        found.append(("The archive holds a file name that climbs out of its folder.", repr(member.filename)))
    if stat.S_ISLNK(member.external_attr >> 16):
        found.append(("The archive holds a link instead of a file.", repr(member.filename)))
    if member.flag_bits & 0x1:
        found.append(("The archive is locked with a password.", repr(member.filename)))
    if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        found.append(("The archive is packed so tightly that it may be a bomb.", repr(member.filename)))
    return found


def climbs_out(name: str) -> bool:
    """Tell whether a member name is absolute, has a drive letter, or leaves the folder."""
    slashed = name.replace("\\", "/")
    parts = PurePosixPath(slashed).parts
    return slashed.startswith("/") or ".." in parts or ":" in slashed.split("/")[0] or "\0" in name


def _overlaps(members: list[zipfile.ZipInfo]) -> list[tuple[str, str]]:
    """Members that share bytes unpack to more than the file can honestly hold."""
    spans = sorted(
        (m.header_offset, m.compress_size + LOCAL_HEADER + len(m.filename), m.filename) for m in members
    )
    for (start, size, first), (after, _, second) in pairwise(spans):
        if start + size > after:
            return [("The archive holds files that overlap.", f"{first!r} and {second!r} share bytes.")]
    return []
