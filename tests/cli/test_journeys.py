"""Journeys of people at the command line, as they type it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.app.toyville import contents, copy_file, file_of, raw_files
from tests.cli.conftest import Almena, in_a_process


def test_a_city_becomes_a_report_in_a_process_of_its_own(tmp_path: Path, town: Path) -> None:
    """The same as below, once as a shell does it: what is said, the exit status, and nothing else in the folder."""
    said = in_a_process("profile", town.name, "--json", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert Path(json.loads(said.stdout)["outputs"]["html"]).is_file()
    assert said.stderr.startswith("… ")
    wrong = in_a_process("profile", "nowhere", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("There is no such folder")
    assert list(tmp_path.iterdir()) == [town]


def test_the_first_words_of_a_stranger(almena: Almena) -> None:
    said = almena("--help")
    assert said.status == 0
    for verb in ["demo", "new", "profile", "show", "review", "gaps", "import", "export", "doctor", "kit"]:
        assert verb in said.out
    assert almena("--version").out.strip()


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
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert not {"geopandas", "pandas", "rasterio", "matplotlib", "osmium", "scipy"} & loaded


def test_a_planner_sees_how_many_values_are_fit_and_where_the_report_is(almena: Almena, town: Path) -> None:
    said = almena("profile", town)
    assert said.status == 0, said.err
    assert "Fit to decide:" in said.out
    assert "to discuss:" in said.out
    report = Path(said.out.rsplit("Report: ", 1)[1].strip())
    assert report.is_file()


@pytest.mark.parametrize("verb", ["profile", "gaps", "show", "doctor", "review"])
def test_json_is_one_document_and_nothing_else(almena: Almena, town: Path, verb: str) -> None:
    said = almena(verb, town, *(["identity.area"] if verb == "show" else []), "--json")
    assert said.status == 0
    assert said.json


def test_the_document_of_a_profile_has_all_its_parts(almena: Almena, town: Path) -> None:
    document = almena("profile", town, "--json").json
    wanted = {"city", "seconds", "peak_mb", "indicators", "use", "by_neighbourhood", "self_tests", "outputs"}
    assert wanted | {"problems", "notes"} <= set(document)


def test_show_tells_the_chain_to_the_file(almena: Almena, toyville: Path) -> None:
    row = almena("show", toyville, "exposure.flood_population", "--json").json["observations"][0]
    wanted = "place place_kind period dimensions value low high interval_kind unit status use quality method"
    assert {*wanted.split(), "coverage", "causes", "origins", "reason", "remedy"} <= set(row)
    assert {"role", "file", "url", "sha256", "licence", "locator", "steps"} <= set(row["origins"][0])
    assert "sha256" in almena("show", toyville, "exposure.flood_population").out


@pytest.mark.parametrize(
    ("words", "what", "remedy"),
    [
        (("profile", "nowhere"), "no such folder", "almena new"),
        (("show", "{city}", "identity.aera"), "no indicator identity.aera", "identity.area"),
        (("new", "{tmp}/x", "--kit", "porto-alege"), "porto-alege", "porto-alegre"),
        (("export", "{city}", "vellum", "{tmp}/a"), "no format vellum", "csv"),
        (("export", "{city}", "csv", "{tmp}/a.csv", "--edition", "secret"), "no edition secret", "public"),
        (("kit", "draft", "{tmp}/none"), "no such folder", "folder"),
        (("import", "{city}", "{tmp}/none.csv"), "no such file", "Check"),
        (("frofile", "{city}"), "cannot be understood", "--help"),
        (("review", "{city}", "--confirm", "--reject"), "Both", "one"),
        (("profile", "{city}", "--mirror", "{tmp}/none"), "mirror", "folder"),
    ],
)
def test_mistakes_are_explained_without_a_traceback(
    almena: Almena, toyville: Path, tmp_path: Path, words: tuple[str, ...], what: str, remedy: str
) -> None:
    said = almena(*(w.format(city=toyville, tmp=tmp_path) for w in words))
    assert (said.status, said.out) == (2, "")
    assert what.casefold() in said.err.casefold()
    assert remedy.casefold() in said.err.casefold()


def test_mistakes_in_json_are_a_document_too(almena: Almena, tmp_path: Path) -> None:
    said = almena("profile", tmp_path / "nowhere", "--json")
    assert said.status == 2
    assert said.json["problems"][0]["remedy"]
    assert said.json["notes"] == []


def test_a_missing_declared_file_gives_status_one_and_names_it(
    almena: Almena, kit: Path, tmp_path: Path
) -> None:
    gone = file_of(kit, "hydrants")
    (kit / gone.path).unlink()
    made = almena("new", tmp_path / "city", "--kit", kit)
    assert made.status == 1
    assert gone.path in made.err
    said = almena("profile", tmp_path / "city")
    assert said.status == 1
    assert gone.path in said.err
    assert "Fit to decide:" in said.out
    document = almena("profile", tmp_path / "city", "--json")
    assert document.status == 1
    assert gone.path in document.json["problems"][0]["where"]


def test_exports_open_elsewhere_and_keep_the_secrets_of_the_city(
    almena: Almena, toyville: Path, town: Path, tmp_path: Path
) -> None:
    assert almena("export", toyville, "csv", tmp_path / "public.csv").status == 0
    inside = ["--edition", "city", "--name-role", "risk_sectors"]
    assert almena("export", toyville, "csv", tmp_path / "city.csv", *inside).status == 0
    with (tmp_path / "public.csv").open(encoding="utf-8-sig", newline="") as file:
        public = list(csv.DictReader(file))
    with (tmp_path / "city.csv").open(encoding="utf-8-sig", newline="") as file:
        city = list(csv.DictReader(file))
    assert {"indicator", "place", "value", "low", "high", "use"} <= set(public[0])

    def known(rows: list[dict[str, str]], indicator: str) -> bool:
        return any(r["value"] for r in rows if r["indicator"] == indicator)

    assert known(city, "exposure.risk_sector_population")
    assert not known(public, "exposure.risk_sector_population")
    assert almena("export", town, "zip", tmp_path / "all.zip").status == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert any(name.endswith("report/index.html") for name in names)


def test_an_export_to_a_place_that_cannot_be_written_leaves_nothing(
    almena: Almena, toyville: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where a folder is wanted", encoding="utf-8")
    said = almena("export", toyville, "csv", tmp_path / "taken" / "out.csv")
    assert said.status == 2
    assert "cannot be" in said.err
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_the_doctor_notices_a_changed_snapshot(almena: Almena, town: Path, profiled_small: Path) -> None:
    assert almena("doctor", town).status == 0
    assert almena("doctor", town, "--hash").out == almena("doctor", profiled_small, "--hash").out
    assert almena("doctor", town, "--hash", "--json").json == {
        "hash": almena("doctor", town, "--json").json["hash"]
    }
    snapshot = raw_files(town)[0]
    snapshot.write_bytes(snapshot.read_bytes()[:-1] + b"?")
    said = almena("doctor", town)
    assert said.status == 1
    assert "The folder is not sound." in said.out
    assert "Broken:" in said.err
    document = almena("doctor", town, "--json")
    assert (document.status, document.json["sound"]) == (1, False)


def test_a_folder_of_unlabelled_files_becomes_a_profile(
    almena: Almena, toy_kit: Path, tmp_path: Path
) -> None:
    """Take files out of the generated city, take their names away, and draft a kit from what is left."""
    folder = tmp_path / "a stick"
    wanted = {"boundary": "a.geojson", "schools": "b.geojson", "population_grid": "c.tif"}
    for role, name in wanted.items():
        copy_file(toy_kit, file_of(toy_kit, role), folder / name)
    drafted = almena("kit", "draft", folder, "--json").json
    assert {"kit", "roles", "questions"} <= set(drafted)
    assert len(drafted["questions"]) <= 6
    asked = almena("kit", "draft", folder)
    for question in drafted["questions"]:
        assert re.search(rf"--answer '?{re.escape(question['id'])}=", asked.out)
    answered = almena("kit", "draft", folder, "--answer", "role:c.tif=population_grid", "--json").json
    assert {row["path"]: row["role"] for row in answered["roles"]} == {n: r for r, n in wanted.items()}
    assert almena("new", tmp_path / "city", "--kit", folder).status == 0
    assert almena("profile", tmp_path / "city", "--json").status == 0
    shown = almena("show", tmp_path / "city", "identity.population_raster", "--json").json
    assert shown["observations"][0]["value"] > 0


def test_a_dry_run_changes_nothing(almena: Almena, town: Path, kit: Path) -> None:
    before = contents(town)
    file = kit / file_of(kit, "schools").path
    said = almena("import", town, file, "--role", "schools", "--dry-run")
    assert said.status == 0
    assert "nothing was changed" in said.out
    assert contents(town) == before


def test_kits_are_listed_and_verified(almena: Almena, kit: Path) -> None:
    assert "porto-alegre" in almena("kit", "list").out
    rows = almena("kit", "list", "--json").json
    assert [row["id"] for row in rows] == ["andorra", "eldorado-do-sul", "monaco", "porto-alegre", "toy"]
    assert all(row["files"] >= row["roles"] > 0 for row in rows)
    sound = almena("kit", "verify", kit)
    assert (sound.status, sound.out) == (0, "5 of 5 files of toy are there and right.\n")
    (kit / file_of(kit, "schools").path).unlink()
    assert almena("kit", "verify", kit).status == 1
    assert almena("kit", "verify", kit, "--json").json["usable"] == 4


def test_a_kit_that_comes_along_is_verified_by_its_name(almena: Almena, tmp_path: Path) -> None:
    said = almena("kit", "verify", "porto-alegre", "--mirror", tmp_path, "--json")
    assert said.status == 1
    assert said.json["kit"] == "porto-alegre"


def test_plugins_are_listed(almena: Almena) -> None:
    rows = almena("plugins", "--json").json
    assert rows["problems"] == []
    names = {(r["kind"], r["name"]) for r in rows["plugins"]}
    assert {("reader", "vector"), ("indicator", "flood_population"), ("derived", "walk_network")} <= names
    assert "walk_network" in almena("plugins").out


def test_a_review_without_a_name_carries_the_login_name(
    almena: Almena, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    said = almena("review", town, "identity.area", "--confirm", "--json")
    assert said.status == 0, said.err
    assert said.json[0]["reviews"][0]["by"] == "ana"
    listed = almena("review", town)
    assert "identity.area " not in listed.out
    assert "identity.population_raster" in listed.out
