"""How time and memory grow with the city: the generated city from a hundred thousand to ten million people."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

MILLIONS = (0.1, 1.0, 5.0, 10.0)
PEOPLE_AT_SIZE_ONE = 60_000
_ONE = """
import json, sys, time
from pathlib import Path
from almena.app.create import new_city
from almena.app.profile import profile
from almena.app.settings import Settings
folder = Path(sys.argv[1])
settings = Settings(mirror=folder / "kit")
new_city(folder / "city", folder / "kit", settings)
begin = time.process_time()
found = profile(folder / "city", settings).as_dict()
cpu = time.process_time() - begin
print(json.dumps({k: found[k] for k in ("seconds", "seconds_by_step", "peak_mb", "use")} | {"cpu": cpu}))
"""
_MAKE = """
import sys
from pathlib import Path
from almena.gather.toy import write_toy_city
write_toy_city(Path(sys.argv[1]) / "kit", float(sys.argv[2]))
"""


def one(millions: float) -> dict[str, float]:
    """Return seconds and peak memory of profiling a city of some million people, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        size = millions * 1e6 / PEOPLE_AT_SIZE_ONE
        subprocess.run([sys.executable, "-c", _MAKE, folder, str(size)], check=True)
        done = subprocess.run([sys.executable, "-c", _ONE, folder], check=True, capture_output=True)
        size_mb = sum(f.stat().st_size for f in (Path(folder) / "kit").rglob("*") if f.is_file()) / 1e6
    found: dict[str, float] = json.loads(done.stdout)
    return {**found, "input_mb": size_mb}


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of cost against size in logarithms, least squares: 1 is linear growth."""
    x, y = [math.log(s) for s in sizes], [math.log(c) for c in costs]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)


def run() -> None:
    """Print time and memory for each size, and the exponents of growth."""
    print("generated city, raw files to finished report, each in a process of its own")
    found = []
    for millions in MILLIONS:
        found.append(one(millions))
        print(
            f"   {millions:5.1f} million people ({found[-1]['input_mb']:6.0f} MB of files): "
            f"{found[-1]['seconds']:6.1f} s, {found[-1]['cpu']:6.1f} s of processor, "
            f"{found[-1]['peak_mb']:6.0f} MB",
            flush=True,
        )
    for name in ("seconds", "cpu", "peak_mb"):
        costs = [f[name] for f in found]
        print(
            f"   growth of {name}: people to the power {exponent(MILLIONS, costs):.2f} over all sizes, "
            f"{exponent(MILLIONS[1:], costs[1:]):.2f} from one million"
        )
