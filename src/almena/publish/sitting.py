"""What several writers of one run need is prepared once: the edition, its chapters, its painted maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from almena.packs.language import spoken

Made = TypeVar("Made")
_Shelf = dict[tuple[str, int, str], tuple[object, Any]]
_shelf: ContextVar[_Shelf | None] = ContextVar("shelf", default=None)


@contextmanager
def one_sitting() -> Iterator[None]:
    """Keep what writers prepare for as long as the block lasts; then all of it is let go."""
    if _shelf.get() is not None:
        yield
        return
    token = _shelf.set({})
    try:
        yield
    finally:
        _shelf.reset(token)


def once(what: str, owner: object, make: Callable[[], Made]) -> Made:
    """
    Return what was made before of the same object in the same language and sitting, or make it.

    Parameters
    ----------
    what : str
        Name of the thing made.
    owner : object
        What it is made of, compared by identity: a changed copy is another owner.
    make : callable
        Makes it.
    """
    shelf = _shelf.get()
    if shelf is None:
        return make()
    key = (what, id(owner), spoken().code)
    if key not in shelf:
        shelf[key] = (owner, make())  # the owner is held, so that no other object takes its id
    made: Made = shelf[key][1]
    return made
