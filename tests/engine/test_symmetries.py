"""Changes of scale that leave the equations as they are: ground_truth.json, "symmetries"."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step

each_method = pytest.mark.parametrize("method", METHODS)


def run(membrane, current, method, dt=0.025, duration=50.0, holding=0.0):
    """Spike times and V under a step over the middle of the run."""
    step = Step(current, 0.1 * duration, 0.9 * duration)
    simulation = Simulation(membrane, Stimulus((step,), holding=holding), method, dt)
    block = simulation.advance(round(duration / dt), every=1)
    return block.spikes, block.columns[0]


@each_method
def test_only_ratios_of_capacitance_conductance_and_current_matter(squid, method):
    """With C, ḡ and I three times as large V is the same."""
    tripled = replace(squid, capacitance=3.0)
    for current in squid.currents:
        tripled = tripled.with_current(current.name, conductance=3.0 * current.conductance)
    spikes, voltages = run(squid, 10.0, method)
    same_spikes, same = run(tripled, 30.0, method)
    assert spikes.size >= 3
    assert same_spikes == pytest.approx(spikes, abs=1e-9)
    np.testing.assert_allclose(same, voltages, rtol=0, atol=1e-6)


@each_method
def test_a_shifted_leak_is_a_current(squid, method):
    """With E_L 5 mV higher and 5·ḡ_L less current V is the same."""
    spikes, voltages = run(squid, 10.0, method)
    shifted = squid.with_current("L", reversal=-49.4)
    same_spikes, same = run(shifted, 10.0, method, holding=-1.5)
    assert same_spikes == pytest.approx(spikes, abs=1e-9)
    np.testing.assert_allclose(same, voltages, rtol=0, atol=1e-6)


@each_method
def test_faster_gates_and_less_capacitance_are_faster_time(squid, method):
    """With φ = 2, C/2 and dt/2 the same voltages come in half the time."""
    spikes, voltages = run(squid, 10.0, method)
    warm = replace(squid, capacitance=0.5, q10=2.0, temperature=16.3)
    assert warm.rate_factor == 2.0
    fast_spikes, fast = run(warm, 10.0, method, dt=0.0125, duration=25.0)
    assert 2.0 * fast_spikes == pytest.approx(spikes, abs=1e-8)
    np.testing.assert_allclose(fast, voltages, rtol=0, atol=1e-5)


@each_method
def test_a_stimulus_may_come_later(squid_at_rest, method):
    """Started from rest, the answer to a step does not depend on when it comes."""
    early, late = (
        Simulation(squid_at_rest, Stimulus((Step(10.0, at, at + 20.0),)), method, 0.025)
        .advance(1600).spikes - at for at in (2.0, 12.0)
    )  # fmt: skip
    assert early.size == late.size == 2
    assert late == pytest.approx(early, abs=1e-5)


@each_method
def test_a_step_is_a_holding_current_that_began_at_zero(squid, method):
    """On for the whole run, they are the same current."""
    held = Simulation(squid, Stimulus(holding=10.0), method).advance(2000, every=1)
    stepped = Simulation(squid, Stimulus((Step(10.0, 0, 100),)), method).advance(2000, every=1)
    assert np.array_equal(held.columns, stepped.columns)
