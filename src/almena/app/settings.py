"""What a use case is told from outside: folders, clock, who asks, where progress goes."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Progress = Callable[[str], None]
"""Takes one line of plain text about what is being done."""


def silent(_: str) -> None:
    """Say nothing."""


def now_utc() -> str:
    """Return the present instant in ISO 8601, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Settings:
    """
    Settings of one call; passed in, never read from a global.

    Parameters
    ----------
    mirror : Path or None
        Folder with files of kits.
    clock : callable
        Returns the present instant in ISO 8601, UTC.
    by : str
        Who runs it, as recorded with each value.
    progress : callable
        Takes one line of text for each step.
    jobs : int
        Number of files read side by side.
    language : str
        Code of the language of the outputs; empty for the first of the city's languages that Almena speaks.
    """

    mirror: Path | None = None
    clock: Callable[[], str] = now_utc
    by: str = "almena"
    progress: Progress = silent
    jobs: int = 2
    language: str = ""

    @property
    def today(self) -> str:
        """Return the day of the call, ISO 8601."""
        return self.clock()[:10]


def mirror_from(option: Path | None, environment: Mapping[str, str] | None = None) -> Path | None:
    """Return the mirror named by an option, else by ``ALMENA_MIRROR``, else None."""
    named = (os.environ if environment is None else environment).get("ALMENA_MIRROR", "")
    return option or (Path(named) if named else None)


@dataclass
class Stopwatch:
    """
    Seconds spent in each step.

    Parameters
    ----------
    seconds : dict of str to float
        Filled as steps end.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    _since: float = 0.0
    _step: str = ""

    def start(self, step: str, now: float) -> None:
        """End the step under way, if any, and begin another."""
        self.stop(now)
        self._step, self._since = step, now

    def stop(self, now: float) -> None:
        """End the step under way."""
        if self._step:
            self.seconds[self._step] = round(self.seconds.get(self._step, 0.0) + now - self._since, 3)
        self._step = ""
