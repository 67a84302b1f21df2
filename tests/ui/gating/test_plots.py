"""The gating plots: curves, styles, axes and the read-out at the mouse."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from hhgui.analysis.gating import QUANTITIES
from hhgui.model.edit import with_value
from hhgui.ui.gating.hover import card_text
from hhgui.ui.gating.plots import GatingPlots
from hhgui.ui.gating.sets import COMPARED, MAIN, THERMAL, shown_gates, stroke_of
from hhgui.ui.widgets.theme import DARK, LIGHT, curve_style
from tests.shipped import LIBRARY, SQUID
from tests.ui import mouse

PYRAMIDAL = LIBRARY["cortical-pyramidal"]
NAMES = {MAIN: "squid", COMPARED: "pyramidal", THERMAL: "thermal form"}
MODEL_1 = LIBRARY["lecture6-model1"]


@pytest.fixture
def plots(shown):
    """Shown plots, linear, still without curves."""
    return shown(GatingPlots(), 700, 500)


def draw(qtbot, plots, membrane, compared=None, thermal=False, refit=True):
    """Show the gates of these sets and wait until they are drawn."""
    with qtbot.waitSignal(plots.curves_drawn):
        plots.show_gates(shown_gates(membrane, compared, thermal), NAMES, refit)


def data(plots, quantity, place=0):
    """Voltages and heights that a curve draws."""
    return plots.panes[quantity].curves[place].getData()


def in_sight(plots, quantity):
    """The visible ranges of a plot: voltages and values."""
    return plots.panes[quantity].view.viewRange()


def at(plots, quantity, voltage, height):
    """The position in the widget at which a plot shows a point."""
    return mouse.place(plots.panes[quantity].view, voltage, height)


def wheel(plots, point, notches):
    """Turn the wheel over a place in the widget."""
    place = QPointF(point)
    event = QWheelEvent(
        place, plots.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plots.viewport(), event)


@pytest.mark.parametrize("system", ["squid-dayan-abbott", "cortical-pyramidal", "lecture6-model6"])
def test_drawn_curves_meet_the_independent_programs(qtbot, plots, seed_systems, system):
    """x∞ and τ as drawn equal seed_systems.json's gating curves to 1e-9."""
    reference = seed_systems["gating_curves"][system]
    membrane = LIBRARY[system]
    draw(qtbot, plots, membrane)
    for place, gate in enumerate(membrane.gates):
        for quantity, column in (("steady_state", "inf"), ("time_constant", "tau")):
            voltage, height = data(plots, quantity, place)
            rows = np.searchsorted(voltage, reference["V_mV"])
            np.testing.assert_array_equal(voltage[rows], reference["V_mV"])
            np.testing.assert_allclose(height[rows], reference[f"{gate.name}_{column}"], rtol=1e-9)


def test_a_logarithmic_axis_draws_powers_of_ten(qtbot, plots):
    """β_m = 4 exp(−(V + 65)/18) is a straight line of slope −1/18 per mV (e-fold)."""
    plots.set_logarithmic(True)
    draw(qtbot, plots, SQUID)
    voltage, height = data(plots, "beta")
    np.testing.assert_allclose(height * np.log(10.0), np.log(4.0) - (voltage + 65.0) / 18.0,
                               atol=1e-12)  # fmt: skip


def test_a_logarithmic_axis_leaves_out_what_has_no_logarithm(qtbot, plots):
    """A rate of 0 is a gap, not a crash, and the axis still has decades."""
    plots.set_logarithmic(True)
    shut = with_value(SQUID, "m.alpha.rate", 0.0)
    draw(qtbot, plots, replace(shut, currents=(replace(shut.currents[0],
         gates=shut.currents[0].gates[:1]), *shut.currents[2:])))  # fmt: skip
    assert np.isnan(data(plots, "alpha")[1]).all()
    assert in_sight(plots, "alpha")[1] == [-3.0, 1.0]


def test_a_gate_has_its_style_of_the_live_plots():
    """Same colour and dash; the compared set is finely dashed and thin."""
    main, other = shown_gates(SQUID, PYRAMIDAL, False)[2::3]
    style = curve_style(DARK, "n", 2)
    mine, thin = stroke_of(main, DARK), stroke_of(other, DARK)
    assert (mine.pen.color(), mine.pen.style()) == (style.color, style.line)
    assert (thin.pen.color(), thin.pen.style()) == (style.color, Qt.PenStyle.CustomDashLine)
    assert mine.spread > thin.spread == 0.0


def test_the_thermal_rates_are_dashed_and_stand_last():
    """The rates of the thermal form stand beside gate n, at the membrane's temperature."""
    warm = replace(SQUID, temperature=16.3)
    *_, thermal = shown_gates(warm, PYRAMIDAL, True)
    assert (thermal.role, thermal.gate.name) == (THERMAL, "n")
    assert thermal.rate_factor == pytest.approx(3.0, rel=1e-12)
    assert stroke_of(thermal, LIGHT).pen.style() == Qt.PenStyle.DashLine


def test_every_set_is_drawn_in_every_plot(qtbot, plots):
    """Three gates of the squid, three of the pyramidal cell and a thermal one are drawn."""
    draw(qtbot, plots, SQUID, PYRAMIDAL, thermal=True)
    assert [len(plots.panes[q].curves) for q in QUANTITIES] == [7, 7, 7, 7]
    draw(qtbot, plots, SQUID)
    assert [len(plots.panes[q].curves) for q in QUANTITIES] == [3, 3, 3, 3]


def test_thin_curves_lie_over_thick_ones(qtbot, plots):
    """The thermal β_n, which all but equals the fitted one, is seen on it."""
    draw(qtbot, plots, SQUID, PYRAMIDAL, thermal=True)
    heights = [curve.zValue() for curve in plots.panes["beta"].curves]
    assert heights == sorted(set(heights))


def test_the_axes_have_units(plots):
    """The axes have volts below, milliseconds and their inverse at the sides."""
    sides = [plots.panes[q].item.getAxis("left").labelText for q in QUANTITIES]
    assert sides == [
        "steady state x∞", "time constant τ (ms)", "opening rate α (1/ms)", "closing rate β (1/ms)",
    ]  # fmt: skip
    assert plots.panes["alpha"].item.getAxis("bottom").labelText == "V (mV)"


def test_all_plots_show_the_same_voltages(qtbot, plots):
    """−120…60 mV at first; zooming one zooms all."""
    draw(qtbot, plots, SQUID)
    assert [in_sight(plots, q)[0] for q in QUANTITIES] == [[-120.0, 60.0]] * 4
    plots.panes["beta"].view.setXRange(-80.0, -40.0, padding=0)
    assert [in_sight(plots, q)[0] for q in QUANTITIES] == [[-80.0, -40.0]] * 4


def test_the_value_axes_hold_every_curve(qtbot, plots):
    """No curve leaves its value axis from −120 to 60 mV."""
    draw(qtbot, plots, SQUID, PYRAMIDAL, thermal=True)
    for quantity in QUANTITIES:
        low, high = in_sight(plots, quantity)[1]
        for curve in plots.panes[quantity].curves:
            voltage, height = curve.getData()
            shown = height[(voltage >= -120.0) & (voltage <= 60.0)]
            assert low <= shown.min()
            assert shown.max() <= high


def test_an_edit_grows_an_axis_and_shrinks_none(qtbot, plots):
    """Turning a knob to and fro must not make the picture breathe."""
    draw(qtbot, plots, SQUID)
    before = in_sight(plots, "alpha")[1][1]
    draw(qtbot, plots, with_value(SQUID, "m.alpha.rate", 3.0), refit=False)
    grown = in_sight(plots, "alpha")[1][1]
    draw(qtbot, plots, SQUID, refit=False)
    assert in_sight(plots, "alpha")[1][1] == grown > before


def test_the_wheel_zooms_the_voltage_within_limits(qtbot, plots):
    """In to 10 mV, out to −150…150 mV, the values staying as they are."""
    draw(qtbot, plots, SQUID)
    values = in_sight(plots, "time_constant")[1]
    point = at(plots, "time_constant", -60.0, 4.0)
    for _ in range(30):
        wheel(plots, point, 4)
    low, high = in_sight(plots, "time_constant")[0]
    assert high - low == pytest.approx(10.0)
    assert low < -60.0 < high
    for _ in range(60):
        wheel(plots, point, -4)
    assert in_sight(plots, "time_constant")[0] == pytest.approx([-150.0, 150.0])
    assert in_sight(plots, "time_constant")[1] == values


def test_a_double_click_brings_the_fixed_axes_back(qtbot, plots):
    """A double click on a zoomed plot restores its fixed axes."""
    draw(qtbot, plots, SQUID)
    before = in_sight(plots, "alpha")
    wheel(plots, at(plots, "alpha", -60.0, 4.0), 4)
    assert in_sight(plots, "alpha") != before
    event = SimpleNamespace(accept=lambda: None)
    with qtbot.waitSignal(plots.curves_drawn):
        plots.panes["alpha"].view.mouseDoubleClickEvent(event)
    assert in_sight(plots, "alpha") == before


def test_hidden_plots_draw_nothing_until_they_are_seen(qtbot, settle):
    """A hundred edits a second cost nothing while another tab is open."""
    plots = GatingPlots()
    qtbot.addWidget(plots)
    plots.show_gates(shown_gates(SQUID, None, False), NAMES, True)
    plots.set_live_voltage(-50.0)
    settle(plots)
    assert plots.panes["alpha"].curves == []
    plots.show()
    assert len(plots.panes["alpha"].curves) == 3


def test_many_edits_are_drawn_once(qtbot, plots, settle):
    """Edits within one display tick make one drawing, of the last one."""
    draw(qtbot, plots, SQUID)
    drawn = []
    plots.curves_drawn.connect(lambda: drawn.append(True))
    for step in range(50):
        edited = with_value(SQUID, "m.beta.rate", 4.0 + step / 49.0)
        plots.show_gates(shown_gates(edited, None, False), NAMES, False)
    settle(plots)
    assert len(drawn) == 1
    voltage, height = data(plots, "beta")
    assert height[voltage == -65.0] == pytest.approx(5.0)


def marks(plots, quantity):
    """Voltage of a plot's live marker and the heights of its dots."""
    marker = plots.panes[quantity].marker
    return marker.voltage, [dot.height for dot in marker.dots]


def test_the_live_voltage_is_marked_on_every_curve(qtbot, plots):
    """At −65 mV: m 0.0529, h 0.5961, n 0.3177 (HH 1952's resting gates)."""
    draw(qtbot, plots, SQUID)
    plots.set_live_voltage(-65.0)
    voltage, heights = marks(plots, "steady_state")
    assert voltage == -65.0
    assert heights == pytest.approx([0.0529, 0.5961, 0.3177], abs=5e-5)
    assert marks(plots, "beta")[1] == pytest.approx([4.0, 1.0 / (1.0 + np.exp(3.0)), 0.125])


def test_without_a_live_voltage_there_is_no_marker(qtbot, plots):
    """A live voltage of NaN removes the marker."""
    draw(qtbot, plots, SQUID)
    plots.set_live_voltage(-65.0)
    plots.set_live_voltage(float("nan"))
    assert marks(plots, "alpha") == (None, [])


def test_the_marker_survives_an_edit(qtbot, plots):
    """The dots of the marker move to the new curves at once."""
    draw(qtbot, plots, SQUID)
    plots.set_live_voltage(-65.0)
    draw(qtbot, plots, with_value(SQUID, "m.beta.rate", 8.0), refit=False)
    assert marks(plots, "beta")[1][0] == pytest.approx(8.0)


def test_the_read_out_tells_both_rates_near_rest():
    """Thermal 0.061 against 0.058 per ms at −65 mV, each with its set."""
    shown = shown_gates(SQUID, None, True)
    text = card_text("alpha", -65.0, shown, NAMES, LIGHT)
    assert "V = −65.0 mV" in text
    assert "0.05820 /ms&nbsp;</td><td>squid" in text
    assert "0.06090 /ms&nbsp;</td><td>thermal form" in text


def test_a_single_set_is_not_named_in_the_read_out():
    """The read-out names no set where only one is shown."""
    text = card_text("time_constant", -65.0, shown_gates(SQUID, None, False), NAMES, LIGHT)
    assert "squid" not in text
    assert "τ<sub>h</sub>" in text


def test_the_mouse_reads_the_plot_under_it(qtbot, plots):
    """A card beside it, a line at its voltage in every plot; both go when it leaves."""
    draw(qtbot, plots, SQUID)
    QTest.mouseMove(plots.viewport(), at(plots, "time_constant", -40.0, 5.0))
    card = plots.findChild(QLabel, "gating.read_out")
    qtbot.waitUntil(card.isVisible)
    assert "τ<sub>m</sub>" in card.text()
    assert [plots.panes[q].cursor.isVisible() for q in QUANTITIES] == [True] * 4
    assert plots.rect().contains(card.geometry())
    plots.hover.hide()
    assert not card.isVisible()


def test_a_membrane_without_gates_has_empty_plots(qtbot, plots):
    """Model 1 is drawn as nothing, on usable axes."""
    plots.set_logarithmic(True)
    draw(qtbot, plots, MODEL_1)
    assert [plots.panes[q].curves for q in QUANTITIES] == [[]] * 4
    assert in_sight(plots, "beta") == [[-120.0, 60.0], [-3.0, 1.0]]
