"""Edits are marked in the live traces at the instant they act."""

from PySide6.QtWidgets import QDoubleSpinBox

from hhgui.ui.live.edit_ticks import MOST_TICKS, EditTicks
from hhgui.ui.plots.items import ZoomViewBox


def test_every_edit_has_a_mark_until_another_neuron_begins(desktop, qtbot):
    """Edits of one number in quick succession have one; undo has its own."""
    ticks = desktop.window.pages["live"].plots.voltage.ticks
    box = desktop.window.findChild(QDoubleSpinBox, "conductance.Na")
    recording = desktop.window.recording
    began = recording.span[1]
    box.setValue(100.0)
    box.setValue(60.0)
    assert [tick.text for tick in ticks.ticks] == ["ḡNa 120 → 60"]
    assert began <= ticks.ticks[0].time <= recording.span[1]
    desktop.window.findChild(QDoubleSpinBox, "stimulus.amplitude").setValue(20.0)
    desktop.editor.history.undo()
    texts = [tick.text for tick in ticks.ticks[1:]]
    assert texts == ["step amplitude 10 → 20 µA/cm²", "step amplitude 20 → 10 µA/cm²"]
    desktop.window.show_tab("live")
    desktop.panels.choose_model("lecture6-model1")
    qtbot.waitUntil(lambda: ticks.ticks == ())


def test_no_more_marks_are_kept_than_are_seen(qtbot):
    """Of too many marks the oldest is removed; the newest can be renamed."""
    ticks = EditTicks(ZoomViewBox())
    for number in range(MOST_TICKS + 5):
        ticks.add(float(number), str(number))
    ticks.rename_last("last")
    assert len(ticks.ticks) == MOST_TICKS
    assert (ticks.ticks[0].text, ticks.ticks[-1].text) == ("5", "last")
