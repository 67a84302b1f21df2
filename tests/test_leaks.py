"""A window that was closed and deleted leaves nothing behind."""

import gc
import weakref
from collections import Counter

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from hhgui.desktop import Desktop
from hhgui.model.library import load_library

WINDOWS = 2


def widgets():
    """How many widgets of each class there are."""
    return Counter(type(widget).__name__ for widget in QApplication.allWidgets())


@pytest.fixture
def opened_and_closed(qapp, qtbot, monkeypatch):
    """Opens a window, lets it run, closes it; a weak reference to all of its objects."""
    monkeypatch.setattr(gc, "freeze", lambda: None)  # which spares the window's objects as well

    def use():
        desktop = Desktop(qapp, load_library(), keeps_sessions=False)
        desktop.start()
        qtbot.waitUntil(lambda: desktop.running)
        for name in desktop.window.pages:
            desktop.window.show_tab(name)
            qapp.processEvents()
        desktop.window.close()
        desktop.window.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return weakref.ref(desktop)

    return use


def test_closed_windows_leave_no_widget_and_no_object(opened_and_closed):
    """After closing, no object of the window is left in Qt or in Python."""
    gc.collect()
    before = widgets()
    desktops = [opened_and_closed() for _ in range(WINDOWS)]
    gc.collect()  # pyqtgraph's menus have no parent and refer to their plots
    assert widgets() - before == Counter()
    assert [desktop() for desktop in desktops] == [None] * WINDOWS
