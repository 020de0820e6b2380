"""What several writers of one run need is prepared once: the edition, its chapters, its painted maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from almena.model.shelf import Shelf
from almena.packs.language import spoken

Made = TypeVar("Made")
_shelf: ContextVar[Shelf | None] = ContextVar("shelf", default=None)


@contextmanager
def one_sitting() -> Iterator[None]:
    """Keep what writers prepare for as long as the block lasts; then all of it is let go."""
    if _shelf.get() is not None:
        yield
        return
    token = _shelf.set(Shelf())
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
    # the owner is held, so that no other object takes its id
    _, made = shelf.once((what, id(owner), spoken().code), lambda: (owner, make()))
    return made
