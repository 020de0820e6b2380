"""Check that every public name has a numpydoc docstring; prints what is missing and exits 1."""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Yields", "Examples", "Attributes")


def faults(path: Path) -> Iterator[str]:
    """Yield one line for each docstring that is missing or malformed in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(tree):
        yield f"{path}:1 the module has no docstring"
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if node.name.startswith("_") or _is_nested(tree, node):
            continue
        text = ast.get_docstring(node)
        if not text:
            yield f"{path}:{node.lineno} {node.name} has no docstring"
            continue
        yield from (f"{path}:{node.lineno} {node.name}: {fault}" for fault in _form(text))


def _is_nested(tree: ast.Module, wanted: ast.AST) -> bool:
    holders = (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return any(wanted is not holder and wanted in ast.walk(holder) for holder in holders)


def _form(text: str) -> Iterator[str]:
    first = text.splitlines()[0]
    if not first.rstrip().endswith((".", ":", "?", "!")):
        yield f"its first line is no sentence: {first!r}"
    lines = text.splitlines()
    for line, under in itertools.pairwise(lines):
        if line.strip() in SECTIONS and set(under.strip()) != {"-"}:
            yield f"the section {line.strip()} is not underlined"


def main() -> int:
    """Check all files of the package."""
    found = [fault for path in sorted(SOURCE.rglob("*.py")) for fault in faults(path)]
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
