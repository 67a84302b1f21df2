"""The Live tab: its measuring cursors stay through runs, pauses and hidden plots."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel

from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Block
from hhgui.model.stimulus.noise import SmoothedNoise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step, Train
from hhgui.ui.live.tab import LiveTab
from tests.shipped import SQUID
from tests.ui.controls import button
from tests.ui.mouse import drag

SOON_MS = 15  # pyqtgraph leaves out a movement that follows sooner


def append(recording, start, stop):
    """Rows every 0.1 ms in which V is the time less 65 mV and all else is 0."""
    time = np.arange(start, stop, 0.1)
    columns = np.zeros((len(recording.names), time.size))
    columns[0] = time - 65.0
    recording.append(Block(time.size, time, columns, np.empty(0), None))


@pytest.fixture
def tab(shown):
    """A shown tab with 400 ms of a made-up recording, paused, cursors on."""
    widget = shown(LiveTab(), 930, 560)
    recording = Recording(SQUID)
    append(recording, 0.0, 400.0)
    widget.set_recording(recording)
    widget.set_running(False)
    widget.set_cursors_shown(True)
    widget.tick(None)
    return widget


def read_out(tab):
    """The text of the line below the traces."""
    return tab.findChild(QLabel, "live.cursors")


def test_the_foot_says_what_the_cursors_measure(tab):
    """V rises by 1 mV a ms: 10 ms apart are 10 mV."""
    tab.cursors.place(0, 250.05)
    tab.cursors.place(1, 260.05)
    assert read_out(tab).isVisible()
    assert (
        read_out(tab).text().startswith("Δt 10.00 ms (100.0 Hz) · ΔV 10.00 mV · V<sub>A</sub> 185")
    )


def test_off_the_foot_has_no_line_for_them(tab):
    """Without cursors the line of their measurements is hidden."""
    tab.set_cursors_shown(False)
    assert not read_out(tab).isVisible()
    assert not tab.cursors.shown


def test_a_pause_freezes_what_was_under_the_cursors(tab):
    """Running, their times go with the end of the recording; paused, they stay."""
    tab.cursors.place(0, 300.0)
    tab.set_running(True)
    append(tab.plots.recording, 400.0, 500.0)
    tab.tick(None)
    assert tab.cursors.times[0] == pytest.approx(400.0, abs=0.2)
    tab.set_running(False)
    tab.plots.show_span(0.0, 200.0)
    assert tab.cursors.times[0] == pytest.approx(400.0, abs=0.2)


def test_a_frozen_picture_is_held_while_the_neuron_goes_on(tab, qtbot):
    """New rows are not drawn while the picture is frozen; then it shows the present."""
    tab.set_running(True)
    tab.tick(None)
    qtbot.mouseClick(tab.freeze, Qt.MouseButton.LeftButton)
    assert tab.plots.frozen_sign.isVisible()
    span, (times, _) = tab.plots.shown_span, tab.plots.voltage.curves[0].getData()
    append(tab.plots.recording, 400.0, 700.0)
    tab.tick(None)
    assert tab.plots.shown_span == span
    assert tab.plots.voltage.curves[0].getData()[0][-1] == pytest.approx(times[-1], abs=0.3)
    tab.plots.show_span(300.0, 500.0)  # scrolled to the right: nothing is drawn there yet
    tab.tick(None)
    assert tab.plots.voltage.curves[0].getData()[0][-1] == pytest.approx(399.9, abs=0.3)
    qtbot.mouseClick(tab.freeze, Qt.MouseButton.LeftButton)
    tab.tick(None)
    assert not tab.plots.frozen_sign.isVisible()
    assert tab.plots.shown_span[1] == pytest.approx(699.9)
    assert tab.plots.voltage.curves[0].getData()[0][-1] == pytest.approx(699.9)


def test_a_drag_moves_time_only_and_fit_takes_it_back(tab, qtbot):
    """Values are moved over their axis alone; Fit is there once something has been moved."""
    plots, fit = tab.plots, button(tab, "live.fit")
    tab.set_cursors_shown(False)
    view, widget = plots.voltage.view, plots.viewport()
    before = view.viewRange()
    assert not fit.isVisible()
    middle = plots.mapFromScene(view.sceneBoundingRect().center())
    drag(qtbot, widget, middle, middle + QPoint(120, 60), SOON_MS)
    (_, stop), values = view.viewRange()
    assert stop < before[0][1] - 10.0
    assert values == before[1]
    assert fit.isVisible()
    axis = plots.mapFromScene(plots.voltage.item.getAxis("left").sceneBoundingRect().center())
    drag(qtbot, widget, axis, axis + QPoint(0, 40), SOON_MS)
    assert view.viewRange()[1] != before[1]
    qtbot.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert view.viewRange()[0] == pytest.approx(before[0])
    assert view.viewRange()[1] == pytest.approx(before[1])
    assert not fit.isVisible()


def test_the_stimulus_axis_shows_what_was_recorded(tab):
    """Paused, a weaker stimulus does not cut off the strong one that is still shown."""
    columns = np.zeros((len(tab.plots.recording.names), 100))
    columns[1] = 100.0
    time = np.arange(400.0, 410.0, 0.1)
    tab.plots.recording.append(Block(100, time, columns, np.empty(0), None))
    tab.plots.fit()
    tab.tick(None)
    tab.plots.set_stimulus(Stimulus((Step(10.0, 10.0, 20.0),)))
    tab.tick(None)
    assert tab.plots.panes["stimulus"].view.viewRange()[1][1] >= 100.0


def test_the_lines_go_through_the_shown_plots(tab):
    """If two of four plots are hidden, the lines cross the other two and not the gap between."""
    for name in ("voltage", "currents"):
        tab.plots.set_pane_shown(name, False)
    tab.plots.ci.layout.activate()
    upper, lower = (tab.plots.panes[n].view.sceneBoundingRect() for n in ("stimulus", "gates"))
    gap = QPointF(upper.center().x(), 0.5 * (upper.bottom() + lower.top()))
    at = [tab.cursors.lines.fraction_at(place) for place in (upper.center(), gap, lower.center())]
    assert at == [0.5, None, 0.5]
    assert len(tab.plots.shown_items) == 2


@pytest.mark.parametrize(
    ("component", "highest"),
    [(Step(3.0, 10.0, 20.0), 3.0), (Train(7.0, 1.0, 0.01, 333.333, 5), 7.0)],
)
def test_the_stimulus_axis_holds_every_pulse(tab, component, highest):
    """A pulse of 10 µs in two seconds is not overlooked."""
    tab.plots.set_stimulus(Stimulus((component,)))
    low, high = tab.plots.panes["stimulus"].view.viewRange()[1]
    assert low < 0.0
    assert highest < high < 1.5 * highest


def test_the_stimulus_axis_holds_long_noise(tab):
    """Of noise too long to make at once, three standard deviations fit."""
    noise = SmoothedNoise(30.0, 30.0, 1, 60_000.0)
    tab.plots.set_stimulus(Stimulus((noise,)))
    assert tab.plots.panes["stimulus"].view.viewRange()[1][1] > 30.0 + 3.0 * noise.sd
