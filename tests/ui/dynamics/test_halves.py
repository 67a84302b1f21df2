"""The halves of the tab are side by side, or above each other where that is too narrow."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter


def test_beside_a_lesson_on_a_small_screen_nothing_is_cut(page, desktop, qtbot):
    """At 1280 × 720 both halves are as wide as the page; without the lesson they are beside."""
    window, halves = desktop.window, page.findChild(QSplitter)
    before = window.size()
    window.resize(1280, 720)
    window.show_lessons(True)
    qtbot.waitUntil(lambda: halves.orientation() == Qt.Orientation.Vertical)
    seen = window.tabs.parent()
    qtbot.waitUntil(lambda: page.width() <= seen.width())
    window.show_lessons(False)
    qtbot.waitUntil(lambda: halves.orientation() == Qt.Orientation.Horizontal)
    window.resize(before)


def test_the_page_in_front_alone_says_what_room_the_tabs_need(page, desktop):
    """A wider page behind it does not make this one scroll."""
    tabs, pages = desktop.window.tabs, desktop.window.pages.values()
    widest = max(each.minimumSizeHint().width() for each in pages)
    assert page.minimumSizeHint().width() < widest
    assert tabs.minimumSizeHint().width() < widest
