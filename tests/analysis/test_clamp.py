"""Voltage clamp by formula: currents, peaks and tails are those of the model."""

from dataclasses import replace

import numpy as np
import pytest
import scipy

from hhgui.analysis.clamp import family
from hhgui.analysis.kinetics import relaxation_rates, steady_gates


def test_gates_go_from_one_steady_state_to_the_other(squid):
    """At 0 ms every gate is where it was held, and in the end at the command's steady state."""
    ends = family(squid, -65.0, [[0.0]], 1e4).gates(0, [0.0, 1e4])[:, 0]
    assert ends[:, 0] == pytest.approx(steady_gates(squid, -65.0), abs=1e-15)
    assert ends[:, 1] == pytest.approx(steady_gates(squid, 0.0), abs=1e-15)


def test_gates_obey_their_equation(squid):
    """dx/dt = φ (x∞ - x)/τ holds against finite differences, at 18.5 °C as well."""
    warm = replace(squid, temperature=18.5)
    stepped = family(warm, -65.0, [[-10.0]], 10.0)
    times, step = np.linspace(0.1, 5.0, 50), 1e-5
    rise = stepped.gates(0, times + step) - stepped.gates(0, times - step)
    speed = relaxation_rates(warm, -10.0)[:, None]
    slope = speed * (steady_gates(warm, -10.0)[:, None] - stepped.gates(0, times)[:, 0])
    np.testing.assert_allclose(rise[:, 0] / (2 * step), slope, atol=1e-8)


def test_currents_are_the_models(squid):
    """There is one current per row, and the leak's does not change."""
    currents = family(squid, -65.0, [[-20.0]], 10.0).currents(0, np.linspace(0.0, 10.0, 7))
    assert currents.shape == (3, 1, 7)
    assert currents[2] == pytest.approx(0.3 * (-20.0 + 54.387))


@pytest.mark.parametrize("command", [-50.0, -20.0, 30.0, 70.0])
def test_the_peak_is_the_largest_of_all(squid, command):
    """No sample of the sodium current is larger in size than its peak."""
    stepped = family(squid, -65.0, [[command]], 50.0)
    peaks = stepped.peaks(0)
    sodium = stepped.currents(0, np.linspace(0.0, 50.0, 50_001))[0, 0]
    assert abs(peaks.value[0, 0]) >= np.abs(sodium).max()
    assert abs(peaks.value[0, 0]) == pytest.approx(np.abs(sodium).max(), rel=1e-4)


def test_the_sodium_current_reverses_at_its_reversal_potential(squid):
    """The peak is inward below 50 mV, zero at 50 mV and outward above."""
    peaks = family(squid, -65.0, [[-60.0], [0.0], [50.0], [80.0]], 20.0).peaks(0)
    assert np.sign(peaks.value[0]).tolist() == [-1.0, -1.0, 0.0, 1.0]


def test_a_delayed_rectifier_is_largest_at_the_end(squid):
    """The potassium current only approaches its steady value."""
    stepped = family(squid, -65.0, [[20.0]], 20.0)
    peaks = stepped.peaks(0)
    assert peaks.time[1, 0] == 20.0
    assert peaks.value[1, 0] == pytest.approx(stepped.ends()[1, 0, 0], rel=1e-12)


def test_a_tail_current_is_largest_at_once(squid):
    """Stepped back below rest, potassium flows inwards and then shuts off."""
    stepped = family(squid, 0.0, [[-100.0]], 20.0)
    peaks = stepped.peaks(0)
    assert peaks.time[1, 0] == 0.0
    assert peaks.value[1, 0] < stepped.ends()[1, 0, 0] < 0.0


def test_a_leak_is_constant(squid):
    """A leak has no gates: its current is the same at the peak and at the end."""
    stepped = family(squid, -65.0, [[0.0]], 20.0)
    assert stepped.peaks(0).time[2, 0] == 0.0
    assert stepped.peaks(0).value[2, 0] == pytest.approx(0.3 * 54.387)
    assert stepped.ends()[2, 0, 0] == pytest.approx(0.3 * 54.387)


def test_two_segments_of_one_voltage_are_one(squid):
    """Cut in two, a step gives the same currents at the same times."""
    whole = family(squid, -65.0, [[0.0]], 3.0)
    cut = family(squid, -65.0, [[0.0, 0.0]], [[1.0, 2.0]])
    times = np.linspace(0.0, 2.0, 11)
    np.testing.assert_allclose(cut.currents(1, times), whole.currents(0, 1.0 + times), rtol=1e-12)


@pytest.mark.parametrize(
    ("voltages", "durations"), [([0.0], [1.0]), ([[0.0]], [[1.0, 2.0]]), ([[0.0]], [[-1.0]])]
)
def test_shapes_that_do_not_fit_are_refused(squid, voltages, durations):
    """Voltages and durations must be (sweeps, segments), and no duration negative."""
    from hhgui.analysis.clamp import Family

    with pytest.raises(ValueError, match=r"voltages and durations|can't last"):
        Family(squid, -65.0, np.array(voltages), np.array(durations))


def test_a_window_leaves_out_what_lies_outside_it(squid):
    """Behind the peak the largest sodium current is that at the window's beginning."""
    stepped = family(squid, -65.0, [[0.0]], 20.0)
    whole, later = stepped.peaks(0), stepped.peaks(0, (2.0, 5.0))
    assert whole.time[0, 0] < 1.0
    assert later.time[0, 0] == 2.0
    assert later.value[0, 0] == pytest.approx(stepped.currents(0, [2.0])[0, 0, 0], rel=1e-12)
    assert stepped.peaks(0, (30.0, 40.0)).time.tolist() == [[20.0]] * 3


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "wang-buzsaki"])
def test_a_ramp_is_followed_as_lsoda_does(library, name):
    """At any time the currents are LSODA's to 1e-7 of their largest, of gates at once too."""
    membrane = library[name]
    ramp = family(membrane, -65.0, [[-100.0]], 20.0, 8.0)
    at_once = np.array([gate.instantaneous for gate in membrane.gates])

    def slope(t, gates):
        volts = -100.0 + 8.0 * t
        rates = np.where(at_once, 0.0, relaxation_rates(membrane, volts))
        return rates * (steady_gates(membrane, volts) - gates)

    times = np.linspace(0.0, 20.0, 77)
    gates = scipy.integrate.solve_ivp(
        slope, (0.0, 20.0), steady_gates(membrane, -65.0), "LSODA", times, rtol=1e-11, atol=1e-14
    ).y
    volts = -100.0 + 8.0 * times
    gates[at_once] = steady_gates(membrane, volts)[at_once]
    wanted = membrane.ionic_currents(volts, gates)
    assert ramp.volts(0, times)[0] == pytest.approx(volts)
    scale = np.abs(wanted).max(axis=1, keepdims=True)
    np.testing.assert_allclose(ramp.currents(0, times)[:, 0] / scale, wanted / scale, atol=1e-7)
    assert ramp.ends()[:, 0, 0] == pytest.approx(wanted[:, -1], rel=1e-6)
