"""Files and folders appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from almena.model.problem import AlmenaError
from almena.publish.atomic import new_folder, write_whole


def names(folder: Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(p.name for p in folder.iterdir())


def test_a_new_folder_appears_under_its_name_only_when_done(tmp_path: Path) -> None:
    target = tmp_path / "report"
    with new_folder(target) as draft:
        (draft / "page").write_text("new")
        assert not target.exists()
    assert (target / "page").read_text() == "new"
    assert names(tmp_path) == ["report"]


def test_an_old_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.mkdir()
    (target / "old").write_text("old")
    with new_folder(target) as draft:
        (draft / "page").write_text("new")
        assert (target / "old").read_text() == "old"
    assert names(target) == ["page"]
    assert names(tmp_path) == ["report"]


def test_a_mistake_in_between_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.mkdir()
    (target / "old").write_text("old")
    with pytest.raises(KeyError), new_folder(target):
        raise KeyError("stopped")
    assert names(target) == ["old"]
    assert names(tmp_path) == ["report"]


def test_a_full_disk_is_told_with_the_place_and_what_to_do(tmp_path: Path) -> None:
    target = tmp_path / "report"
    with pytest.raises(AlmenaError) as caught, new_folder(target):
        raise OSError(28, "No space left on device")
    (problem,) = caught.value.problems
    assert problem.where == str(target)
    assert problem.why == "No space left on device"
    assert "again" in problem.remedy
    assert names(tmp_path) == []


def test_when_the_swap_fails_the_old_folder_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report"
    target.mkdir()
    (target / "old").write_text("old")
    real = Path.replace

    def refuse_the_fresh_one(self: Path, other: Path) -> Path:
        if self.name.startswith(".report-") and Path(other) == target:
            raise OSError(5, "Input/output error")
        return real(self, other)

    monkeypatch.setattr(Path, "replace", refuse_the_fresh_one)
    with pytest.raises(AlmenaError), new_folder(target) as draft:
        (draft / "page").write_text("new")
    assert names(target) == ["old"]
    assert names(tmp_path) == ["report"]


def test_a_file_is_written_whole_into_a_folder_that_is_made(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "deep" / "data.csv", b"rows")
    assert path.read_bytes() == b"rows"
    assert names(path.parent) == ["data.csv"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(AlmenaError, match="could not be written"):
        write_whole(tmp_path / "taken" / "data.csv", b"rows")


def test_a_file_that_fails_half_way_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_whole(tmp_path / "data.csv", b"old")

    def refuse(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(AlmenaError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["data.csv"]
