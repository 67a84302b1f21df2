"""The balloon that says why an entry was refused."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel

from hhgui.ui.window.side_panels import SidePanels
from tests.ui.controls import box, type_in


def place_of(widget):
    """Where a widget is in its window."""
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


@pytest.mark.parametrize("name", ["membrane.capacitance", "conductance.Na", "stimulus.amplitude"])
def test_no_row_moves_when_an_entry_is_refused(desktop, qtbot, name):
    """The message is whole beside the panel, and the next click hits the field that it aimed at."""
    window = desktop.window
    box = window.findChild(QDoubleSpinBox, name)
    panels = window.findChild(SidePanels)
    panels.ensureWidgetVisible(box)
    QApplication.processEvents()
    boxes = [each for each in panels.findChildren(QDoubleSpinBox) if each.isVisible()]
    before = [place_of(each) for each in boxes]
    type_in(box, "1e99")
    error = window.findChild(QLabel, f"error.{name}")
    QApplication.processEvents()
    assert error.isVisible()
    assert "not 1e+99" in error.text()
    needed = error.fontMetrics().boundingRect(
        QRect(0, 0, error.contentsRect().width(), 9999), Qt.TextFlag.TextWordWrap, error.text()
    )
    assert error.contentsRect().height() >= needed.height()
    assert [place_of(each) for each in boxes] == before
    assert not any(error.geometry().intersects(place) for place in before)
    type_in(box, box.text())
    assert not error.isVisible()


def test_a_click_goes_through_a_balloon(desktop, qtbot):
    """A widget under a balloon is found by the mouse as if the balloon were not there."""
    window = desktop.window
    type_in(box(window, "conductance.Na"), "-1")
    error = window.findChild(QLabel, "error.conductance.Na")
    assert window.childAt(error.geometry().center()) is not error


def test_a_balloon_goes_with_its_tab(desktop, qtbot):
    """The message of a field that is hidden behind another tab is not left over that tab."""
    window = desktop.window
    window.show_tab("fi")
    type_in(box(window, "fi.points"), "0")
    error = window.findChild(QLabel, "error.fi.points")
    assert error.isVisible()
    window.show_tab("live")
    qtbot.waitUntil(lambda: not error.isVisible())
