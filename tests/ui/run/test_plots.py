"""The stacked plots of single runs."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from hhgui.model.quantity import PANES
from hhgui.ui.plots.shown_run import ShownRun
from hhgui.ui.run.plots import ExperimentPlots
from hhgui.ui.widgets.theme import DARK, LIGHT
from tests.ui.run.samples import SETUP, sample_run

WAVE = -65.0 + 100.0 * np.sin(np.linspace(0.0, np.pi, 2001)) ** 8


@pytest.fixture
def plots(shown):
    """Visible plots without a run."""
    return shown(ExperimentPlots(), 800, 500)


def show(plots, *runs):
    """Draw runs, the last one as the current one."""
    shown = [ShownRun(run, "orange") for run in runs[:-1]]
    plots.show_runs([*shown, ShownRun(runs[-1])])
    plots.draw_now()


def curves(plots, pane):
    """Data and colour of every curve of a pane, the lowest first."""
    made = plots.panes[pane].curves
    return [(*curve.getData(), curve.opts["pen"].color().name()) for curve in made]


def point_at(plots, time):
    """Move the mouse over a time of the voltage pane."""
    view = plots.voltage.view
    plots.scene().sigMouseMoved.emit(view.mapViewToScene(QPointF(time, 0.0)))
    plots.hover.show_values()


def test_a_run_is_shown_whole(plots):
    """The time axis goes from 0 to the duration, even of a run that ended early."""
    run = sample_run(replace(SETUP, duration=200.0))
    show(plots, replace(run, times=run.times / 4.0))
    assert plots.shown_span == pytest.approx((0.0, 200.0))


def test_another_run_of_the_same_duration_keeps_the_zoom(plots):
    """The zoom stays, so that a spike can be compared while a parameter is edited."""
    show(plots, sample_run())
    plots.show_span(10.0, 20.0)
    show(plots, sample_run())
    assert plots.shown_span == pytest.approx((10.0, 20.0))


def test_the_mouse_can_not_leave_the_run(plots):
    """Zooming out ends at the whole time; a zoom at the edge stays inside."""
    show(plots, sample_run())
    plots._zoom_time(0.1, 0.0)
    assert plots.shown_span == pytest.approx((0.0, 5.0))
    plots._zoom_time(100.0, 4.0)
    assert plots.shown_span == pytest.approx((0.0, 50.0))


def test_a_reset_shows_everything_again(plots):
    """Time and values come back from any zoom."""
    show(plots, sample_run(V=WAVE))
    before = plots.voltage.view.viewRange()
    plots.show_span(10.0, 11.0)
    plots.voltage.view.setYRange(-3.0, 3.0)
    plots.voltage.view.sigRangeChangedManually.emit([True, True])
    plots.reset_ranges()
    np.testing.assert_allclose(plots.voltage.view.viewRange(), before)


def test_a_spike_of_one_row_in_a_long_run_is_drawn(plots):
    """200 000 rows become a few thousand points, and the spike is among them."""
    column = np.full(200_001, -65.0)
    column[123_456] = 41.0
    show(plots, sample_run(rows=200_001, V=column))
    times, values, _ = curves(plots, "voltage")[0]
    assert times.size < 3000
    assert values.max() == 41.0


def test_the_zoomed_curve_has_every_row(plots):
    """A reduced curve has every row again when it is zoomed."""
    column = np.sin(np.arange(200_001.0))
    run = sample_run(rows=200_001, V=column)
    show(plots, run)
    plots.show_span(10.0, 10.05)
    plots.draw_now()
    times, values, _ = curves(plots, "voltage")[0]
    inside = (run.times > 10.0) & (run.times < 10.05)
    assert set(run.times[inside]) <= set(times)
    assert set(column[inside]) <= set(values)


def test_the_current_run_lies_over_the_kept_ones(plots):
    """The kept one in its own colour below, the current one in the voltage's."""
    show(plots, sample_run(V=-70.0), sample_run(V=-60.0))
    (_, low, kept), (_, high, current) = curves(plots, "voltage")
    assert (low[0], high[0]) == (-70.0, -60.0)
    assert (kept, current) == (LIGHT.orange, LIGHT.black)


def test_runs_of_other_membranes_lie_over_each_other(plots, library):
    """Each brings its own gates and currents."""
    leaky = library["lecture6-model1"]
    show(plots, sample_run(replace(SETUP, membrane=leaky, base=leaky)), sample_run())
    assert len(curves(plots, "voltage")) == 2
    assert len(curves(plots, "gates")) == 3
    assert len(curves(plots, "currents")) == 3 + len(leaky.currents)


def test_a_conductance_has_the_colour_of_its_current(plots):
    """Na is vermillion wherever it is shown."""
    plots.set_pane_shown("conductances", True)
    plots.set_pane_shown("driving_forces", True)
    show(plots, sample_run())
    for pane in ("currents", "conductances", "driving_forces"):
        assert next(color for *_, color in curves(plots, pane)) == LIGHT.vermillion


def test_the_theme_changes_every_curve(plots):
    """Another theme recolours the kept runs' curves and the current run's."""
    show(plots, sample_run(), sample_run())
    plots.set_theme(DARK)
    assert [c for *_, c in curves(plots, "voltage")] == [DARK.orange, DARK.black]


@pytest.mark.parametrize("name", PANES)
def test_each_pane_can_be_switched(plots, name):
    """Off it is out of the layout, on it is in; one always stays."""
    show(plots, sample_run())
    for on in (False, True):
        plots.set_pane_shown(name, on)
        plots.draw_now()
        assert (plots.panes[name].item.scene() is not None) == on
        assert (name in plots.shown_panes) == on


def test_only_the_lowest_pane_has_a_time_axis(plots):
    """Whichever panes are shown, only the lowest has a time axis."""
    show(plots, sample_run())
    plots.set_pane_shown("currents", False)
    plots.draw_now()
    axes = {n: plots.panes[n].item.getAxis("bottom").isVisible() for n in plots.shown_panes}
    assert axes == {"voltage": False, "stimulus": False, "gates": True}


def test_panes_share_their_time(plots):
    """Zooming the time of one pane zooms that of all."""
    show(plots, sample_run())
    plots.show_span(12.0, 18.0)
    for name in plots.shown_panes:
        assert plots.panes[name].view.viewRange()[0] == pytest.approx([12.0, 18.0], abs=0.2)


def test_value_axes_hold_every_shown_run(plots):
    """The stimulus axis grows for a kept run that is stronger."""
    show(plots, sample_run(I_stim=300.0), sample_run(I_stim=3.0))
    low, high = plots.panes["stimulus"].view.viewRange()[1]
    assert low < 0.0
    assert high > 300.0


def test_the_mouse_reads_the_current_run(plots):
    """At 20 ms: the row there, of the current run, not of the kept one."""
    column = np.linspace(0.0, 50.0, 2001)
    show(plots, sample_run(V=99.0), sample_run(V=column - 65.0, m=column / 50.0))
    texts = []
    plots.hovered.connect(texts.append)
    point_at(plots, 20.0)
    time, voltage, gate = (float(part) for part in _numbers(texts[-1], "t ", "V ", "m "))
    assert time == pytest.approx(20.0, abs=0.05)
    assert voltage == pytest.approx(time - 65.0, abs=0.006)
    assert gate == pytest.approx(time / 50.0, abs=6e-5)
    assert "−" in plots.voltage.key.toPlainText()


def _numbers(text, *names):
    parts = text.split("   ")
    found = [next(p for p in parts if p.startswith(name)) for name in names]
    return [part.split()[1].replace("−", "-") for part in found]


def test_outside_the_run_nothing_is_read(plots):
    """After the end of a run that ended early there are no values."""
    run = sample_run()
    show(plots, replace(run, times=run.times / 10.0))
    texts = []
    plots.hovered.connect(texts.append)
    point_at(plots, 20.0)
    assert texts == [""]
    assert not plots.voltage.cursor.isVisible()


def test_a_low_pane_shortens_its_label(plots):
    """Six panes of a small window would write their labels into each other."""
    plots.resize(plots.width(), 2 * plots.height() // 3)
    for name in PANES:
        plots.set_pane_shown(name, True)
    show(plots, sample_run())
    assert plots.panes["currents"].item.getAxis("left").labelText == "I (µA/cm²)"
    assert plots.panes["voltage"].item.getAxis("left").labelText == "V (mV)"


def test_a_run_shorter_than_its_step_is_shown_to_its_end(plots):
    """A run has at least one step, however short it was to be."""
    run = sample_run(rows=2)
    short = replace(run, setup=replace(run.setup, duration=1e-9), times=np.array([0.0, 0.025]))
    show(plots, short)
    assert plots.shown_span == pytest.approx((0.0, 0.025))


def test_an_axis_grows_only_where_it_must(plots):
    """A higher run moves the upper end; the lower one, where nothing is, stays."""
    show(plots, sample_run(I_K=10.0))
    low, high = plots.panes["currents"].view.viewRange()[1]
    show(plots, sample_run(I_K=60.0))
    lower, higher = plots.panes["currents"].view.viewRange()[1]
    assert lower == low
    assert higher > 60.0 > high


def test_the_stimulus_axis_fits_what_is_shown(plots):
    """A weak step after a strong one is not flat."""
    show(plots, sample_run(I_stim=150.0))
    show(plots, sample_run(I_stim=10.0))
    assert 10.0 < plots.panes["stimulus"].view.viewRange()[1][1] < 20.0


def test_what_is_never_negative_has_no_negative_axis(plots):
    """Only a small margin of the axis lies below 0."""
    show(plots, sample_run(m=1.0, h=0.25))
    low, high = plots.panes["conductances"].view.viewRange()[1]
    assert -0.05 * high < low < 0.0


def test_another_experiment_begins_with_axes_of_its_own(plots):
    """A run of another setup is shown as a whole after any zoom."""
    show(plots, sample_run(I_stim=600.0))
    plots.show_span(10.0, 20.0)
    plots.begin_afresh()
    show(plots, sample_run(I_stim=6.0))
    assert plots.shown_span == pytest.approx((0.0, 50.0))
    assert 6.0 < plots.panes["stimulus"].view.viewRange()[1][1] < 12.0


def test_an_open_gate_is_not_behind_the_key(plots):
    """The key of the gates has room of its own above 1, where no value is written."""
    show(plots, sample_run(h=1.0))
    pane = plots.panes["gates"]
    one = pane.view.mapViewToScene(QPointF(0.0, 1.0)).y()
    assert one > pane.key.sceneBoundingRect().bottom() - 5.0  # the text's margin
    ticks = pane.item.getAxis("left").tickValues(*pane.view.viewRange()[1], pane.view.height())
    assert max(value for _, values in ticks for value in values) == pytest.approx(1.0)
