"""Presentation mode: the pinned numbers in place of the side panel, on any screen."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSlider, QToolButton, QToolTip

from hhgui.ui.widgets.pins import Pins, pins
from hhgui.ui.window.theming import presentation_scale
from tests.ui.controls import box, type_in
from tests.ui.mouse import context_menu
from tests.window_work import wait_until

QWIDGETSIZE_MAX = (1 << 24) - 1
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def presented(qtbot, desktop):
    """The window in presentation mode, switched on and off by its key."""
    window, plain = desktop.window, desktop.window.font()

    def press(key):
        window.activateWindow()  # which a menu was
        QTest.keyClick(window, key)
        qtbot.waitUntil(lambda: not window.appearance.busy)

    press(Qt.Key.Key_F11)
    yield desktop
    pins().restore("")
    if window.actions_by_name["presentation"].isChecked():
        press(Qt.Key.Key_Escape)
    QApplication.setFont(plain, "QMenu")
    QToolTip.setFont(plain)


def knob_names(window):
    """The pinned numbers from top to bottom."""
    return [knob.source.spin_box.objectName() for knob in window.knobs.knobs]


def right_click(widget, chosen):
    """Choose an entry, by its name, of the context menu of a widget."""
    menu = context_menu(widget)
    menu.findChild(object, chosen).trigger()
    menu.close()


def test_the_side_panel_collapses_to_the_pinned_numbers(qtbot, presented):
    """Amplitude and conductances stay in sight; Ctrl+B shows the panel; Esc brings it back."""
    window = presented.window
    assert knob_names(window) == [
        "stimulus.amplitude", "conductance.Na", "conductance.K", "conductance.L",
    ]  # fmt: skip
    assert not window.neuron.isVisible()
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    assert window.neuron.isVisible()
    assert not window.knobs.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.appearance.busy)
    assert window.neuron.isVisible()
    assert not window.knobs.isVisible()


def test_a_knob_edits_the_neuron(presented):
    """The knob's number, slider and undo act on the document; a refused number is said under it."""
    window, editor = presented.window, presented.editor
    knob = box(window, "pinned.conductance.Na")
    type_in(knob, "80")
    assert editor.document.membrane.currents[0].conductance == 80.0
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert knob.value() == editor.document.membrane.currents[0].conductance == 120.0
    slider = window.findChild(QSlider, "pinned.stimulus.amplitude.slider")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    amplitude = editor.document.stimulus.components[0].amplitude
    assert amplitude > 10.0
    assert window.stimulus.findChild(QDoubleSpinBox, "stimulus.amplitude").value() == amplitude
    type_in(knob, "-1")
    error = window.knobs.knobs[1].field.error_label
    assert not error.isHidden()
    assert "Na" in error.text()


def test_a_right_click_pins_and_unpins(presented):
    """A right click on a field, on a name and on the knob itself pins and unpins."""
    window = presented.window
    right_click(box(window, "pinned.conductance.L"), "pin.conductance.L")
    assert "conductance.L" not in knob_names(window)
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    temperature = box(window.neuron, "membrane.temperature")
    right_click(temperature, "pin.membrane.temperature")
    names = [w for w in window.neuron.findChildren(object) if hasattr(w, "text")]
    right_click(next(w for w in names if w.text() == "K"), "pin.reversal.K")
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    assert knob_names(window)[1:] == [
        "membrane.temperature", "conductance.Na", "conductance.K", "reversal.K",
    ]  # fmt: skip
    stored = Pins()
    stored.restore(pins().text())
    assert stored.is_pinned("reversal.K")
    assert not stored.is_pinned("conductance.L")


def test_the_plots_have_the_room_of_the_tabs_settings(qtbot, presented):
    """In each tab that has settings; a button brings them back, as Ctrl+Shift+B; so does Esc."""
    window = presented.window
    button, forms = window.findChild(QToolButton, "forms.button"), window.pages["fi"].forms
    window.show_tab("live")
    assert not button.isVisible()
    for name in ("experiment", "fi", "clamp", "measure", "dynamics", "gating", "integrators"):
        window.show_tab(name)
        assert not any(form.isVisible() for form in window.front.forms), name
        assert button.isVisible(), name
    window.show_tab("fi")
    plot = window.front.plot
    wide = plot.width()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert forms[0].isVisible()
    assert plot.width() < wide
    QTest.keyClick(window, Qt.Key.Key_B, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert not forms[0].isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.appearance.busy)
    assert forms[0].isVisible()
    window.show_tab("live")


def test_a_session_brings_its_pinned_numbers(presented):
    """An older session, which has none, changes nothing."""
    window, sessions = presented.window, presented.sessions
    pins().pin("conductance.L", False)
    pins().pin("membrane.temperature", True)
    names, session = knob_names(window), sessions.session()
    pins().restore("reversal.K")
    sessions.show(replace(session, view=replace(session.view, pins=None)))
    wait_until(lambda: not sessions.busy)
    assert "reversal.K" in knob_names(window)
    sessions.show(session)
    wait_until(lambda: not sessions.busy)
    assert knob_names(window) == names
    pins().restore("")


def test_the_knobs_are_those_of_the_neuron_and_the_stimulus(presented):
    """Another parameter set and another kind of stimulus bring other knobs."""
    window = presented.window
    presented.panels.choose_model("lecture6-model2")
    own = [f"conductance.{c.name}" for c in presented.editor.document.membrane.currents]
    assert knob_names(window) == ["stimulus.amplitude", *own]


def test_the_window_is_never_larger_than_the_screen(presented):
    """The window fits 1280×720 at 200 %, which leaves 640×360, with the lesson, in any tab."""
    window = presented.window
    window.show_lessons(True)
    for name in window.pages:
        window.show_tab(name)
        QApplication.processEvents()
        least = window.minimumSizeHint().expandedTo(window.minimumSize())
        assert least.width() <= 640, name
        assert least.height() <= 360, name
    window.show_lessons(False)


def test_type_grows_with_the_screen():
    """Type is half as large again at 1280×720, larger on a larger screen, else smaller."""
    assert presentation_scale(QSize(1280, 720)) == 1.5
    assert presentation_scale(QSize(1920, 1080)) == 2.0
    assert presentation_scale(QSize(853, 480)) == 1.25


def test_low_panes_say_their_unit(presented):
    """Where the label of an axis has no room it is shorter or smaller, and names the unit."""
    plots = presented.window.pages["live"].plots
    plots.setMaximumHeight(420)
    QApplication.processEvents()
    assert plots.height() <= 420
    for name in ("voltage", "stimulus", "currents"):
        axis = plots.panes[name].item.getAxis("left")
        assert axis.labelText.partition(" ")[2] in ("(mV)", "(µA/cm²)")
        width = axis.label.boundingRect().width()
        assert width <= plots.panes[name].view.height() + 16.0, name
    plots.setMaximumHeight(QWIDGETSIZE_MAX)
