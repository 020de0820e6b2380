"""Files written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from almena.gather.trouble import cannot_write


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """
    Give a hidden name beside a file to write to, and rename it when the block ends well.

    Parameters
    ----------
    target : Path
        The file; what is there is replaced. The hidden name ends as it does, so that libraries know the format.

    Raises
    ------
    StoreError
        When it cannot be written; what was there before is then still there.
    """
    half = target.with_name(f".part-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half.unlink(missing_ok=True)
        yield half
        half.replace(target)
    except OSError as error:
        raise cannot_write(target.parent, error) from error
    finally:
        half.unlink(missing_ok=True)
