"""A second number: the Hopf and fold curves in the plane of both, and the neuron in it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel

from hhgui.ui.dynamics import trajectories
from tests.ui.controls import box, choose
from tests.ui.dynamics.controls import complete
from tests.ui.mouse import drag, move, place


@pytest.fixture
def page(page, desktop, qtbot, monkeypatch):
    """The tab with the squid's curves in current and temperature."""
    monkeypatch.setattr(trajectories, "LEVELS", 9)
    choose(page, "dynamics.second", "membrane.temperature")
    complete(desktop, qtbot)
    return page


def text(page, name):
    """The text of a label, whose values do not break within."""
    return page.findChild(QLabel, f"dynamics.{name}").text().replace("\u00a0", " ")


def test_where_the_hopf_points_merge_is_in_table_key_and_message(page):
    """They merge at 28.858 °C (Rinzel & Miller 1980); the table has current and V, too."""
    table = page.diagram.table
    row = [table.item(0, column).text() for column in range(4)]
    assert row[0] == "Hopf points merge"
    assert float(row[2]) == pytest.approx(28.858, abs=1e-3)
    assert "28.858 °C" in text(page, "diagram.message")
    assert "Hopf points" in text(page, "diagram.key")
    assert page.findChild(QComboBox, "dynamics.of").isHidden()


def test_dragging_the_marker_turns_both_knobs_as_one_step(page, desktop, qtbot):
    """To the right more current, upwards a warmer axon; undo takes the whole drag back."""
    before, plot = desktop.editor.document, page.diagram.plot
    start = place(plot.view, *plot.marker.place)
    drag(qtbot, plot.viewport(), start, start + QPoint(40, -40), pause_ms=15)
    after = desktop.editor.document
    assert after.stimulus.holding > before.stimulus.holding + 5.0
    assert after.membrane.temperature > 8.0
    assert not desktop.controllers["dynamics"].drawer.running
    desktop.window.actions_by_name["undo"].trigger()
    assert desktop.editor.document == before


def test_a_knob_moves_the_marker(page, desktop):
    """The field of the temperature lifts it; the curves stay."""
    data = page.diagram.data
    box(desktop.window, "membrane.temperature").setValue(20.0)
    desktop.window.draw_frame()
    assert page.diagram.plot.marker.place[1] == 20.0
    assert page.diagram.data is data


def test_pointing_at_a_curve_and_at_a_point_shows_numbers(page, qtbot):
    """A curve shows kind, current, temperature and frequency, a point its card."""
    plot, point = page.diagram.plot, page.diagram.data.points[-1]
    move(plot.viewport(), place(plot.view, point.current, point.value))
    qtbot.waitUntil(lambda: text(page, "diagram.read_out").startswith("Hopf point: I "))
    (merge,) = page.diagram.data.merges
    move(plot.viewport(), place(plot.view, merge.current, merge.value))
    qtbot.waitUntil(plot.card.isVisible)
    assert plot.card.text().startswith("<b>Hopf points merge</b>")


def test_the_two_numbers_exchange_their_places(page, desktop, qtbot):
    """Choosing for the first what the second is turns the plane; ranges stay with numbers."""
    box(page, "dynamics.second_value_to").setValue(30.0)
    choose(page, "dynamics.parameter", "membrane.temperature")
    complete(desktop, qtbot)
    state = page.state()
    assert (state.parameter, state.second) == ("membrane.temperature", "current")
    assert state.last == 30.0
    assert page.diagram.picture.axes == ("membrane.temperature", "current")
    choose(page, "dynamics.second", "")
    assert page.state().second == ""
    assert not page.findChild(QComboBox, "dynamics.of").isHidden()


def test_figure_and_session_have_the_plane(page, qtbot):
    """The figure has a curve for each line; the state comes back."""
    plot = page.diagram.plot
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(150, 30))
    figure = page.figure()
    assert (figure.x_label, figure.panels[0].y_label) == ("I (µA/cm²)", "T (°C)")
    assert {curve.column for curve in figure.panels[0].curves} == {"hopf_1", "hopf_2"}
    state = page.state()
    choose(page, "dynamics.second", "")
    page.restore(state)
    assert page.state().second == "membrane.temperature"


def test_a_number_that_the_neuron_has_not_leaves_one(page, desktop):
    """A neuron without a temperature is drawn against the current alone."""
    desktop.panels.choose_model("lecture6-model5")
    assert page.diagram.question.second == ""
    desktop.panels.choose_model("squid-dayan-abbott")
    assert page.diagram.question.second == "membrane.temperature"
