"""The context menu of plots, opened by a right click."""

import pyqtgraph as pg
from PySide6.QtWidgets import QMenu

from tests.ui.mouse import context_menu


def test_a_right_click_on_a_plot_offers_what_applies_to_it(desktop, qtbot):
    """Each plot of every tab; some can be kept; with the cursors on, a right click is cursor B."""
    window, clicked = desktop.window, set()
    for name, page in window.pages.items():
        window.show_tab(name)
        views = page.findChildren(pg.GraphicsView)
        qtbot.waitUntil(lambda: any(view.isVisible() for view in views))  # noqa: B023
        for view in views:
            if view.isVisible():
                menu = context_menu(view.viewport())
                assert isinstance(menu, QMenu)
                texts = {action.text() for action in menu.actions()}
                offered = {"&Reset axes", "&Copy figure", "Save fi&gure…", "&Export numbers…"}
                assert offered <= texts, view.objectName()
                assert ("&Keep" in texts) == page.keeps
                menu.close()
                clicked.add(name)
    assert clicked == set(window.pages)
    window.show_tab("live")
    window.actions_by_name["cursors"].setChecked(True)
    assert context_menu(window.pages["live"].plots.viewport()) is None
