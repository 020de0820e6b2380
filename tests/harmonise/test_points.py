"""Tables with coordinates, as layers of points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from almena.model.problem import InputError

from .kitchen import read, role, said, text_file

SCHOOLS = role(named="schools", optional=("name:text", "pupils:integer"), geometry="any")
LIST = "nome;lat;lon;alunos\nA;-30,03;-51,2;100\nB;;;50\nC;-30,1;-51,1;n/a\n"
FIELDS = {"x": "lon", "y": "lat", "name": "nome", "pupils": "alunos"}


def test_rows_become_points_and_rows_without_a_place_are_counted(tmp_path: Path) -> None:
    made = read(text_file(tmp_path, LIST), "table", SCHOOLS, fields=FIELDS, crs="EPSG:4326")
    assert [(g.x, g.y) for g in made.geometry] == [(-51.2, -30.03), (-51.1, -30.1)]
    assert made.fields["name"].tolist() == ["A", "C"]
    assert np.array_equal(made.fields["pupils"], [100, np.nan], equal_nan=True)
    assert made.ids.tolist() == ["row 2", "row 4"]
    assert made.notes == ("1 feature without geometry left out",)
    assert set(made.fields) == {"name", "pupils"}


def test_filters_codes_and_keys_work_as_for_any_layer(tmp_path: Path) -> None:
    path = text_file(tmp_path, LIST)
    options = {
        "crs": "EPSG:4326",
        "where": {"nome": ("C",)},
        "codes": {"name": {"C": "Centro"}},
        "key": "nome",
    }
    made = read(path, "table", SCHOOLS, fields=FIELDS, **options)
    assert made.fields["name"].tolist() == ["Centro"]
    assert made.ids.tolist() == ["C"]


def test_the_columns_and_the_system_are_never_guessed(tmp_path: Path) -> None:
    path = text_file(tmp_path, LIST)
    with pytest.raises(InputError, match="`fields` lacks x and y") as error:
        read(path, "table", SCHOOLS, crs="EPSG:4326")
    assert "not named" in said(error.value)
    with pytest.raises(InputError, match="coordinate system is missing"):
        read(path, "table", SCHOOLS, fields=FIELDS)


def test_swapped_coordinates_are_refused_when_they_cannot_be(tmp_path: Path) -> None:
    path = text_file(tmp_path, "lat;lon\n-8.4;-150.5\n-8.5;-150.6\n")
    with pytest.raises(InputError, match="Latitude seems to come before longitude"):
        read(path, "table", SCHOOLS, fields={"x": "lat", "y": "lon"}, crs="EPSG:4326")


SHAPES = (
    "nome;geom;alunos\nA;POINT (-51.2 -30.03);100\nB;;50\nC;SRID=4326;POINT(-51.1 -30.1);7\nD;no place;9\n"
)


def test_a_column_of_well_known_text_gives_the_shapes_and_what_is_none_is_listed(tmp_path: Path) -> None:
    path = text_file(tmp_path, SHAPES.replace("SRID=4326;P", '"SRID=4326;P').replace("-30.1)", '-30.1)"'))
    fields = {"wkt": "geom", "name": "nome", "pupils": "alunos"}
    made = read(path, "table", SCHOOLS, fields=fields, crs="EPSG:4326")
    assert [(g.x, g.y) for g in made.geometry] == [(-51.2, -30.03), (-51.1, -30.1)]
    assert made.fields["pupils"].tolist() == [100, 7]
    (cell,) = [one for one in made.listed if "well-known" in one.why]
    assert cell.rows == (5,)
    assert cell.column == 2


def test_a_column_without_shapes_is_refused_by_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'A' is no well-known text"):
        read(text_file(tmp_path, LIST), "table", SCHOOLS, fields={"wkt": "nome"}, crs="EPSG:4326")


def test_polygons_of_well_known_text_are_taken_too(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'nome;geom\nA;"POLYGON ((0 0, 0 1, 1 1, 0 0))"\n')
    made = read(path, "table", SCHOOLS, fields={"wkt": "geom", "name": "nome"}, crs="EPSG:4326")
    assert made.geometry[0].area == 0.5
