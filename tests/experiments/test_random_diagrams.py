"""A few diagrams of random neurons; ``python -m tests.random_diagrams 1000`` makes more."""

import pytest

from tests.random_diagrams import drawn


@pytest.mark.parametrize("number", [1, 2])
def test_a_random_neurons_diagram_ends_with_numbers_and_its_neuron_unchanged(number):
    """Whatever its conductances, reversal potentials, capacitance and temperature are."""
    found = drawn(number)
    assert found.cycles or found.points or found.sentences
