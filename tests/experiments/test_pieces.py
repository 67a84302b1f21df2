"""Pieces of constant current with edges anywhere."""

import numpy as np
import pytest

from hhgui.engine.simulation import Simulation
from hhgui.experiments.pieces import Piece, RunEndedEarlyError, run_piece, spike_times
from hhgui.model.parameter import ModelError


def charged(times, edge):
    """V of the leak under 10 µA/cm² from 0 to ``edge``, closed form."""
    return -65.0 + 10.0 * (1.0 - np.exp(-min(times, edge))) * np.exp(-max(times - edge, 0.0))


@pytest.mark.parametrize("edge", [0.0001, 0.1234567, 1.0 / 3.0, 2.718281828])
def test_edges_are_met_exactly(leak, edge):
    """Wherever the current ends, RC charging ends there."""
    simulation = Simulation(leak, method="adaptive", dt=0.5)
    run_piece(simulation, Piece(10.0, edge))
    assert simulation.time == pytest.approx(edge, abs=1e-15)
    run_piece(simulation, Piece(0.0, 1.7))
    assert simulation.voltage == pytest.approx(charged(edge + 1.7, edge), abs=1e-7)


def test_a_cut_piece_is_the_same_piece(squid):
    """The same spikes to 1e-6 ms however the current is written down."""
    whole = spike_times(squid, [Piece(10.0, 60.0)])
    cut = spike_times(squid, [Piece(10.0, 7.3), Piece(10.0, 21.01), Piece(10.0, 31.69)])
    assert whole.size == 4
    assert cut == pytest.approx(whole, abs=1e-6)


def test_pieces_of_no_duration_are_passed_over(squid):
    """They move nothing."""
    pieces = [Piece(1000.0, 0.0), Piece(10.0, 5.0), Piece(99.0, 0.0)]
    assert np.array_equal(spike_times(squid, pieces), spike_times(squid, [Piece(10.0, 5.0)]))


def test_nothing_runs_once_there_are_enough_spikes(squid):
    """The second piece, which would be refused, is not reached."""
    pieces = [Piece(10.0, 5.0), Piece(1e9, 5.0)]
    assert spike_times(squid, pieces, enough=1).size == 1
    with pytest.raises(ModelError):
        spike_times(squid, pieces)


def test_a_piece_too_short_for_the_engine_is_refused(squid):
    """It is not rounded to another duration."""
    with pytest.raises(ModelError, match="time step dt must be from"):
        spike_times(squid, [Piece(10.0, 1e-6)])


def test_a_run_that_blows_up_says_so(leak):
    """With the engine's words, not with a wrong count."""
    with pytest.raises(RunEndedEarlyError, match="V ran away") as error:
        spike_times(leak.with_current("L", conductance=0.0), [Piece(9000.0, 10.0)])
    assert error.value.stop.time > 1.0
