"""The Dynamics tab: the neuron moves in the phase plane, and the mouse moves the neuron."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
)

from hhgui.analysis.planar import Threshold
from hhgui.analysis.slice import Others
from hhgui.document.session import state_from_table, table_from_state
from hhgui.ui.dynamics.plane import card_html
from hhgui.ui.dynamics.plane_panel import HINT
from hhgui.ui.dynamics.state import DynamicsState
from hhgui.ui.dynamics.tab import DynamicsTab
from tests.ui.controls import box, button, choose, text
from tests.ui.mouse import LEFT, drag, move, place


def click(qtbot, page, x, y, modifier=Qt.KeyboardModifier.NoModifier):
    """Click at a point of the plane."""
    plane = page.phase.plane
    qtbot.mouseClick(plane.viewport(), LEFT, modifier, place(plane.view, x, y))


def test_the_live_neuron_moves_in_the_plane(page, desktop, qtbot):
    """While it runs, its newest state is at the end of the trail; Space pauses it here too."""
    recording = desktop.window.recording
    newest = page.phase.plane.trail
    assert newest.way[0, -1] == pytest.approx(recording.latest_voltage)
    before = recording.total
    assert desktop.window.actions_by_name["run"].text() == "&Run"
    desktop.window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: desktop.running and recording.total > before + 20)
    desktop.window.draw_frame()
    assert desktop.window.actions_by_name["run"].text() == "&Pause"
    assert newest.way.shape[1] > 1


def test_a_click_starts_the_neuron_there_and_undo_takes_it_back(page, desktop, qtbot):
    """V and n are those of the click; time goes on, and the start state is an edit."""
    window, editor = desktop.window, desktop.editor
    before, recording = editor.document.membrane, window.recording
    click(qtbot, page, -20.0, 0.6)
    started = editor.document.membrane
    assert started.initial_voltage == pytest.approx(-20.0, abs=0.5)
    gates = {gate.name: gate.initial for gate in started.gates}
    assert gates["n"] == pytest.approx(0.6, abs=0.01)
    assert window.actions_by_name["undo"].text().startswith("&Undo start at")
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: recording.latest_voltage == pytest.approx(-20.0, abs=0.6))
    assert window.recording is recording
    window.actions_by_name["undo"].trigger()
    assert editor.document.membrane == before
    window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: recording.latest_voltage == pytest.approx(-65.0, abs=0.1))


def test_a_shift_click_draws_the_trajectory_with_its_period(page, desktop, qtbot):
    """At 10 µA/cm² it comes to the orbit of 14.64 ms; Clear removes it."""
    field = box(desktop.window, "stimulus.amplitude")
    field.setValue(0.0)
    box(desktop.window, "stimulus.holding").setValue(10.0)
    desktop.window.actions_by_name["step"].trigger()
    qtbot.waitUntil(lambda: page.phase.plane.portrait.plane.current == 10.0)
    click(qtbot, page, -30.0, 0.5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(page.phase.plane.shown_paths) == 1)
    assert "closed orbit, period 14.6" in text(page, "dynamics.message")
    assert np.ptp(page.phase.plane.shown_paths[0].x) > 90.0
    button(page, "dynamics.clear").click()
    assert page.phase.plane.shown_paths == ()


def test_dragging_the_nullcline_turns_the_holding_current(page, desktop, qtbot):
    """The nullcline follows the mouse; the whole drag is one step of undo."""
    choose(page, "dynamics.others", Others.STEADY)
    desktop.window.draw_frame()
    portrait = page.phase.plane.portrait
    curve = portrait.nullclines(*page.phase.plane.shown_range)["V"]
    at = int(np.nanargmin(np.abs(curve.y - 0.5)))
    start = place(page.phase.plane.view, curve.x[at], curve.y[at])
    drag(qtbot, page.phase.plane.viewport(), start, start + QPoint(60, 0), pause_ms=15)
    holding = desktop.editor.document.stimulus.holding
    assert holding > 1.0
    desktop.window.draw_frame()  # the neuron is paused: the nullcline moves all the same
    lifted = page.phase.plane.portrait.plane.current
    assert lifted == pytest.approx(portrait.plane.current + holding)
    desktop.window.actions_by_name["undo"].trigger()
    assert desktop.editor.document.stimulus.holding == 0.0


def test_pointing_at_an_equilibrium_shows_its_card(page, qtbot):
    """Type in words, V, gates and eigenvalues; beside it the values at the mouse."""
    plane = page.phase.plane
    (point, *_) = plane.portrait.points
    move(plane.viewport(), place(plane.view, *plane.portrait.place_of(point)))
    qtbot.waitUntil(plane.card.isVisible)
    html = plane.card.text()
    assert "spiral, " in html
    assert "eigenvalues" in html
    assert "dn/dt" in text(page, "dynamics.read_out")
    move(plane.viewport(), place(plane.view, 20.0, 0.1))
    qtbot.waitUntil(lambda: not plane.card.isVisible())
    QApplication.sendEvent(plane, QEvent(QEvent.Type.Leave))
    assert text(page, "dynamics.read_out") == HINT


def test_the_reduction_says_what_it_is(page, desktop, qtbot):
    """The lines of the reduction are written out, and its equilibrium is beside the true one."""
    choose(page, "dynamics.others", Others.REDUCED)
    qtbot.waitUntil(lambda: "h = " in text(page, "dynamics.message"))
    assert text(page, "dynamics.message").startswith("Reduction, not the neuron: m at once")
    desktop.window.draw_frame()
    assert len(page.phase.plane.points.points) == len(page.phase.plane.portrait.points) + 1
    assert "of the reduction" in text(page, "dynamics.key")


def test_the_threshold_is_drawn_or_the_words_say_why_not(page, desktop, qtbot):
    """Of the lab 3 neuron it is the manifold of a saddle; of the squid there is none at rest."""
    choose(page, "dynamics.others", Others.REDUCED)
    qtbot.waitUntil(lambda: "h = " in text(page, "dynamics.message"))
    desktop.window.draw_frame()
    page.findChild(QCheckBox, "dynamics.threshold").click()
    qtbot.waitUntil(lambda: text(page, "dynamics.message").startswith("Threshold: "))
    page.findChild(QCheckBox, "dynamics.threshold").click()
    assert page.phase.plane.shown_threshold == ()
    page.phase.show_threshold(Threshold((), "found too late"))
    assert text(page, "dynamics.message") == ""


def test_the_same_variable_on_both_axes_exchanges_them(page):
    """Choosing for one axis what the other has turns the plane."""
    choose(page, "dynamics.x", "n")
    assert (page.state().x, page.state().y) == ("n", "V")
    assert page.phase.controls.pair == ("n", "V")
    choose(page, "dynamics.y", "dV_dt")
    assert (page.state().x, page.state().y) == ("n", "dV_dt")


@pytest.mark.parametrize(
    ("x", "y"), [("V", "dV_dt"), ("V", "I_ion"), ("m", "h"), ("dV_dt", "I_ion")]
)
def test_any_two_variables_make_a_plane(page, desktop, qtbot, x, y):
    """Each is drawn; a click where a point is no state says so."""
    choose(page, "dynamics.x", x)
    choose(page, "dynamics.y", y)
    page.tick(desktop.window.recording)
    assert (page.phase.plane.portrait.plane.x, page.phase.plane.portrait.plane.y) == (x, y)
    before = desktop.editor.document
    (left, right), (low, high) = page.phase.plane.shown_range
    click(qtbot, page, 0.3 * left + 0.7 * right, 0.3 * low + 0.7 * high)
    if page.phase.plane.portrait.plane.is_of_states:
        assert desktop.editor.document != before
    else:
        assert "choose V or a gate" in text(page, "dynamics.message")
        assert desktop.editor.document == before


def test_the_single_run_can_be_shown(page, desktop, qtbot):
    """The whole way of the single run is drawn once the run has been made."""
    choose(page, "dynamics.shows", "run")
    if page.phase.single_run is None:
        assert "single run" in text(page, "dynamics.message")
    desktop.window.show_tab("experiment")
    qtbot.waitUntil(lambda: page.phase.single_run is not None)
    desktop.window.show_tab("dynamics")
    desktop.window.draw_frame()
    run = page.phase.single_run
    np.testing.assert_array_equal(page.phase.plane.trail.way[0], run.column("V"))


def test_a_neuron_that_was_reset_is_at_its_start_state(page, desktop, qtbot):
    """Before the first step it is shown there."""
    desktop.window.actions_by_name["reset"].trigger()
    qtbot.waitUntil(lambda: desktop.window.recording.total == 0)
    desktop.window.draw_frame()
    assert page.phase.plane.portrait.plane.state[0] == -65.0


def test_another_neuron_has_its_own_usual_plane(page, desktop, qtbot):
    """A neuron whose gates take no time is shown as dV/dt against V."""
    desktop.panels.choose_model("lecture6-model2")
    assert page.phase.controls.pair == ("V", "dV_dt")
    desktop.panels.choose_model("morris-lecar-hopf")
    assert page.phase.controls.pair == ("V", "w")


def test_a_session_keeps_the_choices(page, desktop):
    """Axes, other gates, whose state, field."""
    state = DynamicsState("h", "n", Others.STEADY, "run", False)
    page.restore(state_from_table(DynamicsState, table_from_state(state)))
    assert page.state() == state
    assert not page.findChild(QCheckBox, "dynamics.field").isChecked()


def test_the_figure_has_what_the_plane_shows(page):
    """The figure has nullclines, neuron and equilibria with their numbers."""
    figure = page.figure()
    names = {curve.name for curve in figure.panels[0].curves}
    assert {"V-nullcline", "n-nullcline", "the neuron"} <= names
    assert figure.x_label == "V (mV)"
    assert page.numbers() is not None


def test_without_a_run_there_is_no_figure(qtbot):
    """A new tab is empty and offers nothing to export."""
    tab = DynamicsTab()
    qtbot.addWidget(tab)
    assert tab.figure() is None
    assert not tab.running
    assert not tab.tick(None)


def test_the_card_of_a_saddle_names_it():
    """A saddle's growth is written, not a frequency."""
    from hhgui.analysis.equilibrium import equilibria_at
    from tests.shipped import LIBRARY

    membrane = LIBRARY["traub-miles-lab3"]
    html = card_html(equilibria_at(membrane, 0.0)[1], [gate.name for gate in membrane.gates])
    assert html.startswith("<b>Saddle, grows in 23.1 ms</b>")


def test_until_it_is_fitted_no_reduction_is_drawn(page, desktop, qtbot):
    """Fast gates are at once meanwhile, and the message says so; it is gone with another choice."""
    choose(page, "dynamics.others", Others.REDUCED)
    page.phase._reduction = None
    page.tick(desktop.window.recording)
    assert page.phase.plane.portrait.plane.others is Others.FAST
    assert text(page, "dynamics.message").startswith("Fitting the reduction")
    choose(page, "dynamics.others", Others.FAST)
    qtbot.waitUntil(lambda: not desktop.controllers["dynamics"].fitter.running)
    assert text(page, "dynamics.message") == ""
