"""The kernels and their tables against the same schemes in plain Python with exact rates."""

import numpy as np
import pytest

from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Samples

METHODS = (
    "euler", "rk4", "exponential-euler", "exponential-euler-gates-first", "crank-nicolson",
)  # fmt: skip
DT = 0.025
STEPS = 8000
# 200 ms of silence, a step, a sine on a ramp, inhibition; one value per step and one after
CURRENT = np.concatenate([
    np.zeros(400), np.full(2600, 10.0),
    np.linspace(8.0, 14.0, 4000) + 2.0 * np.sin(np.arange(4000) / 300.0), np.full(1001, -4.0),
])  # fmt: skip


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "traub-miles-lab3"])
@pytest.mark.parametrize("method", METHODS)
def test_tables_do_what_exact_rates_do(library, squid, exact_run, crossings, name, method):
    """Over 200 ms of varied current spikes agree to 1e-5 ms and V to 2e-3 mV."""
    membrane = squid if name == squid.id else library[name]
    times = tuple(np.arange(STEPS + 2) * DT)
    stimulus = Stimulus((Samples(times, tuple(CURRENT)),))
    block = Simulation(membrane, stimulus, method, DT).advance(STEPS, every=1)
    exact = exact_run(name, method, CURRENT.tolist(), DT)[:-1]
    assert block.spikes.size > 10
    assert block.spikes == pytest.approx(crossings(exact, DT), abs=1e-5)
    np.testing.assert_allclose(block.columns[0], exact, rtol=0, atol=2e-3)
