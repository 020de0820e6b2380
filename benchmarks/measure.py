"""Timing two ways to the same answer, and printing the ratio."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Timed:
    """
    One run.

    Parameters
    ----------
    name : str
        What ran.
    seconds : float
        The best of the repeats.
    answer : object
        What it found.
    """

    name: str
    seconds: float
    answer: Any


def timed(name: str, work: Callable[[], Any], repeats: int = 3) -> Timed:
    """Run some work and keep the best time."""
    best, answer = float("inf"), None
    for _ in range(repeats):
        start = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - start)
    return Timed(name, best, answer)


def compare(title: str, ours: Timed, peers: list[Timed], agree: Callable[[Any, Any], str]) -> None:
    """Print the seconds of each, how much faster Almena is, and whether the answers agree."""
    print(f"\n{title}")
    print(f"  {ours.name:<64} {ours.seconds:9.4f} s")
    for peer in peers:
        ratio = peer.seconds / ours.seconds
        print(f"  {peer.name:<64} {peer.seconds:9.4f} s   {ratio:8.1f} ×   {agree(ours.answer, peer.answer)}")
