"""Axes that paint what the view shows."""

import pyqtgraph as pg

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
