"""Membranes for the tests of the experiments, and what takes long to measure."""

from functools import cache

import pytest

from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.contract import Subject
from tests.measuring import measured


@pytest.fixture(scope="session")
def squid(library):
    """The squid giant axon as it comes."""
    return library["squid-dayan-abbott"]


@pytest.fixture(scope="session")
def leak(library):
    """A membrane that only leaks: C = 1, g = 1, E = -65 mV."""
    return library["lecture6-model1"]


@pytest.fixture(scope="session")
def diagram(library):
    """A function that returns the shipped bifurcation diagram of a parameter set, computed once."""
    return cache(lambda neuron: measured(Bifurcation(), Subject(library[neuron])))
