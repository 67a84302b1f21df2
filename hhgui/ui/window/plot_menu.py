"""Show the context menu of the plots of every tab."""

from functools import partial

import pyqtgraph as pg
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from hhgui.ui.tab import Tab
from hhgui.ui.window.actions import Actions


class PlotMenus(QObject):
    """Opens, on a right click on a plot, a menu with entries of its tab and with general ones."""

    def __init__(self, parent: QObject, actions: Actions) -> None:
        super().__init__(parent)
        self._actions = actions

    def add(self, page: Tab) -> None:
        """Give the plots of a tab a context menu."""
        for view in page.findChildren(pg.GraphicsView):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._show, page, view))

    def menu_of(self, page: Tab) -> QMenu:
        """Return the menu for the plots of a tab, as it is now."""
        menu = QMenu(page)
        menu.setObjectName("plot.menu")
        page.fill_plot_menu(menu)
        if page.keeps:
            menu.addAction(self._actions["keep"])
        if not menu.isEmpty():
            menu.addSeparator()
        for name in ("reset.axes", "", "copy.picture", "export.figure", "export.csv"):
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        return menu

    def _show(self, page: Tab, view: pg.GraphicsView, place: QPoint) -> None:
        if page.offers_plot_menu:
            menu = self.menu_of(page)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(view.mapToGlobal(place))
