"""Colours and type of the whole window, applied in deferred calls."""

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolTip, QWidget

from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.window.theming import presentation_scale


@pytest.fixture
def present(qtbot, desktop):
    """Switch presentation mode, and wait until every part of the window has been restyled."""
    window = desktop.window

    def switch():
        window.actions_by_name["presentation"].trigger()
        qtbot.waitUntil(lambda: not window.appearance.busy)

    plain = window.font()
    yield switch
    QApplication.setFont(plain, "QMenu")
    QToolTip.setFont(plain)


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


def test_turns_go_on_after_one_that_failed(qapp, qtbot):
    """The calls after one that raises are still made, and the exception is reported."""
    done = []
    deferred = DeferredCalls(qapp)

    def fail():
        raise RuntimeError("no")

    deferred.run(fail, lambda: done.append(1))
    with qtbot.captureExceptions() as failures:
        qtbot.waitUntil(lambda: not deferred.busy)
    assert [str(error) for _kind, error, _trace in failures] == ["no"]
    assert done == [1]


def test_new_turns_take_the_place_of_those_that_wait(qapp, qtbot):
    """Of several themes chosen in quick succession only the last is applied."""
    done, deferred = [], DeferredCalls(qapp)
    deferred.run(lambda: done.append("old"), lambda: done.append("old"))
    deferred.run(lambda: done.append("new"))
    qtbot.waitUntil(lambda: not deferred.busy)
    assert done == ["new"]


def test_no_turn_comes_after_the_parent_is_gone(qapp, qtbot):
    """A deferred call would find widgets that are deleted: it ends with its parent."""
    done, parent, calls = [], QObject(), DeferredCalls(qapp)
    DeferredCalls(parent).run(lambda: done.append("after the parent"))
    calls.run(lambda: done.append("after it was calls"))
    calls.run()
    shiboken6.delete(parent)
    qtbot.wait(20)
    assert done == []
    assert not calls.busy
