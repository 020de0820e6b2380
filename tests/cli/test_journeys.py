"""Journeys of people at the command line, as they type it, in processes of their own."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


def almena(*words: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line and return what it said."""
    settings = {**os.environ, "ALMENA_MIRROR": "", **environment}
    command = [sys.executable, "-m", "almena", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=settings, check=False)


@pytest.fixture(scope="module")
def toyville(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a profiled generated city; do not change it."""
    path = tmp_path_factory.mktemp("cli") / "toyville"
    assert almena("new", path, "--kit", "toy").returncode == 0
    assert almena("profile", path).returncode == 0
    return path


def test_the_first_words_of_a_stranger() -> None:
    said = almena("--help")
    assert said.returncode == 0
    for verb in ["demo", "new", "profile", "show", "review", "gaps", "import", "export", "doctor", "kit"]:
        assert verb in said.stdout
    assert almena("--version").stdout.strip()


def test_help_does_not_load_the_heavy_libraries() -> None:
    program = "import sys, almena.cli.main; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "pandas", "shapely", "rasterio", "matplotlib", "sqlalchemy"} & set(loaded)


def test_show_and_gaps_need_no_frames_and_no_rasters(toyville: Path) -> None:
    program = (
        f"import sys; sys.argv = ['almena', 'gaps', {str(toyville)!r}]\n"
        "from almena.cli.main import _run\n_run(None)\n"
        "print('LOADED', *sorted(m for m in sys.modules if '.' not in m))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    loaded = set(said.splitlines()[-1].split())
    assert not {"geopandas", "pandas", "rasterio", "matplotlib", "osmium", "scipy"} & loaded


def test_a_planner_sees_how_many_values_are_fit_and_where_the_report_is(toyville: Path) -> None:
    said = almena("profile", toyville)
    assert said.returncode == 0, said.stderr
    assert "Fit to decide:" in said.stdout
    assert "to discuss:" in said.stdout
    report = Path(said.stdout.rsplit("Report: ", 1)[1].strip())
    assert report.is_file()


def test_json_is_one_document_and_nothing_else(toyville: Path) -> None:
    for words in (
        ("profile", toyville),
        ("gaps", toyville),
        ("show", toyville, "identity.area"),
        ("doctor", toyville),
    ):
        said = almena(*words, "--json")
        json.loads(said.stdout)
        assert said.returncode == 0
    document = json.loads(almena("profile", toyville, "--json").stdout)
    wanted = {"city", "seconds", "peak_mb", "indicators", "use", "by_neighbourhood", "self_tests", "outputs"}
    assert wanted | {"problems", "notes"} <= set(document)


def test_show_tells_the_chain_to_the_file(toyville: Path) -> None:
    row = json.loads(almena("show", toyville, "exposure.flood_population", "--json").stdout)["observations"][
        0
    ]
    for key in (
        "place",
        "place_kind",
        "period",
        "dimensions",
        "value",
        "low",
        "high",
        "interval_kind",
        "unit",
    ):
        assert key in row
    assert {"role", "file", "url", "sha256", "licence", "locator", "steps"} <= set(row["origins"][0])
    assert "sha256" in almena("show", toyville, "exposure.flood_population").stdout


@pytest.mark.parametrize(
    ("words", "what", "remedy"),
    [
        (("profile", "nowhere"), "no such folder", "almena new"),
        (("show", "{city}", "identity.aera"), "no indicator identity.aera", "identity.area"),
        (("new", "{tmp}/x", "--kit", "porto-alege"), "porto-alege", "porto-alegre"),
        (("export", "{city}", "xlsx", "{tmp}/a.xlsx"), "not part of this version", "csv"),
        (("export", "{city}", "csv", "{tmp}/a.csv", "--edition", "secret"), "no edition secret", "public"),
        (("kit", "draft", "{tmp}/none"), "no such folder", "folder"),
        (("import", "{city}", "{tmp}/none.csv"), "no such file", "Check"),
        (("frofile", "{city}"), "cannot be understood", "--help"),
        (("review", "{city}", "--confirm", "--reject"), "Both", "one"),
        (("profile", "{city}", "--mirror", "{tmp}/none"), "mirror", "folder"),
    ],
)
def test_mistakes_are_explained_without_a_traceback(
    toyville: Path, tmp_path: Path, words: tuple[str, ...], what: str, remedy: str
) -> None:
    filled = [w.format(city=toyville, tmp=tmp_path) for w in words]
    said = almena(*filled, cwd=tmp_path)
    assert said.returncode == 2, said.stdout
    assert "Traceback" not in said.stderr
    assert what.casefold() in said.stderr.casefold()
    assert remedy.casefold() in said.stderr.casefold()


def test_mistakes_in_json_are_a_document_too(tmp_path: Path) -> None:
    said = almena("profile", tmp_path / "nowhere", "--json")
    assert said.returncode == 2
    assert json.loads(said.stdout)["problems"][0]["remedy"]


def test_a_missing_declared_file_gives_status_one_and_names_it(tmp_path: Path) -> None:
    from almena.gather.toy import write_toy_city

    kit = write_toy_city(tmp_path / "kit")
    gone = next(f for f in kit.files if f.role == "hydrants")
    (tmp_path / "kit" / gone.path).unlink()
    made = almena("new", tmp_path / "city", "--kit", tmp_path / "kit")
    assert made.returncode == 1
    said = almena("profile", tmp_path / "city")
    assert said.returncode == 1
    assert gone.path in said.stderr
    assert "Fit to decide:" in said.stdout


def test_exports_open_elsewhere_and_keep_the_secrets_of_the_city(toyville: Path, tmp_path: Path) -> None:
    assert almena("export", toyville, "csv", tmp_path / "public.csv").returncode == 0
    assert (
        almena(
            "export",
            toyville,
            "csv",
            tmp_path / "city.csv",
            "--edition",
            "city",
            "--name-role",
            "risk_sectors",
        ).returncode
        == 0
    )
    with (tmp_path / "public.csv").open(encoding="utf-8-sig", newline="") as file:
        public = list(csv.DictReader(file))
    with (tmp_path / "city.csv").open(encoding="utf-8-sig", newline="") as file:
        city = list(csv.DictReader(file))
    assert {"indicator", "place", "value", "low", "high", "use"} <= set(public[0])

    def known(rows: list[dict[str, str]], indicator: str) -> bool:
        return any(r["value"] for r in rows if r["indicator"] == indicator)

    assert known(city, "exposure.risk_sector_population")
    assert not known(public, "exposure.risk_sector_population")
    assert almena("export", toyville, "zip", tmp_path / "all.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert any(name.endswith("report/index.html") for name in names)


def test_an_export_to_a_place_that_cannot_be_written_leaves_nothing(toyville: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is wanted", encoding="utf-8")
    said = almena("export", toyville, "csv", tmp_path / "taken" / "out.csv")
    assert said.returncode == 2
    assert "cannot be" in said.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_the_doctor_notices_a_changed_snapshot(toyville: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(toyville, copy)
    assert almena("doctor", copy).returncode == 0
    assert almena("doctor", copy, "--hash").stdout == almena("doctor", toyville, "--hash").stdout
    snapshot = next(
        p for p in (copy / "snapshots").glob("??/*") if p.suffix != ".json" and p.stat().st_size > 100
    )
    snapshot.write_bytes(snapshot.read_bytes()[:-1] + b"?")
    said = almena("doctor", copy)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr


def test_a_folder_of_unlabelled_files_becomes_a_profile(tmp_path: Path) -> None:
    """Take files out of the generated city, take their names away, and draft a kit from what is left."""
    from almena.gather.toy import write_toy_city

    kit = write_toy_city(tmp_path / "kit")
    folder = tmp_path / "stick"
    folder.mkdir()
    wanted = {"boundary": "a.geojson", "schools": "b.geojson", "population_grid": "c.tif"}
    for role, name in wanted.items():
        spec = next(f for f in kit.files if f.role == role)
        shutil.copyfile(tmp_path / "kit" / spec.path, folder / name)
    drafted = json.loads(almena("kit", "draft", folder, "--json").stdout)
    found = {row["path"]: row["role"] for row in drafted["roles"]}
    assert found["a.geojson"] == "boundary"
    assert found["b.geojson"] == "schools"
    assert found["c.tif"] == "population_grid"
    assert len(drafted["questions"]) <= 6
    assert almena("new", tmp_path / "city", "--kit", folder).returncode == 0
    said = almena("profile", tmp_path / "city", "--json")
    assert said.returncode == 0, said.stderr
    shown = json.loads(almena("show", tmp_path / "city", "identity.population_raster", "--json").stdout)
    assert shown["observations"][0]["value"] > 0


def test_a_dry_run_changes_nothing(toyville: Path, tmp_path: Path) -> None:
    from almena.gather.toy import write_toy_city

    kit = write_toy_city(tmp_path / "kit")
    spec = next(f for f in kit.files if f.role == "schools")
    before = almena("doctor", toyville, "--hash").stdout
    kit_before = (toyville / "kit" / "kit.toml").read_bytes()
    said = almena("import", toyville, tmp_path / "kit" / spec.path, "--role", "schools", "--dry-run")
    assert "nothing was changed" in said.stdout
    assert almena("doctor", toyville, "--hash").stdout == before
    assert (toyville / "kit" / "kit.toml").read_bytes() == kit_before


def test_kits_are_listed_and_verified(tmp_path: Path) -> None:
    assert "porto-alegre" in almena("kit", "list").stdout
    from almena.gather.toy import write_toy_city

    write_toy_city(tmp_path / "kit")
    assert almena("kit", "verify", tmp_path / "kit").returncode == 0


def test_plugins_are_listed() -> None:
    rows = json.loads(almena("plugins", "--json").stdout)
    assert rows["problems"] == []
    names = {(r["kind"], r["name"]) for r in rows["plugins"]}
    assert {("reader", "vector"), ("indicator", "flood_population"), ("derived", "walk_network")} <= names


def test_a_review_without_a_name_carries_the_login_name(toyville: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(toyville, copy)
    said = almena("review", copy, "identity.area", "--confirm", "--json", LOGNAME="ana", USER="ana")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)[0]["reviews"][0]["by"] == "ana"
    listed = almena("review", copy)
    assert "identity.area " not in listed.stdout
    assert "identity.population_census" in listed.stdout
