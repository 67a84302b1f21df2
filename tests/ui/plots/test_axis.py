"""Axes that paint what the view shows."""

from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF

from hhgui.ui.plots.axis import Axis


def test_another_scale_is_painted_though_the_label_stays(qtbot):
    """Currents shown in pA have other tick labels, also on an axis too short for its unit."""
    axis = Axis("left")
    axis.setLabel("I ion")
    plot = pg.PlotWidget(axisItems={"left": axis})
    qtbot.addWidget(plot)
    plot.setYRange(-1000.0, 1000.0)
    written = []
    strings = axis.tickStrings
    axis.tickStrings = lambda *args: written.extend(found := strings(*args)) or found
    plot.show()
    qtbot.waitUntil(lambda: "1000" in written)
    qtbot.wait(100)  # until nothing else has to be painted
    axis.setScale(10.0)
    qtbot.waitUntil(lambda: "10000" in written)


def test_labels_never_lie_over_each_other(qtbot):
    """On an axis too short for all of its first labels every second or fifth is written."""
    axis = Axis("left")
    plot = pg.PlotWidget(axisItems={"left": axis})
    qtbot.addWidget(plot)
    plot.setYRange(-1000.0, 1000.0, padding=0)
    plot.resize(300, 66)
    plot.show()
    qtbot.waitExposed(plot)
    image = plot.grab().toImage()
    left = int(axis.width()) - 10
    dark = [any(image.pixelColor(x, y).lightness() > 120 for x in range(left))
            for y in range(image.height())]  # fmt: skip
    runs = [y for y in range(1, len(dark)) if dark[y] and not dark[y - 1]]
    digits = QFontMetricsF(plot.font()).tightBoundingRect("0").height()
    assert len(runs) >= 2
    assert min(b - a for a, b in pairwise(runs)) > digits
