"""The edges and levels of the stimulus are dragged in its preview."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Pulses, Step
from hhgui.ui.stimulus.preview import StimulusPreview
from tests.ui.mouse import drag, move, place


def cursor_at(qtbot, preview, point):
    """The cursor's shape with the mouse there."""
    qtbot.mouseMove(preview.viewport(), point)
    move(preview.viewport(), point)
    return preview.viewport().cursor().shape()


def test_edges_and_levels_are_dragged(desktop, qtbot):
    """Each drag is one step of undo; what can be dragged shows it by the cursor."""
    preview = desktop.window.findChild(StimulusPreview, "stimulus.preview")
    view = preview.getViewBox()
    first = desktop.editor.document.stimulus
    edge, level = place(view, 80.0, 3.0), place(view, 50.0, 10.0)
    assert cursor_at(qtbot, preview, edge) == Qt.CursorShape.SizeHorCursor
    assert cursor_at(qtbot, preview, level) == Qt.CursorShape.SizeVerCursor
    assert cursor_at(qtbot, preview, place(view, 50.0, 3.0)) == Qt.CursorShape.ArrowCursor
    steps = desktop.editor.history.index()
    drag(qtbot, preview.viewport(), edge, place(view, 60.0, 3.0))
    step = desktop.editor.document.stimulus.components[0]
    assert (step.amplitude, step.start) == (10.0, 20.0)
    assert step.stop == pytest.approx(60.0, abs=1.0)
    drag(qtbot, preview.viewport(), level, place(view, 50.0, 5.0))
    step = desktop.editor.document.stimulus.components[0]
    assert step.amplitude == pytest.approx(5.0, abs=0.5)
    drag(qtbot, preview.viewport(), place(view, 20.0, 1.0), place(view, 90.0, 1.0))
    step = desktop.editor.document.stimulus.components[0]
    assert step.start == step.stop  # it stops at the other edge
    assert desktop.editor.history.index() == steps + 3
    for _ in range(3):
        desktop.editor.history.undo()
    assert desktop.editor.document.stimulus == first


def test_a_drag_changes_the_component_whose_edge_it_is(desktop, qtbot):
    """The component is selected and edited; every edge of ± pulses changes the span."""
    panel = desktop.window.stimulus
    preview = desktop.window.findChild(StimulusPreview, "stimulus.preview")
    view = preview.getViewBox()
    both = Stimulus((Step(10.0, 5.0, 12.0), Pulses(5.0, 100.0)), repeat=100.0)
    desktop.editor.edit(stimulus=both)
    drag(qtbot, preview.viewport(), place(view, 80.0, -1.0), place(view, 72.0, -1.0))
    assert panel.findChild(QListWidget, "stimulus.components").currentRow() == 1
    step, pulses = desktop.editor.document.stimulus.components
    assert step == both.components[0]
    assert pulses.span == pytest.approx(90.0, abs=1.5)


def test_an_imported_current_is_only_shown(qtbot):
    """The preview of the import dialog has no edges to drag."""
    preview = StimulusPreview()
    qtbot.addWidget(preview)
    preview.set_stimulus(Stimulus((Step(10.0, 20.0, 80.0),)))
    point = place(preview.getViewBox(), 80.0, 3.0)
    assert cursor_at(qtbot, preview, point) == Qt.CursorShape.ArrowCursor
