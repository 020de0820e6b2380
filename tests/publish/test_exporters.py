"""The door of the exporters: strangers' formats that are broken, absent or doubled, and the edition behind it."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tests.publish import city

from almena.model.problem import InputError
from almena.publish import exporters
from almena.publish.exporters import CSV, HTML, Exporter, exporter_named, installed_exporters, write_edition
from almena.publish.material import Material

OWN = "almena.publish.exporters"


def installed(monkeypatch: pytest.MonkeyPatch, **doors: str) -> None:
    """Let packages with these entry points be the only ones that are installed."""
    points = [EntryPoint(name, value, exporters.GROUP) for name, value in doors.items()]
    monkeypatch.setattr(exporters, "entry_points", lambda group: points if group == exporters.GROUP else [])


def test_formats_come_through_their_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, html=f"{OWN}:HTML", csv=f"{OWN}:CSV")
    found, problems = installed_exporters()
    assert found == {"html": HTML, "csv": CSV}
    assert problems == []
    assert exporter_named("csv") is CSV


def test_of_two_formats_with_one_name_the_first_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both objects are called csv; the doors are opened in the order of their names."""
    twin = Exporter("csv", "another table", CSV.write)
    monkeypatch.setattr(exporters, "TWIN", twin, raising=False)
    installed(monkeypatch, second=f"{OWN}:CSV", first=f"{OWN}:TWIN")
    assert installed_exporters()[0] == {"csv": twin}


def test_a_format_whose_package_is_absent_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, csv=f"{OWN}:CSV", sheets="a_package_that_is_absent.export:SHEETS")
    found, (problem,) = installed_exporters()
    assert list(found) == ["csv"]
    with pytest.raises(InputError) as refusal:
        exporter_named("sheets")
    assert refusal.value.problems == (problem,)
    assert problem.what == "The format sheets is not installed"
    assert problem.why == "the package a_package_that_is_absent is absent"
    assert "pip install 'almena[reports]'" in problem.remedy


def test_a_format_that_breaks_on_loading_is_not_called_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, csv=f"{OWN}:CSV", odd=f"{OWN}:NOT_THERE")
    found, (problem,) = installed_exporters()
    assert list(found) == ["csv"]
    with pytest.raises(InputError) as refusal:
        exporter_named("odd")
    assert refusal.value.problems == (problem,)
    assert problem.what == "The exporter odd cannot be loaded"
    assert problem.why.startswith(f"{OWN}:NOT_THERE: AttributeError: ")


def test_one_broken_format_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, a="absent_one.x:X", b=f"{OWN}:NOT_THERE", c=f"{OWN}:CSV", d="absent_two.y:Y")
    found, problems = installed_exporters()
    assert list(found) == ["csv"]
    assert [p.where for p in problems] == ["a", "b", "d"]
    assert exporter_named("csv") is CSV


def test_a_format_that_nobody_has_is_refused_with_those_that_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed(
        monkeypatch, html=f"{OWN}:HTML", csv=f"{OWN}:CSV", sheets="a_package_that_is_absent.export:SHEETS"
    )
    with pytest.raises(InputError) as refusal:
        exporter_named("doc")
    (problem,) = refusal.value.problems
    assert (problem.what, problem.where) == ("There is no format doc", "doc")
    assert problem.remedy == "Choose one of: csv, html."


@pytest.mark.parametrize("edition", ["public", "city"])
def test_a_strangers_format_gets_the_material_cut_to_its_edition(edition: str, tmp_path: Path) -> None:
    seen: list[Material] = []

    def write(material: Material, out: Path) -> Path:
        """Keep what is handed over."""
        seen.append(material)
        return out

    out = write_edition(Exporter("own", "our own", write), city.material(edition), tmp_path / "own")
    assert out == tmp_path / "own"
    (handed,) = seen
    assert handed.cut_for == edition
    assert handed.layer("hydrants") is None
    assert not any(o.place_kind == "settlement" for o in handed.observations)
    shown = {
        o.place_name for o in handed.observations if o.indicator == "exposure.flood_population" and o.value
    }
    assert ("Estação" in shown) == (edition == "city")
