"""Every verb with its exit status and its document: 0 done, 1 done but, 2 nothing done."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.toyville import (
    change_file,
    change_kit,
    contents,
    copy_file,
    file_of,
    raw_files,
    small_kit,
    without_features,
)
from tests.cli.conftest import Almena, in_a_process

from almena import __version__
from almena.cli.kits import kit_app
from almena.cli.main import app
from almena.gather.kit import load_kit
from almena.packs import load_cards

PROBLEM = {"what", "where", "why", "remedy"}


@pytest.mark.parametrize("words", [(), ("kit",), ("--help",), ("kit", "--help")])
def test_whoever_names_no_verb_is_helped(almena: Almena, words: Sequence[str]) -> None:
    said = almena(*words)
    assert (said.status, said.err) == (0, "")
    assert ("verify" if "kit" in words else "profile") in said.out


def test_every_verb_has_a_help(almena: Almena) -> None:
    verbs = [(c.name or c.callback.__name__,) for c in app.registered_commands if c.callback]
    verbs += [("kit", c.name or "") for c in kit_app.registered_commands]
    for verb in verbs:
        said = almena(*(v.rstrip("_") for v in verb), "--help")
        assert said.status == 0, verb
        assert "Usage" in said.out


def test_the_version_is_told(almena: Almena) -> None:
    assert almena("--version").out == f"{__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("profile",),
        ("profile", "a", "b"),
        ("profile", "a", "--jobs", "none"),
        ("profile", "a", "--jobs", "0"),
        ("show", "a"),
        ("new", "a"),
        ("export", "a", "csv"),
        ("kit", "nonsense"),
        ("kit", "draft"),
        ("kit", "draft", "--city", "Porto Alegre", "--country", "BRA"),
        ("gaps", "a", "--unknown"),
    ],
)
def test_a_command_that_cannot_be_understood_does_nothing(almena: Almena, words: Sequence[str]) -> None:
    plain, document = almena(*words), almena(*words, "--json")
    assert (plain.status, plain.out) == (2, "")
    assert "do:" in plain.err
    assert document.status == 2
    assert set(document.json["problems"][0]) == PROBLEM


@pytest.mark.parametrize(
    "verb",
    [
        "profile",
        "gaps",
        "doctor",
        "review",
        "show {} identity.area",
        "export {} csv out.csv",
        "import {} kit",
    ],
)
@pytest.mark.parametrize("what", ["nothing", "file", "empty", "damaged", "half"])
def test_what_is_no_city_is_refused_by_every_verb(
    almena: Almena,
    town: Path,
    kit: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    what: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    place = tmp_path / what
    if what == "file":
        place.write_text("not a city", encoding="utf-8")
    elif what == "empty":
        place.mkdir()
    elif what in ("damaged", "half"):
        shutil.copytree(town, place)
        if what == "damaged":
            (place / "city.toml").write_text("id = ", encoding="utf-8")
        else:
            (place / "city.db").unlink()
    first, *more = (verb if "{}" in verb else verb + " {}").split()
    before = contents(tmp_path)
    said = almena(first, *(w.format(place) for w in more))
    assert said.status == 2
    assert what in said.err
    assert contents(tmp_path) == before


def test_new_and_profile_tell_how_to_go_on_in_words_that_can_be_pasted(
    almena: Almena, kit: Path, tmp_path: Path
) -> None:
    import shlex

    city = tmp_path / "my city ñ"
    made = almena("new", city, "--kit", kit)
    assert made.status == 0
    command = shlex.split(made.out.splitlines()[-1].removeprefix("Next: "))
    assert command == ["almena", "profile", str(city)]
    said = almena(*command[1:])
    assert said.status == 0
    assert said.out.splitlines()[-1] == f"Report: {city / 'reports' / 'html' / 'index.html'}"
    assert "… Measuring" in said.err


def test_new_says_in_its_document_what_could_not_be_used(almena: Almena, kit: Path, tmp_path: Path) -> None:
    (kit / file_of(kit, "hydrants").path).unlink()
    said = almena("new", tmp_path / "city", "--kit", kit, "--json")
    assert said.status == 1
    assert said.json["city"] == str(tmp_path / "city")
    assert [set(p) for p in said.json["problems"]] == [PROBLEM]
    again = almena("new", tmp_path / "city", "--kit", kit)
    assert again.status == 2
    assert "almena profile" in again.err


def test_the_counts_of_a_profile_add_up(almena: Almena, toyville: Path) -> None:
    document = almena("profile", toyville, "--json").json
    status, use = document["indicators"], document["use"]
    assert set(status) >= {"measured", "modelled", "proxy", "reported", "confirmed", "missing"}
    assert sum(status.values()) == len(load_cards())
    assert set(use) == {"decide", "discuss", "context"}
    assert sum(use.values()) == len(load_cards()) - status["missing"]
    assert set(document["outputs"]) >= {"html", "pdf", "xlsx", "gpkg"}
    assert set(document["self_tests"]) == {"passed", "failed"}
    assert document["seconds"] > 0
    assert document["peak_mb"] > 0
    assert 0 < document["by_neighbourhood"] <= len(load_cards())
    assert all(set(n) == PROBLEM for n in document["notes"])


def test_a_profile_that_failed_its_own_tests_says_which(
    almena: Almena, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from almena.app import profile as room
    from almena.model.check import SelfTest

    monkeypatch.setattr(
        room, "run_self_tests", lambda *_: (SelfTest("sum", "The sum holds", False, "1 against 2"),)
    )
    said = almena("profile", town)
    assert said.status == 0
    assert "Self-tests: 0 passed, 1 failed\n  failed: The sum holds (1 against 2)" in said.out
    assert almena("profile", town, "--json").json["self_tests"]["failed"][0]["id"] == "sum"


def test_values_without_a_licence_are_counted_aloud(almena: Almena, kit: Path, tmp_path: Path) -> None:
    change_file(kit, "population_grid", licence="")
    almena("new", tmp_path / "city", "--kit", kit)
    said = almena("profile", tmp_path / "city")
    assert "stand on files without a licence" in said.out
    assert "--edition city" in said.out


def test_show_hides_the_parts_until_one_is_named(almena: Almena, town: Path) -> None:
    indicator = "identity.population_raster"
    rows = almena("show", town, indicator, "--json").json["observations"]
    parts = [r for r in rows if r["place_kind"] == "neighbourhood"]
    whole = almena("show", town, indicator)
    assert f"{len(parts)} more values for parts of the city" in whole.out
    one = almena("show", town, indicator, "--place", parts[0]["place_name"].upper())
    assert parts[0]["place_name"] in one.out
    assert "more values" not in one.out
    assert parts[0]["origins"][0]["sha256"] in one.out
    by_id = almena("show", town, indicator, "--place", parts[0]["place"], "--json").json["observations"]
    assert by_id == [parts[0]]
    assert almena("show", town, indicator, "--place", "Atlantis").status == 2


def test_show_gives_a_cause_without_known_ends_no_empty_range(almena: Almena, tmp_path: Path) -> None:
    indicator, town = "exposure.flood_population", tmp_path / "town"
    almena("new", town, "--kit", "toy")
    almena("profile", town)
    rows = almena("show", town, indicator, "--json").json["observations"]
    endless = [c["name"] for r in rows for c in r["causes"] if c["low"] is None and c["high"] is None]
    said = almena("show", town, indicator).out.splitlines()
    assert endless
    assert any(line.endswith(f"range because: {endless[0]}") for line in said)


def test_show_tells_a_gap_with_its_remedy(almena: Almena, town: Path) -> None:
    said = almena("show", town, "mobility.bus_terminals")
    assert "[missing]" in said.out
    assert "remedy: " in said.out
    row = almena("show", town, "mobility.bus_terminals", "--json").json["observations"][0]
    assert row["value"] is None
    assert row["reason"]
    assert row["remedy"]


def test_show_before_the_first_profile_says_what_to_do(almena: Almena, kit: Path, tmp_path: Path) -> None:
    almena("new", tmp_path / "city", "--kit", kit)
    assert "run `almena profile`" in almena("show", tmp_path / "city", "identity.area").out
    gaps = almena("gaps", tmp_path / "city", "--json")
    assert gaps.status == 2
    assert "almena profile" in gaps.json["problems"][0]["remedy"]


def test_gaps_are_told_with_whom_to_ask(almena: Almena, town: Path) -> None:
    rows = almena("gaps", town, "--json").json
    assert all(set(r) >= {"indicator", "reason", "remedy", "effort_hours", "who"} for r in rows)
    said = almena("gaps", town)
    assert said.out.splitlines()[-1] == f"{len(rows)} gaps"
    assert all(row["title"] in said.out for row in rows)
    assert 0 < said.out.count("  ask: ") <= len(rows), "gaps of one cause and remedy are told once"


def test_a_value_is_confirmed_rejected_and_seen_so(almena: Almena, town: Path) -> None:
    area, people = "identity.area", "identity.population_raster"
    listed = [r["indicator"] for r in almena("review", town, "--json").json]
    assert {area, people} <= set(listed)
    said = almena("review", town, area, "--confirm", "--by", "Ana Lúcia", "--why", "land register")
    assert said.status == 0
    assert "1 value confirmed by Ana Lúcia" in said.out
    almena("review", town, people, "--reject", "--by", "Bia", "--why", "old raster")
    assert [r["indicator"] for r in almena("review", town, "--json").json] == [
        i for i in listed if i not in (area, people)
    ]
    shown = almena("show", town, area).out
    assert "confirmed by Ana Lúcia on " in shown
    assert "land register" in shown
    counts = almena("profile", town, "--json").json["indicators"]
    assert (counts["confirmed"], counts["rejected"]) == (1, 1)
    page = (town / "reports" / "html" / "index.html").read_text(encoding="utf-8")
    assert "Ana Lúcia" in page


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--confirm"], "No indicator is named"),
        (["identity.area", "--confirm", "--reject"], "Both"),
        (["mobility.bus_terminals", "--confirm", "--by", "Ana"], "cannot be reviewed"),
        (["identity.nonsense", "--reject", "--by", "Ana"], "There is no indicator"),
        (["identity.area", "--confirm", "--by", "   "], "needs a name"),
    ],
)
def test_a_review_that_means_nothing_changes_nothing(
    almena: Almena, town: Path, words: list[str], complaint: str
) -> None:
    before = almena("doctor", town, "--hash").out
    said = almena("review", town, *words)
    assert said.status == 2
    assert complaint in said.err
    assert almena("doctor", town, "--hash").out == before


def test_an_import_has_a_status_for_each_outcome(
    almena: Almena, town: Path, kit: Path, tmp_path: Path
) -> None:
    newer = copy_file(kit, file_of(kit, "hydrants"), tmp_path / "new hydrants.geojson")
    without_features(newer, 5)
    tried = almena("import", town, newer, "--role", "hydrants", "--dry-run", "--json")
    assert (tried.status, tried.json["accepted"]) == (0, False)
    wrong = almena("import", town, newer, "--role", "boundary", "--json")
    assert wrong.status == 2
    assert "new hydrants.geojson" in wrong.json["problems"][0]["where"]
    done = almena("import", town, newer, "--role", "hydrants", "--json")
    assert (done.status, done.json["accepted"]) == (0, True)
    assert done.json["files"][0]["role"] == "hydrants"
    told = almena("import", town, newer, "--role", "hydrants")
    assert told.status == 0
    assert "Accepted." in told.out
    assert "No licence is known" in told.err
    more = small_kit(kit, tmp_path / "more", ["schools", "hydrants"])
    (more / file_of(more, "schools").path).write_text("{broken", encoding="utf-8")
    change_file(more, "schools", sha256="")
    partly = almena("import", town, more)
    assert partly.status == 1
    assert "Some files could not be used:" in partly.err
    assert "schools.geojson" in partly.err


def test_a_doubt_in_an_import_is_asked_and_answered(almena: Almena, toy_kit: Path, tmp_path: Path) -> None:
    kit = small_kit(toy_kit, tmp_path / "kit", ["boundary", "transit_feed"])
    city = tmp_path / "city"
    almena("new", city, "--kit", kit)
    file = copy_file(toy_kit, file_of(toy_kit, "transit_feed"), tmp_path / "feed.zip")
    asked = almena("import", city, file, "--role", "transit_feed")
    assert asked.status == 2
    assert "? The city has files of the role transit_feed already" in asked.out
    assert "--answer combine:feed.zip=union" in asked.out
    tried = almena("import", city, file, "--role", "transit_feed", "--dry-run", "--json")
    assert tried.status == 0
    assert tried.json["questions"][0]["id"] == "combine:feed.zip"
    done = almena("import", city, file, "--role", "transit_feed", "--answer", "combine:feed.zip=prefer")
    assert done.status == 0
    assert [f.path for f in load_kit(city / "kit").of_role("transit_feed")] == ["feed.zip"]


@pytest.mark.parametrize("format", ["html", "csv", "json", "zip"])
@pytest.mark.parametrize("edition", ["public", "city"])
def test_both_editions_leave_in_every_format(
    almena: Almena,
    town: Path,
    tmp_path: Path,
    format: str,  # noqa: A002
    edition: str,
) -> None:
    said = almena("export", town, format, tmp_path / "out", "--edition", edition)
    assert said.status == 0
    written = Path(said.out.removeprefix("Written: ").strip())
    assert written.stat().st_size > 1000
    if format == "json":
        assert json.loads(written.read_text(encoding="utf-8"))["edition"] == edition
    if format == "csv":
        with written.open(encoding="utf-8-sig", newline="") as file:
            assert {r["indicator"] for r in csv.DictReader(file)} == set(load_cards())


def test_an_export_over_somebodys_documents_is_refused(almena: Almena, town: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "thesis.txt").write_text("mine", encoding="utf-8")
    before = contents(tmp_path)
    for words in (("html", documents), ("csv", town / "city.db"), ("html", town), ("html", tmp_path)):
        said = almena("export", town, *words)
        assert said.status == 2
        assert "cannot be written here" in said.err
    assert contents(tmp_path) == before


def test_names_of_a_role_leave_only_in_the_city_edition(almena: Almena, town: Path, tmp_path: Path) -> None:
    words = ("export", town, "csv", tmp_path / "a.csv", "--name-role", "risk_sectors")
    assert almena(*words).status == 2
    assert almena(*words, "--edition", "city").status == 0
    assert almena(*words, "--name-role", "nonsense", "--edition", "city").status == 2


def test_a_mirror_that_is_gone_stops_only_whoever_names_it(
    almena: Almena, town: Path, kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stick is unplugged: the city has all it needs, and the shell still names the stick."""
    gone = tmp_path / "stick"
    named = almena("profile", town, "--mirror", gone)
    assert (named.status, named.out) == (2, "")
    assert "nothing is there" in named.err
    monkeypatch.setenv("ALMENA_MIRROR", str(gone))
    said = almena("profile", town)
    assert said.status == 0
    assert f"Going on without the folder of ALMENA_MIRROR, {gone}" in said.err
    assert almena("export", town, "csv", tmp_path / "a.csv").status == 0
    assert almena("review", town, "identity.area", "--confirm", "--by", "Ana").status == 0
    assert almena("new", tmp_path / "city", "--kit", kit).status == 0
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "it is a file" in almena("profile", town, "--mirror", tmp_path / "file").err


def test_a_draft_takes_its_city_from_the_folder_or_from_answers(
    almena: Almena, toy_kit: Path, tmp_path: Path
) -> None:
    copy_file(toy_kit, file_of(toy_kit, "boundary"), tmp_path / "stick" / "boundary.geojson")
    both = almena("kit", "draft", tmp_path / "stick", "--city", "Elsewhere")
    assert both.status == 2
    assert "--answer city.name" in both.err
    assert not (tmp_path / "stick" / "kit.toml").exists()
    said = almena("kit", "draft", tmp_path / "stick", "--answer", "city.name=Elsewhere")
    assert said.status == 0
    assert load_kit(tmp_path / "stick").name == "Elsewhere"
    wrong = almena("kit", "draft", tmp_path / "stick", "--answer", "city.country=Brazil", "--json")
    assert wrong.status == 2
    assert "BRA" in wrong.json["problems"][0]["why"]


def test_a_fetch_that_reaches_nobody_says_so_for_each_file(almena: Almena, kit: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    shutil.copyfile(kit / "kit.toml", bare / "kit.toml")
    change_kit(
        bare, lambda k: replace(k, files=tuple(replace(f, url="http://127.0.0.1:9/x") for f in k.files[:2]))
    )
    said = almena("kit", "fetch", bare, "--into", tmp_path / "mirror", "--json")
    assert said.status == 1
    assert len(said.json["problems"]) == 2
    assert said.json["fetched"] == 0
    whole = almena("kit", "fetch", kit, "--into", tmp_path / "mirror")
    assert whole.status == 0
    assert "5 files are in" in whole.out


def test_the_demonstration_without_a_mirror_shows_the_generated_city(almena: Almena, tmp_path: Path) -> None:
    said = almena("demo", "--city-dir", tmp_path / "cities" / "demo", "--json")
    assert said.status == 0
    assert "generated city is shown instead" in said.json["notes"][0]["what"]
    assert Path(said.json["outputs"]["html"]).is_file()
    again = almena("demo", "--city-dir", tmp_path / "cities" / "demo")
    assert again.status == 0
    assert "Fit to decide:" in again.out


@pytest.mark.real
def test_the_demonstration_takes_its_city_from_the_mirror(
    almena: Almena, mirror: Path, tmp_path: Path
) -> None:
    """Making the city from the real mirror; the profile itself is measured by the tests of the real city."""
    said = almena("kit", "verify", "porto-alegre", "--mirror", mirror, "--json")
    assert said.json["usable"] == said.json["files"], said.json["problems"]
    assert said.status == 0


def test_a_copied_city_is_the_same_city_and_the_first_may_go(
    almena: Almena, town: Path, tmp_path: Path
) -> None:
    known = almena("show", town, "identity.area", "--json").out
    digest = almena("doctor", town, "--hash").out
    copy = tmp_path / "on a stick" / "Übermorgen – 明後日"
    shutil.copytree(town, copy)
    shutil.rmtree(town)
    assert almena("show", copy, "identity.area", "--json").out == known
    assert almena("doctor", copy, "--hash").out == digest
    said = almena("profile", copy, "--json")
    assert said.status == 0
    assert said.json["outputs"]["html"].startswith(str(copy))
    assert str(town).encode() not in b"".join(contents(copy).values())


def test_a_name_that_is_no_text_is_a_name_all_the_same(almena: Almena, kit: Path, tmp_path: Path) -> None:
    """A folder whose name is not UTF-8, as old disks have them."""
    name = b"cidade\xe3o".decode("utf-8", "surrogateescape")
    try:
        (tmp_path / name).mkdir()
    except OSError:
        pytest.skip("this disk keeps names as Unicode")
    almena("new", tmp_path / name / "city", "--kit", kit)
    assert almena("profile", tmp_path / name / "city").status == 0
    shown = in_a_process("doctor", tmp_path / name / "none", "--json")
    assert shown.returncode == 2
    assert json.loads(shown.stdout)["problems"][0]["where"].endswith("\udce3o/none")


def test_a_snapshot_that_is_gone_is_a_problem_of_the_next_profile(
    almena: Almena, town: Path, kit: Path
) -> None:
    sha = file_of(kit, "hydrants").sha256
    next(p for p in raw_files(town) if p.parent.name + p.name == sha).unlink()
    said = almena("profile", town)
    assert said.status == 1
    assert "hydrants.geojson" in said.err
    (town.parent / "mirror").mkdir()
    shutil.copytree(kit, town.parent / "mirror" / "toy")
    assert almena("profile", town, "--mirror", town.parent / "mirror").status == 0
    assert almena("doctor", town).status == 0
