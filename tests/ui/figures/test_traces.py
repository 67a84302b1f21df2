"""The figures of the tabs have the right numbers under the right names."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import LAB_3, FiPoint
from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Simulation
from hhgui.experiments.single_run import SingleRun
from hhgui.figures.figure import series_of
from hhgui.model.quantity import PANES, quantities, recorded_keys
from hhgui.ui.fi.figure import figure_of_fi
from hhgui.ui.figures.traces import (
    FIRST_LOOK,
    figure_of_live,
    figure_of_run,
)
from hhgui.ui.integrators.figure import figure_of_comparison
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.widgets.theme import LIGHT, curve_style
from tests.shipped import SQUID

SETUP = Setup(SQUID, SQUID)
# Lab course 3's counts for 0, 0.2, 0.4 µA/cm².
POINTS = tuple(FiPoint(k, 0.2 * k, n, n / 0.15, None) for k, n in enumerate((0, 3, 5)))
LAB = FiCurve("lab", SQUID, LAB_3, POINTS)


def run(setup=SETUP, rows=100):
    """A run whose columns have distinct values."""
    names = recorded_keys(setup.membrane)
    values = np.arange(len(names))[:, None] + np.linspace(0.0, 0.5, rows)
    return SingleRun(setup, np.linspace(0.0, 50.0, rows), names, values, np.empty(0))


def recorded(steps=4000):
    """A recording of 100 ms of the squid axon."""
    recording = Recording(SQUID)
    recording.append(Simulation(SQUID).advance(steps, every=1))
    return recording


def headers(figure):
    """The figure's columns in a table."""
    return [series.header for series in series_of(figure)]


def test_a_live_figure_has_the_trace_tables_columns():
    """Voltage, stimulus, gates and currents, named as an export names them."""
    figure = figure_of_live(recorded(), (0.0, 100.0), ["voltage", "stimulus", "gates", "currents"])
    assert headers(figure) == [q.header for q in quantities(SQUID) if q.recorded]
    assert figure.title == SQUID.name


def test_a_live_figure_shows_the_asked_time():
    """Only rows in sight, and the axis as on screen even where nothing is recorded."""
    figure = figure_of_live(recorded(), (60.0, 160.0), ["voltage"])
    times = figure.panels[0].curves[0].x
    assert figure.x_range == (60.0, 160.0)
    assert times[0] == pytest.approx(60.0, abs=0.03)
    assert times[-1] == pytest.approx(100.0, abs=0.03)
    assert times.size == pytest.approx(40.0 / 0.025, abs=3)


def test_without_anything_to_show_there_is_no_figure():
    """Tabs that are empty say so instead of saving white paper."""
    assert figure_of_live(Recording(SQUID), (0.0, 100.0), ["voltage"]) is None
    assert figure_of_live(recorded(), (200.0, 300.0), ["voltage"]) is None
    assert figure_of_live(recorded(), (0.0, 100.0), []) is None
    assert figure_of_run([], ["voltage"]) is None
    assert figure_of_fi([], False) is None
    assert figure_of_comparison([], "", (), (0.0, 1.0), (0.0, 1.0)) is None


def test_a_run_has_each_column_in_its_pane():
    """Conductances are in mS/cm², driving forces in mV."""
    figure = figure_of_run([run()], list(PANES))
    labels = [panel.y_label for panel in figure.panels]
    assert labels[-3:] == ["g (mS/cm²)", "V − E (mV)", "p open"]
    named = {curve.column: curve.y for panel in figure.panels for curve in panel.curves}
    assert np.array_equal(named["g_K_mS_per_cm2"], run().column("g_K"))
    assert np.array_equal(named["driving_force_K_mV"], run().column("d_K"))
    assert list(named) == [q.header for q in quantities(SQUID) if q.pane]


def test_colours_are_the_light_themes():
    """A figure has the colours of the light theme under any theme of the window."""
    figure = figure_of_run([run()], ["gates"])
    for place, curve in enumerate(figure.panels[0].curves):
        assert curve.color == curve_style(LIGHT, curve.name, place).color.name()


def test_several_runs_are_distinguished_by_what_differs():
    """Legend and table columns name each run by its differences."""
    other = replace(SETUP, dt=0.01)
    figure = figure_of_run([run(), run(other)], ["voltage"])
    first, second = figure.panels[0].curves
    assert "0.025" in first.name
    assert "0.01" in second.name
    assert (first.color, first.dash) != (second.color, second.dash)
    assert len(set(headers(figure))) == 2


def test_runs_look_as_they_do_on_the_screen():
    """Runs have the tab's colours and dashes; the current run is black."""
    looks = [("orange", Qt.PenStyle.DashLine), FIRST_LOOK]
    runs = [run(), run(replace(SETUP, dt=0.01))]
    kept, current = figure_of_run(runs, ["voltage"], looks=looks).panels[0].curves
    assert (kept.color, kept.dash) == (LIGHT.orange, "dash")
    assert (current.color, current.dash) == (LIGHT.black, "solid")


def test_a_thinned_run_is_reported():
    """The figure of a thinned run has a remark that rows are missing."""
    assert "extremes" in figure_of_run([replace(run(), thinned=True)], ["voltage"]).remark
    assert figure_of_run([run()], ["voltage"]).remark == ""


def test_given_ranges_are_kept():
    """A zoomed pane is saved zoomed; another fits its curves."""
    ranges = {"voltage": (-71.0, -69.0)}
    figure = figure_of_run([run()], ["voltage", "gates"], ranges, span=(10.0, 20.0))
    assert figure.panels[0].y_range == (-71.0, -69.0)
    assert figure.x_range == (10.0, 20.0)
    highest = max(curve.y.max() for curve in figure.panels[1].curves)
    assert figure.panels[1].y_range[1] > highest


@pytest.mark.parametrize(
    ("show_rate", "column", "values"),
    [(False, "spike_count", [0, 3, 5]), (True, "rate_Hz", [0, 20, 100 / 3])],
)
def test_an_fi_figure_has_the_points(show_rate, column, values):
    """Counts, or rates over the step's 150 ms, under the names of the f-I table."""
    figure = figure_of_fi([LAB], show_rate)
    only = series_of(figure)[0]
    assert (only.x_header, only.header) == ("current_uA_per_cm2", column)
    assert only.y == pytest.approx(values)
    assert figure.panels[0].curves[0].marker == "circle"


def test_a_run_that_ended_early_is_a_cross_in_a_gap():
    """A run that ended early, whose count is not the whole step's, is a cross in a gap."""
    broken = replace(POINTS[1], problem="it blew up")
    figure = figure_of_fi([replace(LAB, points=(POINTS[0], broken, POINTS[2]))], False)
    line, crosses = figure.panels[0].curves
    assert np.isnan(line.y).tolist() == [False, True, False]
    assert crosses.marker == "cross"
    assert crosses.y[1] == 3


def test_the_newest_fi_curve_is_painted_last_in_the_accent_colour():
    """The newest curve lies above the earlier ones, in the accent colour."""
    curves = figure_of_fi([replace(LAB, name="old"), LAB], False).panels[0].curves
    assert [curve.name for curve in curves] == ["old", "lab"]
    assert curves[1].color == LIGHT.accent != curves[0].color


def test_a_comparison_names_method_and_dt():
    """In the legend and in the columns; the reference is a broad line."""
    times = np.linspace(0.0, 1.0, 5)
    trial = Trial("euler", 0.1)
    results = [
        TrialResult(Trial("adaptive", 0.01), True, "", 0, None, 0.1, times, times, reference=True),
        TrialResult(trial, True, "", 0, None, 0.1, times, -times),
    ]
    figure = figure_of_comparison(results, "squid", (trial,), (0.0, 1.0), (-1.0, 1.0))
    assert headers(figure) == ["V_mV_adaptive", "V_mV_euler_dt_0.1_ms"]
    reference, euler = figure.panels[0].curves
    assert euler.name == "Forward Euler, dt 0.1 ms"
    assert reference.width > euler.width
