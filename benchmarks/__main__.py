"""Run all comparisons: ``python -m benchmarks`` from the repository's folder, with the ``bench`` extra installed."""

from __future__ import annotations

import warnings

from benchmarks import access, main_job, overlays
from benchmarks.real_data import data_folder, load


def main() -> None:
    """Print seconds, ratios and whether the answers agree; nothing here can fail a build."""
    warnings.simplefilter("ignore")
    main_job.main(data_folder())
    city = load()
    overlays.people(city)
    overlays.roads(city)
    access.run(city)


if __name__ == "__main__":
    main()
