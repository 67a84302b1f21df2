"""The live simulation's worker, without its thread."""

import pytest
from PySide6.QtCore import QTimer

from hhgui.document.setup import AS_FAST_AS_IT_GOES
from hhgui.engine.spikes import SpikeRule
from hhgui.jobs.simulation import REST_MS, SimulationWorker
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step


@pytest.mark.parametrize(("speed", "restarts"), [(AS_FAST_AS_IT_GOES, [REST_MS]), (1.0, [])])
def test_full_speed_rests_after_each_tick(qapp, library, monkeypatch, speed, restarts):
    """A periodic timer whose slot takes longer than its period is due again at once.

    At other speeds the period is left alone, as the clock sets the pace.
    """
    made = SimulationWorker(library["squid-dayan-abbott"], Stimulus())
    made.start_up()
    made.set_speed(speed)
    made.set_running(True)
    started = []
    monkeypatch.setattr(made._timer, "start", started.append, raising=False)
    assert isinstance(made._timer, QTimer)
    made._tick()
    assert started == restarts
    made.shut_down()


@pytest.fixture
def worker(qapp, library):
    """The cortical cell at 2.4 µA/cm², whose peaks stay at -12 mV, as fast as it goes."""
    made = SimulationWorker(library["cortical-pyramidal"], Stimulus(holding=2.4))
    made.start_up()
    made.set_speed(AS_FAST_AS_IT_GOES)
    yield made
    made.shut_down()


def test_oscillation_is_reported_and_counted_by_another_rule(qtbot, worker):
    """At 0 mV the status has oscillations and no rate, with the proposed threshold a rate."""

    def status():
        return worker.recording.status

    worker.set_running(True)
    qtbot.waitUntil(lambda: status().time > 1500.0)
    assert status().rate == 0.0
    assert status().oscillations.count > 20
    rule = status().oscillations.remedy()
    assert rule == SpikeRule(-20.0)
    worker.set_rule(rule)
    assert worker.recording.bookmarks()[-1].start.threshold == -20.0
    begun = status().time
    qtbot.waitUntil(lambda: status().time > begun + 1500.0)
    assert status().rule == rule
    assert status().oscillations.count == 0
    assert status().rate == pytest.approx(58.0, abs=3.0)  # SciPy: 53.3 at 2.3, 61.7 at 2.5


def test_a_membrane_that_follows_a_repeated_step_does_not_oscillate(qapp, library):
    """Without sodium the squid rises by more than 10 mV with each step, and no more often."""
    membrane = library["squid-dayan-abbott"].with_current("Na", conductance=0.0)
    stimulus = Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0)
    made = SimulationWorker(membrane, stimulus)
    made.start_up()
    for _ in range(60):
        made._advance(400)
    made._publish(1.0)
    status = made.recording.status
    assert status.time == pytest.approx(600.0)
    assert status.oscillations.problem(0.0) == ""
    made.shut_down()
