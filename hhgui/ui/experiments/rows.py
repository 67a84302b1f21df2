"""Paint the rows of the list of experiments: a small drawing, the title and a line about it."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hhgui.experiments.catalogue import EXPERIMENTS

ID = Qt.ItemDataRole.UserRole
# The size of a sketch in its own units, and how many pixels one of them is at a 13 px font.
_ACROSS, _UP, _PIXELS = 24.0, 16.0, 1.15
_SMALL, _GAP = 0.85, 6
_Index = QModelIndex | QPersistentModelIndex


class ExperimentRows(QStyledItemDelegate):
    """Paints the row of an experiment; headings of groups are painted as usual."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        size = super().sizeHint(option, index)
        if index.data(ID):
            lines = option.fontMetrics.height() + QFontMetrics(_small(option.font)).height()
            size.setHeight(lines + _GAP)
            size.setWidth(0)  # the text is shortened to the room that there is
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        experiment_id = index.data(ID)
        if not experiment_id:
            super().paint(painter, option, index)
            return
        kind, style = EXPERIMENTS[experiment_id], QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        colors = option.palette
        text = colors.color(
            QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        )
        faint = text if chosen else colors.color(QPalette.ColorRole.PlaceholderText)
        line = text if chosen else colors.color(QPalette.ColorRole.Accent)
        unit = _PIXELS * option.fontMetrics.height() / 16.0
        box = QRectF(option.rect).adjusted(2.0, 0.5 * _GAP, -4.0, -0.5 * _GAP)
        painter.save()
        _draw_sketch(painter, kind.sketch, box, unit, line, faint)
        box.setLeft(box.left() + _ACROSS * unit + _GAP)
        _draw_line(painter, box, kind.title, option.font, text)
        box.setTop(box.top() + option.fontMetrics.height())
        _draw_line(painter, box, kind.summary, _small(option.font), faint)
        painter.restore()


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(_SMALL * font.pointSizeF())
    return small


def _draw_line(painter: QPainter, box: QRectF, text: str, font: QFont, color: QColor) -> None:
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)


def _draw_sketch(
    painter: QPainter, sketch: str, box: QRectF, unit: float, first: QColor, others: QColor
) -> None:
    """Draw the lines of ``Experiment.sketch`` into a box, the first line above the others."""
    low = box.center().y() + 0.5 * _UP * unit
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines = [part.split() for part in sketch.split(";") if part.strip()]
    for number, points in reversed(list(enumerate(lines))):
        places = (map(float, point.split(",")) for point in points)
        polygon = QPolygonF([QPointF(box.left() + x * unit, low - y * unit) for x, y in places])
        color = QColor(others if number else first)
        color.setAlphaF(0.7 if number else 1.0)
        painter.setPen(QPen(color, 1.0 if number else 1.5))
        painter.drawPolyline(polygon)
