"""Many cities at once: none stops another, nothing is done twice, and workers may die."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.app.toyville import change_file, settings, small_kit

from almena.app.batch import batch, profile_one, read_list
from almena.app.crews import DaskWorkers, Processes
from almena.model.problem import InputError
from almena.store.folder import CityFolder
from almena.store.runs import runs


def written(folder: Path, *rows: str, head: str = "city,kit") -> Path:
    table = folder / "list.csv"
    table.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return table


def results(out: Path) -> dict[str, dict[str, str]]:
    with (out / "batch.csv").open(newline="", encoding="utf-8-sig") as file:
        return {row["city"]: row for row in csv.DictReader(file)}


def runs_of(city: Path) -> int:
    with CityFolder.open(city) as folder:
        return len(runs(folder.engine))


# ---------------------------------------------------------------------------------------------- the main job


def test_one_failure_stops_nobody_and_nothing_is_done_twice(kit: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(kit, tmp_path / "other"))
    table = written(tmp_path, "a,kit", "broken,nowhere", "b,other")
    out = tmp_path / "cities"
    found = batch(table, out, settings(), jobs=2)
    assert (found["cities"], found["done"], found["failed"], found["skipped"]) == (3, 2, 1, 0)
    assert [p["what"] for p in found["problems"]] == ["broken could not be profiled"]
    assert found["cities_per_hour"] > 0
    rows = results(out)
    assert [rows[c]["state"] for c in ("a", "b", "broken")] == ["done", "done", "failed"]
    assert Path(rows["a"]["report"]).is_file()

    shutil.copytree(kit, tmp_path / "nowhere")
    change_file(other, "hydrants", date="2026-06")
    again = batch(table, out, settings(), jobs=2)
    assert (again["done"], again["skipped"], again["failed"]) == (3, 1, 0), "a is done; the kit of b changed"
    assert runs_of(out / "a") == 1
    last = batch(table, out, settings())
    assert (last["skipped"], last["cities_per_hour"]) == (3, None)
    assert batch(table, out, settings(), again=True)["skipped"] == 0
    assert runs_of(out / "a") == 2


def test_a_list_of_a_spreadsheet_with_semicolons_is_read(kit: Path, tmp_path: Path) -> None:
    table = written(tmp_path, f"a;{kit}", head="\ufeffcity;kit")
    assert [(job.city, job.kit) for job in read_list(table, None)] == [("a", str(kit))]


def test_all_that_is_wrong_with_a_list_is_said_at_once(tmp_path: Path) -> None:
    table = written(tmp_path, "../a,toy", "b,", "c,toy", "C,toy")
    with pytest.raises(InputError) as refusal:
        read_list(table, None)
    said = [(p.what, p.where.rsplit(" ", 1)[1]) for p in refusal.value.problems]
    assert said == [
        ("'../a' cannot be the name of a folder", "2"),
        ("No kit is named for b", "3"),
        ("C is named twice", "5"),
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "lacks: city, kit"),
        (b"city,kit\n", "names no city"),
        (b"name,kit\na,b\n", "lacks: city"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        batch(tmp_path / "list.csv", tmp_path / "out", settings())
    assert not (tmp_path / "out").exists()


def test_a_city_gets_the_mirror_of_its_row_or_that_of_the_command(tmp_path: Path) -> None:
    table = written(tmp_path, "a,monaco,files", "b,monaco,", head="city,kit,mirror")
    first, second = read_list(table, tmp_path / "shared")
    assert (first.mirror, second.mirror) == (str(tmp_path / "files"), str(tmp_path / "shared"))


def test_a_mistake_in_a_city_is_an_answer_not_an_exception(tmp_path: Path) -> None:
    (job,) = read_list(written(tmp_path, "a,nowhere"), None)
    assert profile_one(job, str(tmp_path), "2026-11-20T12:00:00+00:00")["state"] == "failed"


# ------------------------------------------------------------------------------------------- workers that die


def work(number: int, folder: str) -> dict[str, Any]:
    """Answer with one's number; die where a file says so, once or always."""
    time.sleep(0.05)
    for name, once in (("once", True), ("always", False)):
        mark = Path(folder) / f"{name}-{number}"
        if mark.exists():
            if once:
                mark.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return {"number": number}


def test_a_process_that_dies_takes_only_its_own_city_with_it(tmp_path: Path) -> None:
    (tmp_path / "once-2").touch()
    (tmp_path / "always-4").touch()
    with Processes(2) as crew:
        answers = {
            n: (found, why) for n, found, why in crew.each(work, [(n, str(tmp_path)) for n in range(7)])
        }
    assert sorted(answers) == list(range(7))
    assert [n for n, (found, _) in answers.items() if found is None] == [4]
    assert "died" in answers[4][1]
    assert answers[2][0] == {"number": 2}


def test_an_error_of_the_work_is_told_with_its_task(tmp_path: Path) -> None:
    with Processes(1) as crew:
        answers = list(crew.each(work, [(1, "a", "b")]))  # type: ignore[arg-type]
    assert answers[0][1] is None
    assert "TypeError" in answers[0][2]


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Start a Dask cluster of two processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


def test_a_cluster_profiles_cities_and_outlives_a_killed_worker(
    cluster: Any, kit: Path, tmp_path: Path
) -> None:
    (tmp_path / "once-3").touch()
    with DaskWorkers(cluster.scheduler_address) as crew:
        answers = sorted(crew.each(work, [(n, str(tmp_path)) for n in range(8)]))
    assert [found for _, found, _ in answers] == [{"number": n} for n in range(8)]
    assert not (tmp_path / "once-3").exists(), "the worker was killed in the middle of its task"
    assert kit.is_dir()
    out = tmp_path / "cities"
    table = written(tmp_path, "a,kit", "broken,nowhere")
    found = batch(table, out, settings(), scheduler=cluster.scheduler_address)
    assert (found["done"], found["failed"]) == (1, 1)
    assert results(out)["a"]["state"] == "done"


def test_a_scheduler_that_does_not_answer_is_named(kit: Path, tmp_path: Path) -> None:
    table = written(tmp_path, f"a,{kit}")
    with pytest.raises(InputError, match="does not answer"):
        batch(table, tmp_path / "out", settings(), scheduler="tcp://127.0.0.1:9")


def test_small_kits_differ_by_their_roles(toy_kit: Path, tmp_path: Path) -> None:
    one = small_kit(toy_kit, tmp_path / "one", ["boundary"])
    found = batch(written(tmp_path, f"one,{one}"), tmp_path / "out", settings(), jobs=1)
    assert found["done"] == 1
    assert int(results(tmp_path / "out")["one"]["missing"]) > 50
