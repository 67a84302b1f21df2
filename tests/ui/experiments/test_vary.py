"""Vary…, in the menu of a field, measures runs over its number."""

import json

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget

from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.ui.plots.figure_plots import FigurePlots
from hhgui.ui.widgets.scrub_label import ScrubLabel
from tests.ui.controls import box
from tests.ui.mouse import context_menu

PULSES = Stimulus((Step(10.0, 10.0, 12.0), Step(5.0, 30.0, 60.0)))


def vary(qtbot, tab, widget):
    """Choose Vary… in the menu of a widget, and return what was measured."""
    before, menu = tab.shown, context_menu(widget)
    menu.findChild(QAction, "field.vary").trigger()
    menu.close()
    qtbot.waitUntil(lambda: tab.shown not in (None, before) and not tab.running)
    return tab.shown.measured


@pytest.mark.parametrize(
    ("field", "path", "ends"),
    [
        ("conductance.Na", "Na.conductance", (60.0, 180.0)),
        ("reversal.K", "K.reversal", (-97.0, -57.0)),
        ("membrane.temperature", "membrane.temperature", (0.3, 20.3)),
        ("stimulus.amplitude", "stimulus.amplitude", (5.0, 15.0)),
        ("stimulus.holding", "stimulus.holding", (0.0, 20.0)),
        ("gating.alpha.midpoint", "m.alpha.midpoint", (-60.0, -20.0)),
        ("gating.power", "m.power", (0.0, 6.0)),
        ("dt", "run.dt", (0.0125, 0.0375)),
    ],
)
def test_a_field_is_varied_about_its_number(desktop, qtbot, settle, field, path, ends):
    """The field's menu leads to Measure, with its path, a range about its number and a run."""
    desktop.editor.edit(stimulus=Stimulus((Step(10.0, 10.0, 12.0),)))
    if field.startswith("gating."):
        desktop.window.show_tab("gating")
    settle(desktop.window)
    tab = desktop.window.pages["measure"]
    measured = vary(qtbot, tab, box(desktop.window, field))
    assert desktop.window.front is tab
    assert tab.findChild(QComboBox, "measure.path").currentText() == path
    assert (measured.experiment.path, measured.experiment.values.points) == (path, 7)
    assert (measured.rows.column("value")[[0, -1]]) == pytest.approx(ends)
    assert len(measured.traces) == 7
    assert len({trace.values.max() for trace in measured.traces}) > 1


def test_a_component_that_is_not_the_first_is_varied(desktop, qtbot):
    """The fields are those of the selected component, and so is the path."""
    desktop.editor.edit(stimulus=PULSES)
    desktop.window.findChild(QListWidget, "stimulus.components").setCurrentRow(1)
    tab = desktop.window.pages["measure"]
    measured = vary(qtbot, tab, box(desktop.window, "stimulus.start"))
    assert measured.experiment.path == "stimulus[2].start"
    assert measured.rows.column("value").tolist() == [15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0]


def test_a_setting_of_an_experiment_is_varied(desktop, qtbot):
    """The findings are drawn against the setting, with the form's other fields as they are."""
    tab = desktop.window.pages["measure"]
    desktop.window.show_tab("measure")
    tab.show_experiment(EXPERIMENTS["threshold"].from_settings({"duration": 2.0, "watch": 25.0}))
    measured = vary(qtbot, tab, box(tab, "measure.duration"))
    assert measured.experiment.id == "vary-setting"
    assert measured.experiment.path == "threshold.duration"
    assert json.loads(measured.experiment.others)["watch"] == 25.0
    assert measured.rows.column("value")[[0, -1]].tolist() == [1.0, 3.0]
    assert (measured.rows.column("threshold")[[0, -1]]) == pytest.approx([6.92, 2.93], abs=0.02)


def test_the_name_of_a_field_offers_the_same(desktop, qtbot):
    """The label of a current names two numbers, and either can be varied."""
    labels = desktop.window.neuron.findChildren(ScrubLabel)
    menu = context_menu(next(label for label in labels if label.text() == "Na"))
    texts = [action.text() for action in menu.actions() if action.objectName() == "field.vary"]
    menu.close()
    assert texts == ["Vary Na maximal conductance…", "Vary Na reversal potential…"]


def test_what_is_no_number_of_a_run_is_not_varied(desktop, qtbot):
    """The length of the single run has a menu without the entry."""
    menu = context_menu(box(desktop.window, "experiment.duration"))
    assert menu.findChild(QAction, "field.vary") is None
    assert {"Step &up", "Step &down"} <= {action.text() for action in menu.actions()}
    menu.close()


def test_values_without_a_latency_are_explained_beside_the_plots(desktop, qtbot, settle):
    """The sentence has a place above the plots and covers none."""
    desktop.editor.edit(stimulus=Stimulus((Step(4.0, 10.0, 12.0),)))
    tab = desktop.window.pages["measure"]
    vary(qtbot, tab, box(desktop.window, "stimulus.amplitude"))
    plots = tab.findChild(FigurePlots)
    settle(plots)
    note = plots.findChild(QLabel, "measure.problem")
    assert "no latency" in note.text()
    assert note.isVisible()
    assert plots._items
    for item in plots._items:
        top = plots.mapFromScene(item.mapToScene(item.rect().topLeft())).y()
        assert top >= note.geometry().bottom()
