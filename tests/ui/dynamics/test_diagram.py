"""The bifurcation diagram beside the phase plane: it fills in, follows and turns the knobs."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from tests.ui.controls import box, button, choose, text
from tests.ui.dynamics.controls import complete
from tests.ui.mouse import drag, move, place


@pytest.fixture
def page(page, desktop, qtbot):
    """The tab with a complete diagram of the squid."""
    complete(desktop, qtbot)
    return page


def kinds(page):
    """The kinds of the points in the table, by rising parameter."""
    table = page.diagram.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def message(page):
    """The sentence below the diagram."""
    return text(page, "dynamics.diagram.message")


def test_the_squids_diagram_has_its_points_and_bistability(page):
    """The table has both Hopf points with their criticality, folds of cycles and bistability."""
    found = kinds(page)
    assert found.count("Fold of cycles") == 3
    assert "Hopf, subcritical" in found
    assert found[-1] == "Hopf, supercritical"
    assert "Bistable from 6.26 to 9.775 µA/cm²." in message(page)
    data = page.diagram.data
    assert {run.stable for run in data.equilibria()} == {True, False}
    assert {run.stable for run in data.cycles("V")} == {True, False}


def test_a_click_on_a_cycle_shows_its_orbit_and_trace(page, qtbot):
    """The cycle is drawn in the plane and over two turns, with period and stability in words."""
    plot = page.diagram.plot
    point = next(p for p in page.diagram.data.branches[1] if 60.0 < p.cycle.parameter < 120.0)
    at = place(plot.view, point.cycle.parameter, point.high)
    move(plot.viewport(), at)
    qtbot.waitUntil(lambda: "stable cycle at" in text_of(page))
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(page.phase.plane.shown_paths) == 1
    path = page.phase.plane.shown_paths[0]
    assert np.ptp(path.x) == pytest.approx(point.high - point.low, rel=0.05)
    assert "Stable cycle at" in text(page, "dynamics.message")
    assert page.phase.trace.isVisible()
    (curve,) = page.phase.trace.curve.drawn
    assert curve.x[-1] == pytest.approx(2.0 * point.cycle.period)
    button(page, "dynamics.clear").click()
    assert not page.phase.trace.isVisible()


def text_of(page):
    """The text about the diagram at the mouse."""
    return text(page, "dynamics.diagram.read_out")


def test_dragging_the_live_line_turns_the_current_as_one_step(page, desktop, qtbot):
    """The holding current follows the mouse; undo takes the whole drag back."""
    plot = page.diagram.plot
    at = plot.marker.place[0]
    start = place(plot.view, at, -20.0)
    drag(qtbot, plot.viewport(), start, start + QPoint(40, 0), pause_ms=15)
    assert desktop.editor.document.stimulus.holding > 5.0
    desktop.window.actions_by_name["undo"].trigger()
    assert desktop.editor.document.stimulus.holding == 0.0


def test_a_start_state_does_not_ask_for_another_diagram(page, desktop):
    """A conductance asks for another diagram, but start state and holding current do not."""
    runner = desktop.controllers["dynamics"].drawer
    box(desktop.window, "membrane.initial_voltage").setValue(-50.0)
    box(desktop.window, "stimulus.holding").setValue(2.0)
    assert not runner.running
    box(desktop.window, "conductance.K").setValue(30.0)
    assert runner.running


def test_equilibria_follow_a_knob(page, desktop, qtbot):
    """With less potassium the lower Hopf point comes at a smaller current."""
    before = next(p for p in page.diagram.data.points if p.kind == "hopf").parameter
    box(desktop.window, "conductance.K").setValue(25.0)
    data = page.diagram.data
    qtbot.waitUntil(lambda: page.diagram.data is not data and bool(page.diagram.data.points))
    hopfs = (p for p in page.diagram.data.points if p.kind == "hopf")
    assert next(hopfs).parameter < before


def test_against_a_conductance_its_own_line_is_dragged(page, desktop, qtbot):
    """The diagram against potassium needs no new one when potassium is turned."""
    choose(page, "dynamics.parameter", "K.conductance")
    qtbot.waitUntil(lambda: page.diagram.data.question.path == "K.conductance")
    button(page, "dynamics.stop").click()
    complete(desktop, qtbot)
    plot = page.diagram.plot
    assert plot.marker.place[0] == 36.0
    start = place(plot.view, 36.0, 0.0)
    drag(qtbot, plot.viewport(), start, start - QPoint(60, 0), pause_ms=15)
    value = {c.name: c.conductance for c in desktop.editor.document.membrane.currents}["K"]
    assert value < 34.0
    assert not desktop.controllers["dynamics"].drawer.running


@pytest.mark.parametrize("of", ["rate", "period"])
def test_rate_and_period_can_be_drawn(page, of):
    """Each cycle has one value; Hopf points are where branches begin."""
    choose(page, "dynamics.of", of)
    runs = page.diagram.data.cycles(of)
    assert all(len(run.values) == 1 for run in runs)
    assert page.diagram.picture.up == of
    assert page.state().of == of


def test_a_range_upside_down_is_answered_beside_its_field(page, desktop):
    """The field says what is allowed, and the diagram stays."""
    data = page.diagram.data
    box(page, "dynamics.to").setValue(-50.0)
    error = desktop.window.findChild(QLabel, "error.dynamics.to")
    assert "to must be above from" in error.text()
    assert page.diagram.data is data


def test_the_range_is_part_of_the_session(page, desktop, qtbot):
    """A chosen range comes back; Fit finds one for the neuron."""
    box(page, "dynamics.to").setValue(40.0)
    state = page.state()
    assert state.last == 40.0
    button(page, "dynamics.fit").click()
    assert page.state().last is None
    page.restore(state)
    assert page.state() == state


def test_the_half_that_was_clicked_is_saved(page, qtbot):
    """Save figure, Copy and Export take the plane or the diagram, whichever was used last."""
    assert "V-nullcline" in {curve.name for curve in page.figure().panels[0].curves}
    plot = page.diagram.plot
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(150, 30))
    names = {curve.name for curve in page.figure().panels[0].curves}
    assert {"stable equilibria", "unstable equilibria", "stable cycles"} <= names
    assert page.numbers() is not None


def test_pointing_at_a_special_point_shows_its_numbers(page, qtbot):
    """The read-out has the point's kind, current, V and frequency."""
    plot = page.diagram.plot
    hopf = page.diagram.data.points[-1]
    move(plot.viewport(), place(plot.view, hopf.parameter, hopf.voltage))
    qtbot.waitUntil(plot.card.isVisible)
    assert plot.card.text().startswith("<b>Hopf, supercritical</b><br>154.522 µA/cm²")


def test_the_names_of_points_are_not_cut_in_a_narrow_table(page, qtbot):
    """The numbers scroll then; in a wide one the names have the room that is left."""
    table = page.diagram.table
    name = table.fontMetrics().horizontalAdvance("Hopf, supercritical")
    widths = []
    for width in (260, 900):
        table.resize(width, 120)
        qtbot.waitUntil(lambda width=width: table.width() == width)
        widths.append(table.columnWidth(0))
    assert name < widths[0] < widths[1]
    assert sum(table.columnWidth(column) for column in range(5)) == table.viewport().width()
