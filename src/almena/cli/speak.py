"""How the command line speaks: one JSON document on standard output, everything else on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from almena.model.problem import Problem

DONE, WITH_PROBLEMS, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130


def say(text: str = "") -> None:
    """Print a line of the answer."""
    sys.stdout.write(text + "\n")


def progress(text: str) -> None:
    """Tell what is being done; a line each, so that logs stay readable."""
    sys.stderr.write(f"… {text}\n")
    sys.stderr.flush()


def print_json(document: Any) -> None:
    """Print one JSON document; numbers that JSON cannot hold become null."""
    sys.stdout.write(json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v) for v in value]
    return value


def complain(problems: Iterable[Problem], heading: str = "") -> None:
    """Print problems on standard error, each with what, where, why and what to do."""
    shown = list(problems)
    if shown and heading:
        sys.stderr.write(heading + "\n")
    for problem in shown:
        sys.stderr.write(str(problem) + "\n")


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number with thousands parted by commas, or a dash."""
    return "–" if value is None else f"{value:,.{decimals}f}"


def table(rows: Iterable[Iterable[str]]) -> None:
    """Print rows in columns."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not lines:
        return
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
