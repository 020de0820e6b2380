"""A report is written in the city's own language, or in the one that is asked for."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.toyville import change_kit, settings, small_kit

from almena.app.create import new_city
from almena.app.exports import export
from almena.app.profile import profile
from almena.model.problem import InputError
from almena.packs.language import spoken


def page_of(folder: Path) -> str:
    """Return the page of a report."""
    return (folder / "index.html").read_text(encoding="utf-8")


def town_of(kit: Path, folder: Path, *languages: str) -> Path:
    """Return a small city that declares some languages, not profiled yet."""
    small = small_kit(kit, folder / "kit")
    change_kit(small, lambda k: replace(k, languages=languages))
    assert new_city(folder / "town", small, settings()) == []
    return folder / "town"


def test_the_report_is_in_the_first_language_of_the_city_that_almena_speaks(
    toy_kit: Path, tmp_path: Path
) -> None:
    town = town_of(toy_kit, tmp_path, "qu", "pt-BR", "en")
    found = profile(town, settings())
    page = page_of(town / "reports" / "html")
    assert '<html lang="pt" dir="ltr">' in page
    assert "Em um minuto" in page
    assert all("arquivo" not in note.what for note in found.notes)
    assert spoken().code == "en"


def test_a_language_that_is_asked_for_goes_before_that_of_the_city(toy_kit: Path, tmp_path: Path) -> None:
    town = town_of(toy_kit, tmp_path, "pt")
    profile(town, settings(language="en"))
    assert '<html lang="en"' in page_of(town / "reports" / "html")
    profile(town, settings(language="fr"))
    assert "En une minute" in page_of(town / "reports" / "html")


def test_a_report_in_another_language_is_exported_on_request(town: Path, tmp_path: Path) -> None:
    def written(language: str, name: str) -> Path:
        done = export(
            town,
            "html",
            tmp_path / name,
            edition="public",
            city_roles=(),
            settings=settings(language=language),
        )
        return done.path.parent

    assert '<html lang="en"' in page_of(written("", "own"))
    assert "Em um minuto" in page_of(written("pt", "pt"))
    assert {p.name for p in written("pt", "pt").iterdir()} == {"index.html", "observations.csv", "maps"}
    assert 'dir="rtl"' in page_of(written("ar", "ar"))
    fonts = tmp_path / "ar" / "fonts"
    assert {p.name for p in fonts.iterdir()} == {
        "NotoSansArabic-Regular.ttf",
        "NotoSansArabic-Bold.ttf",
        "OFL.txt",
    }
    again = page_of(written("ar", "ar"))
    assert 'url("fonts/NotoSansArabic-Regular.ttf")' in again


def test_values_written_for_machines_are_the_same_in_every_language(town: Path, tmp_path: Path) -> None:
    for format_ in ("csv", "json"):
        texts = set()
        for language in ("en", "pt", "ar"):
            out = tmp_path / f"{language}.{format_}"
            export(town, format_, out, edition="public", city_roles=(), settings=settings(language=language))
            texts.add(out.read_bytes())
        assert len(texts) == 1
    assert json.loads((tmp_path / "pt.json").read_text(encoding="utf-8"))["indicators"]


def test_the_same_run_in_the_same_language_gives_the_same_bytes(town: Path, tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        out = tmp_path / name
        export(town, "html", out, edition="public", city_roles=(), settings=settings(language="pt"))
        pages.append({p.name: p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()})
        shutil.rmtree(out)
    assert pages[0] == pages[1]


def test_an_unknown_language_is_refused_before_anything_is_written(town: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not speak tlh"):
        export(
            town, "html", tmp_path / "out", edition="public", city_roles=(), settings=settings(language="tlh")
        )
    assert not (tmp_path / "out").exists()
