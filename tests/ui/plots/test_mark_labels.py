"""The texts of marked lines in plots of results."""

from itertools import combinations

import numpy as np
import pyqtgraph as pg
import pytest

from hhgui.figures.figure import Figure, FigureCurve, FigureMark, FigurePanel
from hhgui.ui.plots.figure_plots import FigurePlots

CURRENTS = np.linspace(6.23, 15.0, 80)
RATES = 47.0 + 31.0 * np.sqrt((CURRENTS - 6.23) / 8.77)


def box_of(text_item):
    """Where a text is, in pixels of the plots."""
    return text_item.mapRectToScene(text_item.boundingRect())


@pytest.mark.parametrize("second", [6.4, 9.0, 13.4, 14.9])
@pytest.mark.parametrize("size", [(640, 400), (1000, 500)])
def test_texts_of_lines_cover_neither_each_other_nor_the_curve_nor_the_key(
    qtbot, settle, size, second
):
    """However close the lines of a hysteresis are, all can be read, after a resize as well."""
    marks = (
        FigureMark("vertical", ((second, 0.0),), "first spike on the way up 13.4 µA/cm²"),
        FigureMark("vertical", ((6.23, 0.0),), "last spike on the way down 6.23 µA/cm²"),
        FigureMark("horizontal", ((0.0, 60.0),), "usual 60 Hz"),
    )
    curves = tuple(FigureCurve(name, CURRENTS, RATES) for name in ("up", "down"))
    panel = FigurePanel("rate (Hz)", (47.0, 80.0), curves, marks=marks)
    plots = FigurePlots("measure", "What is measured")
    qtbot.addWidget(plots)
    plots.resize(300, 300)
    plots.show()
    plots.show_figures([Figure("", (panel,), "current (µA/cm²)", (6.0, 15.0))])
    settle(plots)
    plots.resize(*size)
    for _ in range(2):
        plots.grab()  # an axis finds its width when it is painted
        settle(plots)
    item = plots.getItem(0, 0)
    view = item.getViewBox()
    boxes = [box_of(each.label) for each in item.items if isinstance(each, pg.InfiniteLine)]
    boxes.append(item.legend.sceneBoundingRect())
    assert len(boxes) == 4
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))
    assert all(view.sceneBoundingRect().adjusted(-1, -1, 1, 1).contains(box) for box in boxes)
    drawn = [view.mapViewToScene(pg.Point(x, y)) for x, y in zip(CURRENTS, RATES, strict=True)]
    assert not any(box.contains(point) for box in boxes for point in drawn)
