"""The lesson panel: the list, the steps and their signals."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QToolButton

from hhgui.content.lesson import parse_lesson
from hhgui.ui.lessons.panel import LessonPanel
from hhgui.ui.lessons.text import html_of
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.equation import EquationLabel
from hhgui.ui.widgets.theme import DARK, LIGHT
from tests.ui.controls import button, text

pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
TEXT = """+++
title = "Mine"
summary = "Short."
+++
## One
```settings
model = "squid-1952"
```
First, $E_a$. A pulse of 30 µA/cm², then one of 40.

$$a = b$$

After.
## Two
Second.
"""


@pytest.fixture
def panel(shown, library):
    """A visible panel with two lessons of two steps."""
    panel = LessonPanel()
    lessons = [parse_lesson(TEXT, name, library) for name in ("mine", "other")]
    panel.set_lessons(lessons)
    return shown(panel, 300, 560)


def press(qtbot, panel, name):
    """Click the button of a name."""
    button = panel.findChild(QPushButton, name) or panel.findChild(QToolButton, name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_begins_with_the_list(panel):
    """The panel first lists every lesson with its summary."""
    listed = panel.findChild(QListWidget, "lesson.list")
    assert [listed.item(i).text() for i in range(listed.count())] == ["Mine\nShort."] * 2
    assert panel.step is None


def test_enter_opens_the_chosen_lesson(qtbot, panel):
    """The Enter key opens the chosen lesson without a mouse."""
    listed = panel.findChild(QListWidget, "lesson.list")
    with qtbot.waitSignal(panel.step_entered) as entered:
        qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert entered.args[0].title == "One"
    assert text(panel, "lesson.title") == "Mine"


def test_a_click_opens_a_lesson_once(qtbot, panel):
    """A single click opens a lesson once, also on systems where a click activates."""
    listed, entered = panel.findChild(QListWidget, "lesson.list"), []
    panel.step_entered.connect(entered.append)
    place = listed.visualItemRect(listed.item(1)).center()
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [step.title for step in entered] == ["One"]


def test_next_and_back_enter_steps(qtbot, panel):
    """Each step is emitted as it is entered, and its number is shown."""
    entered = []
    panel.step_entered.connect(entered.append)
    panel.open_lesson("other")
    press(qtbot, panel, "lesson.next")
    assert text(panel, "lesson.place") == "Step 2 of 2"
    press(qtbot, panel, "lesson.back")
    assert [step.title for step in entered] == ["One", "Two", "One"]
    assert text(panel, "lesson.step") == "One"


def test_show_again_tells_the_same_step(qtbot, panel):
    """The step is emitted again; the button is disabled for a step without settings."""
    panel.open_lesson("mine")
    with qtbot.waitSignal(panel.step_entered) as entered:
        press(qtbot, panel, "lesson.apply")
    assert entered.args[0] is panel.step
    press(qtbot, panel, "lesson.next")
    assert not button(panel, "lesson.apply").isEnabled()


def test_after_the_last_step_comes_the_list(qtbot, panel):
    """On the last step the Next button leads back to the list, and says so."""
    panel.open_lesson("mine", step=1)
    button = panel.findChild(QPushButton, "lesson.next")
    assert button.text() == button.accessibleName() == "All lessons"
    press(qtbot, panel, "lesson.next")
    assert panel.step is None


def test_close_is_reported(qtbot, panel):
    """Close emits a signal; the dock hides the panel."""
    with qtbot.waitSignal(panel.closed):
        press(qtbot, panel, "lesson.close")


def test_a_lesson_that_there_is_not(panel):
    """An unknown lesson raises KeyError."""
    with pytest.raises(KeyError):
        panel.open_lesson("none")


def test_lessons_left_out_are_named(panel):
    """Lessons that can't be read are named below the list."""
    panel.set_lessons([], ["Left out: bad.md, line 3: odd"])
    assert text(panel, "lesson.problems") == "Left out: bad.md, line 3: odd"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_a_step_fits_into_300_pixels(qtbot, panel, theme):
    """In every theme no part of a step is wider than the panel."""
    panel.set_theme(theme)
    panel.open_lesson("mine")
    equation = panel.findChild(EquationLabel)
    qtbot.waitUntil(lambda: equation.is_shown)
    parts = [equation, *panel.findChildren(QLabel), *panel.findChildren(QPushButton)]
    assert panel.width() == 300
    right = [part.mapTo(panel, part.rect().topRight()).x() for part in parts if part.isVisible()]
    assert max(right) < 300


def test_every_control_has_names(panel):
    """Every control has an object name and an accessible name."""
    for kind in (QPushButton, QToolButton, QListWidget):
        for control in panel.findChildren(kind):
            if control.objectName().startswith("lesson"):
                assert control.accessibleName()
                assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_markdown_keeps_its_formulas(qapp):
    """Set between bold words and in lists; a lone dollar stays a dollar."""
    html = html_of("**Look** at $V_a$:\n\n- one $b$\n\ncosts 3 \\$")
    assert "<i>V</i><sub><i>a</i></sub>" in html
    assert "<i>b</i>" in html
    assert "3 $" in html
    assert "font-family" not in html


def test_a_table_is_drawn_as_a_table(qtbot):
    """A table has its rows, cells and formulas; a picture in it is not read from a file."""
    html = html_of("| key | value |\n|---|---:|\n| a | $x^2$ |\n\nText.")
    assert html.count("<tr>") == 2
    assert html.count("<td>") == 4
    assert "<sup>2</sup>" in html
    assert "<img" not in html_of("a ![secret](/etc/hostname) b")


def test_a_step_says_what_its_currents_are_in_na(qtbot, panel):
    """The text keeps µA/cm²: 1 µA/cm² through 20,000 µm² is 0.2 nA. A step without has no line."""
    shown = shown_currents()
    shown.choose("nA")
    shown.set_area(20_000.0)
    try:
        panel.open_lesson("mine")
        assert "1 µA/cm² is 0.2 nA." in text(panel, "lesson.unit")
        press(qtbot, panel, "lesson.next")
        assert not panel.findChild(QLabel, "lesson.unit").isVisible()
    finally:
        shown.choose("µA/cm²")
        shown.set_area(None)
