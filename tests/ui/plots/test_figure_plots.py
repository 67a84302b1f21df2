"""Plots of results."""

import numpy as np
import pytest

from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.ui.plots.figure_plots import FigurePlots
from hhgui.ui.widgets.theme import DARK, LIGHT


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
