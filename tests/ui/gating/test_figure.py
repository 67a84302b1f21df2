"""The gating figure: published rates at the places where its curves should be."""

import numpy as np
import pytest

from hhgui.figures.figure import series_of
from hhgui.ui.gating.figure import figure_of_gating
from hhgui.ui.gating.sets import shown_gates
from tests.shipped import LIBRARY, SQUID

PYRAMIDAL = LIBRARY["cortical-pyramidal"]
NAMES = {"main": SQUID.name, "compared": PYRAMIDAL.name, "thermal": "thermal form"}


def at(figure, column, voltage):
    """The value of a column at a voltage."""
    series = next(s for s in series_of(figure) if s.header == column)
    return float(np.interp(voltage, series.x, series.y))


@pytest.mark.parametrize(
    ("column", "value"),
    [("n_inf", 0.3177), ("m_inf", 0.0529), ("h_inf", 0.5961), ("alpha_n_per_ms", 0.0582)],
)
def test_values_at_rest_are_hodgkin_and_huxleys(column, value):
    """At -65 mV the values are those of their equations 12 to 24."""
    figure = figure_of_gating(shown_gates(SQUID, None, False), NAMES)
    assert at(figure, column, -65.0) == pytest.approx(value, abs=1e-4)


def test_the_thermal_form_is_drawn_dashed_beside_the_fit():
    """0.82 exp(0.04 V) and 0.056 exp(-0.0125 V): 0.061 and 0.126 per ms at -65 mV."""
    figure = figure_of_gating(shown_gates(SQUID, None, True), NAMES)
    assert at(figure, "alpha_n_per_ms_thermal_form", -65.0) == pytest.approx(0.0609, abs=1e-4)
    assert at(figure, "beta_n_per_ms_thermal_form", -65.0) == pytest.approx(0.1262, abs=1e-4)
    thermal = next(c for c in figure.panels[0].curves if "thermal" in c.name)
    assert thermal.dash == "dash"


def test_two_sets_stand_in_one_figure_under_both_names():
    """The compared set's curves are thinner, and the title has both."""
    figure = figure_of_gating(shown_gates(SQUID, PYRAMIDAL, False), NAMES)
    assert figure.title == f"{SQUID.name} and {PYRAMIDAL.name}"
    widths = [curve.width for curve in figure.panels[0].curves]
    assert widths[:3] == [1.0] * 3
    assert max(widths[3:]) < 1.0


def test_one_legend_is_enough():
    """The panels below the first have the same curves."""
    figure = figure_of_gating(shown_gates(SQUID, None, False), NAMES)
    assert [curve.name for curve in figure.panels[0].curves] == ["m", "h", "n"]
    assert {curve.name for panel in figure.panels[1:] for curve in panel.curves} == {""}


def test_rates_can_be_on_logarithmic_axes():
    """Only they: a steady state has zero in it."""
    figure = figure_of_gating(shown_gates(SQUID, None, False), NAMES, logarithmic=True)
    assert [panel.logarithmic for panel in figure.panels] == [False, False, True, True]
    assert figure.panels[2].y_range[0] > 0.0


def test_without_gates_there_is_no_figure():
    """A leak has no gating curves."""
    assert figure_of_gating((), NAMES) is None
