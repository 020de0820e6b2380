"""Profile many cities: each one a unit of work of its own, none able to stop another."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from almena.app.crews import Crew, crew_of
from almena.app.settings import Settings, silent
from almena.gather.hashing import hash_file
from almena.gather.kit import list_kits
from almena.model.problem import AlmenaError, InputError, Problem
from almena.publish.atomic import write_whole

RESULTS = "batch.csv"
DONE, FAILED = "done", "failed"
COLUMNS = (
    "city", "state", "seconds", "peak_mb", "decide", "discuss", "context", "missing", "by_neighbourhood",
    "problems", "what", "finished", "kit", "fingerprint", "report",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """
    One city to profile.

    Parameters
    ----------
    city, kit, mirror : str
        Folder of the city; name or path of its kit; folder with its files, or empty.
    row : int
        Line of the list it stands in, for messages.
    """

    city: str
    kit: str
    mirror: str
    row: int


def batch(
    table: Path, out: Path, settings: Settings, *, jobs: int = 2, scheduler: str = "", again: bool = False
) -> dict[str, Any]:
    """
    Profile the cities of a list; what was done before is not done again.

    Parameters
    ----------
    table : Path
        CSV with the columns ``city`` (name of its folder) and ``kit`` (name, folder, kit.toml or zip; relative to
        the list), and if needed ``mirror``.
    out : Path
        Folder of the city folders, and of the table of results, which is renewed after each city.
    settings : Settings
        Mirror for cities without one of their own, clock, progress.
    jobs : int
        Cities at a time.
    scheduler : str
        Address of a Dask scheduler whose workers see the same folders; empty for processes of this machine.
    again : bool
        Whether to do finished cities once more.

    Returns
    -------
    dict
        ``{cities, done, skipped, failed, seconds, cities_per_hour, results, problems}``.

    Raises
    ------
    InputError
        When the list cannot be used, with all that is wrong with it, or the scheduler cannot be reached.
    """
    todo = read_list(table, settings.mirror)
    ledger = _Ledger(out / RESULTS)
    waiting = [job for job in todo if again or not ledger.has(job)]
    started = time.perf_counter()
    with crew_of(scheduler, jobs) as crew:
        for row in _worked(crew, waiting, out, settings.clock()):
            ledger.note(row)
            settings.progress(f"{row['city']}: {row['state']} ({ledger.count()} of {len(todo)})")
    seconds = time.perf_counter() - started
    rows = [ledger.rows[job.city] for job in todo]
    failed = [row for row in rows if row["state"] == FAILED]
    return {
        "cities": len(todo),
        "done": len(rows) - len(failed),
        "skipped": len(todo) - len(waiting),
        "failed": len(failed),
        "seconds": round(seconds, 3),
        "cities_per_hour": round(3600 * len(waiting) / seconds, 1) if waiting else None,
        "results": str(out / RESULTS),
        "problems": [_told(row) for row in failed],
    }


def _told(row: dict[str, Any]) -> dict[str, str]:
    remedy = "Mend its kit or files, then run the same command again: the others are not done twice."
    return Problem(f"{row['city']} could not be profiled", row["kit"], row["what"], remedy).as_dict()


def _worked(crew: Crew, waiting: Sequence[Job], out: Path, at: str) -> Iterator[dict[str, Any]]:
    for job, found, why in crew.each(profile_one, [(j, str(out.absolute()), at) for j in waiting]):
        lost = {"state": FAILED, "what": why or "the process that worked on it died"}
        yield _row(waiting[job], at, found if found is not None else lost)


def _row(job: Job, at: str, found: dict[str, Any]) -> dict[str, Any]:
    facts = {"city": job.city, "kit": job.kit, "fingerprint": fingerprint(job), "finished": at}
    return dict.fromkeys(COLUMNS, "") | facts | found


def profile_one(job: Job, out: str, at: str) -> dict[str, Any]:
    """
    Make and profile one city, wherever this runs; whatever goes wrong is said in the answer.

    Parameters
    ----------
    job : Job
        The city.
    out : str
        Folder of the city folders.
    at : str
        Instant of the batch, ISO 8601: all its cities carry the same.
    """
    from almena.app.city_kit import is_made
    from almena.app.create import new_city
    from almena.app.profile import profile

    settings = Settings(
        mirror=Path(job.mirror) if job.mirror else None, clock=lambda: at, progress=silent, jobs=1
    )
    folder = Path(out) / job.city
    started = time.perf_counter()
    try:
        problems = [] if is_made(folder) else new_city(folder, job.kit, settings)
        found = profile(folder, settings)
    except AlmenaError as error:
        return {"state": FAILED, "what": "; ".join(p.what for p in error.problems)}
    except Exception as error:  # noqa: BLE001 - one city that fails in any way must not stop the others
        return {"state": FAILED, "what": f"{type(error).__name__}: {error}"}
    document = found.as_dict()
    return {
        "state": DONE,
        "seconds": round(time.perf_counter() - started, 3),
        "peak_mb": document["peak_mb"],
        **document["use"],
        "missing": document["indicators"]["missing"],
        "by_neighbourhood": document["by_neighbourhood"],
        "problems": len(problems) + len(found.problems),
        "what": "; ".join(p.what for p in (*problems, *found.problems)),
        "report": document["outputs"]["html"] or "",
    }


def fingerprint(job: Job) -> str:
    """Return a hash of the kit's table as it is now; empty for kits that come with Almena."""
    path = Path(job.kit)
    table = path / "kit.toml" if path.is_dir() else path
    return hash_file(table) if table.is_file() else ""


class _Ledger:
    """The table of results, on disk after every city."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, dict[str, Any]] = {}
        if path.is_file():
            with path.open(newline="", encoding="utf-8-sig") as file:
                self.rows = {row["city"]: dict(row) for row in csv.DictReader(file) if row.get("city")}

    def has(self, job: Job) -> bool:
        """Tell whether a city is done, from the same kit."""
        row = self.rows.get(job.city, {})
        same = row.get("kit") == job.kit and row.get("fingerprint", "") == fingerprint(job)
        return row.get("state") == DONE and same and (self.path.parent / job.city).is_dir()

    def count(self) -> int:
        """Return how many cities are in the table."""
        return len(self.rows)

    def note(self, row: dict[str, Any]) -> None:
        """Put the result of a city into the table."""
        self.rows[row["city"]] = row
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.rows[city] for city in sorted(self.rows))
        write_whole(self.path, text.getvalue().encode("utf-8-sig"))


def read_list(table: Path, mirror: Path | None) -> list[Job]:
    """
    Read the list of cities.

    Raises
    ------
    InputError
        When it is no such table; all its wrong rows are named together.
    """
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise InputError(Problem("The list cannot be read", str(table), why, "Give a CSV file.")) from error
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    absent = [name for name in ("city", "kit") if name not in (reader.fieldnames or ())]
    if absent:
        why = f"it has the columns: {', '.join(reader.fieldnames or ()) or 'none'}"
        remedy = "The first line names the columns: city,kit or city,kit,mirror."
        raise InputError(Problem(f"The list lacks: {', '.join(absent)}", str(table), why, remedy))
    jobs = [_job(row, number, table, mirror) for number, row in enumerate(reader, 2)]
    problems = list(_faults(jobs, table))
    if problems or not jobs:
        raise InputError(
            *(problems or [Problem("The list names no city", str(table), "", "Add a row for each.")])
        )
    return jobs


def _job(row: dict[str, Any], number: int, table: Path, mirror: Path | None) -> Job:
    facts = {name: str(row.get(name) or "").strip() for name in ("city", "kit", "mirror")}
    beside = table.parent / facts["kit"]
    if facts["kit"] and beside.exists() and facts["kit"] not in {k.name for k in list_kits()}:
        facts["kit"] = str(beside.absolute())
    if facts["mirror"]:
        facts["mirror"] = str((table.parent / facts["mirror"]).absolute())
    job = Job(**facts, row=number)
    return job if job.mirror or mirror is None else replace(job, mirror=str(mirror.absolute()))


def _faults(jobs: Sequence[Job], table: Path) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for job in jobs:
        where = f"{table}, line {job.row}"
        if not job.city or job.city in (".", "..") or set(job.city) & set('/\\:*?"<>|'):
            yield Problem(
                f"{job.city!r} cannot be the name of a folder", where, "", "Give letters, digits and hyphens."
            )
        if not job.kit:
            yield Problem(
                f"No kit is named for {job.city}", where, "", "Give the name of a kit, or a folder."
            )
        if job.city.casefold() in seen:
            why = f"it stands in line {seen[job.city.casefold()]} too"
            yield Problem(f"{job.city} is named twice", where, why, "Give each city a folder of its own.")
        seen.setdefault(job.city.casefold(), job.row)
