"""One of the experiment's stacked plots: the same columns of one or several runs."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QPen

from hhgui.model.quantity import Quantity
from hhgui.ui.plots.items import PlainAxis, Stroke
from hhgui.ui.plots.panes import airy_range
from hhgui.ui.plots.thinning import Array
from hhgui.ui.plots.time_pane import TimePane


class CurveSpec(NamedTuple):
    """A curve to draw: which run (its place in the plots' list), which column, with what pen."""

    run: int
    column: str
    pen: QPen


class ShareAxis(PlainAxis):
    """A gate's axis: its values end at 1, whatever room there is above."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list:  # noqa: N802
        levels = super().tickValues(minVal, maxVal, size)
        return [(step, [v for v in values if v < 1.0 + 1e-9]) for step, values in levels]


class ExperimentPane(TimePane):
    """A pane of single runs; its value axis grows only when it is told to."""

    def __init__(self, name: str) -> None:
        super().__init__(name, **({"left": ShareAxis("left")} if name == "gates" else {}))
        self.item.getAxis("left").setStyle(tickLength=0)
        self.specs: tuple[CurveSpec, ...] = ()

    def set_curves(self, specs: Sequence[CurveSpec], key: Sequence[Quantity]) -> None:
        """Draw these from now on, the last on top; ``key``: the quantities that the key names."""
        self.specs, self.quantities = tuple(specs), key
        self.set_strokes([Stroke(spec.pen, self._spread) for spec in specs])
        self.show_values({})

    def draw(self, points: Sequence[tuple[Array, Array]]) -> None:
        """Times and values of each curve, in the order of ``specs``."""
        for curve, (times, values) in zip(self.curves, points, strict=True):
            curve.setData(times, values)

    def grow_to(self, low: float, high: float) -> None:
        """Make the range hold low..high; an end that does already stays where it is."""
        first, last = self._base
        lower, upper = airy_range(min(low, first), max(high, last))
        self.set_base_range(lower if low < first else first, upper if high > last else last)
