"""The current of a step: exact in charge wherever an edge lies, and of the method's order."""

from functools import cache
from itertools import pairwise
from math import exp, expm1

import numpy as np
import pytest
import scipy

from hhgui.engine.methods import METHODS
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.injection import mean_current, stage_currents, start_current
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import (
    Chirp,
    Paired,
    Pulses,
    Ramp,
    Samples,
    Sine,
    Step,
    Train,
)

FIXED = [m.id for m in METHODS.values() if not m.adaptive]
WAVES = [
    Step(3.0, 0.31, 7.77), Pulses(4.0, 9.1), Paired(2.0, 1.03, 0.4, 1.7, 5.0),
    Train(6.0, 0.51, 0.07, 0.33, 20), Ramp(-1.0, 4.0, 0.2, 8.3), Sine(5.0, 1234.0, 0.7, 9.9),
    Chirp(2.0, 10.0, 5000.0, 0.3, 9.3),
    Samples((0.4, 1.13, 1.14, 6.0), (1.0, -3.0, 2.0)),
    Samples((0.4, 1.13, 1.14, 6.0), (1.0, -3.0, 2.0), "", (2.0, 4.0, 0.0)),
]  # fmt: skip
KINDS = [w.kind + ("-lines" if getattr(w, "ends", ()) else "") for w in WAVES]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)


def charge(wave, start, stop):
    """The integral from ``start`` to ``stop`` (ms) by Gauss' quadrature, from edge to edge.

    Up to a polynomial of degree 19 it is exact, and a piece is a small part of a period.
    """
    cuts = np.unique([start, *wave.edges(start, stop), stop])
    grid = np.unique(np.concatenate([np.linspace(a, b, 40) for a, b in pairwise(cuts)]))
    middle, half = (grid[1:] + grid[:-1]) / 2, np.diff(grid) / 2
    return (half * (wave.current_at(middle + half * NODES[:, None]) * WEIGHTS[:, None])).sum()


@pytest.mark.parametrize("wave", WAVES, ids=KINDS)
@pytest.mark.parametrize("dt", [0.025, 1.0])
def test_no_charge_is_lost(wave, dt):
    """Every mean current is the integral over its step, divided by the step."""
    times = np.arange(round(10.0 / dt) + 1) * dt
    mean = mean_current(Stimulus((wave,), holding=-0.5), times)
    for k in range(0, mean.size, 1 if dt == 1.0 else 7):
        exact = charge(wave, times[k], times[k + 1]) / dt - 0.5
        assert mean[k] == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("wave", WAVES, ids=KINDS)
def test_stages_have_the_mean_too(wave):
    """Simpson's rule over Runge-Kutta's three currents gives the mean of the step."""
    times = np.arange(401) * 0.025
    stages = stage_currents(Stimulus((wave,)), times)
    mean = mean_current(Stimulus((wave,)), times)
    np.testing.assert_allclose(stages @ [1 / 6, 4 / 6, 1 / 6], mean, rtol=0, atol=1e-12)


@pytest.mark.parametrize("wave", WAVES, ids=KINDS)
def test_a_repeated_stimulus_starts_anew_within_a_step(wave):
    """Every 10.01 ms, which is no multiple of the step, the same charge."""
    stimulus = Stimulus((wave,), origin=0.003, repeat=10.01)
    total = mean_current(stimulus, np.arange(4005) * 0.025).sum() * 0.025
    periods = 10 if wave.end <= 10.0 else pytest.skip("over later than it starts again")
    assert total == pytest.approx(periods * charge(wave, 0.0, 10.0), abs=1e-6)


def test_the_courses_edges_are_met_as_sampled():
    """On the grid, however rounded, mean and sample are the amplitude itself, to the last bit."""
    stimulus = Stimulus((Step(3.1, 10.0, 20.0), Pulses(0.7, 50.0)))
    times = np.arange(2001) * 0.025
    sampled = stimulus.current_at(times[:-1])
    assert np.array_equal(mean_current(stimulus, times), sampled)
    assert np.array_equal(start_current(stimulus, times), sampled)


def first_spike(membrane, stimulus, method, dt, duration=60.0):
    """Time (ms) of the first spike, infinite where there is none."""
    spikes = Simulation(membrane, stimulus, method, dt).advance(round(duration / dt)).spikes
    return spikes[0] if spikes.size else np.inf


def rhs(current):
    """The squid axon's right-hand side in plain Python, E_L = -54.4 mV."""

    def slopes(t, y):
        V, m, h, n = y.tolist()
        x, z = (V + 40.0) / 10.0, (V + 55.0) / 10.0
        am, an = x / -expm1(-x), 0.1 * z / -expm1(-z)
        bm, bn = 4.0 * exp(-(V + 65.0) / 18.0), 0.125 * exp(-(V + 65.0) / 80.0)
        ah, bh = 0.07 * exp(-(V + 65.0) / 20.0), 1.0 / (1.0 + exp(-(V + 35.0) / 10.0))
        ionic = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.4)
        return [current - ionic, am * (1 - m) - bm * m, ah * (1 - h) - bh * h,
                an * (1 - n) - bn * n]  # fmt: skip

    return slopes


@cache
def exact_threshold(width):
    """The weakest pulse at rest that takes V through 0 mV, bisected with SciPy's DOP853."""

    def through(t, y):
        return y[0]

    through.terminal, through.direction = True, 1.0
    rest = (-64.99972243, 0.05293421762, 0.59611104635, 0.31768116758)
    options = {"method": "DOP853", "rtol": 1e-10, "atol": 1e-10}

    def peak(amplitude):
        pulse = scipy.integrate.solve_ivp(rhs(amplitude), (0, width), rest, **options)
        run = scipy.integrate.solve_ivp(
            rhs(0.0), (0, 40), pulse.y[:, -1], events=through, **options
        )
        return 1.0 if run.t_events[0].size else -1.0

    return scipy.optimize.bisect(peak, 3.0 / width, 12.0 / width, xtol=1e-4, rtol=1e-7)


@pytest.mark.parametrize("start", [10.0, 10.005, 10.0199])
@pytest.mark.parametrize("width", [0.03, 0.06, 0.5])
@pytest.mark.parametrize(("method", "dt", "within"), [("crank-nicolson", 0.025, 0.01),
                                                       ("adaptive", 0.5, 1e-4)])  # fmt: skip
def test_short_pulses_have_their_threshold_wherever_they_start(
    squid_at_rest, method, dt, within, width, start
):
    """Thresholds are right within 1 % by default, and within 0.01 % by the adaptive method."""
    exact = exact_threshold(width)
    for factor, fires in ((1.0 - within, False), (1.0 + within, True)):
        pulse = Stimulus((Step(exact * factor, start, start + width),))
        assert np.isfinite(first_spike(squid_at_rest, pulse, method, dt)) == fires


ORDERS = {
    "step": Step(12.0, 2.013, 14.0), "sine": Sine(15.0, 50.0, 0.0, 25.0),
    "ramp": Ramp(5.0, 20.0, 0.0, 25.0), "chirp": Chirp(15.0, 20.0, 120.0, 0.0, 25.0),
}  # fmt: skip


@pytest.mark.parametrize("wave", ["sine", "ramp", "chirp"])
@pytest.mark.parametrize("method", ["euler", "exponential-euler", "crank-nicolson", "rk4"])
def test_a_current_that_changes_keeps_the_order(leaky, method, wave):
    """Orders 1, 1, 2 and 4 against the adaptive method, which the leak's integral checks."""
    stimulus = Stimulus((ORDERS[wave],))
    at = 0.4

    def voltages(name, dt):
        return Simulation(leaky, stimulus, name, dt).advance(
            round(20.0 / dt), every=round(at / dt)
        ).columns[0]  # fmt: skip

    true = voltages("adaptive", 0.4)
    coarse = 0.2 if method == "rk4" else 0.1
    errors = [np.abs(voltages(method, dt) - true).max() for dt in (coarse, coarse / 2)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(METHODS[method].order, abs=0.2)
