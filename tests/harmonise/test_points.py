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
