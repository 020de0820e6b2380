"""A hundred small cities in one batch: cities per hour."""

from __future__ import annotations

import tempfile
from pathlib import Path

from almena.app.batch import batch
from almena.app.settings import Settings
from almena.gather.toy import write_toy_city

CITIES, DIFFERENT, SIZE = 100, 10, 0.3  # a hundred cities of 18,000 people, of ten ground plans


def run() -> None:
    """Print how many cities an hour takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(DIFFERENT):
            write_toy_city(folder / f"kit-{seed}", SIZE, seed + 1)
        rows = [f"town-{n:03},kit-{n % DIFFERENT}" for n in range(CITIES)]
        (folder / "list.csv").write_text("\n".join(["city,kit", *rows, ""]), encoding="utf-8")
        found = batch(folder / "list.csv", folder / "cities", Settings(), jobs=2)
    print(f"batch of {found['done']} small cities, two at a time: {found['seconds']:.0f} s")
    print(f"   {found['cities_per_hour']:,.0f} cities per hour")


if __name__ == "__main__":
    run()
