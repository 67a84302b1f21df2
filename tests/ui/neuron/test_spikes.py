"""The panel of what counts as a spike: two numbers, one rule."""

import pytest

from hhgui.engine.spikes import SpikeRule
from hhgui.ui.neuron.spikes import SpikesPanel
from tests.ui.controls import box


@pytest.fixture
def panel(qtbot):
    """The panel as it is at the start."""
    widget = SpikesPanel()
    qtbot.addWidget(widget)
    return widget


def test_a_number_that_is_typed_becomes_a_rule(qtbot, panel):
    """Threshold and re-arm distance are edited one by one and emitted together."""
    threshold = box(panel, "spikes.threshold")
    rearm = box(panel, "spikes.rearm")
    with qtbot.waitSignal(panel.rule_changed) as changed:
        threshold.setValue(-20.0)
    assert changed.args == [SpikeRule(-20.0, 10.0)]
    with qtbot.waitSignal(panel.rule_changed) as changed:
        rearm.setValue(3.0)
    assert changed.args == [SpikeRule(-20.0, 3.0)]


def test_a_rule_is_shown_without_a_signal(qtbot, panel):
    """A rule chosen in another view is shown and not sent back."""
    with qtbot.assertNotEmitted(panel.rule_changed):
        panel.set_rule(SpikeRule(-35.0, 5.0))
    assert box(panel, "spikes.threshold").value() == -35.0
    assert box(panel, "spikes.rearm").value() == 5.0
