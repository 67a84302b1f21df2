"""Facts about neurons other than the squid's: steady rates."""

import pytest

from tests.facts.cycles import measured_cycle, settled


@pytest.mark.parametrize(
    ("name", "settle", "window"), [("WB_f_I0.2", 150.0, 250.0), ("WB_f_I20.0", 50.0, 50.0)]
)
def test_wang_buzsaki(library, fact, name, settle, window):
    """Steady rate with an instantaneous m (Wang & Buzsáki 1996, J Neurosci 16:6402; DOP853)."""
    cycle = measured_cycle(
        settled(library["wang-buzsaki"], float(name.removeprefix("WB_f_I")), settle), window, dt=0.1
    )
    fact(name).compare(cycle.frequency)


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
    """The rate rises as a square root from RTM_Ic on: the saddle-node is on the cycle."""
    current = fact("RTM_Ic").value + above
    cycle = measured_cycle(settled(traub_miles, current, 500.0), 2500.0 / rate, dt=0.5)
    assert cycle.frequency == pytest.approx(rate, abs=6e-4)
