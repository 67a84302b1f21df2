"""The context menu of plots, opened by a right click."""

import pyqtgraph as pg
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu


def right_click(view):
    """Ask for the context menu in the middle of a plot, and return it, or None."""
    middle = view.viewport().rect().center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, middle, view.mapToGlobal(QPoint(middle))
    )
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert menu is None or isinstance(menu, QMenu)
    return menu


def test_a_right_click_on_a_plot_offers_what_applies_to_it(desktop, qtbot):
    """In every tab; some can be kept; with the cursors on, a right click is cursor B instead."""
    window = desktop.window
    for name, page in window.pages.items():
        window.show_tab(name)
        view = page.findChild(pg.GraphicsView)
        menu = right_click(view)
        texts = [action.text() for action in menu.actions()]
        assert {"&Reset axes", "&Copy figure", "Save fi&gure…", "&Export numbers…"} <= set(texts)
        assert ("&Keep" in texts) == (name in ("live", "experiment", "clamp", "measure"))
        menu.close()
    window.show_tab("live")
    window.actions_by_name["cursors"].setChecked(True)
    assert right_click(window.pages["live"].plots) is None
