"""The way of an edit: from its field to the simulation it takes three hops, and no detour."""

import sys

import pytest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox


def stations(trigger, signal):
    """The modules of hhgui on the stack when ``signal`` is emitted, in the order of the calls."""
    found = []

    def look(*_values):
        frame, modules = sys._getframe(1), []
        while frame is not None:
            modules.append(frame.f_globals.get("__name__", ""))
            frame = frame.f_back
        found.append([m for m in dict.fromkeys(reversed(modules)) if m.startswith("hhgui.ui.")])

    signal.connect(look)
    trigger()
    signal.disconnect(look)
    (way,) = found
    return [module.removeprefix("hhgui.ui.") for module in way]


@pytest.mark.parametrize(
    ("name", "value", "signal", "way"),
    [
        ("conductance.Na", 80.0, "membrane_ordered", ["neuron.panel"]),
        ("stimulus.holding", 3.0, "stimulus_ordered", ["stimulus.panel"]),
        ("dt", 0.01, "method_ordered", ["window.run_bar"]),
    ],
)
def test_an_edit_goes_by_panel_and_document(desktop, name, value, signal, way):
    """Field, panel, document: then the controller hands it to the simulation's thread."""
    field = desktop.window.findChild(QDoubleSpinBox, name)
    found = stations(lambda: field.setValue(value), getattr(desktop.controllers["live"], signal))
    fields = ["widgets.parameter_spin_box", "widgets.number_field"]
    assert found == [*fields, *way, "editor", "live.controller"]


def test_a_panel_does_not_show_its_own_edit_again(desktop, monkeypatch):
    """The echo of an edit goes to every view but the one that made it."""
    told = []
    panel = desktop.window.neuron
    monkeypatch.setattr(panel, "set_membrane", lambda *args: told.append(args))
    desktop.window.findChild(QDoubleSpinBox, "conductance.Na").setValue(80.0)
    assert told == []
    desktop.editor.history.undo()
    assert [membrane for membrane, _ in told] == [desktop.membrane]


def test_another_method_is_ordered_once(desktop):
    """With the dt that the run bar shows."""
    told = []
    desktop.controllers["live"].method_ordered.connect(lambda *args: told.append(args))
    method = desktop.window.findChild(QComboBox, "method")
    method.setCurrentIndex(method.findData("euler"))
    assert told == [("euler", 0.025)]
