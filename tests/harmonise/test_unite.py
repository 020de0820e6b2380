"""Several files made one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from almena.harmonise.unite import unite
from almena.model.data import Document, Feed, Grid, Layer, Table
from almena.model.listed import rows_listed
from almena.model.origin import Origin, Source
from almena.model.problem import InputError

from .kitchen import role

LAYERS = role(optional=("name:text",))
SERIES = role("table", "time:time", "level:number")


def origin(name: str) -> tuple[Origin, ...]:
    return (Origin(Source("things", name, "0" * 64)),)


def layer(
    *points: tuple[float, float], crs: str = "EPSG:4326", ids: tuple[str, ...] = (), **more: Any
) -> Layer:
    geometry = np.asarray(shapely.points(points), dtype=object)
    return Layer(
        role="things",
        crs=crs,
        geometry=geometry,
        ids=np.array(ids or [str(i) for i in range(len(points))]),
        **more,
    )


def test_one_part_is_itself() -> None:
    only = layer((0, 0))
    assert unite([only], LAYERS) is only


def test_layers_take_the_system_of_the_first() -> None:
    metres = layer((500000.0, 10000000.0), crs="EPSG:32722")
    made = unite([layer((-51.0, 0.0)), metres], LAYERS)
    assert isinstance(made, Layer)
    assert made.crs == "EPSG:4326"
    assert made.geometry[1].x == pytest.approx(-51.0, abs=1e-6)
    assert made.geometry[1].y == pytest.approx(0.0, abs=1e-6)


def test_fields_that_one_part_lacks_are_missing_there() -> None:
    first = layer((0, 0), fields={"name": np.array(["a"]), "beds": np.array([3])})
    second = layer(
        (1, 1), fields={"name": np.array(["longer"]), "day": np.array(["2024-05-05"], dtype="datetime64[D]")}
    )
    made = unite([first, second], LAYERS)
    assert isinstance(made, Layer)
    assert made.fields["name"].tolist() == ["a", "longer"]
    assert np.array_equal(made.fields["beds"], [3, np.nan], equal_nan=True)
    assert np.isnat(made.fields["day"]).tolist() == [True, False]


def test_columns_of_different_kinds_become_objects_rather_than_texts() -> None:
    first, second = layer((0, 0), fields={"x": np.array(["a"])}), layer((1, 1), fields={"x": np.array([1.5])})
    made = unite([first, second], LAYERS)
    assert isinstance(made, Layer)
    assert made.fields["x"].tolist() == ["a", 1.5]


def test_ids_stay_when_distinct_and_are_numbered_when_not() -> None:
    distinct = unite([layer((0, 0), ids=("way/1",)), layer((1, 1), ids=("way/2",))], LAYERS)
    assert isinstance(distinct, Layer)
    assert distinct.ids.tolist() == ["way/1", "way/2"]
    clash = unite([layer((0, 0), (0, 1)), layer((1, 1))], LAYERS)
    assert isinstance(clash, Layer)
    assert clash.ids.tolist() == ["1:0", "1:1", "2:0"]


def test_the_area_covered_is_known_only_when_all_parts_tell_it() -> None:
    box = shapely.box(0, 0, 1, 1)
    both = unite([layer((0, 0), covered=box), layer((2, 2), covered=shapely.box(1, 0, 3, 1))], LAYERS)
    one = unite([layer((0, 0), covered=box), layer((2, 2))], LAYERS)
    assert isinstance(both, Layer)
    assert isinstance(one, Layer)
    assert both.covered.area == pytest.approx(3.0)
    assert one.covered is None


def test_notes_origins_and_dates_of_all_parts_are_kept() -> None:
    first = layer((0, 0), notes=("a",), origins=origin("a.json"), date="2020")
    second = layer((1, 1), notes=("b",), origins=origin("b.json"), date="2019-01/2022-05")
    made = unite([first, second], LAYERS)
    assert made.notes == ("a", "b")
    assert [o.source.file for o in made.origins] == ["a.json", "b.json"]
    assert made.date == "2019-01/2022-05"
    assert unite([first, first.with_(ids=np.array(["x"]))], LAYERS).date == "2020"
    assert unite([first, layer((2, 2))], LAYERS).date == "unknown"


def series(name: str, days: list[str], levels: list[float]) -> Table:
    return Table(
        role="things",
        columns={"time": np.array(days, dtype="datetime64[s]"), "level": np.array(levels)},
        cells={"level": tuple(f"row {i}" for i in range(1, len(days) + 1))},
        origins=origin(name),
        notes=(name,),
    )


def test_series_are_woven_in_time_order_the_first_file_wins() -> None:
    made = unite(
        [
            series("b.csv", ["2024-05-02", "2024-05-03"], [2, 3]),
            series("a.csv", ["2024-05-01", "2024-05-02"], [1, 9]),
        ],
        SERIES,
    )
    assert isinstance(made, Table)
    assert made.columns["level"].tolist() == [1, 2, 3]
    assert made.cells["level"] == ("a.csv: row 1", "b.csv: row 1", "b.csv: row 2")
    assert made.notes == (
        "b.csv",
        "a.csv",
        "1 row with a moment that came before left out (the first is kept)",
    )


def test_two_gauges_keep_a_reading_each_at_one_moment() -> None:
    days = ["2024-05-01", "2024-05-02"]
    upper, lower = series("b.csv", days, [2, 3]), series("a.csv", days, [7, 8])
    named = [
        one.with_(columns={**one.columns, "station": np.array([name] * 2)})
        for one, name in ((upper, "Upper"), (lower, "Lower"))
    ]
    made = unite([*named, named[0]], SERIES)
    assert isinstance(made, Table)
    assert made.columns["time"].astype("datetime64[D]").astype(str).tolist() == [*days[:1] * 2, *days[1:] * 2]
    assert sorted(zip(made.columns["station"].tolist(), made.columns["level"].tolist(), strict=True)) == [
        ("Lower", 7),
        ("Lower", 8),
        ("Upper", 2),
        ("Upper", 3),
    ]
    assert rows_listed(made.listed) == 2


def test_rows_without_a_moment_are_listed_one_by_one_when_series_are_joined() -> None:
    made = unite(
        [series("b.csv", ["NaT", "2024-05-03"], [2, 3]), series("a.csv", ["NaT", "NaT"], [1, 9])], SERIES
    )
    assert isinstance(made, Table)
    assert made.columns["level"].tolist() == [3]
    assert made.notes[-1] == "3 rows without a date left out"
    assert [(one.why, len(one.where), one.remedy) for one in made.listed] == [
        ("it has no date", 3, "Give it a date.")
    ]


def test_of_two_files_with_one_moment_the_one_that_says_something_is_kept() -> None:
    made = unite([series("b.csv", ["2024-05-03"], [np.nan]), series("a.csv", ["2024-05-03"], [9])], SERIES)
    assert isinstance(made, Table)
    assert made.columns["level"].tolist() == [9]
    assert made.cells["level"] == ("a.csv: row 1",)
    assert rows_listed(made.listed) == 1


def test_plain_tables_are_stacked() -> None:
    parts = [Table(role="things", columns={"n": np.array([i])}, origins=origin("same.csv")) for i in (1, 2)]
    made = unite(parts, role("table", "n:integer"))
    assert isinstance(made, Table)
    assert made.columns["n"].tolist() == [1, 2]
    assert made.cells == {}


def feed(stop: str, trip: str, **more: Any) -> Feed:
    return Feed(
        role="transit_feed",
        tables={
            "stops": {"stop_id": np.array([stop]), "stop_lat": np.array([1.0]), **more},
            "routes": {"route_id": np.array(["R" + trip])},
            "trips": {
                "trip_id": np.array([trip]),
                "route_id": np.array(["R" + trip]),
                "service_id": np.array(["S" + trip]),
            },
            "stop_times": {
                "trip_id": np.array([trip]),
                "stop_id": np.array([stop]),
                "departure_time": np.array([300.0]),
            },
        },
    )


def test_timetables_that_share_no_id_are_stacked() -> None:
    made = unite([feed("A", "1", parent_station=np.array(["P"])), feed("B", "2")], role("feed"))
    assert isinstance(made, Feed)
    assert made.tables["stops"]["stop_id"].tolist() == ["A", "B"]
    assert made.tables["stops"]["parent_station"].tolist() == ["P", ""]
    assert made.tables["stop_times"]["departure_time"].tolist() == [300.0, 300.0]
    assert made.notes == ()


@pytest.mark.parametrize(("stop", "trip"), [("A", "2"), ("B", "1")])
def test_timetables_that_share_an_id_are_told_apart_in_every_table(stop: str, trip: str) -> None:
    made = unite([feed("A", "1"), feed(stop, trip, parent_station=np.array([""]))], role("feed"))
    assert isinstance(made, Feed)
    assert made.tables["stops"]["stop_id"].tolist() == ["1:A", f"2:{stop}"]
    assert made.tables["stop_times"]["stop_id"].tolist() == ["1:A", f"2:{stop}"]
    assert (
        made.tables["stop_times"]["trip_id"].tolist()
        == made.tables["trips"]["trip_id"].tolist()
        == ["1:1", f"2:{trip}"]
    )
    assert made.tables["stops"]["parent_station"].tolist() == ["", ""]
    assert made.notes == ("the feeds share ids; each id carries the number of its feed",)


def test_documents_follow_each_other() -> None:
    made = unite(
        [Document(role="x", paragraphs=("a",)), Document(role="x", paragraphs=("b", "c"))], role("document")
    )
    assert isinstance(made, Document)
    assert made.paragraphs == ("a", "b", "c")


def test_grids_and_mixtures_are_never_merged() -> None:
    grid = Grid(role="x", array=np.ones((1, 1)), affine=(1, 0, 0, 0, -1, 0), crs="EPSG:4326")
    with pytest.raises(InputError, match="Grids are never merged"):
        unite([grid, grid], role("grid"))
    with pytest.raises(InputError, match="several kinds"):
        unite([layer((0, 0)), Document(role="x")], LAYERS)


def test_whole_numbers_and_fractions_stay_numbers_and_missing_texts_are_empty() -> None:
    first = layer((0, 0), fields={"n": np.array([1]), "name": np.array(["a"])})
    second = layer((1, 1), fields={"n": np.array([0.5])})
    made = unite([first, second], LAYERS)
    assert isinstance(made, Layer)
    assert made.fields["n"].dtype == np.float64
    assert made.fields["n"].tolist() == [1.0, 0.5]
    assert made.fields["name"].dtype.kind == "U"
    assert made.fields["name"].tolist() == ["a", ""]
