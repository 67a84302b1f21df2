"""The list of kept runs or sweeps."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QToolButton

from hhgui.ui.widgets.kept_list import HUES, Kept, KeptList, NameEdit
from hhgui.ui.widgets.theme import DARK, LIGHT
from tests.ui.run.samples import sample_run


@pytest.fixture
def runs(shown):
    """A shown list of three kept runs."""
    widget = KeptList("experiment", "Kept runs", current=True)
    for _ in range(3):
        widget.keep(sample_run())
    return shown(widget, 260, 400)


def names(runs):
    """The names of the kept runs."""
    return [kept.name for kept in runs.runs]


def test_kept_runs_are_named_and_coloured_apart(runs):
    """Each has a name and a colour of its own, and is drawn."""
    assert names(runs) == ["Run 1", "Run 2", "Run 3"]
    assert len({kept.color for kept in runs.runs}) == 3
    assert all(kept.visible for kept in runs.runs)


def test_every_colour_is_one_of_both_themes():
    """A colour is kept as a hue, so it follows the theme."""
    for hue in HUES:
        assert getattr(LIGHT, hue) != LIGHT.black
        assert getattr(DARK, hue).startswith("#")


def test_a_double_click_renames(qtbot, runs):
    """The name is selected, typed over, and taken on Return."""
    edit = runs.findChild(NameEdit, "experiment.kept.1.name")
    assert edit.isReadOnly()
    qtbot.mouseDClick(edit, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(edit, "half the sodium")
    with qtbot.waitSignal(runs.changed):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert names(runs) == ["Run 1", "half the sodium", "Run 3"]
    assert edit.isReadOnly()


def test_f2_renames_and_escape_gives_up(qtbot, runs):
    """Escape leaves the name as it was."""
    edit = runs.findChild(NameEdit, "experiment.kept.0.name")
    qtbot.keyClick(edit, Qt.Key.Key_F2)
    qtbot.keyClicks(edit, "x")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "Run 1"
    assert names(runs)[0] == "Run 1"


def test_an_empty_name_is_not_taken(qtbot, runs):
    """A run renamed to an empty text keeps its name."""
    edit = runs.findChild(NameEdit, "experiment.kept.0.name")
    qtbot.keyClick(edit, Qt.Key.Key_F2)
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.text(), names(runs)[0]) == ("Run 1", "Run 1")


def test_keys_do_nothing_to_a_name_that_is_not_edited(qtbot, runs):
    """Only F2 or a double-click begins."""
    edit = runs.findChild(NameEdit, "experiment.kept.0.name")
    qtbot.keyClicks(edit, "oops")
    assert edit.text() == "Run 1"


def test_the_checkbox_hides_a_run(runs):
    """Clearing a run's check box hides its curves and keeps it in the list."""
    runs.findChild(QCheckBox, "experiment.kept.2.visible").click()
    assert [kept.visible for kept in runs.runs] == [True, True, False]


def test_a_colour_can_be_chosen(runs):
    """The menu of a run's swatch offers the theme's hues."""
    menu = runs.findChild(QToolButton, "experiment.kept.0.colour").menu()
    actions = menu.findChildren(QAction)
    offered = [action for action in actions if action.text().lower() in HUES]
    assert len(offered) == len(HUES)
    next(a for a in offered if a.text() == "Vermillion").trigger()
    assert runs.runs[0].color == "vermillion"


def test_a_deleted_run_leaves_the_others(qtbot, runs):
    """The other runs keep their names and colours, and a new one gets a new name."""
    before = runs.runs
    runs.findChild(QToolButton, "experiment.kept.1.delete").click()
    assert runs.runs == (before[0], before[2])
    runs.keep(sample_run())
    assert names(runs) == ["Run 1", "Run 3", "Run 4"]
    assert runs.runs[-1].color == before[1].color


def test_differences_stand_under_their_names(runs):
    """The current run's first; an empty one takes no room."""
    runs.show_differences(["dt 0.01 ms", "dt 0.025 ms", "", "ḡNa 100"])
    found = [runs.findChild(QLabel, f"experiment.{n}.differences")
             for n in ("current", "kept.0", "kept.1", "kept.2")]  # fmt: skip
    assert [label.text() for label in found] == ["dt 0.01 ms", "dt 0.025 ms", "", "ḡNa 100"]
    assert [label.isVisible() for label in found] == [True, True, False, True]


def test_given_runs_replace_the_list(runs):
    """Runs from a session replace those in the list."""
    kept = Kept("control", "green", False, sample_run())
    runs.set_runs([kept])
    assert runs.runs == (kept,)
    assert not runs.findChild(QCheckBox, "experiment.kept.0.visible").isChecked()


def test_every_control_has_a_name(runs):
    """Buttons and names say what they are to a screen reader."""
    controls = runs.widget().findChildren(QAbstractButton) + runs.findChildren(NameEdit)
    assert len(controls) == 12
    assert all(control.objectName() and control.accessibleName() for control in controls)


def test_a_long_name_is_shortened_in_its_middle(qtbot, runs):
    """Beginning and end are shown; the tooltip, and the name while it is edited, is whole."""
    whole = "ḡNa 120 → 60, ḡK 36 → 20, T 6.3 → 18.5, amplitude 10 → 25"
    runs.set_runs([Kept(whole, "orange", True, sample_run())])
    edit = runs.findChild(NameEdit, "experiment.kept.0.name")
    qtbot.waitUntil(lambda: "…" in edit.text())
    head, _, tail = edit.text().partition("…")
    assert whole.startswith(head)
    assert whole.endswith(tail)
    assert len(head) > 5 < len(tail)
    assert whole in edit.toolTip()
    qtbot.keyClick(edit, Qt.Key.Key_F2)
    assert edit.text() == whole
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert names(runs) == [whole]
