"""Triggered sweeps: their beginning, their end, and the past sweeps behind them."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel

from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.ui.live.trigger import Trigger
from tests.ui.caught_up import live_has_caught_up
from tests.ui.controls import box, type_in
from tests.ui.mouse import drag, move

STEP = Step(10.0, 20.0, 80.0)


def test_a_sweep_is_held_until_it_is_whole():
    """Onsets within a sweep do not cut it off: of 200 ms, 180 come after the onset."""
    trigger, stimulus = Trigger(), Stimulus((STEP,), repeat=100.0)
    assert trigger.is_whole(25.0, 200.0)
    assert trigger.advance(stimulus.last_onset(25.0))
    assert (trigger.onset, trigger.start(200.0)) == (20.0, 0.0)
    assert not trigger.is_whole(199.9, 200.0)
    assert trigger.is_whole(200.0, 200.0)
    assert not trigger.advance(Stimulus((STEP,)).last_onset(200.0))
    assert trigger.advance(stimulus.last_onset(200.0))
    assert trigger.onset == 120.0


def test_past_sweeps_fade_behind_the_newest(sweeping, qtbot):
    """The time axis stands still while a sweep is drawn, and is moved to the next onset."""
    plots = sweeping.plots
    qtbot.waitUntil(lambda: len(plots.voltage.past) == 3)
    start, stop = plots.shown_span
    assert (stop - start, (start + 20.0) % 100.0) == pytest.approx((50.0, 20.0))
    times, values = plots.voltage.past[0]
    assert times.min() >= -20.5
    assert values[0].max() > 0.0  # a spike within 30 ms of each onset
    state = sweeping.state()
    assert (state.trigger, state.sweeps) == (True, 3)
    sweeping.trigger.click()
    assert plots.voltage.past == []


@pytest.fixture
def triggered(desktop, sweeping, qtbot):
    """Live at real time with sweeps of 50 ms that V triggers at 0 mV, 10 ms after their start."""
    source = sweeping.findChild(QComboBox, "live.trigger_source")
    source.setFocus()
    QTest.keyClick(source, Qt.Key.Key_Down)
    type_in(box(sweeping, "live.pre_trigger"), "10")
    qtbot.waitUntil(lambda: sweeping.plots.trigger.before is not None)
    return desktop


def test_an_upward_crossing_of_v_begins_a_sweep(triggered, qtbot):
    """The level is reached just where the sweep's pre-trigger time ends, from below."""
    window, plots = triggered.window, triggered.window.pages["live"].plots
    type_in(box(window, "live.level"), "-30")
    qtbot.waitUntil(lambda: plots.trigger.before is not None)
    qtbot.waitUntil(lambda: plots.recording.span[1] > plots.trigger.onset + 0.1)
    start, _ = plots.shown_span
    onset = plots.trigger.onset
    assert onset - start == pytest.approx(10.0)
    before, at, after = (plots.values_at(onset + shift)["V"] for shift in (-0.1, 0.0, 0.1))
    assert before < -30.0 < after
    assert at == pytest.approx(-30.0, abs=3.0)
    state = window.front.state()
    assert (state.trigger_source, state.level, state.before_ms) == ("voltage", -30.0, 10.0)


def test_a_pre_trigger_time_as_long_as_the_sweep_is_refused(triggered):
    """The message beside the field names the shown time, and the value stays."""
    window = triggered.window
    type_in(box(window, "live.pre_trigger"), "60")
    (label,) = [
        w for w in window.findChildren(QLabel) if w.objectName() == "error.live.pre_trigger"
    ]
    assert "less than the shown time, 50 ms" in label.text()
    assert box(window, "live.pre_trigger").value() == 10.0
    type_in(box(window, "live.level"), "500")
    (label,) = [w for w in window.findChildren(QLabel) if w.objectName() == "error.live.level"]
    assert "150" in label.text()


def test_the_marker_of_the_trigger_is_dragged(triggered, qtbot):
    """A drag to the right gives more time before the trigger, a drag upwards a higher level."""
    page = triggered.window.pages["live"]
    plots, mark = page.plots, page.plots.trigger_mark
    qtbot.waitUntil(mark.isVisible)

    def pull(name, by):
        at = plots.mapFromScene(mark.mapToScene(sum(mark.corners[name], QPointF()) / 3.0))
        move(plots.viewport(), at)
        drag(qtbot, plots.viewport(), at, at + by, pause_ms=60)

    pull("time", QPoint(round(0.2 * plots.voltage.view.width()), 0))
    assert page.state().before_ms == pytest.approx(20.0, abs=1.0)
    pull("level", QPoint(0, -30))
    low, high = plots.voltage.view.viewRange()[1]
    level = 30.0 * (high - low) / plots.voltage.view.height()
    assert page.state().level == pytest.approx(level, abs=3.0)
    assert plots.shown_span[1] - plots.shown_span[0] == pytest.approx(50.0)


def test_a_neuron_that_does_not_fire_leaves_the_last_sweep(triggered, qtbot):
    """Nothing crosses the level any more: the sweep is held, and each row is searched once."""
    plots = triggered.window.pages["live"].plots
    triggered.editor.edit(stimulus=Stimulus())
    qtbot.waitUntil(lambda: live_has_caught_up(triggered))
    now = plots.recording.span[1]
    qtbot.waitUntil(lambda: plots.trigger._searched > now + 200.0)
    onset = plots.trigger.onset
    qtbot.waitUntil(lambda: plots.trigger._searched > now + 300.0)
    assert plots.trigger.onset == onset
    assert plots.trigger._searched > now + 200.0
