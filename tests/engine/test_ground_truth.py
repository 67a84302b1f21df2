"""The engine against ground_truth.json: published or independently computed facts.

Each test names its fact; the fact names its source. Adaptive method unless said: the facts are
about the equations, not about a scheme.
"""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step, Train


def run(membrane, *components, duration, dt=0.5, holding=0.0, threshold=0.0):
    """A run of the adaptive method, every sample recorded."""
    stimulus = Stimulus(components, holding=holding)
    simulation = Simulation(membrane, stimulus, "adaptive", dt, threshold)
    return simulation.advance(round(duration / dt), every=1)


def frequency(membrane, current, settle=400.0, threshold=0.0):
    """Steady firing rate (Hz) at a constant current, over a second after ``settle`` ms."""
    stimulus = Stimulus(holding=current)
    simulation = Simulation(membrane, stimulus, "adaptive", 0.5, threshold, rearm=0.0)
    simulation.advance(round(settle / 0.5))
    spikes = simulation.advance(2000).spikes
    return 1000.0 * (spikes.size - 1) / (spikes[-1] - spikes[0])


@pytest.mark.parametrize("reversal", [-54.4, -54.387, -54.3])
def test_left_alone_it_settles_at_rest(squid, facts, reversal):
    """After half a second V is the equilibrium's: "rest_V_EL…", 40-digit arithmetic."""
    fact = facts[f"rest_V_EL{reversal}"]
    block = run(squid.with_current("L", reversal=reversal), duration=500.0)
    assert block.columns[0, -1] == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_the_pyramidal_cell_settles_at_rest(library, facts):
    """V after half a second: "CORT_rest", Gerstner et al. 2014, table 2.1."""
    fact = facts["CORT_rest"]
    block = run(library["cortical-pyramidal"], duration=500.0)
    assert block.columns[0, -1] == pytest.approx(fact["value"], abs=fact["tolerance"])


def test_the_passive_membrane_charges_like_rc(squid, facts):
    """V(τ) = E_L + (I/ḡ_L)(1 - 1/e) at 10 µA/cm², starting at E_L: "passive_RC", closed form."""
    fact = facts["passive_RC"]
    tau, voltage = fact["value"]
    passive = squid.with_current("Na", conductance=0.0).with_current("K", conductance=0.0)
    passive = replace(passive, initial_voltage=-54.4)
    simulation = Simulation(passive, Stimulus(holding=10.0), "adaptive", tau / 4)
    simulation.advance(4)
    assert simulation.voltage == pytest.approx(voltage, abs=1e-7)


def test_spike_times_at_10(squid, facts):
    """All 14 spikes of 200 ms: "I10_spike_times", SciPy's DOP853 at rtol 1e-11."""
    fact = facts["I10_spike_times"]
    spikes = run(squid, duration=200.0, holding=10.0).spikes
    assert spikes == pytest.approx(fact["value"], abs=fact["tolerance"])
    assert spikes == pytest.approx(fact["value"], abs=1e-7)  # what it really does


@pytest.mark.parametrize(
    "current",
    ["2.0", "2.2", "2.25", "2.3", "2.5", "3", "4", "5", "6", "6.2", "6.25", "6.26", "6.264",
     "6.265", "6.27", "6.28", "6.3", "6.5", "7", "8", "9", "10"],
)  # fmt: skip
def test_spike_counts_of_a_second(squid_at_rest, facts, current):
    """Counts exactly, next to the bifurcation within one: "spike_counts_1000ms"."""
    expected = facts["spike_counts_1000ms"]["value"][current]
    count = run(squid_at_rest, duration=1000.0, holding=float(current)).spikes.size
    allowed = 1 if 6.25 <= float(current) <= 6.265 else 0
    assert abs(count - expected) <= allowed


def test_every_current_of_the_counts_is_run(facts):
    """The 22 currents above are those of the fact."""
    assert len(facts["spike_counts_1000ms"]["value"]) == 22


@pytest.mark.parametrize("width", [0.2, 0.5, 3.0, 5.0, 50.0])
def test_the_threshold_of_a_pulse(squid_at_rest, facts, width):
    """0.2 % below it there is no spike, 0.2 % above there is one: "threshold_pulse_…"."""
    threshold = facts[f"threshold_pulse_{width}ms"]["value"]
    for factor, count in ((0.998, 0), (1.002, 1)):
        pulse = Step(threshold * factor, 0.0, width)
        assert run(squid_at_rest, pulse, duration=width + 40.0, dt=0.1).spikes.size == count


def test_the_rheobase_of_a_long_step(squid_at_rest, facts):
    """200 ms at 0.002 µA/cm² less or more: no spike or one: "rheobase_single_spike"."""
    fact = facts["rheobase_single_spike"]
    for sign, count in ((-1, 0), (1, 1)):
        current = fact["value"] + sign * fact["tolerance"]
        assert run(squid_at_rest, duration=200.0, holding=current).spikes.size == count


def test_the_chronaxie(squid_at_rest, facts):
    """The width whose threshold is twice the rheobase, to 0.01 ms: "chronaxie"."""
    fact, rheobase = facts["chronaxie"], facts["rheobase_single_spike"]["value"]
    for sign, count in ((-1, 0), (1, 1)):
        pulse = Step(2.0 * rheobase, 0.0, fact["value"] + sign * fact["tolerance"])
        assert run(squid_at_rest, pulse, duration=45.0, dt=0.001).spikes.size == count


def test_the_threshold_of_a_displacement(squid_at_rest, facts):
    """V moved 6.507 mV up fires it, to 0.01 mV: "displacement_threshold" (HH 1952, fig. 12)."""
    fact = facts["displacement_threshold"]
    for sign, count in ((-1, 0), (1, 1)):
        shift = fact["value"] + sign * fact["tolerance"]
        moved = replace(squid_at_rest, initial_voltage=squid_at_rest.initial_voltage + shift)
        assert run(moved, duration=40.0).spikes.size == count


def test_anode_break(squid, facts):
    """Released from 30 mV below rest it fires once: "anode_break_clamp" (HH 1952, fig. 22)."""
    fact = facts["anode_break_clamp"]
    rest = facts["rest_V_EL-54.4"]["value"]
    block = run(replace(squid, initial_voltage=rest - 30.0), duration=40.0, dt=0.005)
    peak = block.columns[0].argmax()
    assert block.spikes.size == fact["value"]["n"]
    assert block.columns[0, peak] == pytest.approx(fact["value"]["peak"][0], abs=0.02)
    assert block.time[peak] == pytest.approx(fact["value"]["peak"][1], abs=0.01)


@pytest.mark.parametrize("factor", [2.0, 3.0, 4.0])
def test_the_refractory_period(squid_at_rest, facts, factor):
    """Two pulses fire twice from this interval on, to 0.01 ms: "refractory_…x"."""
    fact = facts[f"refractory_{factor}x"]
    for sign, count in ((-1, 1), (1, 2)):
        interval = fact["value"] + sign * fact["tolerance"]
        pair = Train(factor * 13.279814, 0.0, 0.5, interval, 2)
        assert run(squid_at_rest, pair, duration=45.0, dt=0.002).spikes.size == count


@pytest.mark.parametrize(("current", "settle"), [(20, 400), (30, 400), (40, 400), (150, 6000)])
def test_the_steady_rate(squid, facts, current, settle):
    """Firing rate to 0.05 %, small oscillations near the upper Hopf too: "steady_f_I…"."""
    fact = facts[f"steady_f_I{current}"]
    threshold = -43.0 if current > 100 else 0.0  # it never reaches 0 mV there
    found = frequency(replace(squid, initial_voltage=0.0), float(current), settle, threshold)
    assert found == pytest.approx(fact["value"], rel=5e-4)


@pytest.mark.parametrize(("temperature", "lasts"), [(28.8, True), (28.9, False)])
def test_warmth_ends_the_oscillation(squid, facts, temperature, lasts):
    """The oscillation ends at 28.858 °C and 75.029 µA/cm²: "T_no_hopf"."""
    assert 28.8 < facts["T_no_hopf"]["value"] < 28.9
    warm = replace(squid, temperature=temperature, initial_voltage=0.0)
    voltages = run(warm, duration=4000.0, holding=75.029).columns[0]
    assert (np.ptp(voltages[-200:]) > 1.0) == lasts
    assert np.ptp(voltages[-200:]) > 1.0 or np.ptp(voltages[-200:]) < 1e-4
