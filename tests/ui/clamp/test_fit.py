"""Fitting the gates in the Voltage clamp tab, in a thread of its own."""

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QTableWidget,
)

from tests.ui.controls import button, choose
from tests.window_work import wait_until


@pytest.fixture
def dialog(tab):
    """The dialog of fits after its first fit, of a squid whose sodium current is blocked."""
    button(tab, "clamp.block.Na").click()
    button(tab, "clamp.fit").click()
    wait_until(lambda: find(tab.fitting, QPushButton, "start").isEnabled())
    wait_until(lambda: find(tab.fitting, QTableWidget, "numbers").rowCount() == 5)
    yield tab.fitting
    tab.fitting.close()


def find(dialog, kind, name):
    """A control of the dialog by its name."""
    return dialog.findChild(kind, f"clamp.fit.{name}")


def cells(dialog, column):
    """A column of the table of numbers."""
    table = find(dialog, QTableWidget, "numbers")
    return [table.item(row, column).text() for row in range(table.rowCount())]


def test_the_numbers_are_those_of_the_paper(dialog):
    """α_n and β_n of Hodgkin & Huxley (1952) in today's signs, and why I_Na has none."""
    assert cells(dialog, 0)[0] == "α_n rate (1/ms)"
    assert cells(dialog, 1) == ["0.1", "−55", "10", "0.125", "−80"]
    assert find(dialog, QLabel, "message").text() == "No I_Na flows: wash its blocker."


def test_the_truth_is_shown_when_asked_for(dialog):
    """The true numbers are hidden at first and shown by a check box."""
    table = find(dialog, QTableWidget, "numbers")
    assert table.isColumnHidden(3)
    find(dialog, QCheckBox, "true").click()
    assert not table.isColumnHidden(3)
    assert cells(dialog, 3) == ["0.1", "−55", "10", "0.125", "−80"]


def test_noise_gives_errors(dialog):
    """With 2 % noise in the records each number has an error of its own."""
    assert cells(dialog, 2) == ["0"] * 5
    find(dialog, QDoubleSpinBox, "noise").setValue(2.0)
    wait_until(lambda: cells(dialog, 2)[0] != "0")
    assert all(float(error) > 0.0 for error in cells(dialog, 2))


def test_another_protocol_says_which_one_to_choose(dialog, desktop):
    """With another protocol the fit names the one to choose and keeps the earlier numbers."""
    choose(desktop.window, "clamp.preset", "tails")
    find(dialog, QPushButton, "start").click()
    assert "choose the Na/K family" in find(dialog, QLabel, "message").text()
    assert len(cells(dialog, 1)) == 5


def test_a_model_of_the_fit_runs_in_live(dialog, desktop):
    """The document has the fitted rates, its own conductances, and one step of undo."""
    before = desktop.editor.document.membrane
    find(dialog, QPushButton, "model").click()
    after = desktop.editor.document.membrane
    assert desktop.window.front is desktop.window.pages["live"]
    assert after.currents[0] == before.currents[0]  # its blocker was a layer
    rate = after.currents[1].gates[0].alpha.rate
    assert rate == pytest.approx(0.1, rel=1e-6)
    assert desktop.editor.history.undoText() == "my fit"
    desktop.editor.history.undo()
    assert desktop.editor.document.membrane == before
