"""Colours and type of the whole window, applied in deferred calls."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolTip, QWidget

from hhgui.ui.window.theming import presentation_scale


@pytest.fixture
def present(qtbot, desktop):
    """Switch presentation mode, and wait until every part of the window has been restyled.

    After the test it is off again: later tests have the same window and menus of the same size.
    """
    window = desktop.window
    action = window.actions_by_name["presentation"]

    def switch():
        action.trigger()
        qtbot.waitUntil(lambda: not window.appearance.busy)

    yield switch
    if action.isChecked():
        switch()


def sizes(window, kind):
    """Sizes of type, without those of widgets that are only waiting to be deleted."""
    return {round(w.font().pointSizeF(), 3) for w in window.findChildren(kind) if w.parent()}


def test_presentation_mode_reaches_every_widget(desktop, present):
    """Widgets with a style sheet, menus, tool tips and later fields have large type too."""
    window = desktop.window
    plain = window.font().pointSizeF()
    present()
    large = plain * presentation_scale(window.screen().size())
    assert sizes(window, QMenu) == {large}
    assert QApplication.font("QMenu").pointSizeF() == QToolTip.font().pointSizeF() == large
    assert [w.objectName() for w in window.findChildren(QWidget)
            if w.isVisible() and w.font().pointSizeF() < 0.99 * large] == []  # fmt: skip
    desktop.panels.choose_model("lecture6-model2")
    assert sizes(window.neuron, QLabel) == {large}


def test_after_presentation_mode_everything_is_as_before(desktop, present):
    """All widgets have their type, and all axes their room, from before presentation mode."""
    window = desktop.window
    before = sizes(window, QWidget)
    for _ in range(2):
        present()
        for plot in window.pages["live"].plots.shown_items:
            right = plot.getAxis("left").geometry().right()
            assert right == plot.getViewBox().geometry().left()
    assert sizes(window, QWidget) == before
    assert sizes(window, QMenu) == {window.font().pointSizeF()}


def test_presentation_mode_fits_a_small_projector(desktop, present, settle):
    """In every tab the window is at most 1280 pixels wide."""
    window = desktop.window
    present()
    for name in desktop.window.pages:
        window.show_tab(name)
        settle(window)
        assert window.minimumSizeHint().width() <= 1280, name


def test_a_notice_and_the_status_never_lie_over_each_other(desktop, present):
    """A notice goes when other type makes the status bar show what it covered."""
    desktop.window.say("Saved")
    present()
    assert desktop.window.statusBar().currentMessage() == ""
    assert desktop.window.state.isVisible()
