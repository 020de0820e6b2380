"""
Run all comparisons: ``python -m benchmarks`` from the repository's folder, with the ``bench`` extra installed.

``growth`` and ``batch`` hold Almena against itself and need no extra.
"""

from __future__ import annotations

import sys
import warnings

from benchmarks import diagnosis, growth, main_job, many_cities
from benchmarks.real_data import data_folder, load


def main() -> None:
    """Print seconds, ratios and whether the answers agree; name `city`, `growth`, `batch` or `diagnosis` for a part."""
    warnings.simplefilter("ignore")
    wanted = set(sys.argv[1:])
    if not wanted or "city" in wanted:
        real_city()
    if not wanted or "growth" in wanted:
        growth.run()
    if not wanted or "batch" in wanted:
        many_cities.run()
    if not wanted or "diagnosis" in wanted:
        diagnosis.run()


def real_city() -> None:
    """Print the figures that need the real city's files."""
    from benchmarks import access, overlays  # they load the peers

    main_job.main(data_folder())
    city = load()
    overlays.people(city)
    overlays.roads(city)
    access.run(city)


if __name__ == "__main__":
    main()
