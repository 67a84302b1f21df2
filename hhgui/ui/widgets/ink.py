"""Let the user draw and write over a widget, as on a transparent sheet."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.theme import current_theme

PEN, TEXT, ZOOM = "pen", "text", "zoom"
_WIDTH = 0.25  # of the pen, in heights of the type
_NOTE_TYPE = 1.3  # the type of notes, relative to the window's
_LEAST_BOX = 6.0  # px; a smaller rectangle is a click
_CLICK = 4.0  # px that a click may move
_PAD = 4.0


@dataclass
class Stroke:
    """A drawn line; its points are fractions (0 to 1) of width and height of the sheet."""

    points: list[QPointF]


@dataclass
class Note:
    """A written text; ``place`` is its upper left corner, in fractions of width and height."""

    text: str
    place: QPointF


class Ink(QWidget):
    """A transparent sheet over a widget, with strokes and notes that keep their places on it.

    While a tool is chosen the mouse draws, writes or selects a rectangle; otherwise it goes through
    to the widget. Without a tool and without marks the sheet is hidden and costs nothing.
    ``box_chosen(QRectF)``: Emitted with the rectangle (px) that the user has selected with the zoom
    tool.
    """

    box_chosen = Signal(QRectF)

    def __init__(self, under: QWidget) -> None:
        super().__init__(under)
        self.setObjectName("ink")
        self._under = under
        self.marks: list[Stroke | Note] = []
        self.tool = ""
        self._picture = QPixmap()
        self._start: QPointF | None = None  # of a drag
        self._box = QRectF()
        self._held: Note | None = None  # the note that is dragged or edited
        self._edit: NoteEdit | None = None
        under.installEventFilter(self)
        self.setGeometry(under.rect())
        self.set_tool("")

    def set_tool(self, tool: str) -> None:
        """Choose the tool, one of PEN, TEXT and ZOOM, or "" for none."""
        self._finish_note()
        self.tool, self._start, self._box = tool, None, QRectF()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not tool)
        shape = {PEN: Qt.CursorShape.CrossCursor, TEXT: Qt.CursorShape.IBeamCursor}
        self.setCursor(shape.get(tool, Qt.CursorShape.CrossCursor))
        self._show_or_hide()

    def set_marks(self, marks: list[Stroke | Note]) -> None:
        """Replace all strokes and notes."""
        self._drop_note()
        self.marks = list(marks)
        self._redraw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self.setGeometry(self._under.rect())
            self._redraw()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._finish_note()
        if event.button() == Qt.MouseButton.RightButton and self.marks:
            self.set_marks(self.marks[:-1])
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._start = event.position()
        if self.tool == PEN:
            self.marks.append(Stroke([self._fraction(self._start)]))
        elif self.tool == TEXT:
            self._held = self._note_at(self._start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is None:
            return
        at = event.position()
        if self.tool == PEN:
            self._draw_on(at)
        elif self.tool == ZOOM:
            self._box = QRectF(self._start, at).normalized()
            self.update()
        elif self._held is not None:
            moved = self._held.place + self._fraction(at) - self._fraction(self._start)
            if (at - self._start).manhattanLength() > _CLICK or self._box:
                self._box, self._start = QRectF(0.0, 0.0, 1.0, 1.0), at  # it is a drag from now on
                self._held.place = moved
                self._redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._start is None:
            return
        start, box, held = self._start, self._box, self._held
        self._start, self._box, self._held = None, QRectF(), None
        if self.tool == TEXT and not box:
            self._begin_note(held or Note("", self._fraction(start)))
        elif self.tool == ZOOM:
            self.update()
            if min(box.width(), box.height()) >= _LEAST_BOX:
                self.box_chosen.emit(box)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._picture.isNull():
            part = event.rect()
            ratio = self._picture.devicePixelRatio()
            source = QRectF(QPointF(part.topLeft()) * ratio, QSizeF(part.size()) * ratio)
            painter.drawPixmap(QRectF(part), self._picture, source)
        if self.tool == ZOOM and not self._box.isEmpty():
            color = QColor(current_theme().accent)
            painter.setPen(QPen(color, 1.0, Qt.PenStyle.DashLine))
            color.setAlpha(40)
            painter.setBrush(color)
            painter.drawRect(self._box)
        painter.end()

    def _fraction(self, at: QPointF) -> QPointF:
        """Return a position (px) as fractions of width and height."""
        return QPointF(at.x() / max(self.width(), 1), at.y() / max(self.height(), 1))

    def _pixel(self, fraction: QPointF) -> QPointF:
        """Return the position (px) of fractions of width and height."""
        return QPointF(fraction.x() * self.width(), fraction.y() * self.height())

    def _pen(self) -> QPen:
        width = _WIDTH * QFontMetricsF(self.font()).height()
        return QPen(QColor(current_theme().vermillion), width, Qt.PenStyle.SolidLine,
                    Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)  # fmt: skip

    def _note_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * _NOTE_TYPE)
        font.setBold(True)
        return font

    def _rect_of(self, note: Note) -> QRectF:
        """Return the rectangle (px) that a note covers."""
        metrics = QFontMetricsF(self._note_font())
        size = QSizeF(metrics.horizontalAdvance(note.text), metrics.height())
        return QRectF(self._pixel(note.place), size)

    def _note_at(self, at: QPointF) -> Note | None:
        """Return the note at a position (px), or None."""
        notes = [mark for mark in self.marks if isinstance(mark, Note)]
        around = (-_PAD, -_PAD, _PAD, _PAD)
        return next(
            (n for n in notes[::-1] if self._rect_of(n).adjusted(*around).contains(at)), None
        )

    def _draw_on(self, at: QPointF) -> None:
        """Extend the newest stroke to this position (px), and repaint only that part."""
        stroke = self.marks[-1]
        assert isinstance(stroke, Stroke)
        before = self._pixel(stroke.points[-1])
        stroke.points.append(self._fraction(at))
        if self._picture.isNull():
            self._redraw()
            return
        painter, pen = QPainter(self._picture), self._pen()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawLine(before, at)
        painter.end()
        room = pen.widthF() + 1.0
        drawn = QRectF(before, at).normalized().adjusted(-room, -room, room, room)
        self.update(drawn.toAlignedRect())

    def _redraw(self) -> None:
        """Draw all marks into a picture, which is quick to paint when a plot below it runs."""
        self._show_or_hide()
        if not self.marks:
            self._picture = QPixmap()
            self.update()
            return
        ratio = self.devicePixelRatioF()
        self._picture = QPixmap((QSizeF(self.size()) * ratio).toSize())
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        painter, pen = QPainter(self._picture), self._pen()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setFont(self._note_font())
        for mark in self.marks:
            if isinstance(mark, Note):
                if self._edit is None or mark is not self._edit.note:
                    self._write(painter, mark)
                continue
            path = QPainterPath(self._pixel(mark.points[0]))
            for point in mark.points[1:]:
                path.lineTo(self._pixel(point))
            painter.drawPath(path)
        painter.end()
        self.update()

    def _write(self, painter: QPainter, note: Note) -> None:
        """Draw a note on a background that hides the curves below it."""
        rect = self._rect_of(note)
        ground = QColor(current_theme().plot_background)
        ground.setAlpha(225)
        painter.fillRect(rect.adjusted(-_PAD, 0.0, _PAD, 0.0), ground)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip, note.text)

    def _show_or_hide(self) -> None:
        shown = bool(self.tool or self.marks)
        self.setVisible(shown)
        if shown:
            self.raise_()

    def _begin_note(self, note: Note) -> None:
        """Show a field for editing the text of a note."""
        self._edit = NoteEdit(self, note, self._note_font())
        self._edit.move(self._pixel(note.place).toPoint())
        self._edit.editingFinished.connect(self._finish_note)
        self._edit.abandoned.connect(self._drop_note)
        self._edit.show()
        self._edit.setFocus()
        self._redraw()

    def _finish_note(self) -> None:
        """Take the text that was typed; if there is none, the note is removed."""
        edit = self._edit
        if edit is None:
            return
        edit.note.text = edit.text().strip()
        self._drop_note()
        others = [mark for mark in self.marks if mark is not edit.note]
        if edit.note.text and len(others) == len(self.marks):
            self.marks.append(edit.note)
        elif not edit.note.text:
            self.marks = others
        self._redraw()

    def _drop_note(self) -> None:
        """Remove the field for editing."""
        edit, self._edit = self._edit, None
        if edit is not None:
            edit.blockSignals(True)
            edit.hide()
            edit.deleteLater()
            self._under.setFocus()
            self._redraw()


class NoteEdit(QLineEdit):
    """A field for editing the text of a note in its place.

    ``abandoned()``: Emitted when the user cancels by Esc.
    """

    abandoned = Signal()

    def __init__(self, ink: Ink, note: Note, font: QFont) -> None:
        super().__init__(note.text, ink)
        self.note, self._ink = note, ink
        named(self, "annotate.note", "Text of the note")
        self.setFont(font)
        self.setMaxLength(200)
        self.textChanged.connect(self._fit)
        self._fit()
        self.selectAll()

    def _fit(self) -> None:
        """Make the field as wide as its text, but not beyond the sheet."""
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text() + "MM") + 12.0
        room = self._ink.rect()
        self.resize(min(round(width), max(room.width() - self.x(), 60)), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.abandoned.emit()
        else:
            super().keyPressEvent(event)
