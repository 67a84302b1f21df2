"""Hopf points against the printed equations, differentiated and solved by another route.

The Jacobian is taken by complex steps from equations written out here, and the Hopf point is where
SciPy's brentq finds the real part of the complex pair to be zero.
"""

import cmath

import numpy as np
import pytest
from scipy.optimize import brentq

from hhgui.analysis.equilibrium_curve import EquilibriumCurve
from hhgui.analysis.system import Neuron
from hhgui.model.edit import with_value
from tests.shipped import LIBRARY, SQUID

STEP = 1e-30


def exp_linear(x):
    """x / (1 - exp(-x)), for x other than 0."""
    return x / (1.0 - cmath.exp(-x))


def squid(v):
    """Opening and closing rates of m, h, n (Dayan & Abbott 2001, eqs. 5.22 and 5.24)."""
    return (
        (exp_linear((v + 40) / 10), 4 * cmath.exp(-(v + 65) / 18)),
        (0.07 * cmath.exp(-(v + 65) / 20), 1 / (1 + cmath.exp(-(v + 35) / 10))),
        (0.1 * exp_linear((v + 55) / 10), 0.125 * cmath.exp(-(v + 65) / 80)),
    )


def traub_miles(v):
    """Opening and closing rates of m, h, n of the lab course's neuron."""
    return (
        (1.28 * exp_linear((v + 54) / 4), 1.4 * exp_linear(-(v + 27) / 5)),
        (0.128 * cmath.exp(-(v + 50) / 18), 4 / (1 + cmath.exp(-(v + 27) / 5))),
        (0.16 * exp_linear((v + 52) / 5), 0.5 * cmath.exp(-(v + 57) / 40)),
    )


def slopes(rates, numbers, phi, state):
    """The ionic current at ``state`` (V, m, h, n), and dV/dt, dm/dt, dh/dt, dn/dt without it."""
    v, m, h, n = state
    g_na, g_k, g_l, e_na, e_k, e_l = numbers
    ionic = g_na * m**3 * h * (v - e_na) + g_k * n**4 * (v - e_k) + g_l * (v - e_l)
    gates = [phi * (a * (1 - x) - b * x) for (a, b), x in zip(rates(v), (m, h, n), strict=True)]
    return ionic, np.array([-ionic, *gates])


def hopf(rates, numbers, phi, low, high):
    """Current and frequency (Hz) of the Hopf point between two voltages (mV)."""

    def at(v):
        return [v, *((a / (a + b)).real for a, b in rates(v))]

    def pair(v):
        matrix = np.empty((4, 4))
        for k in range(4):
            state = np.array(at(v), dtype=complex)
            state[k] += 1j * STEP
            matrix[:, k] = slopes(rates, numbers, phi, state)[1].imag / STEP
        values = np.linalg.eigvals(matrix)
        return max(values[values.imag > 0.0], key=lambda each: each.real)

    voltage = brentq(lambda v: pair(v).real, low, high, xtol=1e-12)
    current = slopes(rates, numbers, phi, at(voltage))[0].real
    return current, 1000.0 * pair(voltage).imag / (2.0 * np.pi)


SQUID_NUMBERS = (120.0, 36.0, 0.3, 50.0, -77.0, -54.387)


@pytest.mark.parametrize("celsius", [1.0, 6.3, 18.5, 28.0])
def test_the_squids_hopf_points_at_any_temperature(celsius):
    """Both currents agree to 1e-8 and frequencies to 1e-6; there are two up to 28.858 °C."""
    phi = 3.0 ** ((celsius - 6.3) / 10.0)
    neuron = Neuron(with_value(SQUID, "membrane.temperature", celsius))
    found = EquilibriumCurve(neuron, -5.0, 400.0).hopf_points()
    assert len(found) == 2
    for point in found:
        around = point.voltage - 0.1, point.voltage + 0.1
        current, frequency = hopf(squid, SQUID_NUMBERS, phi, *around)
        assert point.parameter == pytest.approx(current, rel=1e-8)
        assert point.frequency == pytest.approx(frequency, rel=1e-6)


@pytest.mark.parametrize(
    ("path", "first", "last", "place"),
    [("K.conductance", 20.0, 60.0, 1), ("Na.conductance", 80.0, 300.0, 0),
     ("K.reversal", -90.0, -52.0, 4), ("L.reversal", -95.0, -60.0, 5)],
)  # fmt: skip
def test_a_hopf_point_along_another_number_has_the_current_that_was_held(path, first, last, place):
    """At the value that the diagram gives, the equations have their Hopf point at 20 µA/cm²."""
    found = EquilibriumCurve(Neuron(SQUID, path, 20.0), first, last).hopf_points()
    assert found
    for point in found:
        numbers = list(SQUID_NUMBERS)
        numbers[place] = point.parameter
        current, _ = hopf(squid, numbers, 1.0, point.voltage - 0.1, point.voltage + 0.1)
        assert current == pytest.approx(20.0, abs=1e-7)


def test_the_lab_3_neurons_hopf_point():
    """The current at which it goes silent, to 1e-8."""
    numbers = (50.0, 10.0, 0.1, 50.0, -90.0, -65.0)
    current, frequency = hopf(traub_miles, numbers, 1.0, -33.0, -30.0)
    (point,) = EquilibriumCurve(Neuron(LIBRARY["traub-miles-lab3"]), -5.0, 200.0).hopf_points()
    assert point.parameter == pytest.approx(current, rel=1e-8)
    assert point.frequency == pytest.approx(frequency, rel=1e-6)
