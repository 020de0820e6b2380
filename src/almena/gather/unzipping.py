"""Answers that a server packed on the way: unpacked as they come, and never beyond a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_GZIP = 16 + zlib.MAX_WBITS
_EITHER = 32 + zlib.MAX_WBITS  # gzip or zlib, told by the first bytes
_STEP = 1 << 20
PACKED = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _EITHER}


class Unzipper:
    """
    Unpacks the pieces of one answer.

    Parameters
    ----------
    encoding : str
        ``gzip``, ``x-gzip`` or ``deflate``.
    """

    def __init__(self, encoding: str) -> None:
        self._machine = zlib.decompressobj(PACKED[encoding])

    @property
    def is_whole(self) -> bool:
        """Tell whether the end of the packed bytes was seen."""
        return self._machine.eof

    def unpack(self, piece: bytes) -> Iterator[bytes]:
        """
        Yield what a piece holds, in steps small enough to stop at any of them.

        Raises
        ------
        ValueError
            When the piece is damaged.
        """
        while piece:
            try:
                some = self._machine.decompress(piece, _STEP)
            except zlib.error as error:
                raise ValueError(str(error)) from error
            if some:
                yield some
            piece = self._machine.unconsumed_tail
