"""Toyville: a small fictional city, generated with every role filled and known errors planted."""

from __future__ import annotations

import csv
import importlib.resources
import io
from dataclasses import dataclass
from pathlib import Path

from almena.gather.kit import load_kit, write_kit
from almena.gather.toy_bench import Bench
from almena.gather.toy_nature import write_nature
from almena.gather.toy_places import write_places
from almena.gather.toy_plan import CRS, Plan
from almena.gather.toy_services import write_services
from almena.gather.toy_streets import write_streets
from almena.gather.toy_tables import write_tables
from almena.gather.toy_transit import write_transit
from almena.gather.toy_weather import write_weather
from almena.gather.toy_world import COUNTRY, TOYVILLE, write_world
from almena.gather.trouble import cannot_write
from almena.model.kit import Kit
from almena.model.problem import InputError

TOY = "toy"
SMALLEST, LARGEST = 0.01, 400.0  # 600 people to 24 million
_HEAD = (
    "Toyville does not exist: every file is generated, the same bytes for the same size and seed.",
    "It fills every role and holds the errors listed in planted.csv, to check a profile against.",
)


@dataclass(frozen=True)
class Planted:
    """
    One error put into the toy city on purpose.

    Parameters
    ----------
    id, where, what, must_say : str
        Short name; file; what is wrong there; what a profile of the city must say or do about it.
    """

    id: str
    where: str
    what: str
    must_say: str


def planted_errors() -> tuple[Planted, ...]:
    """Return the errors planted in the toy city."""
    table = importlib.resources.files("almena") / "kits" / TOY / "planted.csv"
    rows = csv.DictReader(io.StringIO(table.read_text(encoding="utf-8")))
    return tuple(Planted(**row) for row in rows)


def write_toy_city(folder: Path, size: float = 1.0, seed: int = 1) -> Kit:
    """
    Generate the toy city: its files, and the kit that names them.

    Parameters
    ----------
    folder : Path
        Folder to fill; made when it does not exist.
    size : float
        Area and people relative to the standard 48 km² and 60,000 people; 0.01 to 400.
    seed : int
        Start of all random choices; equal seeds give equal bytes.

    Returns
    -------
    Kit
        The kit, also written to ``folder/kit.toml``.

    Raises
    ------
    InputError
        When the size is none that a city can be drawn in.
    StoreError
        When the folder cannot be written.
    """
    if not SMALLEST <= size <= LARGEST:
        raise InputError.of(
            "The toy city cannot be drawn in this size",
            f"size {size}",
            f"its streets, plots and raster cells keep their own size: {SMALLEST} to {LARGEST:.0f} will do",
            "Give another size; 1 is a city of 60,000 people.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, Plan(size, seed))
        write_places(bench)
        write_transit(bench, write_streets(bench))
        write_services(bench)
        write_nature(bench)
        write_tables(bench)
        write_weather(bench)
        write_world(bench)
        kit = Kit(TOY, TOYVILLE, COUNTRY, CRS, ("en",), tuple(bench.files), folder)
        write_kit(kit, folder, notes={0: _HEAD})
    except OSError as error:
        raise cannot_write(folder, error) from error
    return kit


def materialise_kit(name: str | Path, into: Path) -> Kit:
    """
    Load a kit; the generated one is written into a folder first.

    Parameters
    ----------
    name : str or Path
        As for `almena.gather.kit.load_kit`.
    into : Path
        Folder for the files of the generated kit; a kit that is there already is generated anew.

    Returns
    -------
    Kit
        The kit; for ``toy`` its files lie in ``into``.

    Raises
    ------
    InputError
        When the kit cannot be used.
    StoreError
        When the folder cannot be written.
    """
    if str(name) != TOY:
        return load_kit(name)
    return write_toy_city(into)
