"""The adaptive method: its tolerance, its spike times, its limits."""

from dataclasses import replace

import numpy as np
import pytest
import scipy

from hhgui.engine.integrators import adaptive
from hhgui.engine.kernel import ARMED, WATCHED, Status
from hhgui.engine.loop import advance
from hhgui.engine.packing import pack
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Chirp, Ramp, Sine, Step


def solve(membrane, current, duration, tolerance):
    """State after ``duration`` ms at a constant current and spike times, samples 0.5 ms apart."""
    state = np.array([membrane.initial_voltage, *membrane.initial_gates(), 0.0])
    n = round(duration / 0.5)
    out, spikes = np.empty((2 + len(membrane.gates) + len(membrane.currents), 0)), np.empty((2, 99))
    kernel = adaptive.DormandPrince(tolerance, tolerance, adaptive.MAX_STEPS)
    drive = np.tile([0.5, 1.0, current], (n, 1))
    watch = np.zeros(WATCHED)
    watch[ARMED] = 1.0
    *_, found, status = advance(
        kernel, state, pack(membrane), 0.5, drive, n, 0.0, -10.0, 0, -1, out, watch, spikes
    )
    assert status is Status.DONE
    return state[:-1], spikes[:, :found].sum(axis=0) * 0.5


def test_the_coefficients_are_dormand_and_princes():
    """Stages sum to their nodes, the error estimate to 0, and dense output ends in the solution."""
    np.testing.assert_allclose(adaptive.STAGES.sum(axis=1), adaptive.NODES, rtol=0, atol=1e-14)
    assert adaptive.ERROR.sum() == pytest.approx(0.0, abs=1e-15)
    weights = np.append(adaptive.STAGES[6], 0.0)
    np.testing.assert_allclose(adaptive.DENSE.sum(axis=1), weights, rtol=0, atol=1e-14)
    moments = [weights @ adaptive.NODES**k for k in range(5)]
    assert moments == pytest.approx([1 / (k + 1) for k in range(5)], abs=1e-14)


def test_the_error_falls_with_the_tolerance(squid, facts):
    """The state at 20 ms is off by less than ten times the tolerance, from 1e-4 to 1e-10."""
    true = facts["I10_checkpoints"]["value"]["20"]
    tolerances = np.array([1e-4, 1e-6, 1e-8, 1e-10])
    errors = [np.abs(solve(squid, 10.0, 20.0, t)[0] - true).max() for t in tolerances]
    assert all(errors[i + 1] < 0.2 * errors[i] for i in range(3))
    assert all(errors < 10.0 * tolerances)


def test_spike_times_do_not_depend_on_the_samples(squid, facts):
    """Dense output finds a crossing anywhere in a step: 1 ms samples do as well as 0.01 ms."""
    expected = facts["I10_spike_times"]["value"][:3]
    for dt in (1.0, 0.37, 0.01):
        simulation = Simulation(squid, Stimulus(holding=10.0), "adaptive", dt)
        spikes = simulation.advance(round(40 / dt)).spikes
        assert spikes == pytest.approx(expected, abs=1e-7)


def test_a_coarse_tolerance_still_interpolates_spikes(squid, facts):
    """At 1e-5 steps are long, and crossings within them are found to 1e-4 ms."""
    spikes = solve(squid, 10.0, 40.0, 1e-5)[1]
    assert spikes == pytest.approx(facts["I10_spike_times"]["value"][:3], abs=1e-4)


def test_no_table_limits_it(library):
    """V may leave -150…150 mV, up to 10 V: a leak of 1 mS/cm² at 9,000 µA/cm² reaches 8,935 mV."""
    simulation = Simulation(
        library["lecture6-model1"], Stimulus((), holding=9000.0), "adaptive", 0.1
    )
    assert simulation.advance(400).stop is None
    assert simulation.voltage == pytest.approx(8935.0, abs=1e-6)


def test_edges_of_steps_are_met_exactly(library):
    """A step from sample to sample is not smeared: RC charging on [1, 3) ms in closed form."""
    stimulus = Stimulus((Step(10.0, 1.0, 3.0),))
    leak = library["lecture6-model1"]
    voltages = Simulation(leak, stimulus, "adaptive", 0.5).advance(11, every=1).columns[0]
    times = np.arange(11) * 0.5
    on, off = np.clip(times - 1.0, 0.0, 2.0), np.clip(times - 3.0, 0.0, None)
    exact = -65.0 + 10.0 * (1.0 - np.exp(-on)) * np.exp(-off)
    np.testing.assert_allclose(voltages, exact, rtol=0, atol=1e-7)


def test_a_ramp_is_followed_exactly(library):
    """Within a sample the current runs straight, so a ramp has no error but the tolerance's."""
    stimulus = Stimulus((Ramp(0.0, 20.0, 0.0, 10.0),))
    leak = library["lecture6-model1"]
    voltages = Simulation(leak, stimulus, "adaptive", 0.5).advance(20, every=1).columns[0]
    times = np.arange(20) * 0.5
    exact = -65.0 + 2.0 * (times - 1.0 + np.exp(-times))
    np.testing.assert_allclose(voltages, exact, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "wave", [Chirp(10.0, 20.0, 100.0, 0.0, 40.0), Sine(10.0, 1000.0, 3.3, 33.3)]
)
def test_a_curved_current_is_followed_whatever_the_samples(library, wave):
    """The leak's charging integral, by SciPy's quadrature, at samples of 0.4 ms: to 1e-6 mV."""
    leak = library["lecture6-model1"]
    simulation = Simulation(leak, Stimulus((wave,)), "adaptive", 0.4)
    voltages = simulation.advance(100, every=1).columns[0]
    for k in (30, 60, 99):
        grid = np.linspace(0.0, 0.4 * k, 400_001)
        kernel = np.exp(grid - 0.4 * k) * wave.current_at(grid)
        exact = -65.0 + scipy.integrate.simpson(kernel, x=grid)
        assert voltages[k] == pytest.approx(exact, abs=2e-4 if isinstance(wave, Sine) else 1e-6)


@pytest.mark.parametrize("temperature", [6.3, 18.5])
def test_temperature_acts_without_tables_too(squid, temperature):
    """The adaptive method agrees with table-driven RK4 at any temperature."""
    warm = replace(squid, temperature=temperature)
    stimulus = Stimulus(holding=25.0)
    fixed = Simulation(warm, stimulus, "rk4", 0.005).advance(6000).spikes
    free = Simulation(warm, stimulus, "adaptive", 0.5).advance(60).spikes
    assert free.size >= 2
    assert fixed == pytest.approx(free, abs=1e-4)
