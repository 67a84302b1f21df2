"""Every row of the lab courses' protocols, set up by the menu, against its reference.

Protocol file, setup, then run_once, fi_points, Integrators or gate_curves, as the window
does it; the numbers are seed_systems.json's, from independent plain loops and SciPy's DOP853.
"""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.gating import THERMAL_N, gate_curves
from hhgui.analysis.spikes import peaks
from hhgui.content.protocols import load_protocols
from hhgui.engine.methods import Trial
from hhgui.experiments.comparison import Integrators
from hhgui.experiments.contract import Subject
from hhgui.experiments.events import Row, Trace
from hhgui.experiments.fi import fi_points
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.experiments.marked import mark_action_potential, mark_by_experiment
from hhgui.experiments.single_run import run_once


@pytest.fixture(scope="module")
def setups(library):
    """The setup of each protocol, by its id."""
    return {protocol.id: protocol.setup for protocol in load_protocols(library)}


def compare(run, samples, close, near_spikes):
    """V to ``close`` mV (``near_spikes`` within 1 ms of one) and gates to 1e-4 at the samples."""
    times = np.array(samples["t_ms"])
    rows = np.searchsorted(run.times, times - 1e-9)
    np.testing.assert_allclose(run.times[rows], times, atol=1e-6)
    calm = np.abs(times[:, None] - run.spikes[None, :]).min(axis=1, initial=np.inf) > 1.0
    error = np.abs(run.column("V")[rows] - samples["V"])
    assert error[calm].max() < close
    assert error.max() < near_spikes
    for name in set(samples) - {"t_ms", "V"}:
        np.testing.assert_allclose(run.column(name)[rows], samples[name], rtol=0, atol=1e-4)


def test_lab_3_step(setups, seed_systems):
    """Spikes and every sample of V, m, h and n; it is marked, refractory periods included."""
    expected, run = seed_systems["lab3_step"], run_once(setups["lab3-step"])
    assert run.spikes == pytest.approx(expected["spike_times_ms"], abs=1e-3)
    assert run.times.size == expected["n_samples"]
    assert run.column("V").max() == pytest.approx(expected["peak_mV"], abs=1e-3)
    compare(run, expected["samples"], 1e-3, 1e-2)
    assert setups["lab3-step"].marks
    marked = mark_by_experiment(mark_action_potential(run))
    assert (marked.problem, marked.count) == ("", 2)
    assert all(mark.value is not None for mark in marked.marks)


def test_lab_3_f_i(setups, seed_systems):
    """51 counts, exactly the lab's; by the adaptive method, exactly the true ones."""
    expected, setup = seed_systems["lab3_fi"], setups["lab3-fi"]
    experiment = FrequencyCurrent.from_settings(setup.settings)
    protocol = experiment.protocol(setup.method, setup.dt, setup.threshold, setup.rearm)
    points = list(fi_points(setup.membrane, protocol))
    assert [p.current for p in points] == expected["currents_uA_cm2"]
    assert [p.count for p in points] == expected["spike_counts"]
    exact = fi_points(setup.membrane, replace(protocol, method="adaptive", dt=0.5))
    assert [p.count for p in exact] == expected["spike_counts_exact"]


@pytest.mark.parametrize("number", range(1, 8))
def test_pulses_into_the_build_up(setups, seed_systems, number):
    """Spikes, extremes, end and every sample of models 1 to 7."""
    expected = seed_systems[f"lecture6_model{number}"]
    run = run_once(setups[f"pulses-model{number}"])
    assert run.spikes == pytest.approx(expected["spike_times_ms"], abs=1e-5)
    V = run.column("V")
    wanted = [expected[key] for key in ("min_mV", "max_mV", "final_mV")]
    assert (V.min(), V.max(), V[-1]) == pytest.approx(wanted, abs=1e-4)
    compare(run, expected["samples"], 1e-3, 1e-2)


def test_short_pulse(setups, seed_systems):
    """The spike, its peak and trough, and every sample are right by the adaptive method."""
    expected, run = seed_systems["short_pulse"], run_once(setups["short-pulse"])
    assert run.spikes == pytest.approx(expected["spike_times_ms"], abs=1e-6)
    (when,), (height,) = peaks(run.times, run.column("V"), above=0.0)
    assert height == pytest.approx(expected["peak_mV"], abs=1e-3)
    assert when == pytest.approx(expected["peak_time_ms"], abs=2e-3)
    depth = -peaks(run.times, -run.column("V"), above=70.0)[1]
    assert depth.min() == pytest.approx(expected["trough_mV"], abs=1e-5)
    compare(run, expected["samples"], 1e-6, 1e-6)


def test_short_pulse_as_coded(setups):
    """Without the 0.1 in β_h the spike peaks at 42.43 mV at 3.00 ms (the slides' program)."""
    run = run_once(setups["short-pulse-as-coded"])
    (when,), (height,) = peaks(run.times, run.column("V"), above=0.0)
    assert height == pytest.approx(42.43, abs=0.005)
    assert when == pytest.approx(3.0, abs=0.005)


NOISE = {
    "noise-as-printed": "lecture7_as_printed_noise",
    "noise-correct-capacitance": "lecture7_corrected_noise",
}
TRIALS = tuple(
    Trial(method, dt)
    for method in ("euler", "rk4", "exponential-euler")
    for dt in (0.1, 0.05, 0.025, 0.01)
)


def compared(setup, **changes):
    """The rows of a comparison, the adaptive solution first, and their voltages by index."""
    subject = Subject(setup.membrane, setup.stimulus, setup.method, setup.dt, setup.threshold)
    experiment = replace(Integrators.from_settings(setup.settings), **changes)
    events = list(experiment.run(subject))
    rows = [event.values for event in events if isinstance(event, Row)]
    return rows, {event.index: event.values for event in events if isinstance(event, Trace)}


@pytest.mark.parametrize("protocol", NOISE)
def test_correlated_noise(setups, seed_systems, protocol):
    """The twelve runs stay finite as in the reference, with exactly its spikes."""
    expected = dict(seed_systems[NOISE[protocol]]["results"])
    (reference, *rows), voltages = compared(setups[protocol], trials=TRIALS)
    assert reference["outcome"] == 1.0
    for place, (trial, row) in enumerate(zip(TRIALS, rows, strict=True), start=1):
        name = f"{trial.method.replace('-', '_')} dt={trial.dt:g}"
        wanted = expected.pop(name) if name in expected else pytest.fail(name)
        assert (bool(row["outcome"]), row["spike_count"]) == (wanted["finite"], wanted["spikes"])
        if row["outcome"]:
            tolerance = 2e-3 if trial.method == "rk4" else 1e-5
            assert voltages[place].max() == pytest.approx(wanted["max_mV"], abs=tolerance)


def test_correlated_noise_shows_what_its_row_asks(setups):
    """At dt 0.1: Euler and RK4 blow up, exponential Euler finds 92 spikes of 98."""
    setup = setups["noise-correct-capacitance"]
    (reference, *rows), _ = compared(setup)
    assert reference["spike_count"] == 98
    trials = Integrators.from_settings(setup.settings).trials
    assert [t.method for t in trials if t.dt == 0.1] == ["euler", "rk4", "exponential-euler"]
    assert [r["spike_count"] for r in rows if r["dt"] == 0.1] == [None, None, 92]
    assert {r["spike_count"] for r in rows if r["dt"] < 0.1} == {98}


def test_the_noise_is_the_handouts(setups, seed_systems):
    """The first values, mean and spread of the noise are those of the handout."""
    expected = seed_systems["lecture7_corrected_noise"]
    current = setups["noise-as-printed"].stimulus.current_at(np.arange(10000) * 0.1)
    assert current[:10] == pytest.approx(expected["current_first10"], abs=1e-9)
    assert (current.mean(), current.std()) == pytest.approx(
        (expected["current_mean"], expected["current_std"]), abs=1e-9
    )


def check_curves(membrane, table):
    """x_inf and tau of each gate against the table's, to 1e-9 of their size."""
    assert {key.rpartition("_")[0] for key in table} == {"V", *(g.name for g in membrane.gates)}
    for gate in membrane.gates:
        curves = gate_curves(gate, table["V_mV"], membrane.rate_factor)
        for found, key in ((curves.steady_state, "inf"), (curves.time_constant, "tau")):
            np.testing.assert_allclose(found, table[f"{gate.name}_{key}"], rtol=1e-9, atol=1e-12)


def test_gating_curves_of_the_two_neurons_compared(setups, seed_systems):
    """Every gate of the pyramidal cell and of the squid axon is right."""
    setup = setups["gating-pyramidal-squid"]
    check_curves(setup.membrane, seed_systems["gating_curves"]["cortical-pyramidal"])
    check_curves(setup.against, seed_systems["gating_curves"]["squid-dayan-abbott"])


@pytest.mark.parametrize("name", ["lab3-step", *(f"pulses-model{n}" for n in range(3, 7))])
def test_gating_curves_of_the_other_neurons(setups, seed_systems, name):
    """The curves of the lab's neuron and of models 3 to 6 are right."""
    tables = seed_systems["gating_curves"]
    number = name.removeprefix("pulses-model")
    key = "lab3-traub-miles" if name == "lab3-step" else f"lecture6-model{number}"
    check_curves(setups[name].membrane, tables[key])


def test_the_thermal_rates_of_potassium(setups):
    """At -65 mV 0.061 against 0.058 and 0.126 against 0.125 per ms."""
    setup = setups["thermal-potassium"]
    fit = next(g for g in setup.membrane.gates if g.name == "n")
    thermal, fitted = (gate_curves(gate, [-65.0]) for gate in (THERMAL_N, fit))
    assert setup.thermal
    assert (thermal.alpha[0], fitted.alpha[0]) == pytest.approx((0.061, 0.058), abs=5e-4)
    assert (thermal.beta[0], fitted.beta[0]) == pytest.approx((0.126, 0.125), abs=5e-4)


def test_the_currents_below_the_voltage(setups):
    """Sodium's current is inward, potassium's outward, and their sum with the leak moves V."""
    setup = setups["currents"]
    assert {"voltage", "stimulus", "currents"} <= set(setup.panes)
    run = run_once(setup)
    assert run.spikes.size == 1
    assert run.column("I_Na").min() < -500.0 < 0.0 < 500.0 < run.column("I_K").max()
    ionic = sum(run.column(f"I_{c.name}") for c in setup.membrane.currents)
    moved = np.gradient(run.column("V"), run.times)
    away = np.abs(run.times[:, None] - [5.0, 7.0]).min(axis=1) > 0.02  # edges of the stimulus
    np.testing.assert_allclose(moved[away], (run.column("I_stim") - ionic)[away], atol=2.0)
