"""The map of two numbers: its cross, its cuts, and the neuron of a pixel in Live."""

import numpy as np
import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu

from hhgui.experiments.map_two import Map
from hhgui.model.edit import values_of
from hhgui.ui.experiments.map_view import MapView
from tests.ui.mouse import LEFT, drag, move, place

SIDES = {
    "x_values": {"from": 40.0, "to": 200.0, "points": 9},
    "y_values": {"from": 10.0, "to": 70.0, "points": 7},
    "duration": 30.0,
}


def number(desktop, path):
    """A number of the document's neuron."""
    return values_of(desktop.editor.document.membrane)[path]


@pytest.fixture
def mapped(desktop, qtbot, settle):
    """The tab with a map that is complete and laid out, and its view."""

    def measure(**settings):
        tab = desktop.window.pages["measure"]
        desktop.window.show_tab("measure")
        tab.show_experiment(Map.from_settings(SIDES | settings))
        tab.run()
        qtbot.waitUntil(lambda: tab.running)
        qtbot.waitUntil(lambda: not tab.running)
        view = tab.findChild(MapView)
        qtbot.waitUntil(view.isVisible)
        settle(tab)
        return tab, view

    return measure


def test_the_neuron_of_a_clicked_pixel_is_in_the_document(desktop, qtbot, mapped):
    """A click on a pixel takes over its neuron as one step of undo."""
    _, view = mapped()
    before = desktop.editor.document
    steps = desktop.editor.history.index()
    qtbot.mouseClick(view.viewport(), LEFT, pos=place(view.view, 80.0, 30.0))
    qtbot.waitUntil(lambda: desktop.editor.document is not before)
    assert number(desktop, "Na.conductance") == 80.0
    assert number(desktop, "K.conductance") == 30.0
    assert desktop.editor.history.index() == steps + 1
    desktop.editor.history.undo()
    assert desktop.editor.document == before


def test_a_drag_over_pixels_is_one_step_of_undo(desktop, qtbot, mapped):
    """The neuron follows the mouse; also where only one of the two numbers changes."""
    _, view = mapped()
    before, steps = desktop.editor.document, desktop.editor.history.index()
    drag(qtbot, view.viewport(), place(view.view, 60.0, 20.0), place(view.view, 180.0, 20.0))
    qtbot.waitUntil(lambda: number(desktop, "Na.conductance") == 180.0)
    assert number(desktop, "K.conductance") == 20.0
    assert desktop.editor.history.index() == steps + 1
    desktop.editor.history.undo()
    assert desktop.editor.document == before


def test_the_cuts_go_through_the_pixel_under_the_mouse(qtbot, mapped):
    """The cut across has the values of its row, the cut upwards those of its column."""
    tab, view = mapped(which="peak_mV")
    move(view.viewport(), place(view.view, 80.0, 60.0))
    values = tab.shown.measured.rows.column("peak").reshape(7, 9)
    qtbot.waitUntil(lambda: np.array_equal(view.cuts[0].getData()[1], values[5]))
    assert np.array_equal(view.cuts[1].getData()[0], values[:, 2])
    assert "ḡNa 80 mS/cm², ḡK 60 mS/cm²" in view.read_out.text


def test_a_map_over_the_stimulus_changes_the_stimulus(desktop, qtbot, mapped):
    """The amplitude of a pixel is that of the document's step, and no number of the neuron."""
    _, view = mapped(y="stimulus.amplitude")
    membrane = desktop.editor.document.membrane
    qtbot.mouseClick(view.viewport(), LEFT, pos=place(view.view, 120.0, 50.0))
    qtbot.waitUntil(lambda: desktop.editor.document.stimulus.components[0].amplitude == 50.0)
    assert desktop.editor.document.membrane == membrane


def test_undo_takes_the_message_about_live_away(desktop, qtbot, mapped):
    """The message about the chosen neuron goes with it."""
    tab, view = mapped()
    message = tab.findChild(QLabel, "measure.message")
    qtbot.mouseClick(view.viewport(), LEFT, pos=place(view.view, 80.0, 30.0))
    qtbot.waitUntil(lambda: "Live" in message.text())
    desktop.editor.history.undo()
    assert message.text() == ""


def test_the_run_of_a_pixel_opens_from_the_menu(desktop, qtbot, mapped):
    """The run of the pixel under the cross opens with both of its numbers."""
    tab, view = mapped()
    move(view.viewport(), place(view.view, 180.0, 20.0))
    qtbot.waitUntil(lambda: view.pixel == (180.0, 20.0))
    menu = QMenu()
    tab.fill_plot_menu(menu)
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: desktop.window.front is desktop.window.pages["experiment"])
    assert (number(desktop, "Na.conductance"), number(desktop, "K.conductance")) == (180.0, 20.0)


def test_following_leaves_a_map_alone_whose_own_numbers_changed(desktop, qtbot, mapped):
    """Choosing one of its pixels measures nothing again; another number of the neuron does."""
    tab, view = mapped()
    tab.findChild(QCheckBox, "measure.follow").click()
    qtbot.waitUntil(lambda: not tab.running)
    first = tab.shown.measured
    qtbot.mouseClick(view.viewport(), LEFT, pos=place(view.view, 80.0, 30.0))
    qtbot.waitUntil(lambda: number(desktop, "Na.conductance") == 80.0)
    assert not tab.running
    assert tab.shown.measured is first
    membrane = desktop.editor.document.membrane.with_current("L", conductance=0.5)
    desktop.editor.edit(membrane=membrane)
    qtbot.waitUntil(lambda: tab.shown is not None and tab.shown.measured is not first)
    tab.findChild(QCheckBox, "measure.follow").click()
    qtbot.waitUntil(lambda: not tab.running)
