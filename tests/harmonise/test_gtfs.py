"""Timetables in GTFS form."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.harmonise.clock import parse_clocks
from almena.model.data import Feed
from almena.model.problem import InputError

from .kitchen import read, role, said

FEED = role("feed", named="transit_feed")
TABLES = {
    "agency": "agency_id,agency_name\nE,EPTC\n",
    "stops": "stop_id,stop_code,stop_name,stop_lat,stop_lon\nA,,Centro,-30.03,-51.23\nB,,Norte,-30.01,-51.21\n",
    "routes": "route_id,route_short_name,route_type\nR1,T1,3\n",
    "trips": "route_id,service_id,trip_id\nR1,W,t1\nR1,W,t2\n",
    "stop_times": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t1,05:05:35,05:06:00,A,1\nt1,,,B,2\nt2,24:10:00,25:00:30,A,1\nt2, 6:15:00,6:15:00 ,B,2\n"
    ),
    "calendar": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "W,1,1,1,1,1,0,0,20190415,20190715\n"
    ),
}


def packed(folder: Path, inside: str = "", drop: str = "", encoding: str = "utf-8", **changed: str) -> Path:
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, text in {**TABLES, **changed}.items():
            if name != drop:
                made.writestr(f"{inside}{name}.txt", text.encode(encoding))
    return path


def feed(path: Path) -> Feed:
    made: Feed = read(path, "gtfs", FEED)
    return made


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        feed(path)
    return said(error.value)


def test_a_small_feed_by_hand(tmp_path: Path) -> None:
    made = feed(packed(tmp_path))
    assert list(made.tables) == ["stops", "routes", "trips", "stop_times", "calendar"]
    assert made.tables["stops"]["stop_lat"].tolist() == [-30.03, -30.01]
    assert made.tables["stops"]["stop_name"].tolist() == ["Centro", "Norte"]
    times = made.tables["stop_times"]
    assert times["stop_sequence"].tolist() == [1.0, 2.0, 1.0, 2.0]
    assert times["departure_time"][[0, 2, 3]] == pytest.approx([306.0, 1500.5, 375.0])
    assert times["arrival_time"][[0, 2, 3]] == pytest.approx([305 + 35 / 60, 1450.0, 375.0])
    assert np.isnan(times["departure_time"][1])
    assert made.date == "2019-04-15/2019-07-15"
    assert made.origins[0].locator == "2 stops, 1 route, 2 trips, 4 stop times"
    assert made.notes == ("25.0 % of the stop times are blank",)


def test_marks_blanks_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    head = '\ufeffstop_id, stop_name , "stop_lat",stop_lon'
    stops = f'{head}\r\n A , Estação ,-30.03,-51.23\r\n"B","Norte, Sul",-30.01, -51.21'
    made = feed(packed(tmp_path, stops=stops))
    assert made.tables["stops"]["stop_id"].tolist() == ["A", "B"]
    assert made.tables["stops"]["stop_name"].tolist() == ["Estação", "Norte, Sul"]
    assert made.tables["stops"]["stop_lon"].tolist() == [-51.23, -51.21]


def test_latin1_is_found_out_and_noted(tmp_path: Path) -> None:
    stops = "stop_id,stop_name,stop_lat,stop_lon\nA,Estação,-30.03,-51.23\nB,x,-30.01,-51.21\n"
    made = feed(packed(tmp_path, encoding="latin-1", stops=stops))
    assert made.tables["stops"]["stop_name"][0] == "Estação"
    assert made.notes[0].startswith("stops: the encoding is taken to be")


def test_a_folder_and_a_zip_with_a_folder_hold_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    plain, nested = feed(folder), feed(packed(tmp_path, inside="gtfs/"))
    for made in (plain, nested):
        assert made.tables["trips"]["trip_id"].tolist() == ["t1", "t2"]


def test_missing_tables_are_named_together(tmp_path: Path) -> None:
    path = packed(tmp_path, drop="stops")
    assert "lacks the table stops" in refusal(path)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("stops.txt", TABLES["stops"])
    text = refusal(path)
    for name in ("routes", "trips", "stop_times", "calendar (or calendar_dates)"):
        assert f"lacks the table {name}" in text


def test_calendar_dates_alone_are_enough(tmp_path: Path) -> None:
    made = feed(
        packed(
            tmp_path,
            drop="calendar",
            calendar_dates="service_id,date,exception_type\nW,20190501,1\nW,20190419,1\n",
        )
    )
    assert made.date == "2019-04-19/2019-05-01"
    assert made.tables["calendar_dates"]["exception_type"].tolist() == ["1", "1"]


def test_missing_columns_of_all_tables_are_named_together(tmp_path: Path) -> None:
    text = refusal(packed(tmp_path, stops="stop_id,stop_lat\nA,1\n", trips="trip_id,service_id\nt1,W\n"))
    assert "table stops lacks the column stop_lon" in text
    assert "table trips lacks the column route_id" in text
    assert "feed.zip, trips.txt" in text


def test_damaged_times_and_numbers_name_their_row(tmp_path: Path) -> None:
    times = TABLES["stop_times"].replace("24:10:00", "24h10")
    assert "'24h10' in row 4" in refusal(packed(tmp_path, stop_times=times))
    assert "'south' in row 2" in refusal(packed(tmp_path, stops=TABLES["stops"].replace("-30.03", "south")))


def test_an_empty_timetable_is_refused_and_an_empty_extra_table_is_dropped(tmp_path: Path) -> None:
    assert "The table trips holds no row" in refusal(packed(tmp_path, trips="route_id,service_id,trip_id\n"))
    made = feed(packed(tmp_path, frequencies="trip_id,start_time,end_time,headway_secs\n"))
    assert "frequencies" not in made.tables
    assert "holds no row" in refusal(packed(tmp_path, stops=""))


def test_frequencies_are_kept(tmp_path: Path) -> None:
    made = feed(
        packed(tmp_path, frequencies="trip_id,start_time,end_time,headway_secs\nt1,06:00:00,22:00:00,600\n")
    )
    assert made.tables["frequencies"]["headway_secs"].tolist() == [600.0]
    assert made.tables["frequencies"]["end_time"].tolist() == [1320.0]


def test_links_that_lead_nowhere_and_stops_without_position_are_noted(tmp_path: Path) -> None:
    made = feed(
        packed(
            tmp_path,
            stops="stop_id,stop_lat,stop_lon\nA,-30.03,-51.23\nC,,\n",
            trips="route_id,service_id,trip_id\nR1,W,t1\nR9,W,t2\n",
        )
    )
    assert "1 row of trips name a route_id that routes does not hold" in made.notes
    assert "2 rows of stop_times name a stop_id that stops does not hold" in made.notes
    assert "1 stop without a position" in made.notes


def test_shapes_and_unknown_columns_are_not_read(tmp_path: Path) -> None:
    made = feed(
        packed(tmp_path, shapes="not,even\na table", routes="route_id,route_type,route_color\nR1,3,FF0000\n")
    )
    assert "shapes" not in made.tables
    assert list(made.tables["routes"]) == ["route_id", "route_type"]


def test_a_table_that_is_no_table_is_refused(tmp_path: Path) -> None:
    text = refusal(packed(tmp_path, routes='route_id,route_type\n"R1,3\n'))
    assert "damaged" in text or "holds no row" in text


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(b"nothing")
    assert "not a readable zip" in refusal(path)


def test_clocks() -> None:
    texts = [
        "00:00:00",
        "12:30:30",
        "5:06:00",
        "25:00:00",
        "100:00:00",
        "7:5",
        "",
        "12:60:00",
        "12:00:61",
        "noon",
        "1２:00:00",
        "12:00x00",
    ]
    minutes, bad = parse_clocks(texts)
    assert minutes[:6] == pytest.approx([0, 750.5, 306, 1500, 6000, 425])
    assert np.isnan(minutes[6:10]).all()
    assert bad[:10].tolist() == [False] * 7 + [True] * 3
    assert bad[-1]
    assert np.isnan(minutes[-1])


def test_no_clocks() -> None:
    assert parse_clocks([])[0].shape == (0,)
    assert np.isnan(parse_clocks(["", ""])[0]).all()


@given(
    st.lists(st.integers(0, 48 * 3600), max_size=30),
    st.sampled_from(["{h:02d}:{m:02d}:{s:02d}", "{h}:{m:02d}:{s:02d}"]),
)
def test_clocks_read_back(seconds: list[int], pattern: str) -> None:
    texts = [pattern.format(h=s // 3600, m=s // 60 % 60, s=s % 60) for s in seconds]
    minutes, bad = parse_clocks(texts)
    assert not bad.any()
    assert minutes == pytest.approx(np.array(seconds) / 60)


@given(st.lists(st.text(alphabet="0123456789: h٣", max_size=9), max_size=20))
def test_no_text_ever_breaks_the_clock(texts: list[str]) -> None:
    minutes, bad = parse_clocks(texts)
    assert (np.isnan(minutes) == (bad | np.array([not t for t in texts], dtype=bool))).all()
