"""Ctrl+C copies what a person expects of the tab in front, and says so."""

import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFileDialog,
    QTableWidget,
)

from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.ui.figures import dialog as figures_dialog
from tests.ui.controls import box, button
from tests.ui.mouse import LEFT


@pytest.fixture
def press(desktop, qtbot):
    """Press Ctrl+C where the focus is; the clipboard's data, once the status says it is there."""
    window = desktop.window

    def copy(focus):
        focus.setFocus()
        window.statusBar().clearMessage()
        QApplication.clipboard().clear()
        QTest.keyClick(focus, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: window.statusBar().currentMessage().startswith("Copied"))
        return QApplication.clipboard().mimeData()

    return copy


def ready(desktop, qtbot, tab):
    """Show a tab and let it have something to copy."""
    window, page = desktop.window, desktop.window.pages[tab]
    window.show_tab(tab)
    if tab == "fi":
        page.sweep_requested.emit(FiProtocol(0.0, 10.0, 3, 10.0, 60.0, 60.0))
    elif tab == "measure":
        page.show_experiment(EXPERIMENTS["threshold"]())
        page.run()
    elif tab == "integrators":
        page.run()
    qtbot.waitUntil(lambda: (page.shows_live or not page.running) and page.figure() is not None)
    return page


@pytest.mark.parametrize(
    "tab",
    ["live", "experiment", "fi", "clamp", "measure", "dynamics", "gating", "integrators"],
)
def test_every_tab_copies_its_picture(desktop, qtbot, press, tab, monkeypatch):
    """Ctrl+C with the focus on the tabs' bar copies the picture of the tab in front."""
    small = QImage(2, 2, QImage.Format.Format_RGB32)
    small.fill(0)
    if tab != "experiment":  # drawing one is enough: it takes a second
        monkeypatch.setattr(figures_dialog, "picture_of", lambda *_: small)
    ready(desktop, qtbot, tab)
    data = press(desktop.window.tabs)
    assert data.hasImage()
    assert desktop.window.statusBar().currentMessage() == "Copied the figure as a picture."


@pytest.mark.parametrize(
    ("tab", "table", "heading"),
    [("measure", "measure.results", "Result"), ("integrators", "integrators.table", "Method")],
)
def test_a_table_copies_its_rows(desktop, qtbot, press, tab, table, heading):
    """All rows, or the chosen one, are copied with headings, as text and as a table."""
    page = ready(desktop, qtbot, tab)
    widget = page.findChild(QTableWidget, table)
    widget.clearSelection()
    data = press(widget)
    lines = data.text().splitlines()
    first = widget.item(0, 0).text()
    assert [line.split("\t")[0] for line in lines[:2]] == [heading, first][-len(lines) :]
    assert len(lines) == widget.rowCount() + (widget.rowCount() > 1)
    assert data.html().startswith("<table>")
    widget.selectRow(0)
    assert press(widget).text().splitlines() == [lines[-widget.rowCount()]]
    assert "1 row of" in desktop.window.statusBar().currentMessage()


def test_a_field_keeps_ctrl_c_for_its_own_text(desktop, qtbot):
    """The chosen digits are copied, not a figure."""
    desktop.window.show_tab("gating")
    field = box(desktop.window, "conductance.Na")
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert float(QApplication.clipboard().text().split()[0]) == field.value()


def test_the_marked_spikes_table_is_copied_and_exported(
    desktop, qtbot, press, tmp_path, monkeypatch
):
    """By Ctrl+C, by its button, and as CSV with numbers and places; the figure has the marks."""
    page = ready(desktop, qtbot, "experiment")
    marks = page.findChild(QCheckBox, "experiment.marks")
    if not marks.isChecked():
        marks.click()
    qtbot.waitUntil(lambda: len(page.marking.marks) == 11)
    assert page.figure().panels[0].marks
    table = page.findChild(QTableWidget, "experiment.marks.table")
    table.clearSelection()
    text = press(table).text()
    assert text.splitlines()[0] == "Action potential\tValue"
    assert len(text.splitlines()) == 12
    assert text.splitlines()[1].startswith("Threshold\t−")
    QApplication.clipboard().clear()
    qtbot.mouseClick(button(page, "experiment.marks.copy"), LEFT)
    assert QApplication.clipboard().text() == text
    path = tmp_path / "marks.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(button(page, "experiment.marks.export"), LEFT)
    qtbot.waitUntil(path.exists)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    found = {row["key"]: row for row in rows}
    for mark in page.marking.marks:
        row = found[mark.key]
        assert row["unit"] == mark.unit
        assert row["value"] == ("" if mark.value is None else repr(mark.value))
        if mark.at:
            assert float(row["time_ms"]) == mark.at[0][0]
            assert float(row["V_mV"]) == mark.at[0][1]
        if len(mark.at) == 2:
            assert float(row["until_time_ms"]) == mark.at[1][0]
    marks.click()
