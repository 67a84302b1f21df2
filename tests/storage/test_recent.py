import json
from pathlib import Path

import pytest

from hhgui.storage.atomic import WriteError
from hhgui.storage.recent import forget_all, recent_files, remember_file


@pytest.fixture
def listed(tmp_path):
    """The list's file, in a folder that is not there yet."""
    return tmp_path / "hhgui" / "recent.json"


def files(*numbers):
    """The paths of files by number."""
    return tuple(Path(f"/courses/{n}.hh.json") for n in numbers)


def test_the_newest_comes_first_and_once(listed):
    """A file that is opened again moves to the top."""
    for file in files(1, 2, 1):
        kept = remember_file(file, listed)
    assert kept == files(1, 2)
    assert recent_files(listed) == files(1, 2)


def test_ten_are_kept(listed):
    """The eleventh file pushes the oldest out of the list."""
    for file in files(*range(11)):
        remember_file(file, listed)
    assert recent_files(listed) == files(*range(10, 0, -1))


def test_a_relative_name_is_made_whole(listed, tmp_path, monkeypatch):
    """The list holds whole paths: it is read from another folder."""
    monkeypatch.chdir(tmp_path)
    assert remember_file(Path("a.toml"), listed) == (tmp_path / "a.toml",)


def test_files_can_be_forgotten(listed):
    """``forget_all`` leaves an empty list."""
    for file in files(1, 2, 3):
        remember_file(file, listed)
    assert forget_all(listed) == recent_files(listed) == ()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", "[" * 100_000, '{"files": 3}', '{"files": {"a": 1}}', '{"x": NaN}', "\0",
     '{"files": [1, null, [], ""]}'],
    ids=lambda text: text[:12].replace("\0", "NUL"),
)  # fmt: skip
def test_a_broken_list_is_an_empty_one(listed, text):
    """An invalid list counts as empty, and is replaced when the next file is opened."""
    listed.parent.mkdir()
    listed.write_text(text, encoding="utf-8")
    assert recent_files(listed) == ()
    assert remember_file(*files(1), listed) == files(1)


def test_foreign_entries_are_left_out(listed):
    """Only texts are files; a list longer than ten is cut."""
    listed.parent.mkdir()
    entries = [1, *map(str, files(*range(20))), None]
    listed.write_text(json.dumps({"files": entries}), encoding="utf-8")
    assert recent_files(listed) == files(*range(10))


def test_no_list_is_an_empty_one(listed):
    """Before the first file is opened the list is empty."""
    assert recent_files(listed) == ()


def test_a_list_that_cannot_be_kept_is_reported(tmp_path):
    """If the user's folder cannot be written to, one message says so."""
    (tmp_path / "home").touch()
    with pytest.raises(WriteError, match="can't be made"):
        remember_file(Path("a"), tmp_path / "home" / "recent.json")
