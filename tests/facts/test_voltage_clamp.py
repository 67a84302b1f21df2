"""Facts of the voltage clamp, by formula."""

import pytest

from hhgui.analysis.clamp import family


@pytest.mark.parametrize("name", ["vclamp_-40", "vclamp_0"])
def test_sodium_peak_and_potassium(squid, fact, name):
    """Peak I_Na, its time, I_K at 5 ms and in the end (Hodgkin & Huxley 1952; NEURON SEClamp)."""
    stepped = family(squid, -65.0, [[float(name.removeprefix("vclamp_"))]], 1000.0)
    early = family(squid, -65.0, stepped.voltages, 20.0).peaks(0)
    at_5_ms = stepped.currents(0, [5.0])[1, 0, 0]
    steady = stepped.ends()[1, 0, 0]
    fact(name).compare([early.value[0, 0], early.time[0, 0], at_5_ms, steady])
