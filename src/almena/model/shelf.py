"""What was worked out once and is wanted again, by threads that may work side by side."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
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

    _made: dict[Hashable, tuple[tuple[object, ...], Any]] = field(default_factory=dict)
    _locks: dict[Hashable, Any] = field(default_factory=dict)
    _door: Lock = field(default_factory=Lock)

    def once(self, name: Hashable, make: Callable[[], Made], others: tuple[object, ...] = ()) -> Made:
        """
        Return the thing of that name, made now if nobody has made it before.

        Parameters
        ----------
        name : hashable
            Its name.
        make : callable
            Makes it; when it raises, the next one who asks tries again.
        others : tuple
            What it is made of, compared by identity: of others it is made anew, and takes the old one's place.
        """
        found = self._made.get(name)
        if found is None or not _same(found[0], others):
            with self._lock_of(name):
                found = self._made.get(name)
                if found is None or not _same(found[0], others):
                    found = self._made[name] = (others, make())
        made: Made = found[1]
        return made

    def _lock_of(self, name: Hashable) -> Any:
        with self._door:
            return self._locks.setdefault(name, RLock())


class Remembering:
    """What lasts for a run and is asked the same things by several functions."""

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf()

    def once(self, what: Hashable, make: Callable[[], Made], *others: object) -> Made:
        """
        Return what several functions work out of this alike, made by the first that asks.

        It is let go with its owner; a changed copy of the owner begins anew.

        Parameters
        ----------
        what : hashable
            Name of the thing made, with every setting that it depends on.
        make : callable
            Makes it; nobody may change what it returns.
        *others : object
            What else it is made of, compared by identity; it is made anew of others, and the last one stays.
        """
        return self._shelf.once(what, make, others)


def _same(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    return len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))
