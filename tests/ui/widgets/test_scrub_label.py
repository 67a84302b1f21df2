"""The name of a number can be dragged; one drag is one undo step."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from hhgui.document.document import Document
from hhgui.model.parameter import CAPACITANCE, POWER
from hhgui.model.parameter import CONDUCTANCE as G
from hhgui.model.parameter import REVERSAL as E
from hhgui.ui.editor import Editor
from hhgui.ui.neuron.panel import NeuronPanel
from hhgui.ui.widgets.scrub_label import ScrubLabel, scrubbed
from tests.shipped import SQUID

Key = Qt.KeyboardModifier


@pytest.mark.parametrize(
    ("parameter", "start", "steps", "value"),
    [
        (G, 120.0, 1, 122.4), (G, 120.0, -35, 60.0), (G, 0.3, 1, 0.306),
        (G, 0.0, 3, 0.3), (G, 9000.0, 100, 10000.0), (E, -77.0, 1, -75.46),
        (E, 0.0, -5, -0.5), (E, 299.0, 99, 300.0), (POWER, 3, 1, 4), (POWER, 3, -9, 0),
        (CAPACITANCE, 1.0, -100000, 1.0),
    ],
)  # fmt: skip
def test_a_step_is_two_per_cent(parameter, start, steps, value):
    """A number that is never negative changes by factors, another by differences, in range."""
    assert scrubbed(parameter, start, steps) == pytest.approx(value, abs=0.006 * abs(value))


def drag(label, pixels, key=Key.NoModifier):
    """Press on a label, move to the right pixel by pixel, and release."""
    for kind, x in ((QEvent.Type.MouseButtonPress, 0.0),
                    *((QEvent.Type.MouseMove, pixels * i / 10) for i in range(1, 11)),
                    (QEvent.Type.MouseButtonRelease, float(pixels))):  # fmt: skip
        at = QPointF(x, 2.0)
        left = Qt.MouseButton.LeftButton
        QApplication.sendEvent(label, QMouseEvent(kind, at, at, left, left, key))


def test_a_drag_is_one_step_of_undo(qtbot):
    """Two drags are two; with Alt the same name drags the reversal potential; Shift is finer."""
    editor, panel = Editor(Document(SQUID, SQUID)), NeuronPanel()
    qtbot.addWidget(panel)
    panel.set_membrane(SQUID, SQUID)
    panel.membrane_changed.connect(editor.set_membrane)
    label = next(each for each in panel.findChildren(ScrubLabel) if each.text() == "Na")
    drag(label, -140)
    assert editor.document.membrane.currents[0].conductance == pytest.approx(60.0, rel=1e-3)
    drag(label, 40, Key.ShiftModifier)
    drag(label, 40, Key.AltModifier)
    assert editor.history.count() == 3
    sodium = editor.document.membrane.currents[0]
    assert (sodium.conductance, sodium.reversal) == (pytest.approx(60.0 * 1.02, rel=2e-3), 60.0)
    editor.history.undo()
    editor.history.undo()
    editor.history.undo()
    assert editor.document.membrane == SQUID
