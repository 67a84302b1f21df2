"""The f-I plot: its curves, its ranges and its read-out at the mouse."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu, QToolButton

from hhgui.document.fi_curve import GrowingFiCurve
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.engine.spikes import Oscillations
from hhgui.ui.fi.hover import hover_text
from hhgui.ui.fi.legend import FiLegend
from hhgui.ui.fi.plot import FiPlot
from hhgui.ui.widgets.theme import DARK
from tests.shipped import SQUID
from tests.ui.curves import drawn
from tests.ui.mouse import place

PROTOCOL = FiProtocol(0.0, 10.0, 11)
POINT = FiPoint(5, 5.0, 7, 46.66, 3.218)


def curve(name="squid", protocol=PROTOCOL, spikes_per_current=1, indices=None):
    """A curve whose count grows with the current."""
    made = GrowingFiCurve(name, SQUID, protocol)
    for index in range(protocol.points) if indices is None else indices:
        current = float(made.currents[index])
        count = int(spikes_per_current * current)
        made.put(FiPoint(index, current, count, 2.0 * count, 4.0 if count else None))
    return made


@pytest.fixture
def plot(shown):
    """A visible plot without curves."""
    return shown(FiPlot(), 600, 400)


def draw(qtbot, plot, shown):
    """Make ``shown`` the current curve and wait until it is drawn."""
    plot.show_curve(shown)
    with qtbot.waitSignal(plot.points_drawn):
        plot.note_points()


def scatters_with(plot, symbol):
    """The scatter items of one symbol."""
    items = (i for i in plot.getPlotItem().items if isinstance(i, pg.ScatterPlotItem))
    return [i for i in items if i.opts["symbol"] == symbol]


def read_out(plot):
    """The label beside the hovered point."""
    return plot.findChild(QLabel, "fi.read_out")


def test_hover_text_tells_current_count_rate_and_latency():
    """The read-out has everything about its point."""
    assert hover_text(POINT) == "5 µA/cm²\n7 spikes · 46.7 Hz\nfirst spike after 3.22 ms"


def test_hover_text_without_a_spike_has_no_latency():
    """The text beside a point without a spike gives no latency."""
    silent = replace(POINT, current=-2.5, count=0, rate=0.0, latency=None)
    assert hover_text(silent) == "−2.5 µA/cm²\n0 spikes · 0.0 Hz\nno spike"


def test_hover_text_names_curve_and_problem():
    """Among several curves the read-out says whose point it is, and why its run ended."""
    text = hover_text(replace(POINT, problem="dt is too large"), "squid")
    assert text.startswith("squid\n")
    assert text.endswith("\nrun ended early: dt is too large")


def test_hover_text_tells_what_the_rate_leaves_out():
    """Steady rate, spikes outside the step and oscillation without spikes are all said."""
    point = replace(POINT, outside=2, steady_rate=45.25)
    text = hover_text(point, note="V oscillates below the threshold of 0 mV without spikes")
    assert "\nsteady 45.2 Hz\n" in text
    assert "\n2 outside the step, in no rate\n" in text
    assert text.replace("\n", " ").endswith("threshold of 0 mV without spikes")


def test_rings_mark_oscillation_without_spikes(qtbot, plot):
    """V that oscillates below the threshold has an open circle in place of its dot."""
    shown = curve()
    shown.put(replace(shown.point(3), oscillations=Oscillations(9, -10.0, -60.0)))
    draw(qtbot, plot, shown)
    dots, rings = sorted(scatters_with(plot, "o"), key=lambda item: -len(item.data))[:2]
    assert len(dots.data) == len(shown)
    assert [spot.pos().x() for spot in rings.points()] == [shown.currents[3]]


def test_pointing_at_a_point_reads_it_out(qtbot, plot):
    """The mouse near a point shows its read-out; away from the curve it goes."""
    draw(qtbot, plot, curve())
    qtbot.mouseMove(plot.viewport(), place(plot.getViewBox(), 6.0, 6.0) + QPoint(3, 2))
    qtbot.waitUntil(read_out(plot).isVisible)
    assert read_out(plot).text().startswith("6 µA/cm²\n6 spikes")
    qtbot.mouseMove(plot.viewport(), place(plot.getViewBox(), 8.0, 2.0))
    qtbot.waitUntil(read_out(plot).isHidden)


def test_the_read_out_stays_inside_the_plot(qtbot, plot):
    """At the last point there is no room to the right: the label goes to the left."""
    draw(qtbot, plot, curve())
    qtbot.mouseMove(plot.viewport(), place(plot.getViewBox(), 10.0, 10.0))
    qtbot.waitUntil(read_out(plot).isVisible)
    assert plot.rect().contains(read_out(plot).geometry())


def test_points_are_drawn_at_the_next_tick(qtbot, plot):
    """Points noted between two ticks are drawn once, at the next."""
    shown = curve(indices=(0, 1))
    plot.show_curve(shown)
    with qtbot.waitSignal(plot.points_drawn):
        for _ in range(100):
            plot.note_points()
    with qtbot.assertNotEmitted(plot.points_drawn, wait=100):
        assert np.nansum(drawn(plot)[0][1]) == 1.0


def test_out_of_order_points_leave_gaps(qtbot, plot):
    """A missing point is a gap in the line, not a bridge."""
    draw(qtbot, plot, curve(indices=(7, 2, 1)))
    x, y = drawn(plot)[0]
    assert x.tolist() == PROTOCOL.currents.tolist()
    assert np.flatnonzero(np.isfinite(y)).tolist() == [1, 2, 7]


def test_rate_relabels_and_redraws_every_curve(qtbot, plot):
    """The choice of rates renames the axis to Hz and redraws earlier curves too."""
    draw(qtbot, plot, curve())
    draw(qtbot, plot, curve("second"))
    plot.show_rate(True)
    assert plot.getAxis("left").labelText == "rate (Hz)"
    assert [y[-1] for _, y in drawn(plot)] == [20.0, 20.0]
    plot.show_rate(False)
    assert plot.getAxis("left").labelText == "spikes"


def test_runs_that_ended_early_are_crosses(qtbot, plot):
    """Such a point is a cross, not a dot, and the line does not pass through it."""
    shown = curve()
    shown.put(replace(POINT, problem="too large"))
    draw(qtbot, plot, shown)
    assert [len(i.data) for i in scatters_with(plot, "x")] == [1]
    assert np.isnan(drawn(plot)[0][1][5])


def test_the_x_range_is_the_protocols_from_the_start(qtbot, plot):
    """Filling the curve does not move the x axis."""
    shown = curve(indices=())
    plot.show_curve(shown)
    before = plot.getViewBox().viewRange()[0]
    shown.put(POINT)
    with qtbot.waitSignal(plot.points_drawn):
        plot.note_points()
    assert plot.getViewBox().viewRange()[0] == before == pytest.approx([-0.25, 10.25])


def test_the_y_range_grows_in_steps(qtbot, plot):
    """The top is a round number above the largest count."""
    draw(qtbot, plot, curve(spikes_per_current=3.4))
    assert plot.getViewBox().viewRange()[1] == pytest.approx([-1.6, 41.6])


def test_zooming_out_stops_at_everything(qtbot, plot):
    """However far the user zooms out, the curve stays visible."""
    draw(qtbot, plot, curve())
    view = plot.getViewBox()
    before = view.viewRange()
    view.scaleBy((50.0, 50.0))
    view.translateBy((500.0, 500.0))
    assert np.allclose(view.viewRange(), before)


def test_a_users_zoom_stays(qtbot, plot):
    """After a zoom by mouse the range no longer follows; a double click shows everything."""
    draw(qtbot, plot, curve())
    view = plot.getViewBox()
    view.setRange(xRange=(2.0, 3.0), yRange=(1.0, 4.0), padding=0.0)
    view.sigRangeChangedManually.emit([True, True])
    with qtbot.waitSignal(plot.points_drawn):
        plot.note_points()
    assert view.viewRange()[0] == pytest.approx([2.0, 3.0])
    click = SimpleNamespace(button=lambda: Qt.MouseButton.LeftButton, double=lambda: True)
    plot.scene().sigMouseClicked.emit(click)
    assert view.viewRange()[0] == pytest.approx([-0.25, 10.25])


def test_view_all_shows_wider_earlier_curves(qtbot, plot):
    """A new curve brings its own range; View all the union."""
    draw(qtbot, plot, curve(protocol=FiProtocol(-5.0, 20.0, 26)))
    draw(qtbot, plot, curve("narrow", FiProtocol(4.0, 6.0, 5)))
    assert plot.getViewBox().viewRange()[0] == pytest.approx([3.95, 6.05])
    plot.view_all()
    assert plot.getViewBox().viewRange()[0] == pytest.approx([-5.625, 20.625])


def test_one_current_has_a_range_too(qtbot, plot):
    """A protocol of a single current does not squeeze the axis to nothing."""
    draw(qtbot, plot, curve(protocol=FiProtocol(3.0, 3.0, 1)))
    low, high = plot.getViewBox().viewRange()[0]
    assert low < 2.6
    assert high > 3.4


def test_points_that_no_tick_drew_are_in_the_earlier_curve(qtbot, plot):
    """A curve that is replaced at once is drawn in full."""
    plot.show_curve(curve())
    plot.note_points()
    plot.show_curve(curve("second", indices=()))
    assert drawn(plot)[0][1][-1] == 10.0


def test_the_legend_names_the_curves(qtbot, plot):
    """A single curve needs no legend; with an earlier one both are named."""
    draw(qtbot, plot, curve("first"))
    legend = plot.findChild(FiLegend)
    assert legend.isHidden()
    draw(qtbot, plot, curve("second"))
    assert legend.isVisible()
    named = [label.text() for label in legend.findChildren(QLabel) if label.text()]
    assert named == ["second", "first"]


def test_a_click_in_the_legend_asks_for_removal(qtbot, plot):
    """The cross beside an earlier curve's name hands over that curve."""
    first = curve("first")
    draw(qtbot, plot, first)
    draw(qtbot, plot, curve("second"))
    (button,) = plot.findChildren(QToolButton, "fi.remove_curve")
    plot.removal_clicked.connect(plot.remove_curve)
    with qtbot.waitSignal(plot.removal_clicked) as clicked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert clicked.args == [first]
    assert len(drawn(plot)) == 1


def test_the_menu_can_remove_an_earlier_curve(qtbot, plot):
    """The context menu lists every earlier curve, and only those."""
    first = curve("first")
    draw(qtbot, plot, first)
    draw(qtbot, plot, curve("second"))
    menu = QMenu(plot)
    plot.fill_menu(menu)
    (remove,) = [a for a in menu.actions() if a.text() == "Remove curve"]
    (action,) = remove.menu().actions()
    with qtbot.waitSignal(plot.removal_clicked) as clicked:
        action.trigger()
    assert (action.text(), clicked.args) == ("first", [first])


def test_no_half_spikes_on_the_axis(plot):
    """Counts are whole, so no tick stands between them; rates may have any."""
    axis = plot.getAxis("left")
    assert axis.tickSpacing(0.0, 2.0, 400.0) == [(1.0, 0.0)]
    plot.show_rate(True)
    assert axis.tickSpacing(0.0, 2.0, 400.0)[0][0] < 1.0


def test_the_theme_colours_the_background(qtbot, plot):
    """In the dark theme the background of the plot is dark."""
    draw(qtbot, plot, curve())
    plot.set_theme(DARK)
    assert plot.backgroundBrush().color().name() == DARK.plot_background
