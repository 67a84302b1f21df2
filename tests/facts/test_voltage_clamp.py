"""Facts of the voltage clamp, by formula."""

import math

import pytest

from hhgui.experiments.voltage_clamp import clamp_currents, clamp_point


@pytest.mark.parametrize("name", ["vclamp_-40", "vclamp_0"])
def test_sodium_peak_and_potassium(squid, fact, name):
    """Peak I_Na, its time, I_K at 5 ms and in the end (Hodgkin & Huxley 1952; NEURON SEClamp)."""
    command = float(name.removeprefix("vclamp_"))
    sodium = clamp_point(squid, "Na", -65.0, command)
    potassium = clamp_point(squid, "K", -65.0, command)
    at_5_ms = clamp_currents(squid, -65.0, command, 5.0)[1]
    fact(name).compare([sodium.peak, sodium.peak_time, at_5_ms, potassium.steady])
    assert potassium.peak_time == math.inf
