"""The lab courses' systems against seed_systems.json: plain loops and SciPy's DOP853."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples, Step


def trace(membrane, component, method, dt, duration):
    """Spike times (ms), and V, stimulus and gates at every step, the end included."""
    simulation = Simulation(membrane, Stimulus((component,)), method, dt)
    block = simulation.advance(round(duration / dt), every=1)
    assert block.stop is None
    return block.spikes, np.concatenate([block.columns, simulation.sample().columns], axis=1)


def test_lab_3_step_solved_exactly(library, seed_systems):
    """The adaptive method finds its true spikes, 5.5 ms from Euler's second one: "lab3_step"."""
    expected = seed_systems["lab3_step"]["exact_spike_times_ms"]
    spikes, _ = trace(library["traub-miles-lab3"], Step(3.0, 10, 20), "adaptive", 0.5, 50.0)
    assert spikes == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "dt", "key"),
    [("euler", 0.025, "spike_counts"), ("adaptive", 0.5, "spike_counts_exact")],
)
def test_lab_3_f_i(library, seed_systems, method, dt, key):
    """51 steps on 50 ≤ t < 200 ms give exactly the lab's counts, or the true ones: "lab3_fi"."""
    expected = seed_systems["lab3_fi"]
    counts = [
        trace(library["traub-miles-lab3"], Step(current, 50.0, 200.0), method, dt, 200.0)[0].size
        for current in expected["currents_uA_cm2"]
    ]
    assert counts == expected[key]
    assert len(counts) == 51


def test_short_pulse(library, seed_systems, start_at):
    """10 µA/cm² for 1 to 3 ms from the slides' start values, adaptive: "short_pulse"."""
    expected = seed_systems["short_pulse"]
    membrane = start_at(library["squid-dayan-abbott"], -65.0, m=0.05, h=0.6, n=0.317)
    spikes, columns = trace(membrane, Step(10.0, 1.0, 3.0), "adaptive", 0.001, 50.0)
    assert spikes == pytest.approx(expected["spike_times_ms"], abs=1e-6)
    assert columns[0].max() == pytest.approx(expected["peak_mV"], abs=1e-5)
    assert columns[0].argmax() * 0.001 == pytest.approx(expected["peak_time_ms"], abs=1e-3)
    assert columns[0].min() == pytest.approx(expected["trough_mV"], abs=1e-6)
    rows = np.round(np.array(expected["samples"]["t_ms"]) / 0.001).astype(int)
    for row, name in ((0, "V"), (2, "m"), (3, "h"), (4, "n")):
        np.testing.assert_allclose(columns[row, rows], expected["samples"][name], atol=1e-6)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("fi_squid_dayan_abbott", "squid-dayan-abbott"),
        ("fi_cortical_pyramidal", "cortical-pyramidal"),
    ],
)
@pytest.mark.parametrize(
    ("method", "dt", "tolerance"), [("adaptive", 0.5, 1e-6), ("crank-nicolson", 0.0025, 1e-3)]
)
def test_f_i_curves(library, seed_systems, key, name, method, dt, tolerance):
    """Counts exactly, first spikes and last intervals to the tolerance: "fi_…"."""
    table = seed_systems[key]
    for current, count, first, interval in zip(
        table["currents_uA_cm2"], table["spike_counts"], table["first_spike_ms"],
        table["last_isi_ms"], strict=True,
    ):  # fmt: skip
        spikes, _ = trace(library[name], Step(current, 50.0, 550.0), method, dt, 550.0)
        assert spikes.size == count
        if count > 0:
            assert spikes[0] == pytest.approx(first, abs=tolerance)
        if interval is not None:
            assert spikes[-1] - spikes[-2] == pytest.approx(interval, abs=tolerance)


@pytest.fixture(scope="module")
def lecture_7_current():
    """Lecture 7's smoothed Gaussian current, as seed_systems.json spells it out, held 0.1 ms."""
    white = np.random.RandomState(123).normal(size=10000)
    kernel = np.exp(-(np.arange(-10, 10, 0.1) ** 2) / 5)
    kernel /= kernel.sum()
    smooth = np.convolve(np.convolve(white, kernel, "same"), kernel, "same")
    return Samples(tuple(np.arange(10001) * 0.1), tuple(100 * (0.3 * smooth + 0.3)))


@pytest.mark.parametrize("dt", [0.1, 0.05, 0.025, 0.01])
@pytest.mark.parametrize(("system", "capacitance"), [("as_printed", 10.0), ("corrected", 1.0)])
def test_lecture_7_by_rk4(
    library, start_at, seed_systems, lecture_7_current, system, capacitance, dt
):
    """The same runs stay finite as in "lecture7_…_noise", with its spikes; peaks to 1e-5 mV.

    The other methods are compared as closely where the protocols are.
    """
    expected = seed_systems[f"lecture7_{system}_noise"]["results"][f"rk4 dt={dt:g}"]
    membrane = replace(library["lecture7-as-printed"], capacitance=capacitance)
    membrane = start_at(membrane, -65.0, m=0.053, h=0.596, n=0.318)
    simulation = Simulation(membrane, Stimulus((lecture_7_current,)), "rk4", dt)
    block = simulation.advance(round(1000 / dt), every=1)
    assert (block.stop is None) == expected["finite"]
    if expected["finite"]:
        assert block.spikes.size == expected["spikes"]
        assert block.columns[0].max() == pytest.approx(expected["max_mV"], abs=1e-5)
