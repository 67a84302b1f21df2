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
    """Each plot of every tab; some can be kept; with the cursors on, a right click is cursor B."""
    window, clicked = desktop.window, set()
    for name, page in window.pages.items():
        window.show_tab(name)
        views = page.findChildren(pg.GraphicsView)
        qtbot.waitUntil(lambda: any(view.isVisible() for view in views))  # noqa: B023
        for view in views:
            if view.isVisible():
                menu = right_click(view)
                texts = {action.text() for action in menu.actions()}
                offered = {"&Reset axes", "&Copy figure", "Save fi&gure…", "&Export numbers…"}
                assert offered <= texts, view.objectName()
                assert ("&Keep" in texts) == page.keeps
                menu.close()
                clicked.add(name)
    assert clicked == set(window.pages)
    window.show_tab("live")
    window.actions_by_name["cursors"].setChecked(True)
    assert right_click(window.pages["live"].plots) is None
