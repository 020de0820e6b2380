"""How the command line speaks: one JSON document on standard output, everything else on standard error."""

from __future__ import annotations

import io
import json
import math
import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from almena.model.problem import Problem
from almena.packs import language
from almena.packs.language import ENGLISH, spoken
from almena.packs.retelling import retell

DONE, WITH_PROBLEMS, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130


def make_ready() -> None:
    """Let names that a terminal cannot show be spelled with escapes, where Python would refuse to print them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class UnheardError(Exception):
    """
    The answer cannot be handed over, whatever was done before it.

    Parameters
    ----------
    error : OSError
        What the system said.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.has_seen_enough = isinstance(error, BrokenPipeError)


def say(text: str = "") -> None:
    """
    Print a line of the answer.

    Raises
    ------
    UnheardError
        When it cannot be handed over; the same for all that prints an answer.
    """
    _hand_over(text + "\n")


def settle() -> None:
    """Hand over what was said to whoever reads it, before the program ends."""
    _hand_over("")


def _hand_over(text: str) -> None:
    """Write, or with an empty text flush; what cannot be written is let go, or Python complains of it in the end."""
    if sys.stdout is None:  # a closed one is none
        return
    try:
        sys.stdout.write(text) if text else sys.stdout.flush()
    except OSError as error:
        _let_go(sys.stdout)
        raise UnheardError(error) from error


def mutter(text: str) -> None:
    """Print a line beside the answer; nobody listening is no reason to stop working."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def progress(text: str) -> None:
    """Tell what is being done; a line each, so that logs stay readable."""
    mutter(f"… {retell(text)}")


def _let_go(stream: TextIO) -> None:
    """Send what a stream still holds nowhere."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - it has no path
        os.dup2(nowhere.fileno(), stream.fileno())


def print_json(document: Any) -> None:
    """Print one JSON document; numbers that JSON cannot hold become null."""
    text = json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(_plain(document), indent=2, allow_nan=False)
    say(text)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v) for v in value]
    return str(value) if isinstance(value, Path) else value


def quoted(path: Path) -> str:
    """Return a path as it is typed at a command line."""
    return shlex.quote(str(path)) if os.name == "posix" else f'"{path}"'


def complain(problems: Iterable[Problem], heading: str = "") -> None:
    """Print problems on standard error, each with what, where, why and what to do."""
    shown = list(problems)
    if shown and heading:
        mutter(heading)
    for problem in shown:
        mutter(problem_text(problem))


def problem_text(problem: Problem) -> str:
    """Return a problem as the person reads it."""
    what, where, why, remedy = (retell(t) for t in (problem.what, problem.where, problem.why, problem.remedy))
    lines = [what]
    lines += [f"  {language.say('where: {where}', where=where)}"] if where else []
    lines += [f"  {language.say('why:   {why}', why=why)}"] if why else []
    lines += [f"  {language.say('do:    {remedy}', remedy=remedy)}"] if remedy else []
    return "\n".join(lines)


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number with thousands parted, or a dash."""
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}"
    return text if spoken().code == ENGLISH else text.translate(spoken().number_marks)


def table(rows: Iterable[Iterable[str]]) -> None:
    """Print rows in columns."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not lines:
        return
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def ask(questions: list[dict[str, Any]]) -> None:
    """Print the questions of a draft with their candidates, each as the option that answers it."""
    for question in questions:
        say(f"\n? {retell(question['about'])}")
        for candidate in question["candidates"]:
            is_taken = candidate["value"] == question.get("default")
            option = shlex.quote(f"{question['id']}={candidate['value']}")
            say(f"  {'>' if is_taken else ' '} --answer {option}   {retell(candidate['why'])}".rstrip())
        if not question["candidates"]:
            say(f"    --answer {shlex.quote(question['id'] + '=')}…")
