"""The comparison's plot: spikes survive, zoom has limits, what blew up ends in a cross."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest

from hhgui.engine.methods import Trial
from hhgui.figures.measured import HIGHEST_MV, LOWEST_MV
from hhgui.ui.integrators.plot import ComparisonPlot
from hhgui.ui.integrators.result import TrialResult
from tests.ui.curves import drawn
from tests.ui.mouse import place

TIMES = np.linspace(0.0, 1000.0, 100_001)
QUIET = np.full(TIMES.size, -65.0)
TRUE = TrialResult(Trial("adaptive", 0.01), True, "", 0, None, 0.1, TIMES, QUIET, reference=True)
EULER = replace(TRUE, trial=Trial("euler", 0.01), reference=False)


@pytest.fixture
def plot(shown):
    """A shown plot of a second."""
    widget = shown(ComparisonPlot(), 600, 300)
    widget.begin(1000.0, (EULER.trial,))
    return widget


def add(qtbot, plot, *results):
    """Add results and wait until they are drawn."""
    for result in results:
        plot.add_result(result)
    qtbot.waitUntil(lambda: all(times is not None and times.size for times, _ in drawn(plot)))


def crosses(plot):
    """The points at which runs stopped."""
    item = next(i for i in plot.getPlotItem().items if isinstance(i, pg.ScatterPlotItem))
    return list(zip(*item.getData(), strict=True))


def test_a_spike_of_one_row_is_drawn(qtbot, plot):
    """A spike of one row is drawn, although there are a hundred rows to a pixel."""
    spike = QUIET.copy()
    spike[77_777] = 30.0
    add(qtbot, plot, replace(TRUE, voltage=spike))
    times, voltages = drawn(plot)[0]
    assert times.size < 5000
    assert times[voltages.argmax()] == TIMES[77_777]


def test_zoomed_in_every_row_is_drawn(qtbot, plot):
    """A millisecond of a hundred rows is drawn with all of them."""
    add(qtbot, plot, TRUE)
    plot.getViewBox().setRange(xRange=(500.0, 501.0), padding=0.0)
    qtbot.waitUntil(lambda: drawn(plot)[0][0].size == pytest.approx(101, abs=3))


def test_zooming_out_has_limits(plot):
    """However far one zooms out, the trace stays in sight."""
    plot.getViewBox().setRange(xRange=(-1e6, 1e6), yRange=(-1e6, 1e6), padding=0.0)
    (start, stop), (low, high) = plot.shown_range
    assert stop - start < 1100.0
    assert low >= LOWEST_MV
    assert high <= HIGHEST_MV


def test_a_run_that_stopped_ends_in_a_cross(qtbot, plot):
    """The cross is at the last point that is a number, and inside the axes."""
    voltage = np.array([-65.0, -60.0, 4000.0, np.nan])
    add(qtbot, plot, TRUE, replace(EULER, finite=False, times=TIMES[:4], voltage=voltage))
    qtbot.waitUntil(lambda: crosses(plot) == [(TIMES[2], HIGHEST_MV)])


def test_hiding_a_run_hides_its_cross(qtbot, plot):
    """Hiding a run hides the cross where it blew up, and keeps the other run."""
    add(qtbot, plot, TRUE, replace(EULER, finite=False, times=TIMES[:4], voltage=QUIET[:4]))
    qtbot.waitUntil(lambda: len(crosses(plot)) == 1)
    plot.set_shown(1, False)
    qtbot.waitUntil(lambda: crosses(plot) == [])
    assert plot.is_shown(0)


def test_a_new_comparison_begins_empty(qtbot, plot):
    """A new comparison removes all curves and fits the time axis to its own duration."""
    add(qtbot, plot, TRUE, EULER)
    plot.begin(50.0, ())
    assert drawn(plot) == []
    (start, stop), _ = plot.shown_range
    assert stop - start == pytest.approx(51.0)


def test_the_curve_at_the_mouse_is_reported(qtbot, plot):
    """The read-out names the curve, its voltage and the time; away from curves it is empty."""
    add(qtbot, plot, TRUE, replace(EULER, voltage=QUIET + 40.0))
    texts = []
    plot.hovered.connect(texts.append)
    for voltage in (-25.0, -45.0):
        before = len(texts)
        qtbot.mouseMove(plot.viewport(), place(plot.getViewBox(), 400.0, voltage))
        qtbot.waitUntil(lambda before=before: len(texts) > before)
    assert texts[0].startswith("Forward Euler, dt 0.01 ms: −25.00 mV at ")
    assert texts[-1] == ""
