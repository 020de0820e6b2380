"""The places of a city: named in any script, joined only when people would join them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from almena.app.places import build_places
from almena.model.data import Grid, Layer, RoleData
from almena.model.kit import Kit
from almena.model.place import Places
from almena.model.problem import AlmenaError, InputError, Problem

KIT = Kit("town", "Town", "BRA", "EPSG:31982", ("pt",), (), Path())
SIDE = 1000.0


class Shelf:
    """Hands over layers as the supply does."""

    def __init__(self, **layers: RoleData | None) -> None:
        self.layers = layers
        self.problems = [Problem("The file is broken", "a.geojson")]

    def key(self, role: str) -> str | None:
        return role if role in self.layers else None

    def get(self, role: str) -> RoleData:
        found = self.layers[role]
        if found is None:
            raise AlmenaError.of("cannot be read", role)
        return found


def box(column: float, row: float = 0.0, size: float = 1.0) -> shapely.Polygon:
    west, south = 480_000 + column * SIDE, 6_670_000 + row * SIDE
    return shapely.box(west, south, west + size * SIDE, south + size * SIDE)


def layer(shapes: Sequence[Any], key: str = "", **fields: Sequence[Any]) -> Layer:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    columns = {name: np.array(values, dtype=object) for name, values in fields.items()}
    return Layer(role="x", key=key, crs="EPSG:31982", geometry=geometry, fields=columns)


def row_of(count: int) -> Layer:
    return layer([box(0), box(count - 1)] if count == 1 else [shapely.box(*_around(count))])


def _around(count: int) -> tuple[float, float, float, float]:
    return (480_000, 6_670_000, 480_000 + count * SIDE, 6_670_000 + SIDE)


def places(names: Sequence[Any], **fields: Sequence[Any]) -> tuple[Places, list[Problem]]:
    """Make the places of a city that is a row of squares, one for each name."""
    parts = layer([box(i) for i in range(len(names))], name=names, **fields)
    shelf = Shelf(boundary=row_of(len(names)), neighbourhoods=parts)
    return build_places(shelf, KIT)  # type: ignore[arg-type]


def ids(found: Places) -> list[str]:
    return [p.id.removeprefix("neighbourhood-") for p in found.items[1:]]


@pytest.mark.parametrize(
    ("crs", "said"), [("EPSG:3857", "16%"), ("ESRI:54009", "%"), ("EPSG:31972", "%"), ("EPSG:3395", "15%")]
)
def test_a_system_that_stretches_the_city_is_refused(crs: str, said: str) -> None:
    # 30 degrees south: Mercator stretches by 1 / cos 30.1 = 1.156 on the sphere
    with pytest.raises(InputError) as error:
        build_places(Shelf(boundary=row_of(2)), replace(KIT, crs=crs))  # type: ignore[arg-type]
    (problem,) = error.value.problems
    assert problem.what.startswith(f"The coordinate system {crs} distorts distances in the city by ")
    assert problem.what.endswith(said)
    assert "UTM zone" in problem.remedy


@pytest.mark.parametrize("crs", ["EPSG:31982", "EPSG:32722", "EPSG:31981", "EPSG:5880"])
def test_a_zone_or_a_national_system_is_accepted(crs: str) -> None:
    found, _ = build_places(Shelf(boundary=row_of(2)), replace(KIT, crs=crs))  # type: ignore[arg-type]
    assert found.crs == crs


def test_the_city_comes_first_and_its_parts_keep_their_names() -> None:
    found, notes = places(["Centro Histórico", "Vila Nova"])
    assert [(p.id, p.kind, p.name) for p in found.items] == [
        ("city", "city", "Town"),
        ("neighbourhood-centro-historico", "neighbourhood", "Centro Histórico"),
        ("neighbourhood-vila-nova", "neighbourhood", "Vila Nova"),
    ]
    assert notes == []
    assert shapely.area(found.geometry).tolist() == pytest.approx([2e6, 1e6, 1e6])


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["Район 1", "Сектор 1"], ["раион-1", "сектор-1"]),
        (["東区", "西区"], ["東区", "西区"]),
        (["حي الزهور", "حي النخيل"], ["حي-الزهور", "حي-النخيل"]),
        (["Łódź", "Lodz"], ["łodz", "lodz"]),
        (["कि", "की"], ["क", "क-2"]),
        (["São João", "Sao Joao"], ["sao-joao", "sao-joao-2"]),
        (["A/B", "A B"], ["a-b", "a-b-2"]),
        (["!!!", "???"], ["part", "part-2"]),
    ],
)
def test_two_names_in_any_script_are_two_places(names: list[str], wanted: list[str]) -> None:
    found, notes = places(names)
    assert ids(found) == wanted
    assert [p.name for p in found.items[1:]] == names
    assert notes == []


TONGUES = {"name:fr": ["Centre", ""], "name:en": ["Centre (en)", "Hill"]}


@pytest.mark.parametrize(
    ("languages", "wanted"),
    [
        (("pt",), ["Centro", ""]),
        (("fr", "en"), ["Centre", "Hill"]),
        (("en", "fr"), ["Centre (en)", "Hill"]),
        (("pt", "en"), ["Centro", "Hill"]),
    ],
)
def test_names_are_shown_in_the_main_language_of_the_city(
    languages: tuple[str, ...], wanted: list[str]
) -> None:
    parts = layer([box(0), box(1)], name=["Centro", ""], **TONGUES)
    shelf = Shelf(boundary=row_of(2), neighbourhoods=parts)
    found, _ = build_places(shelf, replace(KIT, languages=languages))  # type: ignore[arg-type]
    assert [p.name for p in found.items[1:]] == wanted


def test_what_an_extract_cuts_off_is_said() -> None:
    cut = "the outline of Norte (relation/2) left out: 1 of its 4 ways is not in the extract"
    parts = layer([box(0), box(1)], name=["Centro", "Sul"])
    parts = parts.with_(at_least=True, role="neighbourhoods", notes=(cut, "4 rows of 6 left out"))
    shelf = Shelf(boundary=row_of(2), neighbourhoods=parts)
    _, notes = build_places(shelf, KIT)  # type: ignore[arg-type]
    assert [(n.what, n.where) for n in notes] == [(f"T{cut[1:]}", "role neighbourhoods")]


def test_one_name_in_two_pieces_is_one_place_and_said() -> None:
    found, notes = places(["Ilhas", "Centro", "  ILHAS "])
    assert ids(found) == ["ilhas", "centro"]
    assert shapely.area(found.geometry).tolist() == pytest.approx([3e6, 2e6, 1e6])
    assert "joined by name: Ilhas" in notes[0].what


def test_composed_and_decomposed_letters_are_one_name() -> None:
    found, _ = places(["S\u00e3o", "Sa\u0303o"])
    assert ids(found) == ["sao"]


@pytest.mark.parametrize("empty", [None, "", "  ", float("nan")])
def test_an_empty_name_takes_the_code_and_an_empty_code_the_number(empty: object) -> None:
    found, _ = places(["Centro", empty, empty, empty], code=["1", "B-7", empty, empty])
    assert ids(found) == ["centro", "b-7", "3", "4"]
    assert [p.name for p in found.items[1:]] == ["Centro", "", "", ""]


def test_a_place_called_like_the_number_of_another_is_not_mixed_up_with_it() -> None:
    found, _ = places(["2", None])
    assert ids(found) == ["2", "2-2"]


def test_parts_outside_are_left_out_and_counted() -> None:
    parts = layer([box(0), box(5), box(7)], name=["In", "Out", "Far"])
    found, notes = build_places(Shelf(boundary=row_of(2), neighbourhoods=parts), KIT)  # type: ignore[arg-type]
    assert ids(found) == ["in"]
    assert notes[0].what == "2 neighbourhoods lie outside the boundary"


def test_parts_are_clipped_to_the_city_and_slivers_are_drawing_error() -> None:
    parts = layer([box(0.5), box(1.9995)], name=["Half", "Sliver"])
    found, _ = build_places(Shelf(boundary=row_of(1), neighbourhoods=parts), KIT)  # type: ignore[arg-type]
    assert ids(found) == ["half"]


def test_names_come_from_older_limits_by_the_largest_overlap() -> None:
    parts = layer([box(0), box(1), box(2)])
    older = layer([box(0.1), box(1.2)], name=["Old A", "Old B"])
    shelf = Shelf(boundary=row_of(3), neighbourhoods=parts, neighbourhood_statistics=older)
    found, notes = build_places(shelf, KIT)  # type: ignore[arg-type]
    assert [p.name for p in found.items[1:3]] == ["Old A", "Old B"]
    assert "of 3 neighbourhoods took their name from older limits" in notes[0].what


def test_neighbourhoods_that_nothing_names_are_numbered_with_a_remedy() -> None:
    shelf = Shelf(boundary=row_of(2), neighbourhoods=layer([box(0), box(1)]))
    found, notes = build_places(shelf, KIT)  # type: ignore[arg-type]
    assert ids(found) == ["1", "2"]
    assert notes[0].remedy


@pytest.mark.parametrize("boundary", [{}, {"boundary": None}, {"boundary": Grid}])
def test_without_a_boundary_nothing_is_measured_and_the_reason_is_given(boundary: Mapping[str, Any]) -> None:
    given_layers = {
        name: Grid(
            role="boundary",
            array=np.zeros((1, 1)),
            affine=(1, 0, 0, 0, -1, 0),
            crs="EPSG:31982",
        )
        if kind is Grid
        else kind
        for name, kind in boundary.items()
    }
    with pytest.raises(InputError) as refusal:
        build_places(Shelf(**given_layers), KIT)  # type: ignore[arg-type]
    assert [p.what for p in refusal.value.problems] == [
        "The file is broken",
        "No usable file fills the role boundary",
    ]


def test_neighbourhoods_that_cannot_be_read_leave_the_city_alone() -> None:
    found, notes = build_places(Shelf(boundary=row_of(2), neighbourhoods=None), KIT)  # type: ignore[arg-type]
    assert len(found) == 1
    assert notes == []


def test_the_key_changes_with_everything_that_makes_the_places() -> None:
    def key(boundary: str = "b", parts: str = "n", kit: Kit = KIT) -> str:
        """Return the key of the places of two layers."""
        shelf = Shelf(
            boundary=layer([box(0)], key=boundary), neighbourhoods=layer([box(0)], key=parts, name=["A"])
        )
        return build_places(shelf, kit)[0].key  # type: ignore[arg-type]

    other = Kit("town", "Town", "BRA", "EPSG:31981", ("pt",), (), Path())
    assert len({key(), key(boundary="c"), key(parts="m"), key(kit=other)}) == 4
    assert key() == key()


@given(st.lists(st.one_of(st.none(), st.text(max_size=6)), min_size=1, max_size=6))
def test_ids_are_unique_and_areas_are_conserved_whatever_the_names(names: list[str | None]) -> None:
    found, _ = places(names)
    assert len(set(ids(found))) == len(ids(found))
    assert all(i and not set(i) & set(" /\\\"'<>&#?%\n\t") for i in ids(found))
    assert shapely.area(found.geometry[1:]).sum() == pytest.approx(shapely.area(found.geometry[0]))


def test_the_places_know_their_country_and_another_country_is_another_key() -> None:
    shelf = Shelf(boundary=layer([box(0)], key="b"))
    one, _ = build_places(shelf, KIT)  # type: ignore[arg-type]
    other, _ = build_places(shelf, replace(KIT, country="ARG"))  # type: ignore[arg-type]
    assert (one.country, other.country) == ("BRA", "ARG")
    assert one.key != other.key
