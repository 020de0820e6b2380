"""The small file that says which city a folder is about."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almena.model.problem import InputError
from almena.store.city_toml import City, check_city, read_city, write_city

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
cities = st.builds(
    City,
    st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,2}", fullmatch=True),
    words.filter(str.strip),
    st.sampled_from(["", "BRA", "PRT"]),
    words,
    st.lists(words, min_size=1, max_size=3).map(tuple),
    st.lists(words, max_size=3).map(tuple),
    st.sampled_from(["", "postgresql://ana@host/city"]),
)


@settings(max_examples=80, deadline=None)
@given(city=cities)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, city: City) -> None:
    path = tmp_path_factory.getbasetemp() / "city.toml"
    write_city(city, path)
    assert read_city(path) == city
    assert tomllib.loads(path.read_text(encoding="utf-8"))["name"] == city.name


@settings(max_examples=80, deadline=None)
@given(
    text=st.text()
    | st.sampled_from(["id = 1", 'id = "a"\nid = "b"', "[id]", 'name = "\\x"', "languages = [1]"])
)
def test_any_text_at_all_is_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(InputError) as caught:
        read_city(path)
    assert all(p.what and str(path) in p.where for p in caught.value.problems)


def test_a_city_written_by_hand_needs_no_more_than_an_id_and_a_name(tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text('id = "x"\nname = "São X"\n', encoding="utf-8")
    assert read_city(tmp_path / "city.toml") == City("x", "São X", "", "", ("en",), (), "")


@pytest.mark.parametrize(
    "text, what, remedy",
    [
        ('name = "X"', "`id` is missing", "add a line id"),
        ('id = "x"', "`name` is missing", "add a line name"),
        ('id = "x"\nname = "X"\nlangauges = ["en"]', "`langauges` is not known", "did you mean `languages`?"),
        ('id = "x"\nname = "X"\nzzz = 1', "`zzz` is not known", "known are: id, name, country"),
        ('id = "x"\nname = "X"\nlanguages = "en"', "`languages` has the wrong type", "write a list of texts"),
        ('id = "x"\nname = "X"\npacks = [1]', "`packs` has the wrong type", "write a list of texts"),
        ('id = "x"\nname = ["X"]', "`name` has the wrong type", "write a text"),
        ('id = "X Y"\nname = "X"', "'X Y' cannot be the id", "small letters"),
        ('id = "x-"\nname = "X"', "'x-' cannot be the id", "small letters"),
        ('id = "x"\nname = " "', "The city has no name", "give its name"),
        ('id = "x"\nname = "X"\ncountry = "BR"', "'BR' is not a country code", "ISO 3166-1"),
        ('id = "x"\nname = "X"\nlanguages = []', "No language is given", "for example en"),
        ('id = "x', "cannot be read", "correct it"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, text: str, what: str, remedy: str) -> None:
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_city(path)
    (problem,) = caught.value.problems
    assert what in problem.what
    assert remedy in problem.remedy
    assert problem.where == str(path)


def test_all_mistakes_are_named_together(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text('nam = "X"\ncountry = 1\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_city(path)
    assert len(caught.value.problems) == 4
    with pytest.raises(InputError) as caught:
        check_city(City("", "", "x", languages=()), "here")
    assert [p.where for p in caught.value.problems] == ["here"] * 4


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_city(tmp_path / "city.toml")
    (tmp_path / "city.toml").write_bytes(b'id = "x"\nname = "S\xe3o"')
    with pytest.raises(InputError, match="cannot be read"):
        read_city(tmp_path / "city.toml")


def test_writing_never_leaves_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "city.toml"
    write_city(City("x", "X"), path)
    before = path.read_bytes()

    def power_cut(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr("os.fsync", power_cut)
    with pytest.raises(OSError, match="gone"):
        write_city(City("x", "Y"), path)
    assert path.read_bytes() == before
