"""Triggered sweeps: their beginning, their end, and the past sweeps behind them."""

import pytest
from PySide6.QtWidgets import QCheckBox

from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.ui.live.trigger import Trigger

STEP = Step(10.0, 20.0, 80.0)


def test_a_sweep_is_held_until_it_is_whole():
    """Onsets within a sweep do not cut it off: of 200 ms, 180 come after the onset."""
    trigger, stimulus = Trigger(), Stimulus((STEP,), repeat=100.0)
    assert trigger.is_whole(25.0, 200.0)
    assert trigger.advance(stimulus, 25.0)
    assert (trigger.onset, trigger.start(200.0)) == (20.0, 0.0)
    assert not trigger.is_whole(199.9, 200.0)
    assert trigger.is_whole(200.0, 200.0)
    assert not trigger.advance(Stimulus((STEP,)), 200.0)
    assert trigger.advance(stimulus, 200.0)
    assert trigger.onset == 120.0


def test_past_sweeps_fade_behind_the_newest(desktop, qtbot):
    """The time axis stands still while a sweep is drawn, and is moved to the next onset."""
    window, page = desktop.window, desktop.window.pages["live"]
    plots = page.plots
    window.show_tab("live")
    window.bar.choose_speed(1.0)
    plots.set_window(50.0)
    window.findChild(QCheckBox, "live.trigger").click()
    qtbot.waitUntil(lambda: len(plots.voltage._past) == 3)
    start, stop = plots.shown_span
    assert (stop - start, (start + 5.0) % 100.0) == pytest.approx((50.0, 20.0))
    times, values = plots.voltage._past[0]
    assert times.min() >= -5.5
    assert values[0].max() > 0.0  # a spike within 45 ms of each onset
    state = page.state()
    assert (state.trigger, state.sweeps) == (True, 3)
    window.findChild(QCheckBox, "live.trigger").click()
    assert plots.voltage._past == []
