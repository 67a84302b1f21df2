"""Point at places of a widget, and move and drag the mouse over it, button and all."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def place(view, x, y):
    """The place in its widget at which a view box shows a point."""
    return view.getViewWidget().mapFromScene(view.mapViewToScene(QPointF(x, y)))


def move(widget, point, held=NONE):
    """Move to a point of the widget with a button held."""
    at = QPointF(point)
    plain = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QMouseEvent.Type.MouseMove, at, widget.mapToGlobal(at), NONE, held, plain)
    QApplication.sendEvent(widget, event)


def drag(qtbot, widget, start, stop, pause_ms=0):
    """Drag with the left button, as a hand does, in some steps."""
    qtbot.mousePress(widget, LEFT, pos=start)
    for part in (0.1, 0.5, 1.0):
        if pause_ms:
            qtbot.wait(pause_ms)
        move(widget, QPointF(start) + part * QPointF(stop - start), LEFT)
    qtbot.mouseRelease(widget, LEFT, pos=stop)


def context_menu(widget):
    """Ask for the menu in the middle of a widget by a right click; return what opens, or None."""
    middle = widget.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(widget, QContextMenuEvent(reason, middle, widget.mapToGlobal(middle)))
    return QApplication.activePopupWidget()
