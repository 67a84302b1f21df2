"""Every demonstration shows what its name says, computed as a single run from its start state."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.content.protocols import DEMONSTRATIONS, load_protocols
from hhgui.experiments.single_run import run_once
from hhgui.model.edit import with_value


@pytest.fixture(scope="module")
def setups(library):
    """The settings by id, for one round of the stimulus."""
    found = load_protocols(library, DEMONSTRATIONS)
    return {p.id: replace(p.setup, stimulus=replace(p.setup.stimulus, repeat=None)) for p in found}


def spikes(setup, duration=200.0):
    """The times of spikes (ms) of a run."""
    return run_once(replace(setup, duration=duration)).spikes


def test_there_are_seven_in_the_live_tab(setups):
    """The Live tab has seven demonstrations, one for each key."""
    assert list(setups) == [
        "anode-break", "depolarisation-block", "two-pulses", "temperature", "no-sodium", "noise",
        "resonance",
    ]  # fmt: skip
    assert all(setup.tab == "live" for setup in setups.values())


def test_anode_break(setups):
    """The one spike comes within 10 ms after the current has ended."""
    (spike,) = spikes(setups["anode-break"])
    assert 120.0 < spike < 130.0


def test_depolarisation_block(setups):
    """One spike at the onset, and V stays above −55 mV until the step ends."""
    run = run_once(replace(setups["depolarisation-block"], duration=115.0))
    assert run.spikes.size == 1
    assert run.column("V")[run.times > 60.0].min() > -55.0


@pytest.mark.parametrize(("interval", "count"), [(10.0, 1), (20.0, 2)])
def test_two_pulses(setups, interval, count):
    """The second of two equal pulses fails after 10 ms, and fires after 20, as its notes say."""
    setup = setups["two-pulses"]
    (pair,) = setup.stimulus.components
    stimulus = replace(setup.stimulus, components=(replace(pair, interval=interval),))
    assert spikes(replace(setup, stimulus=stimulus), 80.0).size == count


def test_temperature(setups):
    """At 18.5 °C the rates are 3.8 times as fast: more than 2.5 times as many spikes."""
    warm = setups["temperature"]
    cold = replace(warm, membrane=with_value(warm.membrane, "membrane.temperature", 6.3))
    assert warm.membrane.rate_factor == pytest.approx(3.82, abs=0.01)
    assert spikes(warm).size > 2.5 * spikes(cold).size > 0


def test_no_sodium(setups):
    """Without sodium there is no spike, and V rises by less than 15 mV."""
    run = run_once(replace(setups["no-sodium"], duration=150.0))
    assert run.spikes.size == 0
    assert np.ptp(run.column("V")) < 15.0


def test_noise(setups):
    """Several spikes at irregular intervals; its mean alone fires none."""
    setup = setups["noise"]
    (noise,) = setup.stimulus.components
    steady = replace(setup.stimulus, components=(), holding=noise.mean)
    times = spikes(setup, 2000.0)
    gaps = np.diff(times)
    assert times.size > 10
    assert gaps.std() > 0.5 * gaps.mean()
    assert spikes(replace(setup, stimulus=steady), 500.0).size <= 1


def test_resonance(setups):
    """V answers a chirp without a spike, most near 70 Hz."""
    setup = setups["resonance"]
    run = run_once(replace(setup, duration=1020.0))
    (chirp,) = setup.stimulus.components
    v, times = run.column("V"), run.times
    assert run.spikes.size == 0
    after = times > 120.0
    at = times[after][np.argmax(np.abs(v[after] - np.median(v)))]
    rise = chirp.frequency_stop - chirp.frequency_start
    frequency = chirp.frequency_start + rise * (at - chirp.start) / (chirp.stop - chirp.start)
    assert 55.0 < frequency < 85.0
