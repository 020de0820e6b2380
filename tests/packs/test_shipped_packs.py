"""The packs that come with Almena: each one sound, all of them together, and honest about what they are."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.packs.pack_folders import pack_folder, row

from almena.model.pack import Manifest, Pack
from almena.model.problem import InputError
from almena.packs import load_cards, packs
from almena.packs.pack_clashes import clashes
from almena.packs.packs import BUILT_IN, installed, pack_text, shipped_ids, shipped_pack, shipped_packs

THEMES = ("climate-action", "gender-equality", "infrastructure", "social-resilience", "tourism")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that stands for the shipped packs."""
    for cached in (shipped_ids, shipped_pack):
        cached.cache_clear()
    monkeypatch.setattr(packs, "_shipped", lambda: tmp_path)
    yield tmp_path
    for cached in (shipped_ids, shipped_pack):
        cached.cache_clear()


def test_every_shipped_pack_is_sound_and_no_two_say_different_things_of_one_id() -> None:
    found = shipped_packs()
    assert set(found) == set(shipped_ids())
    for pack in found.values():
        assert list(clashes(pack, found.values())) == []
        assert pack.manifest.licence
        assert "pt" in pack.manifest.languages or pack.manifest.kind in ("framework", "survey")


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_is_our_selection_and_says_so(theme: str) -> None:
    pack = shipped_pack(f"theme-{theme}")
    assert (pack.manifest.kind, pack.manifest.confidence) == ("theme", "P")
    assert "our selection" in pack.manifest.title
    assert "not the list of UN-Habitat's Enhancer" in pack.manifest.notes[0]
    assert set(pack.tables) == {"theme", "texts_pt"}


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_names_cards_once_with_a_reason_of_their_own_in_two_languages(theme: str) -> None:
    pack = shipped_pack(f"theme-{theme}")
    named = [r["indicator"] for r in pack.table("theme")]
    assert len(named) == len(set(named)) >= 20
    assert set(named) <= set(load_cards())
    for entry in pack.table("theme"):
        for column in ("part", "why"):
            told = pack_text(pack, "theme", f"{entry['indicator']}/{entry['part']}", column, "pt")
            assert told
            assert told != entry[column]
    for number in range(1, len(pack.manifest.notes) + 1):
        note = f"note {number}"
        assert pack_text(pack, "pack", pack.id, note, "pt") != pack_text(pack, "pack", pack.id, note, "en")


def test_the_method_comes_first_and_brings_what_it_requires(shelf: Path) -> None:
    for name in ("crpt", "hazards", "aaa", "bbb"):
        pack_folder(
            shelf / name, {"scales": [row("scales", scale=name)]}, id=name, requires=["bbb"] * (name == "aaa")
        )
    assert shipped_ids() == (*BUILT_IN, "aaa", "bbb")
    assert list(installed()) == list(BUILT_IN)
    assert list(installed(["aaa"])) == [*BUILT_IN, "aaa", "bbb"]
    with pytest.raises(InputError, match="No pack ccc"):
        installed(["ccc"])


def test_packs_that_require_each_other_are_refused(shelf: Path) -> None:
    pack_folder(shelf / "aaa", {"scales": [row("scales")]}, id="aaa", requires=["bbb"])
    pack_folder(shelf / "bbb", {"scales": [row("scales", scale="b")]}, id="bbb", requires=["aaa"])
    with pytest.raises(InputError) as caught:
        shipped_packs()
    assert {p.what for p in caught.value.problems} == {"A pack requires itself through others"}


def test_everything_wrong_with_any_shipped_pack_is_told_at_once(shelf: Path) -> None:
    pack_folder(shelf / "aaa", {"scales": [row("scales", position="x")]}, id="aaa")
    pack_folder(shelf / "bbb", {"scales": [row("scales")]}, id="other")
    with pytest.raises(InputError) as caught:
        shipped_packs()
    assert len(caught.value.problems) == 2


def test_two_packs_may_not_define_one_id() -> None:
    def made(name: str, table: str, *rows: dict[str, str]) -> Pack:
        numbered = tuple({**r, "_row": str(i)} for i, r in enumerate(rows, start=2))
        return Pack(Manifest(name, "1", name, "survey", ("en",), "CC0", "s"), {table: numbered})

    one = made("one", "scales", row("scales"), row("scales", id="bad"))
    two = made("two", "scales", row("scales", id="so-so"), row("scales", id="bad"))
    (clash,) = clashes(two, [one, two])
    assert clash.where == "two/scales.csv, row 3"
    assert "mood/bad" in clash.what
    assert "one" in clash.why
    codes = made("three", "codes", row("codes")), made("four", "codes", row("codes"))
    assert list(clashes(*codes[:1], codes)) == []


@pytest.mark.slow
def test_the_wheel_carries_the_packs(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    for pack in shipped_ids():
        assert f"almena/packs/shipped/{pack}/pack.toml" in names
    assert "almena/packs/shipped/theme-tourism/theme.csv" in names
    assert "almena/packs/pack_columns.csv" in names
