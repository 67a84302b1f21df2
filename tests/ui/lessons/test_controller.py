"""A lesson in the whole window: the user's settings return, and an edited file is shown."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices, QPixmap
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from hhgui.content.lesson import user_lessons_dir
from tests.conftest import DATA_FOLDERS
from tests.ui.controls import box, button, text

LESSON = """+++
title = "Mine"
order = 1
+++

## First

```settings
model = "lecture6-model1"
tab = "fi"
```

Text before.
"""


@pytest.fixture
def own_lesson(tmp_path, monkeypatch):
    """The user's own lesson, before the window starts."""
    for variable in DATA_FOLDERS:  # as new_desktop will do
        monkeypatch.setenv(variable, str(tmp_path / "data"))
    folder = user_lessons_dir()
    folder.mkdir(parents=True)
    path = folder / "mine.md"
    path.write_text(LESSON, encoding="utf-8")
    return path


def test_a_lesson_gives_the_users_own_settings_back_and_follows_its_file(
    own_lesson: Path, new_desktop, qtbot
):
    """My own brings neuron and tab back as one step, and an edited file is shown at once."""
    window, panel = new_desktop.window, new_desktop.window.lessons
    box(window, "conductance.Na").setValue(80.0)
    mine = new_desktop.editor.document.membrane
    back = window.findChild(QToolButton, "lesson.return")
    window.show_lessons(True)
    assert back.isHidden()
    panel.open_lesson("mine")
    qtbot.waitUntil(lambda: window.front.name == "fi" and not new_desktop.guide.busy)
    assert new_desktop.editor.document.membrane.id == "lecture6-model1"
    back.click()
    assert new_desktop.editor.document.membrane == mine
    qtbot.waitUntil(lambda: window.front.name == "live")
    assert back.isHidden()
    own_lesson.write_text(LESSON.replace("First", "Better"), encoding="utf-8")
    qtbot.waitUntil(lambda: text(window, "lesson.step") == "Better")
    assert panel.place == ("mine", 0)
    assert new_desktop.editor.document.membrane == mine


@pytest.fixture
def opened(monkeypatch):
    """Record what is handed to the system's editor or file manager."""
    paths = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: paths.append(Path(url.toLocalFile())) or True
    )
    return paths


def shown(window, name):
    """The text of a label of the lesson panel."""
    return text(window, f"lesson.{name}")


def test_a_new_lesson_is_written_opened_and_followed(desktop, qtbot, opened):
    """The button writes one that teaches by being edited; saved by an editor, it is shown anew.

    A mistake is named with file, line and what is allowed, and the version before stays.
    """
    window = desktop.window
    window.show_lessons(True)
    qtbot.mouseClick(button(window, "lesson.new"), Qt.MouseButton.LeftButton)
    path = user_lessons_dir() / "my-lesson.md"
    qtbot.waitUntil(lambda: opened == [path])
    assert shown(window, "step") == "Change this text"
    text = path.read_text(encoding="utf-8")
    better = text.replace("Change this text", "Changed")
    draft = path.with_suffix(".md~")
    draft.write_text(better, encoding="utf-8")
    os.replace(draft, path)  # as many editors save
    qtbot.waitUntil(lambda: shown(window, "step") == "Changed")
    path.write_text(better.replace("amplitude=10", "amplitud=10"), encoding="utf-8")
    problems = window.findChild(QLabel, "lesson.problems")
    qtbot.waitUntil(problems.isVisible)
    assert "my-lesson.md, line 22, step “A step that sets the neuron”" in problems.text()
    assert "allowed: amplitude, start, stop" in problems.text()
    assert shown(window, "step") == "Changed"
    path.write_text(better.replace("Changed", "Mended"), encoding="utf-8")
    qtbot.waitUntil(lambda: shown(window, "step") == "Mended")
    assert not problems.isVisible()
    path.unlink()
    qtbot.waitUntil(lambda: "my-lesson" not in window.lessons.lesson_ids)


def test_a_picture_of_a_lesson_is_shown_and_followed(desktop, qtbot, opened):
    """The picture from the lesson's folder has its own size, and follows its file."""
    window, folder = desktop.window, user_lessons_dir()
    window.findChild(QAction, "lesson.show_folder").trigger()
    qtbot.waitUntil(lambda: opened == [folder])
    pixmap = QPixmap(40, 20)
    pixmap.fill(Qt.GlobalColor.red)
    pixmap.save(str(folder / "cell.png"))
    head = '+++\ntitle = "Cell"\n+++\n## One\n'
    (folder / "cell.md").write_text(f"{head}![a cell](cell.png)\n", encoding="utf-8")
    qtbot.waitUntil(lambda: "cell" in window.lessons.lesson_ids)
    window.show_lessons(True)
    window.lessons.open_lesson("cell")
    view = window.findChild(QWidget, "lesson.picture")
    assert view.accessibleName() == "a cell"
    qtbot.waitUntil(lambda: view.height() >= 20)
    assert view.grab().toImage().pixelColor(20, 10) == Qt.GlobalColor.red
    pixmap.fill(Qt.GlobalColor.blue)
    pixmap.save(str(folder / "cell.png"))
    qtbot.waitUntil(lambda: window.lessons.findChildren(QWidget, "lesson.picture") != [view])
    qtbot.waitUntil(lambda: colour_of(window) == Qt.GlobalColor.blue)
    (folder / "cell.md").unlink()
    qtbot.waitUntil(lambda: "cell" not in window.lessons.lesson_ids)


def colour_of(window):
    """The colour in the middle of the newest picture of the panel."""
    view = window.lessons.findChildren(QWidget, "lesson.picture")[-1]
    return view.grab().toImage().pixelColor(20, 10)
