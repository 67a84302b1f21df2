"""Draw the past sweeps of a live plot, which stand still while the newest one is drawn."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

from hhgui.ui.live.kept_lines import DrawnSweep, draw_sweeps
from hhgui.ui.plots.items import Stroke

Past = tuple[NDArray[np.float64], NDArray[np.float32]]


class PastLines(QGraphicsItem):
    """Draws sweeps aligned at the trigger of the present one, as one picture that is kept.

    Qt would ask an item per sweep for its place a dozen times in every frame.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setZValue(-2)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._view = view
        self._sweeps: list[DrawnSweep] = []
        self._onset = 0.0
        self._drawn_for: tuple[float, ...] = ()
        self._moved = False
        self.hide()
        view.sigRangeChanged.connect(self._redraw)
        view.sigResized.connect(self._redraw)

    def set_sweeps(self, past: Sequence[Past], strokes: Sequence[Sequence[Stroke]]) -> None:
        """Draw these sweeps, the newest first: times (n,) since the trigger, values (curves, n).

        strokes: for each sweep those of its curves.
        """
        pairs = zip(past, strokes, strict=False)
        self._sweeps = [DrawnSweep(own, *sweep) for sweep, own in pairs][::-1]
        self.setVisible(bool(self._sweeps))
        self._redraw()

    def show_at(self, onset: float) -> None:
        """Align the sweeps with one that was triggered at ``onset`` (ms)."""
        if self._sweeps and (self._moved or onset != self._onset):
            self._onset, self._moved = onset, False
            if self._place != self._drawn_for:
                self._redraw()
        self._onset = onset

    def follow_view(self) -> None:
        """Note that the time of the view was moved without a signal; ``show_at`` is called next."""
        self._moved = True

    @property
    def _place(self) -> tuple[float, ...]:
        """Return what the picture depends on besides the sweeps: axes and place of the trigger."""
        (start, stop), (low, high) = self._view.viewRange()
        return round(start - self._onset, 6), round(stop - self._onset, 6), low, high

    def _redraw(self, *_args: object) -> None:
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, *_args: object) -> None:
        self._drawn_for = start, stop, low, high = self._place
        scale, height = self._view.width() / (stop - start), self._view.height()
        draw_sweeps(painter, self._sweeps, start, scale, (low, high, height), self._view.rect())
