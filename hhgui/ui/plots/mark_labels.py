"""Place the labels of marked lines beside the lines, off curves, legend and each other."""

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QSizeF, QTimer, Slot

_PLACES = np.linspace(0.95, 0.05, 37)  # along the line, the usual one first
_MOST_POINTS = 1000
_GAP = 3.0
_COVERS_TEXT = 1_000_000  # worse than any number of points


class MarkLabels(QObject):
    """Keeps the labels of a plot's marked lines in good places whenever the view changes."""

    def __init__(self, item: pg.PlotItem) -> None:
        super().__init__(item)
        self._item = item
        self._labels: list[tuple[pg.InfLineLabel, bool]] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.place)
        view = item.getViewBox()
        view.sigRangeChanged.connect(self.place_soon)
        view.sigResized.connect(self.place_soon)

    def clear(self) -> None:
        """Forget all labels; call it when their lines have been removed."""
        self._labels.clear()

    def add(self, line: pg.InfiniteLine, vertical: bool) -> None:
        """Include the label of a line, if it has one; vertical: whether the line is."""
        if line.label is not None:
            self._labels.append((line.label, vertical))
            self.place_soon()

    @Slot()
    def place_soon(self, *_args: object) -> None:
        """Place the labels in the next pass of the event loop."""
        if self._labels:
            self._timer.start()

    @Slot()
    def place(self) -> None:
        """Place each label where it covers the least."""
        view = self._item.getViewBox()
        rect, points = view.rect(), self._points()
        taken = [self._legend()]
        for label, vertical in self._labels:
            best, least = (0.5, (0.0, 0.5)), 10 * _COVERS_TEXT
            for choice in _choices(vertical):
                cost = _cost(_box(label, vertical, rect, *choice), rect, points, taken)
                if cost < least:
                    best, least = choice, cost
                if cost == 0:
                    break
            label.anchors = [best[1]] * 2
            label.setPosition(best[0])
            taken.append(_box(label, vertical, rect, *best))

    def _legend(self) -> QRectF:
        """Return the rectangle of the legend in pixels of the view, empty if there is none."""
        legend, view = self._item.legend, self._item.getViewBox()
        if legend is None or not legend.items:
            return QRectF()
        return QRectF(view.mapRectFromItem(legend, legend.boundingRect()))

    def _points(self) -> NDArray[np.float64]:
        """Return points along all curves in pixels of the view, shape (points, 2)."""
        view = self._item.getViewBox()
        rect, ((left, right), (low, high)) = view.rect(), view.viewRange()
        found = [np.empty((0, 2))]
        for curve in self._item.listDataItems():
            x, y = curve.getData()
            if x is None or len(x) == 0:
                continue
            at = np.linspace(0.0, len(x) - 1.0, min(max(8 * len(x), 2), _MOST_POINTS))
            number = np.arange(len(x))
            columns = np.interp(at, number, x), np.interp(at, number, y)
            found.append(np.stack([
                (columns[0] - left) / (right - left) * rect.width(),
                (high - columns[1]) / (high - low) * rect.height(),
            ], axis=1))  # fmt: skip
        return np.concatenate(found)


def _choices(vertical: bool) -> Iterator[tuple[float, tuple[float, float]]]:
    """Yield the possible places: the fraction of the line, and the anchor, which gives the side."""
    for place in _PLACES if vertical else _PLACES[::-1]:
        for side in (0.0, 1.0):
            yield float(place), (side, 0.5) if vertical else (float(place), 1.0 - side)


def _box(
    label: pg.InfLineLabel, vertical: bool, rect: QRectF, place: float, anchor: tuple[float, float]
) -> QRectF:
    """Return the rectangle of a label at a place of ``_choices``, in pixels of the view.

    rect: of the view.
    """
    size: QSizeF = label.textItem.boundingRect().size()
    (left, right), (low, high) = label.line.getViewBox().viewRange()
    if vertical:
        x = (label.line.value() - left) / (right - left) * rect.width()
        y = (1.0 - place) * rect.height()
    else:
        x = place * rect.width()
        y = (high - label.line.value()) / (high - low) * rect.height()
    box = QRectF(x - anchor[0] * size.width(), y - anchor[1] * size.height(), size.width(),
                 size.height())  # fmt: skip
    return box.adjusted(_GAP if anchor[0] == 0.0 else 0.0, 0.0, 0.0, 0.0)


def _cost(box: QRectF, rect: QRectF, points: NDArray[np.float64], taken: list[QRectF]) -> int:
    """Return how many points and labels (``taken``) a label in ``box`` would cover.

    It is high if the box is partly outside ``rect``, the view.
    """
    outside = not rect.contains(box)
    x, y = points[:, 0], points[:, 1]
    inside = (x > box.left() - _GAP) & (x < box.right()) & (y > box.top()) & (y < box.bottom())
    covered = sum(box.intersects(other) for other in taken)
    return int(inside.sum()) + _COVERS_TEXT * (covered + 2 * int(outside))
