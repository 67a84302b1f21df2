"""The live simulation's worker, without its thread."""

import pytest
from PySide6.QtCore import QTimer

from hhgui.document.setup import AS_FAST_AS_IT_GOES
from hhgui.engine.spikes import SpikeRule
from hhgui.jobs.simulation import REST_MS, SimulationWorker
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Ramp, Step
from tests.shipped import SQUID


@pytest.mark.parametrize(("speed", "restarts"), [(AS_FAST_AS_IT_GOES, [REST_MS]), (1.0, [])])
def test_full_speed_rests_after_each_tick(qapp, monkeypatch, speed, restarts):
    """A periodic timer whose slot takes longer than its period is due again at once.

    At other speeds the period is left alone, as the clock sets the pace.
    """
    made = SimulationWorker(SQUID, Stimulus())
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


def test_a_membrane_that_follows_a_repeated_step_does_not_oscillate(qapp):
    """A squid without sodium rises by over 10 mV with each step and is not said to oscillate."""
    membrane = SQUID.with_current("Na", conductance=0.0)
    stimulus = Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0)
    made = SimulationWorker(membrane, stimulus)
    made.start_up()
    for _ in range(60):
        made.advance(400)
    made.publish(1.0)
    status = made.recording.status
    assert status.time == pytest.approx(600.0)
    assert status.oscillations.problem(0.0) == ""
    made.shut_down()


@pytest.fixture
def firing(qapp):
    """The squid axon under steps that repeat, after 33 ms."""
    made = SimulationWorker(SQUID, STEPS)
    made.start_up()
    made.advance(1320)
    yield made
    made.shut_down()


STEPS = Stimulus((Step(10.0, 20.0, 80.0),), repeat=100.0)


def played(worker):
    """What the newest stretch of the recording is given."""
    return worker.recording.bookmarks()[-1].start.stimulus


def test_a_command_begins_with_the_clamp_and_the_stimulus_goes_on(firing):
    """The command's own time is 0 when it begins; the stimulus is where it would have been."""
    firing.set_stimulus(Command((Step(65.0, 5.0, 9.0),), -65.0))
    assert played(firing).origin == pytest.approx(33.0)
    firing.advance(400)
    firing.set_stimulus(Command((Step(30.0, 5.0, 9.0),), -65.0))  # an edit of it moves nothing
    assert played(firing).origin == pytest.approx(33.0)
    firing.set_stimulus(STEPS)
    assert played(firing) == STEPS
    firing.set_stimulus(Command())
    firing.reset()
    assert (played(firing).origin, firing.recording.status.time) == (0.0, 0.0)


def test_hold_here_takes_v_of_the_moment(firing, qtbot):
    """The command that is reported is V to the last bit; while clamped it is still V."""
    voltage = firing.simulation.voltage
    with qtbot.waitSignal(firing.held) as held:
        firing.hold_here()
    assert held.args[0].holding == voltage
    firing.advance(100)
    firing.hold_here()
    assert firing.simulation.voltage == voltage


def test_hold_current_takes_that_of_the_moment_and_only_from_a_clamp(firing, qtbot):
    """A free neuron has no current of a clamp; during a ramp its capacitive part counts too."""
    with qtbot.assertNotEmitted(firing.held):
        firing.hold_current()
    firing.set_stimulus(Command((Ramp(0.0, 50.0, 0.0, 25.0),), -80.0))
    firing.advance(200)
    before = firing.simulation.sample().columns[:, 0]
    with qtbot.waitSignal(firing.held) as held:
        firing.hold_current()
    assert held.args[0].holding == before[1]
    assert before[1] - before[5:].sum() == pytest.approx(2.0)  # C dV/dt: 50 mV in 25 ms
    firing.advance(4)
    after = firing.simulation.sample().columns[:, 0]
    assert (after[0] - before[0]) / 0.1 == pytest.approx(2.0, abs=0.1)


def test_a_current_that_no_stimulus_can_have_is_not_held(firing, qtbot):
    """The neuron stays clamped and the reason is told."""
    strong = SQUID.with_current("K", conductance=3000.0)
    firing.set_membrane(strong)
    firing.set_stimulus(Command(holding=50.0))
    firing.advance(2000)
    with qtbot.waitSignal(firing.hold_refused) as refused, qtbot.assertNotEmitted(firing.held):
        firing.hold_current()
    assert "10000 µA/cm²" in refused.args[0]
    assert firing.simulation.is_clamped


def test_the_status_says_what_the_clamp_does(firing):
    """Command and current while clamped, nothing once free; no spike is counted meanwhile."""
    firing.set_stimulus(Command((Step(90.0, 1.0, 2.0),), -60.0, repeat=5.0))
    firing.advance(4060)
    firing.publish(1.0)
    status = firing.recording.status
    assert status.clamp[0] == 30.0
    assert status.oscillations.problem(0.0) == ""
    before = status.spikes
    firing.advance(4000)
    firing.publish(1.0)
    assert firing.recording.status.spikes <= before
    firing.set_stimulus(STEPS)
    firing.publish(1.0)
    assert firing.recording.status.clamp is None
