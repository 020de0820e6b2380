"""What was worked out once and is wanted again, by writers that may work side by side."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Any, TypeVar

Made = TypeVar("Made")


@dataclass
class Shelf:
    """
    Things by name, each made once however many threads ask for it at the same time.

    Who asks for a thing that is being made waits for it; other things can be made meanwhile. A thing may ask for
    others while it is made, as long as none of them asks for it in turn.
    """

    _made: dict[Hashable, Any] = field(default_factory=dict)
    _locks: dict[Hashable, Any] = field(default_factory=dict)
    _door: Lock = field(default_factory=Lock)

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """
        Return the thing of that name, made now if nobody has made it before.

        Parameters
        ----------
        name : hashable
            Its name.
        make : callable
            Makes it; when it raises, the next one who asks tries again.
        """
        if name not in self._made:
            with self._lock_of(name):
                if name not in self._made:
                    self._made[name] = make()
        made: Made = self._made[name]
        return made

    def _lock_of(self, name: Hashable) -> Any:
        with self._door:
            return self._locks.setdefault(name, RLock())
