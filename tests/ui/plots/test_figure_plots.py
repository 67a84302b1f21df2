"""Plots of results: lines, points and images of a figure in the window."""

import numpy as np
import pyqtgraph as pg
import pytest

from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.ui.plots.figure_line import FigureLine
from hhgui.ui.plots.figure_plots import FigurePlots
from hhgui.ui.widgets.theme import DARK, LIGHT
from tests.ui.mouse import place


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_names_of_the_legend_have_the_text_colour_of_the_theme(qtbot, settle, theme):
    """In either theme the names of the curves are as legible as any other text."""
    x = np.array([0.0, 1.0])
    curves = tuple(FigureCurve(name, x, x) for name in ("fired", "not fired"))
    plots = FigurePlots("measure", "What is measured")
    qtbot.addWidget(plots)
    plots.set_theme(theme)
    plots.show_figures([Figure("", (FigurePanel("y", (0.0, 1.0), curves),), "x", (0.0, 1.0))])
    settle(plots)
    labels = [label for _, label in plots.getItem(0, 0).legend.items]
    assert [label.text for label in labels] == ["fired", "not fired"]
    assert all(theme.text in label.item.toHtml() for label in labels)


@pytest.mark.parametrize("rises", [True, False])
def test_the_legend_is_in_a_corner_without_points(qtbot, settle, rises):
    """A curve that rises to the right has it on the left, one that falls on the right."""
    x = np.linspace(0.0, 1.0, 11)
    curve = FigureCurve("fired", x, x if rises else -x)
    plots = FigurePlots("measure", "What is measured")
    qtbot.addWidget(plots)
    plots.show_figures([Figure("", (FigurePanel("y", (-1.0, 1.0), (curve,)),), "x", (0.0, 1.0))])
    settle(plots)
    legend, view = plots.getItem(0, 0).legend, plots.getItem(0, 0).getViewBox()
    on_left = legend.sceneBoundingRect().center().x() < view.sceneBoundingRect().center().x()
    assert on_left == rises


def test_new_numbers_of_the_same_curves_move_the_curves_that_are_there(qtbot, settle):
    """A knob that turns makes no new items; another name, mark or theme draws all anew."""
    x = np.linspace(0.0, 1.0, 5)

    def shown(scale, name="peak", theme=LIGHT):
        curve = FigureCurve(name, x, scale * x, LIGHT.blue)
        mark = FigureMark("vertical", ((0.1 * scale, 0.0),))
        panel = FigurePanel("y", (0.0, 1.0), (curve,), marks=(mark,))
        plots.set_theme(theme)
        plots.show_figures([Figure("", (panel,), "x", (0.0, 1.0))])
        settle(plots)
        item = plots.getItem(0, 0)
        lines = [each for each in item.items if isinstance(each, pg.InfiniteLine)]
        return item.listDataItems()[0], lines[0]

    plots = FigurePlots("measure", "What is measured")
    qtbot.addWidget(plots)
    curve, line = shown(1.0)
    again, moved = shown(3.0)
    assert (again, moved) == (curve, line)
    np.testing.assert_allclose(curve.getData()[1], 3.0 * x)
    assert line.value() == pytest.approx(0.3)
    assert shown(3.0, name="late")[0] is not curve
    assert shown(3.0, theme=DARK)[0].opts["pen"].color().name() == DARK.blue


def test_a_line_is_broken_where_a_point_is_missing(shown):
    """Left of the gap and right of it there is colour, in it none; a marker is on each point."""
    widget = pg.PlotWidget(background="w")
    pen, brush = pg.mkPen("r", width=3), pg.mkBrush("b")
    y = np.array([1.0, 1.0, np.nan, 1.0, 1.0])
    line = FigureLine(np.arange(5.0), y, pen=pen, symbol="o", size=9.0, brush=brush, name=None)
    widget.addItem(line)
    shown(widget, 400, 300)
    picture = widget.grab().toImage()

    def hue_at(x):
        point = place(widget.getViewBox(), x, 1.0)
        return picture.pixelColor(point * picture.devicePixelRatio()).name()

    assert [hue_at(x) for x in (0.5, 3.5)] == ["#ff0000", "#ff0000"]
    assert [hue_at(x) for x in (1.5, 2.5)] == ["#ffffff", "#ffffff"]
    assert hue_at(3.0) == "#0000ff"
    assert line.dataBounds(0) == (0.0, 4.0)


def test_a_line_over_a_logarithm_leaves_out_what_has_none():
    """Of 0 there is no logarithm: the point is missing, and the bounds are those of the others."""
    line = FigureLine(np.array([0.0, 1.0, 100.0]), np.ones(3), pen=pg.mkPen("r"), symbol=None,
                      size=5.0, brush=pg.mkBrush("r"), name="a")  # fmt: skip
    line.setLogMode(True, False)
    assert line.dataBounds(0) == (0.0, 2.0)
    assert np.isnan(line.getData()[1][0])
