"""Facts about neurons other than the squid's: steady rates."""

import pytest

from hhgui.experiments.limit_cycle import measured_cycle, settled
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Rate

# How many times as fast as its rates m is made, where the model's m follows V at once. The error
# falls as 1/HASTE: 0.30 of the tolerance at 1000.
HASTE = 2000.0


def wang_buzsaki(given):
    """Wang and Buzsáki's interneuron (1996): phi multiplies the rates of h and n."""
    phi = given["phi"]
    m = Gate("m", 3, Rate("exp_linear", HASTE, -35.0, 10.0),
             Rate("exponential", 4.0 * HASTE, -60.0, -18.0))  # fmt: skip
    h = Gate("h", 1, Rate("exponential", 0.07 * phi, -58.0, -20.0),
             Rate("sigmoid", phi, -28.0, 10.0))  # fmt: skip
    n = Gate("n", 4, Rate("exp_linear", 0.1 * phi, -34.0, 10.0),
             Rate("exponential", 0.125 * phi, -44.0, -80.0))  # fmt: skip
    gates = {"Na": (m, h), "K": (n,), "L": ()}
    currents = tuple(Current(c, given[f"g{c}"], given[f"E{c}"], gates[c]) for c in gates)
    return Membrane("wang-buzsaki", "Interneuron", given["C"], currents)


@pytest.mark.parametrize(
    ("name", "settle", "window"), [("WB_f_I0.2", 150.0, 250.0), ("WB_f_I20.0", 50.0, 50.0)]
)
def test_wang_buzsaki(fact, name, settle, window):
    """Steady rate, m 2000 times as fast as its rates (Wang & Buzsáki 1996, J Neurosci 16:6402)."""
    rate = fact(name)
    cell = wang_buzsaki(rate.parameters)
    assert cell.gates[0].alpha(-35.0) == HASTE
    assert cell.gates[2].alpha(-34.0) == pytest.approx(0.5, rel=1e-12)
    current = float(name.removeprefix("WB_f_I"))
    rate.compare(measured_cycle(settled(cell, current, settle), window, dt=0.1).frequency)


@pytest.mark.parametrize("name", ["RTM_f_I0.2", "RTM_f_I10.0"])
def test_reduced_traub_miles(traub_miles, fact, name):
    """Steady rate with a dynamic m (DOP853; Brian 2)."""
    current = float(name.removeprefix("RTM_f_I"))
    cycle = measured_cycle(settled(traub_miles, current), 500.0, dt=0.1)
    fact(name).compare(cycle.frequency)


@pytest.mark.parametrize("name", ["CORT_f_I0.5", "CORT_f_I1.0"])
def test_cortical_pyramidal(library, fact, name):
    """Steady rate (Gerstner et al. 2014, Neuronal Dynamics, table 2.1; DOP853)."""
    current = float(name.removeprefix("CORT_f_I"))
    cycle = measured_cycle(settled(library["cortical-pyramidal"], current), 500.0, dt=0.1)
    fact(name).compare(cycle.frequency)


@pytest.mark.parametrize(("above", "rate"), [(1e-4, 0.530), (1e-3, 1.650), (1e-2, 5.006)])
def test_the_rate_rises_as_a_square_root(traub_miles, fact, above, rate):
    """From RTM_Ic on, as its note says: the saddle-node is on the cycle."""
    current = fact("RTM_Ic").value + above
    cycle = measured_cycle(settled(traub_miles, current, 500.0), 2500.0 / rate, dt=0.5)
    assert cycle.frequency == pytest.approx(rate, abs=6e-4)
