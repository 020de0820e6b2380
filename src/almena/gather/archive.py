"""Zips from strangers: looked through first, unpacked only when every member is harmless."""

from __future__ import annotations

import lzma
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from almena.gather.trouble import cannot_write
from almena.model.problem import InputError, Problem, raise_all

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_LOCAL_HEADER = 30  # bytes of a zip's local file header without name and extra field (APPNOTE 4.3.7)


_DAMAGE = (  # what zipfile and its decompressors raise for bytes that are not a whole zip
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    IndexError,  # a name that is cut to nothing
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """
    What a zip may grow to.

    Parameters
    ----------
    total : int
        Bytes of all members together.
    ratio : float
        Unpacked bytes per packed byte, for members over ``ratio_from`` bytes.
    ratio_from : int
        Size from which the ratio is looked at.
    members : int
        Number of members.
    """

    total: int = 2 << 30
    ratio: float = 200.0
    ratio_from: int = 10 << 20
    members: int = 10_000


def unpack(zip_path: Path, into: Path, limits: Limits | None = None) -> list[Path]:
    """
    Unpack a zip into a folder, or refuse it before a byte is written.

    Parameters
    ----------
    zip_path : Path
        The zip.
    into : Path
        Folder to fill; made when it does not exist.
    limits : Limits, optional
        What the zip may grow to.

    Returns
    -------
    list of Path
        The files written, in the order of the zip.

    Raises
    ------
    InputError
        When the zip is damaged, or any member is unsafe; then nothing is written.
    """
    members = look_through(zip_path, limits)
    try:
        with zipfile.ZipFile(zip_path) as archive:
            return [_write(archive, info, into) for info in members]
    except OSError as error:
        raise cannot_write(into, error) from error


def look_through(path: Path, limits: Limits | None = None) -> list[zipfile.ZipInfo]:
    """
    Check that a zip is whole and harmless, and return its members without folders.

    Parameters
    ----------
    path : Path
        The zip.
    limits : Limits, optional
        What the zip may grow to.

    Raises
    ------
    InputError
        When the zip is damaged, or any member is unsafe.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            problems = list(_dangers(archive, path, limits or Limits()))
            damaged = None if problems else archive.testzip()
            members = [info for info in archive.infolist() if not info.is_dir()]
    except _DAMAGE as error:
        raise _broken(path, str(error) or "it ends too early") from error
    if damaged is not None:
        raise _broken(path, f"the bytes of {damaged!r} are not those that were packed")
    raise_all(problems)
    return members


def _broken(path: Path, why: str) -> InputError:
    return InputError(Problem("The zip cannot be unpacked.", str(path), why, "Copy or zip the files again."))


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, into: Path) -> Path:
    target = into.joinpath(*PurePosixPath(info.filename).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as packed, target.open("xb") as unpacked:
        shutil.copyfileobj(packed, unpacked, 1 << 20)
    return target


def _dangers(archive: zipfile.ZipFile, path: Path, limits: Limits) -> Iterator[Problem]:
    infos = archive.infolist()
    remedy = "Do not use this zip; ask its author for the plain files."
    if len(infos) > limits.members:
        yield Problem("The zip holds too many files.", str(path), f"{len(infos):,} members", remedy)
        return
    total = sum(info.file_size for info in infos)
    if total > limits.total:
        yield Problem("The zip would grow too large.", str(path), f"{total:,} bytes unpacked", remedy)
    for info in infos:
        if why := _unsafe_name(info) or _unsafe_size(info, limits):
            yield Problem("The zip holds an unsafe member.", f"{path}: {info.filename!r}", why, remedy)
    if why := _overlap(infos) or _same_name(infos):
        yield Problem("The zip is malformed.", str(path), why, remedy)


def _unsafe_name(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    parts = name.rstrip("/").split("/")
    if not name.strip("/") or name.startswith("/") or "\\" in name or ":" in name:
        return "its name is absolute, or holds a drive letter or backslash"
    if any(part in ("", ".", "..") for part in parts):
        return "its name climbs out of the folder or is not plain"
    if any(ord(c) < 32 for c in name):
        return "its name holds a control character"
    if any(p.split(".")[0].rstrip().lower() in _RESERVED or p.endswith((" ", ".")) for p in parts):
        return "its name is reserved on some systems"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is a link or a device, not a file"
    return "it is encrypted" if info.flag_bits & 0x1 else ""


def _unsafe_size(info: zipfile.ZipInfo, limits: Limits) -> str:
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        return f"it grows from {info.compress_size:,} to {info.file_size:,} bytes"
    return ""


def _overlap(infos: list[zipfile.ZipInfo]) -> str:
    spans = sorted((i.header_offset, i.header_offset + _LOCAL_HEADER + i.compress_size) for i in infos)
    if any(start < end for (_, end), (start, _) in pairwise(spans)):
        return "members share the same bytes"
    return ""


def _same_name(infos: list[zipfile.ZipInfo]) -> str:
    names = [i.filename.rstrip("/").casefold() for i in infos]
    return "two members have the same name" if len(set(names)) < len(names) else ""
