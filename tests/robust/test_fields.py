"""Every numeric field of the window refuses invalid text.

What is not a number, or not one that this field takes, is answered beside the field; the neuron,
its stimulus and the run go on with the last good values.
"""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QLabel

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.stimulus import KINDS, Stimulus
from hhgui.model.stimulus.waveforms import Samples
from hhgui.ui.figures.dialog import FigureDialog
from hhgui.ui.widgets.parameter_spin_box import ParameterSpinBox

BAD = ("nan", "inf", "-inf", "0", "-1", "1e-300", "1e308", "1e400", "", "1,5", "abc", "0x10")


def fields_of(qtbot, desktop, tab):
    """Names of the fields that can be seen and edited while this tab is in front."""
    desktop.window.show_tab(tab)
    if tab == "experiment":
        desktop.window.findChild(QCheckBox, "experiment.marks").setChecked(True)
        run = desktop.window.pages["experiment"]
        qtbot.waitUntil(lambda: run.current is not None)
    QTest.qWait(20)
    boxes = desktop.window.findChildren(QAbstractSpinBox)
    return [box.objectName() for box in boxes if box.isVisible() and box.isEnabled()]


def field(desktop, name):
    """The field of that name, as it is now: a model may have made it anew."""
    return desktop.window.findChild(ParameterSpinBox, name)


def type_into(box, text):
    """Type a text over what is there, and Return."""
    box.setFocus()
    box.lineEdit().setText(text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def is_allowed(parameter, text):
    """Whether the field's own description allows this text as a number."""
    try:
        parameter.check(float(text.replace(",", ".")))
    except (ValueError, ModelError):
        return False
    return True


def check_answer(desktop, name, text):
    """The number as typed if it is allowed, else the one before and a message."""
    box = field(desktop, name)
    before = box.value()
    type_into(box, text)
    box = field(desktop, name)
    error = desktop.window.findChild(QLabel, f"error.{name}")
    answered = error is not None and error.isVisible() and error.text() != ""
    assert math.isfinite(box.value()), (name, text)
    allowed = is_allowed(box._parameter, text)
    assert allowed or answered, (name, text)
    if not allowed:
        assert box.value() == before, (name, text)
    elif box.value() != before:  # else it was refused for the fields beside it
        assert box.value() == pytest.approx(float(text.replace(",", "."))), (name, text)
    else:
        assert answered or before == float(text.replace(",", ".")), (name, text)


def try_all(desktop, names, with_all=True):
    """Type every bad text into every one of these fields, and put back what was there.

    with_all: whether also every text that the field's own description allows, which the fields
    beside it may forbid, or only one of these, another in each field.
    """
    for number, name in enumerate(names):
        good, parameter = field(desktop, name).value(), field(desktop, name)._parameter
        allowed = [text for text in BAD if is_allowed(parameter, text)]
        if allowed and not with_all:
            allowed = [allowed[number % len(allowed)]]
        for text in BAD:
            if text in allowed or not is_allowed(parameter, text):
                check_answer(desktop, name, text)
        field(desktop, name).setValue(good)


def test_no_field_of_any_tab_takes_what_it_should_not(qtbot, desktop):
    """Every field of the panels, the run bar and each tab is tried with every bad text."""
    before = desktop.editor.document
    for tab in desktop.window.pages:
        names = fields_of(qtbot, desktop, tab)
        own = [name for name in names if tab == "live" or name.startswith(f"{tab}.")]
        assert own, tab
        try_all(desktop, own, with_all=False)
    assert desktop.editor.document == before
    desktop.window.show_tab("live")
    shown = desktop.window.pages["live"].plots
    run = shown.recording
    desktop.window.actions_by_name["reset"].trigger()
    desktop.controllers["live"].running_requested.emit(True)
    qtbot.waitUntil(lambda: shown.recording is not run and shown.recording.status.time > 5.0)


def test_no_stimulus_takes_what_it_should_not(desktop):
    """After bad text in any field the stimulus that plays is one that the model allows."""
    for kind in KINDS:
        if kind == Samples.kind:  # no numbers of its own
            continue
        stimulus = Stimulus((KINDS[kind](),))
        desktop.editor.edit(stimulus=stimulus)
        QTest.qWait(10)
        try_all(desktop, [f"stimulus.{p.key}" for p in KINDS[kind].parameters])
        assert desktop.editor.document.stimulus == stimulus
        assert desktop.window.stimulus.stimulus == stimulus


def test_no_figure_takes_what_it_should_not(qtbot, desktop):
    """Sizes, resolution and type of a figure that is to be saved."""
    shown = desktop.window.pages["live"].plots
    qtbot.waitUntil(lambda: shown.recording.total > 100)
    desktop.window.actions_by_name["export.figure"].trigger()
    dialog = desktop.window.findChild(FigureDialog)
    qtbot.waitUntil(dialog.isVisible)
    try_all(desktop, [f"figure.{key}" for key in dialog.options.fields])
    dialog.close()
