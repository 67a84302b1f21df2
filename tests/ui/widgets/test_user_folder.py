"""A folder of the user's files is watched, also before it exists."""

import os

import pytest

from hhgui.ui.widgets import user_folder
from hhgui.ui.widgets.user_folder import WatchedFolders


@pytest.fixture
def watched(qtbot, monkeypatch, tmp_path):
    """A watch of a folder that does not exist yet, and how often it said something."""
    monkeypatch.setattr(user_folder, "READ_AFTER_MS", 20)
    watch = WatchedFolders(None)
    folder, told = tmp_path / "hhgui" / "lessons", []

    def again():
        told.append(sorted(path.name for path in folder.glob("*")))
        watch.watch([folder], folder.glob("*.md"))

    watch.changed.connect(again)
    watch.watch([folder], [])
    yield folder, told
    watch.stop()


def test_a_folder_is_followed_from_before_it_exists(watched, qtbot):
    """Its creation and a new, changed, replaced or removed file are all noted."""
    folder, told = watched
    folder.mkdir(parents=True)
    qtbot.waitUntil(lambda: told == [[]])
    path = folder / "a.md"
    path.write_text("1")
    qtbot.waitUntil(lambda: told[-1] == ["a.md"])
    for change in (lambda: path.write_text("22"), lambda: replaced(path), lambda: replaced(path)):
        before = len(told)
        change()
        qtbot.waitUntil(lambda count=before: len(told) > count)
    path.unlink()
    qtbot.waitUntil(lambda: told[-1] == [])


def replaced(path):
    """Replace a file as careful editors do."""
    draft = path.with_name("draft")
    draft.write_text("3")
    os.replace(draft, path)


def test_files_of_other_programs_in_a_folder_above_are_no_change(watched, qtbot):
    """Until the folder is made, what happens beside it is not read."""
    folder, told = watched
    (folder.parents[1] / "other").mkdir()
    qtbot.wait(60)
    assert told == []


def test_a_folder_above_is_followed_when_it_is_made(watched, qtbot):
    """A folder is noted when it is made, although only the one above it is there to be read."""
    folder, told = watched
    folder.parent.mkdir()
    qtbot.wait(60)
    assert told == []
    folder.mkdir()
    qtbot.waitUntil(lambda: told == [[]])


def test_after_the_end_nothing_is_said(watched, qtbot, tmp_path):
    """A window that has closed reads nothing any more."""
    watch, told = WatchedFolders(None), []
    watch.changed.connect(lambda: told.append(True))
    watch.watch([tmp_path], [])
    (tmp_path / "a").write_text("1")
    watch.stop()
    qtbot.wait(60)
    assert told == []
