"""Provide one of the tab's plots over time, with the same quantities of one or several runs."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QPen

from hhgui.model.quantity import Quantity
from hhgui.ui.plots.axis import PlainAxis
from hhgui.ui.plots.items import Stroke
from hhgui.ui.plots.panes import airy_range
from hhgui.ui.plots.shown_run import ShownRun, pen_of
from hhgui.ui.plots.thinning import Array
from hhgui.ui.plots.time_pane import TimePane
from hhgui.ui.widgets.theme import Theme


class CurveSpec(NamedTuple):
    """What a curve shows: the index of its run, the key of its quantity, and its pen."""

    run: int
    column: str
    pen: QPen


def curve_specs(runs: Sequence[ShownRun], pane: str, theme: Theme) -> list[CurveSpec]:
    """Return all curves of a pane in the order in which they are drawn, the last run on top."""
    return [
        CurveSpec(index, quantity.key, pen_of(shown, quantity, theme))
        for index, shown in enumerate(runs)
        for quantity in shown.quantities[pane]
    ]


class FractionAxis(PlainAxis):
    """The axis of gates, whose labels end at 1 even if the view goes beyond."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list:  # noqa: N802
        levels = super().tickValues(minVal, maxVal, size)
        return [(step, [v for v in values if v < 1.0 + 1e-9]) for step, values in levels]


class ExperimentPane(TimePane):
    """A plot over time of single runs; its value axis does not change by itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name, **({"left": FractionAxis("left")} if name == "gates" else {}))
        self.item.getAxis("left").setStyle(tickLength=0)
        self.specs: tuple[CurveSpec, ...] = ()

    def set_curves(self, specs: Sequence[CurveSpec], key: Sequence[Quantity]) -> None:
        """Set which curves the pane has and how they look, not yet their data (see ``draw``).

        specs: the curves in the order of drawing, so that the last is on top. key: the quantities
        that the legend lists, in its order.
        """
        self.specs, self.quantities = tuple(specs), key
        self.set_strokes([Stroke(spec.pen, self._spread) for spec in specs])
        self.show_values({})

    def draw(self, points: Sequence[tuple[Array, Array]]) -> None:
        """Draw the times (ms) and values of each curve, in the order of ``specs``."""
        for curve, (times, values) in zip(self.curves, points, strict=True):
            curve.setData(times, values)

    def grow_to(self, low: float, high: float) -> None:
        """Extend the base range of the value axis to include ``low`` to ``high``.

        An end that is far enough already stays where it is, so the range never shrinks.
        """
        first, last = self._base
        lower, upper = airy_range(min(low, first), max(high, last))
        self.set_base_range(lower if low < first else first, upper if high > last else last)
