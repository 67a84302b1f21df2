"""Sliders under numbers: their range, and a drag as one step of undo."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from hhgui.document.document import Document
from hhgui.model.parameter import CURRENT_PARAMETERS
from hhgui.ui.editor import Editor
from hhgui.ui.neuron.panel import NeuronPanel
from hhgui.ui.stimulus.panel import StimulusPanel
from hhgui.ui.widgets.value_slider import slider_range
from tests.shipped import SQUID
from tests.ui import mouse
from tests.ui.controls import choose

CONDUCTANCE, REVERSAL = CURRENT_PARAMETERS


@pytest.mark.parametrize(
    ("parameter", "about", "expected"),
    [(CONDUCTANCE, 120.0, (0.0, 240.0)), (CONDUCTANCE, 0.0, (0.0, 1.0)),
     (REVERSAL, 50.0, (0.0, 100.0)), (REVERSAL, -77.0, (-154.0, 0.0)),
     (REVERSAL, 5.0, (-15.0, 25.0))],
)  # fmt: skip
def test_the_range_is_around_the_number(parameter, about, expected):
    """A number that is never negative has 0 to twice its value, others a symmetric range."""
    assert slider_range(parameter, about) == expected


def handle_of(slider):
    """The position of the slider's handle."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control = QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(*control, slider).center()


def drag(qtbot, slider, pixels):
    """Drag the handle by so many pixels."""
    start = handle_of(slider)
    mouse.drag(qtbot, slider, start, start + QPoint(pixels, 0))


def test_a_drag_of_a_slider_is_one_step_of_undo(qtbot):
    """The number follows the handle, and the handle the number; off, there is none."""
    panel, editor = NeuronPanel(), Editor(Document(SQUID, SQUID))
    qtbot.addWidget(panel)
    panel.set_membrane(SQUID, SQUID)
    panel.membrane_changed.connect(editor.set_membrane)
    assert panel.findChildren(QSlider) == []
    panel.resize(330, 500)
    panel.set_sliders(True)
    with qtbot.waitExposed(panel):
        panel.show()
    names = [slider.objectName() for slider in panel.findChildren(QSlider)]
    assert len(names) == 6
    slider = panel.findChild(QSlider, "conductance.Na.slider")
    assert slider.value() == 500
    drag(qtbot, slider, -15)
    chosen = editor.document.membrane.currents[0].conductance
    assert 60.0 < chosen < 115.0
    assert editor.history.count() == 1
    panel.set_membrane(SQUID.with_current("Na", conductance=240.0), SQUID)
    assert slider.value() == 1000
    panel.set_membrane(SQUID.with_current("Na", conductance=500.0), SQUID)
    assert slider.value() == 500  # of a range that holds it
    panel.set_sliders(False)
    assert not slider.isVisible()


def test_the_amplitude_keeps_its_slider_from_kind_to_kind(qtbot):
    """Every stimulus with an amplitude has one, and no other number of it."""
    panel = StimulusPanel()
    qtbot.addWidget(panel)
    panel.set_sliders(True)
    for kind in ("train", "step"):
        choose(panel, "stimulus.kind", kind)
        names = [slider.objectName() for slider in panel.findChildren(QSlider)]
        assert names == ["stimulus.amplitude.slider"]
