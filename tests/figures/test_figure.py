"""Figures as data: what they refuse, and the names of their numbers."""

import numpy as np
import pytest

from hhgui.figures.figure import (
    Figure,
    FigureCurve,
    FigureImage,
    FigureMark,
    FigurePanel,
    header,
    series_of,
)

X = np.array([0.0, 1.0, 2.0])


def curve(name="V", **more):
    """A curve that is a straight line."""
    return FigureCurve(name, X, X, **more)


def figure(*curves, y_label="V (mV)", **more):
    """A figure of one panel."""
    panel = FigurePanel(y_label, (0.0, 2.0), curves)
    return Figure("title", (panel,), "time (ms)", (0.0, 2.0), **more)


@pytest.mark.parametrize(
    ("name", "label", "wanted"),
    [
        ("V", "V (mV)", "V_mV"),
        ("I_Na", "I ionic (µA/cm²)", "I_Na_uA_per_cm2"),
        ("m", "gates", "m"),
        ("", "time (ms)", "time_ms"),
        ("g_K", "g (mS/cm²)", "g_K_mS_per_cm2"),
    ],
)
def test_a_column_is_named_by_curve_and_unit(name, label, wanted):
    """Headers are those of the trace tables."""
    assert header(name, label) == wanted


def test_series_hold_every_number():
    """The table has the arrays themselves, not what fits on paper."""
    long = np.linspace(0.0, 2.0, 100_000)
    only = series_of(figure(FigureCurve("V", long, long)))[0]
    assert only.y is long
    assert (only.header, only.x_header) == ("V_mV", "time_ms")


def test_given_columns_come_before_derived_ones():
    """A figure may name its columns itself."""
    only = series_of(figure(curve(column="spike_count"), x_column="current_uA_per_cm2"))[0]
    assert (only.header, only.x_header) == ("spike_count", "current_uA_per_cm2")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FigureCurve("V", X, X[:2]), "equally long"),
        (lambda: curve(dash="wavy"), "dash must be one of"),
        (lambda: curve(marker="star"), "marker must be one of"),
        (lambda: FigurePanel("V", (1.0, 1.0), ()), "from a lower to a higher"),
        (lambda: FigurePanel("V", (0.0, np.inf), ()), "from a lower to a higher"),
        (lambda: FigurePanel("V", (0.0, 1.0), (), weight=0.0), "weight must be above 0"),
        (lambda: FigurePanel("α", (0.0, 1.0), (), logarithmic=True), "begins above 0"),
        (lambda: Figure("", (), "time", (0.0, 1.0)), "needs a panel"),
        (lambda: FigureMark("arrow", ((0.0, 0.0),)), "kind must be one of"),
        (lambda: FigureMark("span", ((0.0, 0.0),)), "can't be drawn at 1 points"),
        (lambda: FigureImage(X[::-1], X, np.zeros((3, 3)), "rate"), "centres must rise"),
        (lambda: FigureImage(X, X, np.zeros((2, 3)), "rate"), "must be"),
    ],
)
def test_what_can_not_be_drawn_is_refused(make, message):
    """The mistake is named where it is made."""
    with pytest.raises(ValueError, match=message):
        make()
