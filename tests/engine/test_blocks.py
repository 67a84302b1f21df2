"""However a run is cut into blocks, its numbers are the same to the last bit."""

import numpy as np
import pytest

from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Pulses, Sine, Train

STIMULI = {
    "noise and sine": Stimulus((Noise(10, 3, 5, 7, 0, 1000), Sine(2, 37, 10, 90)), holding=0.5),
    "repeated train": Stimulus((Train(25, 1.3, 0.7, 7.7, 2),), origin=2.05, repeat=19.3),
    "pulses and noises": Stimulus((Pulses(15, 40), Noise(3, 2, 1, 1, 5, 30), Noise(2, 1, 9, 2))),
}
STEPS = 2000


def in_blocks(simulation, seed, restored):
    """STEPS in random blocks of 1 to 97, every third row; from checkpoints if ``restored``."""
    rng = np.random.default_rng(seed)
    done, phase, blocks = 0, 0, []
    while done < STEPS:
        if restored and rng.random() < 0.3:
            simulation = Simulation.from_checkpoint(simulation.checkpoint())
        if rng.random() < 0.3:
            simulation.sample()
        count = min(int(rng.integers(1, 98)), STEPS - done)
        blocks.append(simulation.advance(count, every=3, phase=phase))
        phase, done = (phase - count) % 3, done + count
    return simulation, blocks


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("stimulus", STIMULI.values(), ids=STIMULI)
@pytest.mark.parametrize("restored", [False, True], ids=["", "checkpoints"])
def test_blocks_do_not_matter(squid, method, stimulus, restored):
    """Rows, times, spikes and the end of one run and of one in random blocks are equal."""
    whole = Simulation(squid, stimulus, method)
    block = whole.advance(STEPS, every=3)
    assert block.spikes.size > 0
    cut, blocks = in_blocks(Simulation(squid, stimulus, method), 1, restored)
    assert np.array_equal(np.concatenate([b.columns for b in blocks], axis=1), block.columns)
    assert np.array_equal(np.concatenate([b.time for b in blocks]), block.time)
    assert np.array_equal(np.concatenate([b.spikes for b in blocks]), block.spikes)
    assert cut.checkpoint() == whole.checkpoint()
    assert (cut.time, cut.voltage) == (whole.time, whole.voltage)


@pytest.mark.parametrize("method", METHODS)
def test_single_steps_are_blocks_too(squid, method):
    """200 times one step is 200 steps."""
    stimulus = STIMULI["noise and sine"]
    whole, stepped = Simulation(squid, stimulus, method), Simulation(squid, stimulus, method)
    whole.advance(200)
    assert sum(stepped.advance(1).steps for _ in range(200)) == 200
    assert stepped.checkpoint() == whole.checkpoint()


def test_recording_does_not_matter(squid):
    """A run that records nothing ends where one ends that records every step."""
    stimulus = STIMULI["noise and sine"]
    ends = []
    for every in (0, 1, 7):
        simulation = Simulation(squid, stimulus)
        simulation.advance(500, every=every)
        ends.append(simulation.checkpoint())
    assert ends[0] == ends[1] == ends[2]


def test_a_checkpoint_goes_on_under_another_method(squid):
    """After a change of method and dt blocks do not matter either."""
    runs = []
    for cuts in ((400,), (150, 1, 249)):
        simulation = Simulation(squid, STIMULI["noise and sine"])
        simulation.advance(333)
        simulation.set_method("rk4", 0.01)
        for count in cuts:
            simulation = Simulation.from_checkpoint(simulation.checkpoint())
            simulation.advance(count)
        runs.append(simulation.checkpoint())
    assert runs[0] == runs[1]
