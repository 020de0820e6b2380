"""Run all comparisons: ``python -m benchmarks`` from the repository's folder, with the ``bench`` extra installed."""

from __future__ import annotations

import warnings

from benchmarks import access, overlays
from benchmarks.real_data import load


def main() -> None:
    """Print seconds, ratios and whether the answers agree; nothing here can fail a build."""
    warnings.simplefilter("ignore")
    city = load()
    overlays.people(city)
    overlays.roads(city)
    access.run(city)


if __name__ == "__main__":
    main()
