"""The door through which built-in readers and plugins come."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import types
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from almena.harmonise import ReaderWarning, list_readers, read_file, readers
from almena.harmonise.readers import BUILT_IN, GROUP, find_reader, reader_version
from almena.model.data import Document
from almena.model.kit import READERS
from almena.model.problem import InputError

from .kitchen import found, role, text_file

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Leave no plugin of one test behind for the next."""
    readers._doors.cache_clear()
    readers._load.cache_clear()
    yield
    readers._doors.cache_clear()
    readers._load.cache_clear()


def install(monkeypatch: pytest.MonkeyPatch, *doors: tuple[str, str]) -> None:
    points = [EntryPoint(name, value, GROUP) for name, value in doors]
    monkeypatch.setattr(readers, "entry_points", lambda group: points if group == GROUP else [])


def module(monkeypatch: pytest.MonkeyPatch, **content: object) -> str:
    made = types.ModuleType("plugin_of_a_test")
    for name, value in content.items():
        setattr(made, name, value)
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made.__name__


def test_all_readers_that_kits_may_name_are_installed() -> None:
    assert set(READERS) <= set(list_readers())


def test_the_built_ins_are_the_entry_points_of_the_package() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert declared["project"]["entry-points"][GROUP] == BUILT_IN


@pytest.mark.parametrize("name", READERS)
def test_every_built_in_loads_and_has_a_version(name: str, tmp_path: Path) -> None:
    item = found(text_file(tmp_path, "x"), name)
    assert callable(find_reader(name, item))
    assert reader_version(name, item) == {"table": "2", "timeseries": "2"}.get(name, "1")


def test_an_unknown_reader_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'vector'"):
        read_file(found(text_file(tmp_path, "x"), "vektor"), role())


def test_a_plugin_reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def read(item: object, wanted: object) -> Document:
        return Document(role="things", paragraphs=("from the plugin",))

    read.__module__ = module(monkeypatch, READER_VERSION="7", read=read)
    install(monkeypatch, ("poem", "plugin_of_a_test:read"))
    item = found(text_file(tmp_path, "x"), "poem")
    made = read_file(item, role("document"))
    assert isinstance(made, Document)
    assert made.paragraphs == ("from the plugin",)
    assert reader_version("poem", item) == "7"


def test_a_plugin_that_makes_the_wrong_thing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module(monkeypatch, read=lambda item, wanted: Document(role="things"))
    install(monkeypatch, ("poem", "plugin_of_a_test:read"))
    with pytest.raises(InputError, match="makes a document; the role things is a layer"):
        read_file(found(text_file(tmp_path, "x"), "poem"), role("layer"))


@pytest.mark.parametrize(
    ("value", "why"),
    [("no_such_module_anywhere:read", "ModuleNotFoundError"), ("plugin_of_a_test:missing", "AttributeError")],
)
def test_a_plugin_that_fails_is_a_warning_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str, why: str
) -> None:
    module(monkeypatch)
    install(monkeypatch, ("poem", value))
    item = found(text_file(tmp_path, "x"), "poem")
    with (
        pytest.warns(ReaderWarning, match=f"'poem' .*{why}"),
        pytest.raises(InputError, match="cannot be loaded"),
    ):
        find_reader("poem", item)
    assert callable(find_reader("table", item))  # the others still work


def test_what_is_no_function_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module(monkeypatch, read=3)
    install(monkeypatch, ("poem", "plugin_of_a_test:read"))
    with pytest.raises(InputError, match="is not a function"):
        find_reader("poem", found(text_file(tmp_path, "x"), "poem"))


def test_a_double_is_warned_of_and_never_replaces_a_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ("table", "plugin_of_a_test:read"), ("table", BUILT_IN["table"]))
    with pytest.warns(ReaderWarning, match="two readers are called 'table'"):
        assert list_readers()["table"] == BUILT_IN["table"]


def test_the_room_opens_quickly() -> None:
    heavy = [
        "pandas",
        "pyarrow",
        "pyogrio",
        "rasterio",
        "osmium",
        "openpyxl",
        "shapely",
        "pyproj",
        "matplotlib",
    ]
    code = f"import sys, almena.harmonise; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
