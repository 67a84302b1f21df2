"""Trajectories of the full neuron from any state, forwards and backwards."""

import numpy as np
import pytest
import scipy

from hhgui.analysis.system import Neuron
from hhgui.engine.trajectory import trajectory
from tests.shipped import SQUID

START = [-40.0, 0.2, 0.5, 0.4]


@pytest.mark.parametrize("duration", [20.0, -0.4])
def test_it_agrees_with_scipy(duration):
    """Every variable agrees, through a spike forwards and a short while backwards."""
    times, states = trajectory(SQUID, 10.0, START, duration)
    neuron = Neuron(SQUID)
    true = scipy.integrate.solve_ivp(
        lambda _t, y: neuron.linearised(y[None], 10.0)[0][0],
        (0.0, times[-1]),
        START,
        "LSODA",
        times,
        rtol=1e-9,
        atol=1e-10,
    ).y
    assert np.abs(states[0] - true[0]).max() < 2e-2
    assert np.abs(states[1:] - true[1:]).max() < 2e-4


def test_backwards_it_ends_where_a_gate_is_impossible():
    """The fast gate grows out of what it can be; the trajectory has no such point."""
    times, states = trajectory(SQUID, 0.0, START, -50.0)
    assert -50.0 < times[-1] < 0.0
    assert (states[1:] > -0.25).all()
    assert (states[1:] < 1.25).all()


def test_too_many_steps_are_refused():
    """A trajectory has from one to a million steps."""
    with pytest.raises(ValueError, match="from 1 to 1000000"):
        trajectory(SQUID, 0.0, START, 1e6)
