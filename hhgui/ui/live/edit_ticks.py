"""Mark in the live traces when something was edited, and what."""

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from hhgui.ui.widgets.theme import Theme

MOST_TICKS = 100
_GAP, _LINES = 4.0, 4


@dataclass(frozen=True)
class EditTick:
    """An edit: its model time (ms) and a text that says what was edited."""

    time: float
    text: str


class EditTicks(QGraphicsItem):
    """A faint line at each edit over the height of a plot, with its text at the bottom.

    Texts that would overlap stand above each other.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self.setParentItem(view)
        self.setZValue(-0.5)  # above the curves, below the cursor
        self._view = view
        self._ticks: list[EditTick] = []
        self._color, self._font = QColor("gray"), QFont()
        view.sigResized.connect(self._refresh)

    @property
    def ticks(self) -> tuple[EditTick, ...]:
        """Return the edits, oldest first."""
        return tuple(self._ticks)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Set the colour and font of the texts."""
        self._color, self._font = QColor(theme.faint_text), font
        self._refresh()

    def add(self, time: float, text: str) -> None:
        """Mark an edit at ``time`` (ms); if there are too many, the oldest is removed."""
        self._ticks = [*self._ticks, EditTick(time, text)][-MOST_TICKS:]
        self._refresh()

    def rename_last(self, text: str) -> None:
        """Change the text of the newest edit, which has continued."""
        if self._ticks:
            self._ticks[-1] = EditTick(self._ticks[-1].time, text)
            self._refresh()

    def clear(self) -> None:
        """Remove all marks, because another recording begins."""
        self._ticks = []
        self._refresh()

    def show_time(self) -> None:
        """Update the positions after the time axis has moved."""
        self.update()

    def _refresh(self, *_args: object) -> None:
        self.setVisible(bool(self._ticks))  # an empty item would still be painted
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self._view.rect()

    def paint(self, painter: QPainter, *_args: object) -> None:
        room = self._view.rect()
        start, stop = self._view.viewRange()[0]
        scale = room.width() / (stop - start)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        ends = [-1e9] * _LINES  # of the texts in each line, from the bottom
        for tick in self._ticks:
            x = (tick.time - start) * scale
            width = metrics.horizontalAdvance(tick.text)
            if not -width - 2.0 * _GAP <= x <= room.width():
                continue
            painter.setPen(QPen(self._color, 1.0, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x, 0.0, x, room.height()))
            line = next((n for n in range(_LINES) if ends[n] < x), 0)
            ends[line] = x + width + 2.0 * _GAP
            painter.setPen(self._color)
            base = room.height() - metrics.descent() - 1.0 - line * metrics.height()
            painter.drawText(QPointF(x + _GAP, base), tick.text)
