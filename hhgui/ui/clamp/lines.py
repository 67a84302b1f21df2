"""Draw all sweeps of a plot as one item that costs little more than its pixels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem

Array = NDArray[np.float64]
_FAR = 10_000.0  # pixels beyond which a curve is cut off; painters take no numbers without end
_THICK = (-0.6, 0.6)  # px; repeated thin lines are far faster than a thick pen


class SweepGroup(NamedTuple):
    """Sweeps that are drawn together.

    time: (sweeps, times), ms. values: same shape. colors: one per sweep. dashed: whether their
    lines are.
    """

    time: Array
    values: Array
    colors: Sequence[QColor]
    dashed: bool = False


class SweepLines(QGraphicsItem):
    """Draws groups of sweeps in the pixels of a view; the last group is on top."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setZValue(1)  # above the opaque windows, which are among the children of the view
        self.thick = False
        self._view = view
        self._groups: tuple[SweepGroup, ...] = ()
        view.sigRangeChanged.connect(self._on_range)
        view.sigResized.connect(self._on_range)

    @property
    def groups(self) -> tuple[SweepGroup, ...]:
        """Return what is drawn."""
        return self._groups

    def show_groups(self, groups: Sequence[SweepGroup]) -> None:
        """Draw these groups."""
        self._groups = tuple(groups)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, *_args: object) -> None:
        (start, stop), (low, high) = self._view.viewRange()
        across, down = self._view.width() / (stop - start), self._view.height() / (high - low)
        antialias = bool(pg.getConfigOption("antialias"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialias)
        for group in self._groups:
            x = np.clip((group.time - start) * across, -_FAR, _FAR)
            y = np.clip((high - group.values) * down, -_FAR, _FAR)
            for color, left, height in zip(group.colors, x, y, strict=True):
                line = pg.functions.arrayToQPolygonF(left, height)
                painter.setPen(pg.mkPen(color, width=1))
                painter.drawPolyline(line)
                for shift in _THICK if self.thick else ():
                    painter.translate(shift, shift)
                    painter.drawPolyline(line)
                    painter.translate(-shift, -shift)

    def _on_range(self, *_args: object) -> None:
        self.update()
