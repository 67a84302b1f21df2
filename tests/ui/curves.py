"""What plots draw."""

import pyqtgraph as pg


def drawn(plot):
    """The data of every curve in a plot, the oldest first."""
    items = [i for i in plot.getPlotItem().items if isinstance(i, pg.PlotCurveItem)]
    return [item.getData() for item in items]
