"""What a draft settles by itself: words of offices, columns of years, files of other places, what to ask first."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from almena.gather.draft import draft_kit
from almena.gather.draft_codes import codes_of
from almena.gather.draft_elsewhere import elsewhere
from almena.gather.draft_rules import match_column
from almena.gather.facts import TABLE, VECTOR, Column, FileFacts
from almena.gather.kit import load_kit
from almena.gather.probe import probe
from almena.packs import load_roles, read_table


def table_of(*columns: Column) -> FileFacts:
    return FileFacts(Path("a.csv"), TABLE, columns=columns)


def map_at(*places: tuple[float, float]) -> FileFacts:
    points = np.array([shapely.Point(p) for p in places], dtype=object)
    box = tuple(shapely.total_bounds(points)) if places else None
    return FileFacts(Path("a.geojson"), VECTOR, points=points, bounds=box)


def test_words_of_an_office_become_the_words_of_the_indicators_and_others_stay() -> None:
    facts = table_of(Column("Sexo", ("Mulheres", "Homens", "Total", "women", ""), 1))
    assert codes_of("census_sex", {"sex": "Sexo"}, facts) == {"sex": {"Mulheres": "women", "Homens": "men"}}
    assert codes_of("census_sex", {"sex": 1}, facts) == {"sex": {"Mulheres": "women", "Homens": "men"}}
    assert codes_of("census_sex", {"sex": "Outra"}, facts) == {}
    assert codes_of("schools", {"sex": "Sexo"}, facts) == {}


def test_who_cannot_read_is_never_counted_among_those_who_can() -> None:
    facts = table_of(Column("g", ("Alfabetizados", "Não alfabetizados", "Analfabetas"), 1))
    codes = codes_of("census_literacy", {"group": "g"}, facts)["group"]
    assert codes == {
        "Alfabetizados": "literate",
        "Não alfabetizados": "illiterate",
        "Analfabetas": "illiterate",
    }


def test_every_pattern_can_be_read_and_speaks_of_a_role_and_field_that_exist() -> None:
    roles = load_roles()
    for row in read_table("draft_codes.csv"):
        role = roles[row["role"]]
        assert row["field"] in {d.split(":")[0] for d in (*role.required, *role.optional)}, row
        assert re.compile(row["pattern"])


@pytest.mark.real
def test_the_table_translates_as_the_kit_of_porto_alegre_does_by_hand(mirror: Path) -> None:
    folder = mirror / "porto_alegre"
    compared = 0
    for file in load_kit("porto-alegre").files:
        if file.path.startswith("statistics/") and file.codes:
            found = codes_of(file.role, file.fields, probe(folder / file.path))
            by_hand = {f: {w: c for w, c in words.items() if w != c} for f, words in file.codes.items()}
            assert found == by_hand, file.path
            compared += 1
    assert compared >= 8


def test_a_column_of_years_is_known_in_any_role() -> None:
    columns = (Column("Entity", ("Brazil",), 1), Column("Year", ("2018",), 2))
    found = match_column("country_hdi", "year", columns)
    assert found is not None
    assert found.name == "Year"
    assert match_column("country_hdi", "nothing_of_the_kind", columns) is None


def test_only_a_file_with_positions_far_from_the_outline_is_elsewhere() -> None:
    city = map_at((-51.3, -30.3), (-51.0, -29.9))
    files = {
        "near": map_at((-51.6, -30.1)),
        "far": map_at((1.5, 42.5)),
        "partly": map_at((1.5, 42.5), (-51.1, -30.0)),
        "nowhere": map_at(),
    }
    assert elsewhere(files, [city]) == ["far"]
    assert elsewhere(files, []) == []


def square(west: float, south: float, side: float) -> dict[str, object]:
    ring = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def write_map(path: Path, *features: tuple[dict[str, object], dict[str, object]]) -> None:
    listed = [{"type": "Feature", "geometry": g, "properties": p} for g, p in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}), encoding="utf-8")


def write_city(folder: Path) -> None:
    write_map(folder / "a.geojson", (square(-51.3, -30.3, 0.4), {}))
    schools = [
        (
            {"type": "Point", "coordinates": [-51.2 + n / 100, -30.2]},
            {"school_id": str(n), "pupils_total": n},
        )
        for n in range(1, 9)
    ]
    write_map(folder / "b.geojson", *schools)


def test_a_table_of_the_cities_of_the_world_does_not_hide_the_outline(tmp_path: Path) -> None:
    write_city(tmp_path)
    rows = "".join(f"City {n},BRA,{-60 + 12 * n},{-150 + 30 * n},{1000 * n + 7}\n" for n in range(1, 10))
    (tmp_path / "world.csv").write_text(f"name,country,lat,lng,population\n{rows}", encoding="utf-8")
    draft = draft_kit(tmp_path)
    assert {f.path: f.role for f in draft.kit.files}["a.geojson"] == "boundary"


@pytest.mark.real
def test_an_extract_of_another_country_is_left_out_and_said(tmp_path: Path, mirror: Path) -> None:
    write_city(tmp_path)
    extract = mirror / "andorra" / "andorra.osm.pbf"
    (tmp_path / "andorra.osm.pbf").write_bytes(extract.read_bytes())
    draft = draft_kit(tmp_path)
    assert {f.path for f in draft.kit.files} == {"a.geojson", "b.geojson"}
    assert ["nothing in it lies in or near" in p.why for p in draft.left_out] == [True]


def test_what_concerns_the_whole_kit_is_asked_before_single_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("k,v\nx,1\ny,2\n", encoding="utf-8")
    asked = [q.id for q in draft_kit(tmp_path, answers={"role:a.csv": "census_sex"}).questions]
    assert asked.index("licence") < asked.index("field:a.csv:sex")


def test_a_kmz_of_a_gis_program_is_read_past_the_file_that_only_links(tmp_path: Path) -> None:
    head = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    link = "<NetworkLink><Link><href>layers/a.kml</href></Link></NetworkLink>"
    mark = "<Placemark><name>n</name><Point><coordinates>-51.2,-30.1</coordinates></Point></Placemark>"
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", f"{head}{link}</Document></kml>")
        archive.writestr("layers/a.kml", f"{head}{mark}</Document></kml>")
    found = probe(tmp_path / "a.kmz")
    assert (found.kind, found.count) == (VECTOR, 1)


def test_an_empty_zip_is_said_to_be_empty(tmp_path: Path) -> None:
    zipfile.ZipFile(tmp_path / "a.zip", "w").close()
    assert probe(tmp_path / "a.zip").why == "the zip is empty"
