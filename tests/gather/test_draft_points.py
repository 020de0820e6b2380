"""Tables on a metric grid or with a column of shapes: drafted as points, and read where they are."""

from __future__ import annotations

from pathlib import Path

import pyproj
import pytest

from almena.gather.draft import Draft, draft_kit
from almena.harmonise import FoundFile, read_file
from almena.model.data import Layer
from almena.model.origin import Source
from almena.packs import load_roles

PLACES = ((-51.2300, -30.0300), (-51.2100, -30.0400), (-51.2000, -30.0500))
GRID = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:31982", always_xy=True)


def grid_table(folder: Path, names: str = "easting,northing") -> None:
    rows = [
        f"School {n},{120 + n},{x:.3f},{y:.3f}" for n, (x, y) in enumerate(GRID.transform(*p) for p in PLACES)
    ]
    (folder / "schools.csv").write_text("\n".join((f"name,pupils,{names}", *rows)), encoding="utf-8")


def shape_table(folder: Path, before: str = "", places: tuple[tuple[float, float], ...] = PLACES) -> None:
    rows = [f"Clinic {n}\tclinic\t{before}POINT ({x!r} {y!r})" for n, (x, y) in enumerate(places)]
    (folder / "clinics.csv").write_text("\n".join(("name\tamenity\twhere", *rows)), encoding="utf-8")


def read(folder: Path, draft: Draft, role: str) -> Layer:
    spec = next(f for f in draft.kit.files if f.role == role)
    found = FoundFile(spec, (folder / spec.path,), Source(spec.role, spec.path, "0" * 64))
    made = read_file(found, load_roles()[role])
    assert isinstance(made, Layer)
    return made


@pytest.mark.parametrize("names", ["easting,northing", "UTM_E,UTM_N", "coord_x,coord_y", "X,Y", "Este,Norte"])
def test_a_table_on_a_metric_grid_is_drafted_as_points_and_its_system_is_asked(
    tmp_path: Path, names: str
) -> None:
    grid_table(tmp_path, names)
    draft = draft_kit(tmp_path)
    (spec,) = draft.kit.files
    assert (spec.role, spec.reader, spec.crs) == ("schools", "table", "")
    assert dict(spec.fields)["x"] == names.split(",")[0]
    (question,) = [q for q in draft.questions if q.id == "crs:schools.csv"]
    assert not question.default


def test_the_answer_puts_the_table_and_the_city_in_their_place(tmp_path: Path) -> None:
    grid_table(tmp_path)
    draft = draft_kit(tmp_path, answers={"crs:schools.csv": "EPSG:31982"})
    assert draft.kit.crs == "EPSG:31982"  # found from the points alone
    made = read(tmp_path, draft, "schools")
    expected = [GRID.transform(*p) for p in PLACES]
    assert [(g.x, g.y) for g in made.geometry] == [pytest.approx(p, abs=0.001) for p in expected]
    assert made.fields["pupils"].tolist() == [120, 121, 122]


def test_the_grid_of_the_other_files_is_offered_and_not_taken(tmp_path: Path) -> None:
    grid_table(tmp_path)
    shape_table(tmp_path)
    draft = draft_kit(tmp_path)
    (question,) = [q for q in draft.questions if q.id == "crs:schools.csv"]
    assert [c.value for c in question.candidates] == ["EPSG:31982"]
    assert not question.default


def test_easting_and_northing_that_look_like_degrees_are_asked_about_with_degrees_as_the_guess(
    tmp_path: Path,
) -> None:
    rows = [f"School {n},{9 + n},{x},{y}" for n, (x, y) in enumerate(PLACES)]
    (tmp_path / "schools.csv").write_text("\n".join(("name,pupils,x,y", *rows)), encoding="utf-8")
    (question,) = [q for q in draft_kit(tmp_path).questions if q.id == "crs:schools.csv"]
    assert question.default == "EPSG:4326"


def test_a_column_of_shapes_in_degrees_is_drafted_and_read_without_a_question(tmp_path: Path) -> None:
    shape_table(tmp_path)
    draft = draft_kit(tmp_path)
    assert not [q for q in draft.questions if q.id.startswith("crs:")]
    made = read(tmp_path, draft, "hospitals")
    assert [(g.x, g.y) for g in made.geometry] == list(PLACES)


def test_a_system_written_before_each_shape_is_heard(tmp_path: Path) -> None:
    shape_table(tmp_path, "SRID=31982;", tuple(GRID.transform(*p) for p in PLACES))
    draft = draft_kit(tmp_path)
    (spec,) = draft.kit.files
    assert (spec.crs, draft.kit.crs) == ("EPSG:31982", "EPSG:31982")
    assert len(read(tmp_path, draft, "hospitals").geometry) == 3


def test_a_system_that_nobody_knows_is_asked(tmp_path: Path) -> None:
    shape_table(tmp_path, "SRID=123456789;", tuple(GRID.transform(*p) for p in PLACES))
    assert [q.id for q in draft_kit(tmp_path).questions if q.id.startswith("crs:")] == ["crs:clinics.csv"]


def test_columns_called_so_that_hold_no_numbers_place_nothing(tmp_path: Path) -> None:
    rows = [f"School {n},{9 + n},yes,no" for n in range(3)]
    (tmp_path / "schools.csv").write_text("\n".join(("name,pupils,east,north", *rows)), encoding="utf-8")
    draft = draft_kit(tmp_path, answers={"role:schools.csv": "census_table"})
    assert not [q for q in draft.questions if q.id.startswith("crs:")]
