"""Laser pointer, pen, text notes and zoom box on the plots of any tab, by key and mouse."""

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from hhgui.ui.widgets.ink import Ink, Note, Stroke
from tests.ui.controls import button
from tests.ui.mouse import drag

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def window(desktop):
    """The window, whose tool is put away and whose plots are wiped afterwards."""
    window = desktop.window
    window.activateWindow()
    yield window
    window.annotating.clear()
    window.annotating.clear()


def plot_of(window):
    """The first visible plot of the tab in front, or None while there is none."""
    views = window.front.findChildren(pg.GraphicsView)
    return next((view for view in views if view.isVisible()), None)


def ink_of(window):
    """The sheet over the plot in front."""
    return plot_of(window).viewport().findChild(Ink)


def ranges(window):
    """The ranges of every plot of the tab in front."""
    items = plot_of(window).scene().items()
    return [box.viewRange()[1] for box in items if isinstance(box, pg.ViewBox)]


def test_the_laser_pointer_is_a_dot_on_every_plot(window):
    """L takes it and puts it away; the mouse still reaches the plot."""
    plot = plot_of(window)
    QTest.keyClick(window, Qt.Key.Key_L)
    image = plot.viewport().cursor().pixmap().toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert (middle.red() > 240, middle.green() < 60, middle.alpha()) == (True, True, 255)
    assert not any(ink.isVisible() for ink in plot.viewport().findChildren(Ink))
    QTest.keyClick(window, Qt.Key.Key_L)
    assert plot.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_the_pen_draws_on_the_plots_of_every_tab(qtbot, window):
    """Drawing moves no axis; a right click takes the last mark back; Esc clears."""
    drawn = set()
    for name in window.pages:
        window.show_tab(name)
        if plot_of(window) is None:
            continue
        drawn.add(name)
        QTest.keyClick(window, Qt.Key.Key_D)
        before, ink = ranges(window), ink_of(window)
        at = ink.rect().center()
        drag(qtbot, ink, at, at + QPoint(60, 20))
        drag(qtbot, ink, at, at + QPoint(-60, 20))
        assert [type(mark) for mark in ink.marks] == [Stroke, Stroke], name
        QTest.mouseClick(ink, RIGHT, pos=at)
        assert len(ink.marks) == 1
        assert ranges(window) == before, name
        color = ink.grab().toImage().pixelColor(at + QPoint(30, 10))
        assert color.red() > color.blue() + 50, name
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert ink.marks == []
        assert ink.isHidden()
        QTest.keyClick(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
        assert len(ink.marks) == 1
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert drawn >= {"live", "fi", "gating", "integrators"}


def test_a_note_is_typed_moved_and_changed(qtbot, window):
    """Click, type, Enter; a drag moves it, a click opens it again, and nothing typed removes it."""
    QTest.keyClick(window, Qt.Key.Key_T)
    ink = ink_of(window)

    def typed(at, text, end=Qt.Key.Key_Return):
        QTest.mouseClick(ink, LEFT, pos=at)
        edit = ink.findChildren(QLineEdit)[-1]
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, end)

    typed(QPoint(100, 60), "peak: E Na")
    assert [mark.text for mark in ink.marks] == ["peak: E Na"]
    typed(QPoint(300, 60), "no", Qt.Key.Key_Escape)
    drag(qtbot, ink, QPoint(110, 65), QPoint(210, 165))
    (note,) = ink.marks
    assert isinstance(note, Note)
    place = note.place.x() * ink.width(), note.place.y() * ink.height()
    assert place == pytest.approx((200.0, 160.0))
    typed(QPoint(215, 165), "rest")
    assert [mark.text for mark in ink.marks] == ["rest"]
    ink.resize(ink.width() // 2, ink.height())
    assert note.place.x() * ink.width() == pytest.approx(100.0, abs=1.0)
    QTest.mouseClick(ink, LEFT, pos=QPoint(105, 165))
    edit = ink.findChildren(QLineEdit)[-1]
    edit.clear()
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert ink.marks == []


def test_the_zoom_box_of_a_running_neuron_holds_the_picture(qtbot, desktop, window):
    """The axes show the box; Fit shows the present again; the neuron goes on all the time."""
    page = window.pages["live"]
    view = page.plots.voltage.view
    qtbot.waitUntil(lambda: page.plots.recording.total > 1000)
    times, volts = page.plots.shown_span, view.viewRange()[1]
    QTest.keyClick(window, Qt.Key.Key_Z)
    ink, rect = ink_of(window), view.sceneBoundingRect().toRect()
    size = QPoint(rect.width() // 4, rect.height() // 2)
    drag(qtbot, ink, rect.center() - size / 2, rect.center() + size / 2)
    start, stop = page.plots.shown_span
    assert (stop - start) == pytest.approx(0.25 * (times[1] - times[0]), rel=0.05)
    low, high = view.viewRange()[1]
    assert (high - low) == pytest.approx(0.5 * (volts[1] - volts[0]), rel=0.1)
    assert page.plots.frozen
    assert desktop.running
    assert not window.annotating.active
    button(window, "live.fit").click()
    assert not page.plots.frozen
    assert view.viewRange()[1] == volts
    start, stop = page.plots.shown_span
    assert stop - start == pytest.approx(times[1] - times[0])


def test_the_zoom_box_of_other_tabs_goes_back_with_their_axes(qtbot, window):
    """In Gating, Ctrl+0 shows all of the curve again; a mere click zooms nothing."""
    window.show_tab("gating")
    boxes = [b for b in plot_of(window).scene().items() if isinstance(b, pg.ViewBox)]
    pane = next(box for box in boxes if box.isVisible() and box.height() > 50.0)
    before = pane.viewRange()
    QTest.keyClick(window, Qt.Key.Key_Z)
    ink, rect = ink_of(window), pane.sceneBoundingRect().toRect()
    QTest.mouseClick(ink, LEFT, pos=rect.center())
    assert pane.viewRange() == before
    quarter = QPoint(rect.width() // 4, rect.height() // 4)
    drag(qtbot, ink, rect.center() - quarter, rect.center() + quarter)
    assert pane.viewRect().width() == pytest.approx(0.5 * (before[0][1] - before[0][0]), rel=0.05)
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert pane.viewRange() == before


def test_tools_are_buttons_of_the_run_bar(window):
    """A click on one takes it, on another changes to that."""
    QTest.mouseClick(window.findChild(object, "annotate.pen.button"), LEFT)
    QTest.mouseClick(window.findChild(object, "annotate.text.button"), LEFT)
    chosen = [tool for tool in ("laser", "pen", "text", "zoom")
              if window.actions_by_name[f"annotate.{tool}"].isChecked()]  # fmt: skip
    assert chosen == ["text"]
