"""The main job on Porto Alegre: seconds per step and peak memory, cold and after one changed file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from almena.app.create import new_city
from almena.app.profile import Session, profile
from almena.app.settings import Settings
from almena.gather.kit import load_kit
from almena.gather.kit_write import write_kit

KIT = "porto-alegre"


def cold(mirror: Path) -> dict[str, object]:
    """Run the command in a process of its own, from raw files to finished report."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "almena", "demo", "--json", "--city-dir", f"{folder}/city"]
        start = time.perf_counter()
        done = subprocess.run(
            command, env={**os.environ, "ALMENA_MIRROR": str(mirror)}, capture_output=True, check=False
        )
        wall = time.perf_counter() - start
    document: dict[str, object] = json.loads(done.stdout)
    return {**document, "wall": wall}


def one_changed_file(mirror: Path) -> tuple[float, int]:
    """Return seconds until the new observations are stored, in a running process, and the indicators redone."""
    with tempfile.TemporaryDirectory() as folder:
        city, kit_folder = Path(folder) / "city", Path(folder) / "kit"
        settings = Settings(mirror=mirror)
        new_city(city, KIT, settings)
        session = Session()
        profile(city, settings, session)
        kit = load_kit(KIT)
        old = next(f for f in kit.files if f.role == "hydrants")
        kit_folder.mkdir()
        document = json.loads((mirror / "porto_alegre" / old.path).read_text(encoding="utf-8"))
        document["features"] = document["features"][10:]
        changed = city / "kit" / "hydrants.geojson"
        changed.write_text(json.dumps(document), encoding="utf-8")
        files = tuple(replace(f, path=changed.name, sha256="", url="") if f == old else f for f in kit.files)
        write_kit(replace(kit, files=files), city / "kit")
        again = profile(city, settings, session)
        seconds = sum(s for step, s in again.seconds.items() if step != "report")
        shutil.rmtree(kit_folder)
        return seconds, len(again.measured)


def main(mirror: Path) -> None:
    """Print the figures."""
    found = cold(mirror)
    print(f"main job, cold, command line: {found['wall']:.1f} s, peak {found['peak_mb']} MB")
    for step, seconds in dict(found["seconds_by_step"]).items():  # type: ignore[call-overload]
        print(f"   {step:12} {seconds:6.2f} s")
    seconds, redone = one_changed_file(mirror)
    print(
        f"one changed file, running process: {seconds:.2f} s to new observations, {redone} indicators redone"
    )
