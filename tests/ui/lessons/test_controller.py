"""A lesson in the whole window: the user's settings return, and an edited file is shown."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QToolButton

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
    folder = tmp_path / "lessons"
    folder.mkdir()
    path = folder / "mine.md"
    path.write_text(LESSON, encoding="utf-8")
    for module in ("hhgui.content.lesson", "hhgui.ui.lessons.controller"):
        monkeypatch.setattr(f"{module}.user_lessons_dir", lambda: folder)
    return path


def test_a_lesson_gives_the_users_own_settings_back_and_follows_its_file(
    own_lesson: Path, new_desktop, qtbot
):
    """My own brings neuron and tab back as one step, and an edited file is shown at once."""
    window, panel = new_desktop.window, new_desktop.window.lessons
    window.findChild(QDoubleSpinBox, "conductance.Na").setValue(80.0)
    mine = new_desktop.editor.document.membrane
    back = window.findChild(QToolButton, "lesson.return")
    window.show_lessons(True)
    assert back.isHidden()
    panel.open_lesson("mine")
    qtbot.waitUntil(lambda: window.front.name == "fi")
    assert new_desktop.editor.document.membrane.id == "lecture6-model1"
    qtbot.waitUntil(lambda: not new_desktop.guide.busy)
    back.click()
    assert new_desktop.editor.document.membrane == mine
    qtbot.waitUntil(lambda: window.front.name == "live")
    assert back.isHidden()
    own_lesson.write_text(LESSON.replace("First", "Better"), encoding="utf-8")
    qtbot.waitUntil(lambda: window.findChild(QLabel, "lesson.step").text() == "Better")
    assert panel.place == ("mine", 0)
    assert new_desktop.editor.document.membrane == mine
