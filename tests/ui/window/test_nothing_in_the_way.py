"""Keys typed in a field stay there, Esc closes what is open, and undo takes all of a protocol."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from hhgui.ui.widgets.banner import Banner
from tests.ui.caught_up import run_has_caught_up
from tests.ui.controls import box, choose


def begin_typing(qtbot, field, text):
    """Type over a number without committing it."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


@pytest.mark.parametrize("name", ["stimulus.amplitude", "conductance.Na", "dt"])
def test_a_unit_typed_in_a_field_is_no_command(desktop, qtbot, name):
    """Letters typed in a field pause, pulse, step and keep nothing, and are refused as a text."""
    field, before = box(desktop.window, name), desktop.editor.document
    kept = desktop.window.pages["live"].state().kept
    begin_typing(qtbot, field, "7 uA p.kcf")
    assert field.text() == "7 uA p.kcf"
    qtbot.wait(50)
    assert desktop.running
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desktop.editor.document == before
    assert desktop.window.pages["live"].state().kept == kept
    assert not desktop.window.actions_by_name["freeze"].isChecked()


def test_escape_restores_a_number_and_then_closes_what_is_open(desktop, qtbot):
    """Esc restores a number, then leaves full screen, then closes note and banner."""
    window, field = desktop.window, box(desktop.window, "membrane.capacitance")
    window.note.show_note("Task", "A question.")
    banner = window.front.findChild(Banner)
    banner.show_message("Something went wrong.")
    window.actions_by_name["presentation"].trigger()
    qtbot.waitUntil(lambda: not window.appearance.busy)
    begin_typing(qtbot, field, "2x")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "1"
    assert window.actions_by_name["presentation"].isChecked()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.appearance.busy)
    assert not window.actions_by_name["presentation"].isChecked()
    assert window.note.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not window.note.isVisible()
    assert not banner.isVisible()


@pytest.mark.parametrize("name", ["membrane.capacitance", "stimulus.amplitude"])
def test_tabs_are_changed_by_keys_from_within_a_field(desktop, qtbot, name):
    """Ctrl+Tab goes on and Ctrl+Shift+Tab back, although a number has the focus."""
    window, field = desktop.window, box(desktop.window, name)
    tabs = list(window.pages)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Tab, control)
    assert window.front.name == tabs[1]
    qtbot.keyClick(field, Qt.Key.Key_Backtab, control | shift)
    assert window.front.name == tabs[0]
    qtbot.keyClick(field, Qt.Key.Key_3, control)
    assert window.front.name == tabs[2]


def test_the_repetition_goes_back_with_a_long_stimulus(desktop, qtbot):
    """A chirp of a second needs 1200 ms; the step after it has its 100 ms again."""
    assert box(desktop.window, "stimulus.repeat_every").value() == 100.0
    for kind in ("chirp", "step", "noise", "sine", "step"):
        choose(desktop.window, "stimulus.kind", kind)
        repeat = desktop.editor.document.stimulus.repeat
        assert repeat == (100.0 if kind == "step" else pytest.approx(1150.0, abs=100.0)), kind
    desktop.window.findChild(QAction, "stimulus.add.noise").trigger()
    assert desktop.editor.document.stimulus.repeat > 1000.0
    qtbot.mouseClick(
        desktop.window.findChild(QToolButton, "stimulus.remove"), Qt.MouseButton.LeftButton
    )
    assert desktop.editor.document.stimulus.repeat == 100.0


def test_a_repetition_that_the_user_set_stays(desktop):
    """After the chirp, 2000 ms were typed: the step keeps them."""
    choose(desktop.window, "stimulus.kind", "chirp")
    box(desktop.window, "stimulus.repeat_every").setValue(2000.0)
    choose(desktop.window, "stimulus.kind", "step")
    assert desktop.editor.document.stimulus.repeat == 2000.0


@pytest.mark.parametrize("protocol", ["lab3-step", "lab3-fi", "thermal-potassium"])
def test_undo_takes_all_of_a_protocol_back(desktop, qtbot, settle, protocol):
    """Note, tab, marks, plots and settings of a protocol go with its neuron; redo restores them."""
    window, run = desktop.window, desktop.window.pages["experiment"]
    window.show_tab("experiment")
    qtbot.waitUntil(lambda: run_has_caught_up(desktop))
    settle(run)

    def view():
        states = {name: page.state() for name, page in window.pages.items()}
        span = tuple(round(each, 6) for each in run.plots.shown_span)
        return desktop.editor.document, states, window.front.name, window.note.shown, span

    before = view()
    window.findChild(QAction, f"protocol.{protocol}").trigger()
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    shown = window.front.name, window.note.shown
    assert shown[1]
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    qtbot.waitUntil(lambda: run_has_caught_up(desktop))
    QApplication.processEvents()
    after = view()
    assert after[0] == before[0]
    assert after[2:] == before[2:]
    curves = after[1]["fi"].curves  # what was measured since stays
    assert {**after[1], "fi": None} == {**before[1], "fi": None}
    assert before[1]["fi"].settings == after[1]["fi"].settings
    assert not curves or protocol == "lab3-fi"
    qtbot.keyClick(
        window, Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )  # fmt: skip
    qtbot.waitUntil(lambda: not desktop.guide.busy)
    assert (window.front.name, window.note.shown) == shown
    assert window.findChild(QLabel, "note.text").isVisible()
