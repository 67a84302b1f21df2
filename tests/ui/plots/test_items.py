"""The curves of every plot."""

import warnings

import numpy as np

from hhgui.ui.plots.items import StrokedCurve


def test_a_curve_of_nan_alone_has_no_bounds(qapp, monkeypatch):
    """NumPy is not asked for them, whose warning pyqtgraph silences for all threads at once."""
    curve = StrokedCurve()
    curve.setData(np.arange(3.0), np.full(3, np.nan))
    with monkeypatch.context() as patch:
        # as if another thread had undone it
        patch.setattr(warnings, "simplefilter", lambda *_: None)
        assert curve.dataBounds(0) == (0.0, 2.0)
        assert curve.dataBounds(1) == (None, None)
        assert curve.boundingRect().isEmpty()
