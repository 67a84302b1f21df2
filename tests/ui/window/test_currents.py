"""View, Preferences, Currents: the window shows and takes pA or nA; the document has µA/cm²."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QTableWidget,
    QToolButton,
)

from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.figures.currents import figure_in_unit
from hhgui.figures.figure import series_of
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.ui.window.preferences import Preferences
from tests.ui.controls import box, button, text, type_in


@pytest.fixture
def window(desktop, qtbot):
    """The window, with a step of 10 µA/cm² on a cell of 1000 µm², in densities again afterwards."""
    squid = replace(desktop.panels.library["squid-dayan-abbott"], area=1000.0)
    step = Stimulus((Step(10.0, 5.0, 60.0),))
    desktop.editor.edit(membrane=squid, base=squid, stimulus=step)
    yield desktop.window
    choose(qtbot, "µA/cm²")


def choose(qtbot, unit):
    """Choose a unit as a person does; return what stands below the choice."""
    dialog = Preferences()
    qtbot.addWidget(dialog)
    dialog.findChild(QComboBox, "preferences.currents").setCurrentText(unit)
    return text(dialog, "preferences.currents.note")


def test_fields_show_and_take_currents_of_the_cell(window, desktop, qtbot):
    """Typed, stepped and refused in pA; the document keeps densities, and comes back unchanged."""
    document = desktop.editor.document
    assert "header" in choose(qtbot, "pA")
    amplitude = box(window, "stimulus.amplitude")
    assert (amplitude.text(), amplitude.accessibleName()) == ("100", "amplitude (pA)")
    assert "from -100000 to 100000 pA" in amplitude.toolTip()
    type_in(amplitude, "123")
    assert desktop.editor.document.stimulus.components[0].amplitude == 12.3
    QTest.keyClick(amplitude, Qt.Key.Key_Up)
    assert amplitude.text() == "133"
    type_in(amplitude, "2e5")
    assert "100000 pA" in text(window, "error.stimulus.amplitude")
    type_in(amplitude, "100")
    choose(qtbot, "nA")
    assert (box(window, "fi.to").text(), box(window, "fi.from").text()) == ("0.2", "0")
    choose(qtbot, "µA/cm²")
    assert amplitude.text() == "10"
    assert desktop.editor.document == document


def test_an_edit_of_the_area_is_another_current_for_the_same_density(window, desktop, qtbot):
    """Without an area, which a button adds, the preference says what is missing."""
    choose(qtbot, "pA")
    type_in(box(window, "membrane.area"), "500")
    assert box(window, "stimulus.amplitude").text() == "50"
    squid = replace(desktop.editor.document.membrane, area=None)
    desktop.editor.edit(membrane=squid, base=squid)
    assert box(window, "stimulus.amplitude").text() == "10"
    assert "no membrane area" in choose(qtbot, "pA")
    window.findChild(QToolButton, "membrane.area.add").click()
    assert box(window, "stimulus.amplitude").text() == "100"


def test_axes_read_outs_and_figures_are_in_the_unit(window, qtbot):
    """Single runs, f–I curves and experiments; what they export keeps its unit."""
    choose(qtbot, "pA")
    run, fi, measure = (window.pages[name] for name in ("experiment", "fi", "measure"))
    window.show_tab("experiment")
    run.run()
    qtbot.waitUntil(lambda: run.current is not None and not run.running)
    assert run.plots.panes["currents"].item.getAxis("left").labelText == "I ionic (pA)"
    row = run.plots.hover.run.row_at(30.0)
    assert "I 100.0 pA" in run.plots.hover.run.read_out(["stimulus"], row, run.currents)
    shown = {each.header: each.y for each in series_of(figure_in_unit(run.figure(), run.currents))}
    assert shown["I_stim_pA"].max() == pytest.approx(100.0)
    assert "I_stim_uA_per_cm2" in [each.header for each in series_of(run.figure())]

    window.show_tab("fi")
    few = {"currents": [0.0, 20.0], "off": 150.0, "duration": 150.0}
    fi.restore(replace(fi.state(), settings=few))
    fi.run()
    qtbot.waitUntil(lambda: fi.curve is not None and not fi.running)
    assert "0 to 200 pA" in text(window, "fi.description")
    assert "smallest step with a spike 200 pA" in text(window, "fi.result")

    window.show_tab("measure")
    measure.show_experiment(EXPERIMENTS["strength-duration"].from_settings({"durations": [1.0]}))
    button(window, "measure.start").click()
    table = window.findChild(QTableWidget, "measure.results")
    qtbot.waitUntil(lambda: table.rowCount() > 0 and not measure.running)
    assert table.item(0, 1).text().endswith(" pA")
    labels = [each.panels[0].y_label for each in measure._plots._plots._figures]
    assert labels == ["(pA)", "charge (fC)"]
    choose(qtbot, "µA/cm²")
    assert table.item(0, 1).text().endswith(" µA/cm²")
