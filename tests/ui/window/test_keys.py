"""Keys follow the platform, and texts name the platform's keys."""

import re
import sys
from functools import partial

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QTextBrowser

from hhgui.paths import resource_dir
from hhgui.ui.help.dialogs import Tour
from hhgui.ui.widgets import theme
from hhgui.ui.window.actions import Actions, key_text

Key = QKeySequence.StandardKey
# Of Qt's table for Windows and macOS (qplatformtheme.cpp): macOS writes Ctrl for ⌘.
WINDOWS = {Key.Redo: ["Ctrl+Y", "Ctrl+Shift+Z"], Key.Quit: [], Key.SaveAs: []}
MACOS = {Key.FullScreen: ["Meta+Ctrl+F"], Key.Quit: ["Ctrl+Q"], Key.SaveAs: ["Ctrl+Shift+S"]}


@pytest.fixture
def keys_on(qtbot, monkeypatch):
    """Return a function that makes commands as on a platform, and returns their keys."""

    def make(platform, table):
        bindings = QKeySequence.keyBindings

        class Keys(QKeySequence):
            """Qt's keys, with another platform's table of standard keys."""

            @staticmethod
            def keyBindings(key):
                return [QKeySequence(k) for k in table[key]] if key in table else bindings(key)

        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr("hhgui.ui.window.actions.QKeySequence", Keys)
        window = QMainWindow()
        qtbot.addWidget(window)
        actions = Actions(window, ())
        names = ("quit", "save.session_as", "redo", "presentation", "tab.next")
        return {name: [key.toString() for key in actions[name].shortcuts()] for name in names}

    return make


def test_windows_has_a_key_for_every_command(keys_on):
    """Qt's table has no Quit and no Save as there; redo is Ctrl+Y, and the other key works too."""
    keys = keys_on("win32", WINDOWS)
    assert keys["quit"] == ["Ctrl+Q"]
    assert keys["save.session_as"] == ["Ctrl+Shift+S"]
    assert keys["redo"] == ["Ctrl+Y", "Ctrl+Shift+Z"]
    assert keys["presentation"] == ["F11"]


def test_macos_keeps_f11_and_the_switch_of_programs(keys_on):
    """On macOS F11 shows the desktop, and ⌘Tab, Qt's Ctrl+Tab, belongs to the system."""
    keys = keys_on("darwin", MACOS)
    assert keys["presentation"] == ["Meta+Ctrl+F"]
    assert keys["tab.next"] == ["Meta+Tab"]
    assert keys["quit"] == ["Ctrl+Q"]


def test_texts_name_the_key_that_works(desktop, qtbot):
    """The tour and the buttons take keys from the commands; every command of the tour exists."""
    window = desktop.window
    window.actions_by_name["reset"].setShortcut("Ctrl+F9")
    tour = Tour(window)
    qtbot.addWidget(tour)
    shown = tour.findChild(QTextBrowser).toPlainText()
    assert "Ctrl+F9" in shown
    assert "[[" not in shown
    source = (resource_dir() / "help" / "tour.md").read_text(encoding="utf-8")
    for name in re.findall(r"\[\[([\w.]+)\]\]", source):
        assert key_text(window.findChild(QObject, name)), name
    assert window.actions_by_name["run"].toolTip().endswith("(Space)")


def test_a_maximised_window_is_maximised_after_presentation(desktop, qtbot, monkeypatch):
    """Full screen ends in the state that it began in; the offscreen screen has no such states."""
    window, shown = desktop.window, []
    for name in ("showFullScreen", "showMaximized", "showNormal"):
        monkeypatch.setattr(window, name, partial(shown.append, name))
    for maximized in (True, False):
        monkeypatch.setattr(window, "isMaximized", lambda answer=maximized: answer)
        for on in (True, False):
            window.appearance.set_presentation(on)
            qtbot.waitUntil(lambda: not window.appearance.busy)
    assert shown == ["showFullScreen", "showMaximized", "showFullScreen", "showNormal"]


def test_a_theme_of_high_contrast_is_left_to_the_system(qapp, monkeypatch):
    """The system's palette stays under "As the system"; a chosen theme replaces it."""
    before = QPalette(qapp.palette())
    monkeypatch.setattr(theme, "prefers_contrast", lambda: True)
    text = QPalette.ColorRole.WindowText
    try:
        theme.apply_theme(qapp, "system")
        assert qapp.palette().color(text) == QApplication.style().standardPalette().color(text)
        assert qapp.palette().color(text).name() not in (theme.LIGHT.text, theme.DARK.text)
        assert theme.apply_theme(qapp, "dark") is theme.DARK
        assert qapp.palette().color(text).name() == theme.DARK.text
    finally:
        qapp.setPalette(before)
